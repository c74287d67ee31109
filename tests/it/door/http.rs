//! GraphQL over HTTP: methods, media types, and what the status says.

use reqwest::Method;
use serde_json::json;

use super::{GRAPHQL, JSON, get, post, refused, send, still_answers};
use crate::support::TestApp;

const VERSION: &str = "{ server { version } }";

#[tokio::test]
async fn the_status_says_what_the_accepted_form_lets_it_say() {
    let app = TestApp::start().await;
    // The body, the status for GraphQL's own media type and for plain JSON, and the code; none: it is executed.
    for (body, graphql, json, code) in [
        (json!({ "query": VERSION }), 200, 200, None),
        (json!({ "query": VERSION, "variables": null, "operationName": null, "extensions": {} }), 200, 200, None),
        (json!({ "query": "{" }), 400, 200, Some("GRAPHQL_PARSE_FAILED")),
        (json!({ "query": "" }), 400, 200, Some("GRAPHQL_PARSE_FAILED")),
        (json!({ "query": "{ nothing }" }), 400, 200, Some("GRAPHQL_VALIDATION_FAILED")),
        (json!({ "query": "{ image(id: {}) { id } }" }), 400, 200, Some("GRAPHQL_VALIDATION_FAILED")),
        (json!({ "query": "query A { server { version } }", "operationName": "B" }), 400, 200, Some("BAD_REQUEST")),
        (json!({ "query": "query($id: ID!) { image(id: $id) { id } }" }), 400, 200, Some("BAD_REQUEST")),
        (
            json!({ "query": "subscription { analysisEvents(of: {all: true}) { cursor } }" }),
            400,
            200,
            Some("BAD_REQUEST"),
        ),
        (json!({ "qeury": VERSION }), 400, 400, Some("BAD_REQUEST")),
        (json!({ "query": 7 }), 400, 400, Some("BAD_REQUEST")),
        (json!({ "query": VERSION, "variables": "x" }), 400, 400, Some("BAD_REQUEST")),
        (json!("query"), 400, 400, Some("BAD_REQUEST")),
    ] {
        for (accept, status) in [(GRAPHQL, graphql), (JSON, json), ("*/*", json)] {
            let answer = post(&app, accept, &body).await;
            match code {
                Some(code) => refused(&answer, status, code),
                None => assert!(answer.status == status && answer.data("server")["version"].is_string()),
            }
            let form = if accept == GRAPHQL { GRAPHQL } else { JSON };
            assert_eq!(answer.headers["content-type"], format!("{form}; charset=utf-8"), "{body}");
            assert_eq!(answer.headers["cache-control"], "no-store");
        }
    }
}

#[tokio::test]
async fn what_was_executed_has_data_even_where_all_of_it_failed() {
    let app = TestApp::start().await;
    for accept in [GRAPHQL, JSON] {
        let answer = post(&app, accept, &json!({ "query": "{ images { nodes { id } } }" })).await;
        assert_eq!((answer.status, answer.code()), (200, "UNAUTHENTICATED"));
        assert_eq!(answer.body.get("data"), Some(&json!(null)), "{}", answer.body);
        let answer = post(&app, accept, &json!({ "query": "{ image(id: \"image_\") { id } me { email } }" })).await;
        assert_eq!((answer.status, &answer.body["data"]), (200, &json!({ "image": null, "me": null })));
        assert_eq!(answer.body["errors"][0]["path"], json!(["image"]));
    }
}

#[tokio::test]
async fn batches_are_refused() {
    let app = TestApp::start().await;
    for body in [json!([{ "query": VERSION }]), json!([]), json!([{ "query": VERSION }, { "query": VERSION }])] {
        for accept in [GRAPHQL, JSON] {
            refused(&post(&app, accept, &body).await, 400, "BAD_REQUEST");
        }
    }
}

