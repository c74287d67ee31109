//! What every request of every URL goes through: it gets its id and its span in the log, a panic becomes an answer, and
//! the answer carries the id and the headers of each. One layer and not one for each of these: the router makes a copy
//! of every layer for every request.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::Instrument;
use uuid::Uuid;

use super::request_id::RequestId;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// In each answer that does not say otherwise.
const ALWAYS: [(HeaderName, HeaderValue); 3] = [
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY")),
];

/// Middleware for `axum::middleware::from_fn`. The span says method and path, never the query string.
pub async fn layer(mut request: Request, next: Next) -> Response {
    let id = RequestId::make();
    request.extensions_mut().insert(id);
    let span =
        tracing::info_span!("request", %id, method = request.method().as_str(), path = span_path(request.uri().path()));
    let start = Instant::now();
    let answer = async {
        // Also what panics before there is a future.
        let response = AssertUnwindSafe(async { next.run(request).await }).catch_unwind().await;
        let response = response.unwrap_or_else(|_| panicked());
        tracing::debug!(status = response.status().as_u16(), took = ?start.elapsed(), "answered");
        response
    };
    let mut response = answer.instrument(span).await;
    let headers = response.headers_mut();
    let mut buffer = Uuid::encode_buffer();
    if let Ok(value) = HeaderValue::from_str(id.0.hyphenated().encode_lower(&mut buffer)) {
        headers.insert(REQUEST_ID, value);
    }
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    response
}

/// Not of a resolver, whose panic is an error of GraphQL.
fn panicked() -> Response {
    // The panic hook has logged where.
    tracing::error!("a handler panicked");
    (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.").into_response()
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

    #[tokio::test]
    async fn a_panic_is_an_answer_with_an_id_to_quote() {
        async fn broken() -> String {
            panic!("as asked")
        }
        let app = Router::new().route("/", get(broken)).layer(axum::middleware::from_fn(layer));
        let response = app.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.headers().contains_key(REQUEST_ID));
        let told = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        assert!(!told.windows(5).any(|word| word == b"asked"), "what it says is nobody's business");
    }

    #[tokio::test]
    async fn what_an_answer_says_itself_is_not_said_otherwise() {
        let app = Router::new()
            .route("/", get(|| async { ([("referrer-policy", "same-origin")], "") }))
            .layer(axum::middleware::from_fn(layer));
        let response = app.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        let said = |name: &str| response.headers().get_all(name).iter().cloned().collect::<Vec<_>>();
        assert_eq!(
            (said("referrer-policy"), said("x-frame-options")),
            (vec!["same-origin".parse().unwrap()], vec!["DENY".parse().unwrap()])
        );
    }

    #[test]
    fn a_signed_path_is_cut_in_the_log() {
        assert_eq!(span_path("/media/secret/signature"), "/media");
        assert_eq!(span_path("/graphql"), "/graphql");
        assert_eq!(span_path("/"), "/");
    }
}
