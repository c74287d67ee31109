//! For load balancers: `/healthz` says that the process answers, `/readyz` that what it stands on does too.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;

/// A check that takes longer counts as failed.
const PATIENCE: Duration = Duration::from_secs(2);

/// Both routes. `ready` asks the database and the storage, and is asked at each request.
pub fn routes<F, Fut>(ready: F) -> Router
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = bool> + Send + 'static,
{
    let live = get(|| async { (no_store(), "ok") });
    Router::new().route("/healthz", live).route(
        "/readyz",
        get(move || async move {
            let ready = tokio::time::timeout(PATIENCE, ready()).await.unwrap_or(false);
            let answer = if ready { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
            (no_store(), answer).into_response()
        }),
    )
}

const fn no_store() -> [(HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "no-store")]
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn the_process_is_healthy_while_it_is_not_ready() {
        for (ready, path, status) in [(false, "/healthz", 200), (false, "/readyz", 503), (true, "/readyz", 200)] {
            let app = routes(move || async move { ready });
            let answer = app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), status, "{path} {ready}");
        }
    }
}
