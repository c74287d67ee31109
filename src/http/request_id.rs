//! One id a request: a version 7 UUID of ours, in the `x-request-id` of the answer, in every log line of the request, and in
//! `extensions.requestId` of INTERNAL and UNAVAILABLE errors, so that a person can quote it.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{Extensions, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

static HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Made here and never taken from the client: what stands in our logs is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl RequestId {
    /// That of the request, or a new one where the middleware is not in place.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or_else(|| Self(Uuid::now_v7()))
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Middleware for `axum::middleware::from_fn`. The span says method and path, never the query string.
pub async fn layer(mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::now_v7());
    request.extensions_mut().insert(id);
    let span = tracing::info_span!("request", %id, method = %request.method(), path = span_path(request.uri().path()));
    let start = Instant::now();
    let answer = async {
        let response = next.run(request).await;
        tracing::debug!(status = response.status().as_u16(), took = ?start.elapsed(), "answered");
        response
    };
    let mut response = answer.instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HEADER.clone(), value);
    }
    response
}

/// A media path carries a signature that opens the picture: only its first segment goes into the log.
fn span_path(path: &str) -> &str {
    path.char_indices().skip(1).find(|(_, letter)| *letter == '/').map_or(path, |(end, _)| &path[..end])
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use axum::{Extension, Router};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn the_answer_carries_the_id_that_the_handler_saw_and_never_the_clients() {
        let app = Router::new()
            .route("/", get(|Extension(id): Extension<RequestId>| async move { id.to_string() }))
            .layer(axum::middleware::from_fn(layer));
        let request = Request::get("/").header("x-request-id", "mine").body(Body::empty()).unwrap();
        let response = app.oneshot(request).await.unwrap();
        let shown = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let seen = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        assert_eq!(shown.as_bytes(), seen);
        assert_eq!(shown.parse::<Uuid>().unwrap().get_version_num(), 7);
    }

    #[test]
    fn a_signed_path_is_cut_in_the_log() {
        assert_eq!(span_path("/media/secret/signature"), "/media");
        assert_eq!(span_path("/graphql"), "/graphql");
        assert_eq!(span_path("/"), "/");
    }
}
