//! Event streams through the routes, without a network.

use std::sync::atomic::Ordering;

use axum::http::{Request, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::http::door::SocketTimes;
use crate::http::graphql;
use crate::http::testing::{TestHouse, door};

const EVENTS: &str = "text/event-stream";

async fn send(door: &Door<TestHouse>, request: Request<Body>) -> Response {
    graphql::routes("/graphql", door.clone()).oneshot(request).await.unwrap()
}

fn post() -> axum::http::request::Builder {
    Request::post("/graphql").header("accept", EVENTS).header("content-type", "application/json")
}

async fn ask(door: &Door<TestHouse>, query: &str) -> Response {
    let body = json!({ "query": query });
    send(door, post().body(body.to_string().into()).unwrap()).await
}

async fn ask_as_ada(door: &Door<TestHouse>, query: &str) -> Response {
    let body = json!({ "query": query });
    let request = post().header("authorization", "Bearer good");
    send(door, request.body(body.to_string().into()).unwrap()).await
}

/// All of it, which must come to an end.
async fn text(response: Response) -> String {
    let whole = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(whole.to_vec()).unwrap()
}

/// The results of a whole stream, which must be completed.
async fn results(response: Response) -> Vec<Value> {
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let text = text(response).await;
    let events = text.strip_prefix(COMMENT).and_then(|text| text.strip_suffix(COMPLETE)).expect(&text);
    let result = |event: &str| serde_json::from_str(event.strip_prefix("event: next\ndata: ").expect(event)).unwrap();
    events.split_terminator("\n\n").filter(|event| *event != ":").map(result).collect()
}

#[tokio::test]
async fn every_result_is_an_event_and_then_it_is_complete() {
    let door = door(None);
    let ticks: Vec<_> = (0..3).map(|tick| json!({"data": {"ticks": tick}})).collect();
    assert_eq!(results(ask(&door, "subscription { ticks(to: 3) }").await).await, ticks);
    assert!(results(ask(&door, "subscription { ticks(to: 0) }").await).await.is_empty());
    assert_eq!(results(ask(&door, "{ hello }").await).await, [json!({"data": {"hello": "Hello you"}})]);
    let lines = ask(&door, r#"{ hello(name: "a\nb\rc") }"#).await;
    assert_eq!(results(lines).await, [json!({"data": {"hello": "Hello a\nb\rc"}})]);
    let ada = ask_as_ada(&door, "subscription { guarded }").await;
    assert_eq!(results(ada).await, [json!({"data": {"guarded": 7}})]);
}

#[tokio::test]
async fn a_mutation_runs_by_post_with_its_cookies_and_never_by_get() {
    let door = door(None);
    let written = ask(&door, "mutation { write }").await;
    let cookies: Vec<_> = written.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    assert_eq!(results(written).await, [json!({"data": {"write": true}})]);
    let get =
        |query: &str| Request::get(format!("/graphql?query={query}")).header("accept", EVENTS).body(Body::empty());
    let refused = send(&door, get("mutation{write}").unwrap()).await;
    assert_eq!(
        (refused.status(), &refused.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &HeaderValue::from_static("POST"))
    );
    assert_eq!(door.house.writes.load(Ordering::SeqCst), 1);
    assert_eq!(results(send(&door, get("{hello}").unwrap()).await).await.len(), 1);
    assert_eq!(results(send(&door, get("subscription{ticks(to:2)}").unwrap()).await).await.len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_document_is_an_event() {
    let door = door(None);
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription($a: Int!) { ticks(to: $a) }", "BAD_REQUEST"),
        ("subscription { guarded }", "UNAUTHENTICATED"),
    ] {
        let results = results(ask(&door, query).await).await;
        assert_eq!(results.len(), 1, "{query}: {results:?}");
        assert_eq!((&results[0]["errors"][0]["extensions"]["code"], results[0].get("data")), (&json!(code), None));
    }
    let panicking = results(ask(&door, "subscription { panicking }").await).await;
    assert_eq!(panicking[0], json!({"data": {"panicking": 0}}));
    assert_eq!(panicking[1]["errors"][0]["extensions"]["code"], "INTERNAL");
    assert_eq!(panicking.len(), 2);
}

#[tokio::test]
async fn what_is_refused_before_the_document_is_a_plain_answer() {
    let mut door = door(None);
    std::sync::Arc::get_mut(&mut door.settings).unwrap().max_listeners = 0;
    let query = json!({"query": "subscription { forever }"}).to_string();
    for (name, value, body, status, code) in [
        ("x-nothing", "", "{", 400, "BAD_REQUEST"),
        ("x-nothing", "", "{}", 400, "BAD_REQUEST"),
        ("content-type", "text/plain", &*query, 415, "BAD_REQUEST"),
        ("authorization", "Bearer forged", &query, 401, "UNAUTHENTICATED"),
        ("authorization", "Bearer gone", &query, 503, "UNAVAILABLE"),
        ("x-nothing", "", &query, 429, "RATE_LIMITED"),
    ] {
        let mut request = post().body(Body::from(body.to_owned())).unwrap();
        request.headers_mut().insert(name, HeaderValue::from_static(value));
        let response = send(&door, request).await;
        assert_eq!(response.status(), status, "{name}: {value} {body}");
        assert_eq!(response.headers()["content-type"], "application/graphql-response+json; charset=utf-8");
        let answer: Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!((&answer["errors"][0]["extensions"]["code"], answer.get("data")), (&json!(code), None));
    }
}

#[tokio::test]
async fn comments_keep_a_quiet_stream_alive() {
    let times = SocketTimes { comment: Duration::from_millis(1), ..SocketTimes::USUAL };
    let mut body = ask(&door(Some(times)), "subscription { forever }").await.into_body().into_data_stream();
    for _ in 0..4 {
        assert_eq!(body.next().await.unwrap().unwrap(), COMMENT);
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_with_the_server_and_says_nothing_more() {
    let times = SocketTimes { session_check: Duration::from_millis(1), ..SocketTimes::USUAL };
    let door = door(Some(times));
    let of_ada = ask_as_ada(&door, "subscription { forever }").await;
    let nobodys = ask(&door, "subscription { forever }").await;
    assert_eq!(door.listeners.count(), 2);
    door.house.ended.lock().unwrap().extend(door.listeners.sessions());
    assert!([String::new(), COMMENT.to_owned()].contains(&text(of_ada).await), "it is not complete");
    assert_eq!(door.listeners.count(), 1);
    door.settings.shutdown.cancel();
    assert!([String::new(), COMMENT.to_owned()].contains(&text(nobodys).await));
    assert_eq!((door.listeners.count(), door.house.running.load(Ordering::SeqCst)), (0, 0));
}

#[tokio::test]
async fn whoever_takes_nothing_is_told_nothing_and_who_leaves_frees_everything() {
    let door = door(None);
    let response = ask(&door, "subscription { counted }").await;
    assert_eq!(door.house.counted.load(Ordering::SeqCst), 0, "nothing is made ahead");
    let mut body = response.into_body().into_data_stream();
    for _ in 0..4 {
        body.next().await.unwrap().unwrap();
    }
    assert_eq!(door.house.counted.load(Ordering::SeqCst), 3, "a comment and three events");
    assert_eq!((door.listeners.count(), door.house.running.load(Ordering::SeqCst)), (1, 1));
    drop(body);
    assert_eq!((door.listeners.count(), door.house.running.load(Ordering::SeqCst)), (0, 0));
}
