//! The house behind the door: what the door needs from it.

use std::collections::HashSet;
use std::future::Future;

use async_graphql::parser::types::OperationType;
use async_graphql::{Data, Executor};
use uuid::Uuid;

use super::client::ClientInfo;
use super::problem::Problem;
use super::types::Types;
use crate::viewer::Viewer;

/// Why a token was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Forged, expired, or its session has ended. Which of them is nobody's business.
    #[error("The token is not valid. Sign in again, or ask without one.")]
    Invalid,
    /// The sessions cannot be read right now.
    #[error("The server cannot check the token right now.")]
    Unavailable,
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Invalid => Self::unauthenticated(error.to_string()),
            AuthError::Unavailable => Self::unavailable(),
        }
    }
}

/// The house behind the door: schema, sessions, and what resolvers find in their context.
pub trait House: Clone + Send + Sync + 'static {
    type Schema: Executor;

    /// Executes documents that were validated before.
    fn schema(&self) -> &Self::Schema;

    /// Validates documents, and executes nothing: see [`super::documents::ValidateOnly`].
    fn validator(&self) -> &Self::Schema;

    /// What the schema defines.
    fn types(&self) -> &Types;

    /// Who asks, from the bearer token: `Ok(None)` is anonymous, and only where no token was given.
    fn authenticate(&self, bearer: Option<&str>) -> impl Future<Output = Result<Option<Viewer>, AuthError>> + Send;

    /// Those of these sessions that live; `None` while that cannot be found out. Asked every few seconds for all that
    /// listen, and an answer that takes longer than those counts as `None`.
    fn living(&self, sessions: &[Uuid]) -> impl Future<Output = Option<HashSet<Uuid>>> + Send;

    /// Bytes that this person may still store; `None`: as many as they like. Asked before the first byte of a file is
    /// read.
    fn room(&self, viewer: &Viewer) -> impl Future<Output = Option<u64>> + Send;

    /// What resolvers find in their context: made anew for each operation, so that loaders never outlive it. All events
    /// of a subscription share it: what is in there for one of those must remember nothing.
    fn request_data(&self, viewer: Option<Viewer>, client: &ClientInfo, operation: OperationType) -> Data;
}