#[tokio::test]
async fn a_body_is_json_in_utf_8_and_nothing_that_a_page_can_send_unasked() {
    let app = TestApp::start().await;
    let body = json!({ "query": VERSION }).to_string();
    for (declared, status) in [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON;charset=\"UTF-8\"", 200),
        ("application/json; charset=utf-16", 415),
        ("application/json; charset=iso-8859-1", 415),
        ("application/graphql", 415),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
        ("text/plain; a=application/json", 415),
        ("", 415),
    ] {
        let answer = send(&app, Method::POST, &[("content-type", declared)], body.clone()).await;
        assert_eq!(answer.status, status, "{declared}");
        if status == 415 {
            refused(&answer, 415, "BAD_REQUEST");
        }
    }
    refused(&send(&app, Method::POST, &[], body.clone()).await, 415, "BAD_REQUEST");
    let packed = send(&app, Method::POST, &[("content-type", JSON), ("content-encoding", "gzip")], body).await;
    refused(&packed, 415, "BAD_REQUEST");
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_is_a_bad_request() {
    let app = TestApp::start().await;
    let latin: Vec<u8> = b"{\"query\":\"{ server { version } } # \xe9\"}".to_vec();
    let deep = format!(
        "{{\"query\":\"{{ me {{ email }} }}\",\"variables\":{{\"a\":{}1{}}}}}",
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    for body in [
        Vec::new(),
        b"   ".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        latin,
        deep.into_bytes(),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let answer = send(&app, Method::POST, &[("content-type", JSON)], body).await;
        assert_eq!((answer.status, answer.code()), (400, "BAD_REQUEST"), "{shown}");
        refused(&answer, 400, "BAD_REQUEST");
    }
    still_answers(&app).await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_words() {
    let app = TestApp::start().await;
    let body = json!({ "query": format!("{VERSION} # {}", "x".repeat(300_000)) });
    refused(&post(&app, JSON, &body).await, 413, "BAD_REQUEST");
    still_answers(&app).await;
}

#[tokio::test]
async fn a_client_that_accepts_neither_form_is_told_so() {
    let app = TestApp::start().await;
    for accept in ["text/html", "text/event-stream;q=0", "application/json;q=0", "image/*"] {
        refused(&post(&app, accept, &json!({ "query": VERSION })).await, 406, "BAD_REQUEST");
        refused(&get(&app, accept, &[("query", VERSION)]).await, 406, "BAD_REQUEST");
    }
}

#[tokio::test]
async fn get_asks_and_never_changes_anything() {
    let app = TestApp::start().await;
    for accept in [GRAPHQL, JSON] {
        let answer = get(&app, accept, &[("query", VERSION)]).await;
        assert!(answer.data("server")["version"].is_string());
        let parameters = [
            (
                "query",
                "query A($on: Boolean!) { server { version @include(if: $on) registration } } query B { me { email } }",
            ),
            ("operationName", "A"),
            ("variables", r#"{"on":false}"#),
        ];
        assert_eq!(get(&app, accept, &parameters).await.data("server"), json!({ "registration": "OPEN" }));
    }
    let register = "mutation { register(input: {username: \"ada\", email: \"ada@example.org\", password: \"nine purple walruses\"}) { errors { code } } }";
    let both = format!("query A {VERSION} {}", register.replacen("mutation", "mutation B", 1));
    for parameters in [vec![("query", register)], vec![("query", &both), ("operationName", "B")]] {
        let answer = get(&app, JSON, &parameters).await;
        refused(&answer, 405, "BAD_REQUEST");
        assert_eq!(answer.headers["allow"], "POST");
    }
    let login = app.anonymous().login("ada", "nine purple walruses").await;
    assert_eq!(login.refusals("login"), ["INVALID_CREDENTIALS"], "a GET made an account");
    for parameters in
        [vec![], vec![("query", VERSION), ("query", VERSION)], vec![("query", VERSION), ("variables", "[]")]]
    {
        refused(&get(&app, JSON, &parameters).await, 400, "BAD_REQUEST");
    }
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let app = TestApp::start().await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer =
            send(&app, method.clone(), &[("content-type", JSON)], json!({ "query": VERSION }).to_string()).await;
        assert_eq!(answer.status, 405, "{method}");
        let allowed = answer.headers["allow"].to_str().unwrap();
        assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    }
}

#[tokio::test]
async fn every_answer_carries_an_id_of_our_own() {
    let app = TestApp::start().await;
    let http = app.anonymous().http;
    let mut seen = std::collections::HashSet::new();
    for path in
        ["/graphql", "/graphql?query={me{email}}", "/healthz", "/readyz", "/", "/nothing.js", "/media/a/b", "/graphiql"]
    {
        let request = http.get(format!("{}{path}", app.url)).header("x-request-id", "mine");
        let response = request.send().await.unwrap();
        let id = response.headers().get("x-request-id").unwrap_or_else(|| panic!("{path} has none"));
        let id: uuid::Uuid = id.to_str().unwrap().parse().unwrap();
        assert!(seen.insert(id), "{path}");
    }
    let put = http.put(format!("{}/graphql", app.url)).send().await.unwrap();
    assert!(put.headers().contains_key("x-request-id"));
}
