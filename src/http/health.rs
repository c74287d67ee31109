//! For load balancers: `/healthz` says that the process answers, `/readyz` that what it stands on does too.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long what was found out holds. Nobody has to sign in here: a thousand askers are one question to the database
/// and the storage.
const FRESH: Duration = Duration::from_secs(1);

/// A check that takes longer counts as failed.
const PATIENCE: Duration = Duration::from_secs(2);

/// Both routes. `ready` asks the database and the storage, and is asked once a second at most.
pub fn routes<F, Fut>(ready: F) -> Router
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = bool> + Send + 'static,
{
    fresh_for(FRESH, ready)
}

fn fresh_for<F, Fut>(fresh: Duration, ready: F) -> Router
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = bool> + Send + 'static,
{
    let live = get(|| async { (no_store(), "ok") });
    let known = Arc::new(Mutex::new(None));
    Router::new().route("/healthz", live).route(
        "/readyz",
        get(move || async move {
            let answer = if once_in(fresh, &known, ready).await {
                (StatusCode::OK, "ok")
            } else {
                (StatusCode::SERVICE_UNAVAILABLE, "not ready")
            };
            (no_store(), answer).into_response()
        }),
    )
}

/// Who comes while somebody asks waits for that answer.
async fn once_in<F, Fut>(fresh: Duration, known: &Mutex<Option<(Instant, bool)>>, ready: F) -> bool
where
    F: Fn() -> Fut,
    Fut: Future<Output = bool>,
{
    let mut known = known.lock().await;
    if let Some((_, ready)) = known.filter(|(when, _)| when.elapsed() < fresh) {
        return ready;
    }
    let ready = tokio::time::timeout(PATIENCE, ready()).await.unwrap_or(false);
    *known = Some((Instant::now(), ready));
    ready
}

const fn no_store() -> [(HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "no-store")]
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

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

    #[tokio::test]
    async fn a_thousand_askers_are_one_question_until_the_answer_is_old() {
        for (fresh, questions) in [(Duration::from_hours(1), 1), (Duration::ZERO, 2000)] {
            let asked = Arc::new(AtomicUsize::new(0));
            let count = Arc::clone(&asked);
            let app = fresh_for(fresh, move || {
                count.fetch_add(1, Ordering::SeqCst);
                async {
                    tokio::task::yield_now().await;
                    true
                }
            });
            for _ in 0..2 {
                let ask = || app.clone().oneshot(Request::get("/readyz").body(Body::empty()).unwrap());
                for answer in futures_util::future::join_all((0..1000).map(|_| ask())).await {
                    assert_eq!(answer.unwrap().status(), 200);
                }
            }
            assert_eq!(asked.load(Ordering::SeqCst), questions);
        }
    }
}
