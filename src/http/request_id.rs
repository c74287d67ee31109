//! One id a request: a version 7 UUID of ours, in the `x-request-id` of the answer, in every log line of the request, and in
//! `extensions.requestId` of INTERNAL and UNAVAILABLE errors, so that a person can quote it.

use axum::http::Extensions;
use uuid::Uuid;

use crate::db::ids;

/// Made here and never taken from the client: what stands in our logs is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl RequestId {
    pub fn make() -> Self {
        Self(ids::passing())
    }

    /// That of the request, or a new one where the middleware is not in place.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or_else(Self::make)
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
