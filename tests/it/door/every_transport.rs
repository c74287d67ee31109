//! One document over every transport that takes one: what is refused on one of them is refused on all.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{GRAPHQL, JSON};
use crate::support::TestApp;
use crate::support::app::eventually;
use crate::support::client::{Answer, Client};
use crate::support::ws::{Said, Socket};

/// Bytes of the header of a request: a longer URL never gets to the endpoint.
const LONGEST_URL: usize = 31_000;
/// Bytes of a message on a socket, and of the request in a form.
const LONGEST_MESSAGE: usize = 64 * 1024;
/// Bytes of a JSON body.
const LONGEST_BODY: usize = 256 * 1024;

/// What a transport said: its status, or the close code of a socket; and the code of the error.
type Told = (u16, String);

/// Holds all transports to refusing a document with this code, without a statement to the database. Where the request is
/// too long for the transport itself, that is what it says. `client` is signed in.
pub async fn refused(app: &TestApp, client: &Client, document: &str, code: &str) {
    let shown: String = document.chars().take(60).collect();
    let body = json!({ "query": document }).to_string().len();
    let expected = |status: u16, longest: usize, too_long: u16| match body {
        length if length <= longest - 500 => (status, code.to_owned()),
        _ => (too_long, if too_long == 413 { "BAD_REQUEST".to_owned() } else { String::new() }),
    };
    costs_nothing(app, async || {
        for (transport, told) in by_all(client, document).await {
            let expected = match transport {
                "GET" => (400, code.to_owned()),
                "WebSocket" => expected(101, LONGEST_MESSAGE, 1009),
                "POST, application/json" | "event stream" => expected(200, LONGEST_BODY, 413),
                "form" => expected(400, LONGEST_MESSAGE, 413),
                "hash alone" => (400, "PERSISTED_QUERY_NOT_FOUND".to_owned()),
                _ => expected(400, LONGEST_BODY, 413),
            };
            assert_eq!(told, expected, "{transport}: {shown}");
        }
    })
    .await;
    super::still_answers(app).await;
}

/// Holds `work` to sending no statement to the database. What sweeps in the background may add its own to a try or two.
pub async fn costs_nothing(app: &TestApp, work: impl AsyncFn()) {
    eventually("a try without a statement", async || {
        let (statements, ()) = app.statements(work()).await;
        (statements == 0).then_some(())
    })
    .await;
}

async fn by_all(client: &Client, document: &str) -> Vec<(&'static str, Told)> {
    let hash = hex::encode(Sha256::digest(document));
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let mut told = vec![
        ("POST", post(client, GRAPHQL, &json!({ "query": document })).await),
        ("POST, application/json", post(client, JSON, &json!({ "query": document })).await),
        ("WebSocket", socket(client, document).await),
        ("event stream", post(client, "text/event-stream", &json!({ "query": document })).await),
        ("form", form(client, document).await),
        ("hash and text", post(client, GRAPHQL, &json!({ "query": document, "extensions": persisted })).await),
        ("hash alone", post(client, GRAPHQL, &json!({ "extensions": persisted })).await),
    ];
    let mut url = url::Url::parse(&format!("{}/graphql", client.url)).unwrap();
    url.query_pairs_mut().append_pair("query", document);
    if url.as_str().len() < LONGEST_URL {
        told.push(("GET", http(client, client.http.get(url).header("accept", GRAPHQL)).await));
    }
    told
}

async fn post(client: &Client, accept: &str, body: &Value) -> Told {
    http(client, client.http.post(format!("{}/graphql", client.url)).header("accept", accept).json(body)).await
}

async fn form(client: &Client, document: &str) -> Told {
    let operations = json!({ "query": document, "variables": { "file": null } });
    let form = Form::new()
        .text("operations", operations.to_string())
        .text("map", r#"{"0":["variables.file"]}"#)
        .part("0", Part::bytes(vec![0; 100]).file_name("a.jpg"));
    let request = client.http.post(format!("{}/graphql", client.url));
    http(client, request.header("accept", GRAPHQL).header("graphql-preflight", "1").multipart(form)).await
}

async fn http(client: &Client, request: reqwest::RequestBuilder) -> Told {
    let answer = Answer::of(client.signed(request)).await;
    let body = match &answer.body {
        Value::String(events) => first_event(events),
        body => body.clone(),
    };
    assert!(body.get("data").is_none(), "executed: {body}");
    (answer.status, code(&body["errors"]))
}

fn first_event(events: &str) -> Value {
    let event = events.split("\n\n").find_map(|event| event.strip_prefix("event: next\ndata: "));
    serde_json::from_str(event.unwrap_or_else(|| panic!("neither JSON nor an event: {events:?}"))).unwrap()
}

async fn socket(client: &Client, document: &str) -> Told {
    let mut socket = Socket::of(client).await;
    socket.subscribe("1", document, json!({})).await;
    match socket.said().await {
        Said::Message(message) => {
            assert_eq!(message["type"], "error", "{message}");
            (101, code(&message["payload"]))
        }
        Said::Closed(close) => (close, String::new()),
    }
}

fn code(errors: &Value) -> String {
    errors[0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
}
