//! What an operation costs, who pays, how long it may take, and documents by their hash.

use serde_json::json;

use super::{GRAPHQL, JSON, code, get, post};
use crate::http::door::Settings;
use crate::http::rate::RateLimiter;
use crate::http::testing::{call, door};

#[tokio::test]
async fn the_bucket_shows_in_headers_and_an_empty_one_refuses_the_whole_request() {
    let mut door = door(None);
    door.rates = RateLimiter::new(1_000);
    let ask = |token: Option<&str>, query: &str| {
        let mut request = post(JSON, json!({"query": query}));
        if let Some(token) = token {
            request.headers_mut().insert("authorization", token.parse().unwrap());
        }
        request
    };
    let (status, headers, _) = call(&door, ask(None, "{ hello }")).await;
    assert_eq!((status.as_u16(), headers["ratelimit-limit"].to_str().unwrap()), (200, "100"));
    assert_eq!(headers["ratelimit-remaining"], "99");
    assert!(headers["ratelimit-reset"].to_str().unwrap().parse::<u64>().unwrap() <= 1);
    // A refused document costs more than a small one that is executed.
    let (status, headers, answer) = call(&door, ask(None, "{ nothing }")).await;
    assert_eq!((status.as_u16(), code(&answer)), (200, "GRAPHQL_VALIDATION_FAILED"));
    assert_eq!(headers["ratelimit-remaining"], "0");
    let (status, headers, answer) = call(&door, ask(None, "{ hello }")).await;
    assert_eq!((status.as_u16(), code(&answer), answer.get("data")), (429, "RATE_LIMITED", None));
    assert_eq!(headers["retry-after"], answer["errors"][0]["extensions"]["retryAfter"].to_string().as_str());
    let (status, headers, _) = call(&door, ask(Some("Bearer good"), "{ hello }")).await;
    assert_eq!((status.as_u16(), headers["ratelimit-limit"].to_str().unwrap()), (200, "1000"));
}

#[tokio::test]
async fn what_is_refused_for_its_variables_is_paid_for_as_well() {
    for variables in [json!({"n": 7}), json!({"n": "#__graphql_file__:0"}), json!({"n": vec![1; 10_001]})] {
        let mut door = door(None);
        door.rates = RateLimiter::new(5_000);
        let body = json!({"query": "query($n: String!) { hello(name: $n) }", "variables": variables});
        let (_, headers, answer) = call(&door, post(JSON, body)).await;
        assert!(answer.get("data").is_none() && headers["ratelimit-limit"] == "500", "{answer}");
        let left: u64 = headers["ratelimit-remaining"].to_str().unwrap().parse().unwrap();
        assert!((390..=410).contains(&left), "{left} left of 500");
    }
}

#[tokio::test]
async fn the_cost_is_told_to_those_who_ask_for_it() {
    let mut door = door(None);
    let (_, headers, answer) = call(&door, post(JSON, json!({"query": "{ hello }"}))).await;
    assert!(answer.get("extensions").is_none() && !headers.contains_key("ratelimit-limit"));
    let ask = || {
        let mut request = post(JSON, json!({"query": "mutation { write b: write }"}));
        request.headers_mut().insert("graphql-cost", "1".parse().unwrap());
        request
    };
    let (_, _, answer) = call(&door, ask()).await;
    assert_eq!(answer["extensions"], json!({"cost": {"requested": 20, "limit": 10_000}}));
    door.rates = RateLimiter::new(1_000);
    let (_, _, answer) = call(&door, ask()).await;
    assert_eq!(answer["extensions"]["cost"], json!({"requested": 20, "limit": 10_000, "bucket": 100, "remaining": 80}));
}

#[tokio::test]
async fn an_operation_that_takes_too_long_is_stopped() {
    let mut door = door(None);
    let mut settings = Settings::clone(&door.settings);
    settings.execution = std::time::Duration::from_millis(10);
    door.settings = std::sync::Arc::new(settings);
    let (status, _, answer) = call(&door, post(JSON, json!({"query": "{ never }"}))).await;
    assert_eq!((status.as_u16(), code(&answer)), (503, "UNAVAILABLE"));
    assert!(answer["errors"][0]["extensions"]["requestId"].is_string());
    assert_eq!(call(&door, post(JSON, json!({"query": "{ hello }"}))).await.0, 200);
}

#[tokio::test]
async fn a_document_is_named_by_its_hash_over_get_and_post() {
    let mut door = door(None);
    door.rates = RateLimiter::new(1_000);
    let query = "query($n: String!) { hello(name: $n) }";
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(query));
    let extensions = json!({"persistedQuery": {"version": 1, "sha256Hash": hash}});
    let named = |name: &str| json!({"extensions": extensions, "variables": {"n": name}});
    for (accept, expected) in [(JSON, 200), (GRAPHQL, 400)] {
        let (status, headers, answer) = call(&door, post(accept, named("a"))).await;
        // Asking whether it is there is cheap.
        assert!(headers["ratelimit-remaining"].to_str().unwrap().parse::<u64>().unwrap() >= 98);
        assert_eq!((status.as_u16(), code(&answer)), (expected, "PERSISTED_QUERY_NOT_FOUND"));
        assert_eq!(answer["errors"][0]["message"], "PersistedQueryNotFound");
    }
    let mut whole = named("b");
    whole["query"] = query.into();
    assert_eq!(call(&door, post(JSON, whole)).await.2["data"]["hello"], "Hello b");
    assert_eq!(call(&door, post(JSON, named("c"))).await.2["data"]["hello"], "Hello c");
    let parameters = [("extensions", extensions.to_string()), ("variables", json!({"n": "d"}).to_string())];
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(call(&door, get(&parameters)).await.2["data"]["hello"], "Hello d");
}
