//! Cross-origin requests: no other site may read answers, unless the operator names it.

use reqwest::Method;
use serde_json::json;

use super::{JSON, send};
use crate::support::TestApp;
use crate::support::client::Answer;

const EVIL: &str = "https://evil.example";

async fn preflight(app: &TestApp, origin: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type,authorization,graphql-preflight"),
    ];
    send(app, Method::OPTIONS, &headers, "").await
}

async fn ask(app: &TestApp, origin: &str) -> Answer {
    let body = json!({ "query": "{ server { version } }" }).to_string();
    send(app, Method::POST, &[("origin", origin), ("content-type", JSON)], body).await
}

fn allowed(answer: &Answer) -> Option<&str> {
    answer.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn by_default_no_other_origin_may_read_an_answer() {
    let app = TestApp::start().await;
    for origin in [EVIL, "null", "http://localhost:5173"] {
        assert_eq!(
            (allowed(&preflight(&app, origin).await), allowed(&ask(&app, origin).await)),
            (None, None),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn the_origins_that_the_operator_names_may_and_no_others() {
    let named = "https://app.example";
    let app =
        TestApp::with(|config| config.cors_origins = vec![named.to_owned(), "http://localhost:5173".to_owned()]).await;
    for origin in [named, "http://localhost:5173"] {
        let answer = preflight(&app, origin).await;
        assert_eq!((answer.status, allowed(&answer)), (200, Some(origin)));
        let listed = |name: &str| answer.headers[name].to_str().unwrap().to_lowercase();
        let headers = listed("access-control-allow-headers");
        assert_eq!(listed("access-control-max-age"), "600");
        for needed in ["content-type", "authorization", "graphql-preflight", "apollo-require-preflight", "graphql-cost"]
        {
            assert!(headers.contains(needed), "{headers}");
        }
        assert!(listed("access-control-allow-methods").contains("post"));
        assert_eq!(listed("access-control-allow-credentials"), "true");

        let answer = ask(&app, origin).await;
        assert_eq!((answer.status, allowed(&answer)), (200, Some(origin)));
        let exposed = answer.headers["access-control-expose-headers"].to_str().unwrap().to_lowercase();
        let exposed: Vec<_> = exposed.split(',').map(str::trim).collect();
        for needed in ["x-request-id", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after"] {
            assert!(exposed.contains(&needed), "{exposed:?}");
        }
        // A cache must not give one origin the answer for another.
        assert!(answer.headers["vary"].to_str().unwrap().to_lowercase().contains("origin"));
    }
    for origin in [EVIL, "null", "http://app.example", "https://app.example.evil.example", "https://app.example:8443"] {
        assert_eq!(
            (allowed(&preflight(&app, origin).await), allowed(&ask(&app, origin).await)),
            (None, None),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn a_mutation_of_another_site_needs_what_it_cannot_send() {
    let app = TestApp::start().await;
    let body = json!({ "query": "mutation { logout { errors { code } } }" }).to_string();
    // What a page can send without a preflight.
    for simple in ["text/plain", "application/x-www-form-urlencoded"] {
        let answer = send(&app, Method::POST, &[("origin", EVIL), ("content-type", simple)], body.clone()).await;
        assert_eq!(answer.status, 415);
    }
    let form = [("origin", EVIL), ("content-type", "multipart/form-data; boundary=x")];
    assert_eq!(send(&app, Method::POST, &form, "--x--\r\n").await.status, 401);
}
