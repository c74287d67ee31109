//! The protocol over a real socket, with a client that sends what it likes.

use axum::http::HeaderValue;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Error as ClientError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::*;
use crate::http::door::SocketTimes;
use crate::http::graphql;
use crate::http::testing::{TestHouse, door};

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

async fn serve(door: Door<TestHouse>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, graphql::routes("/graphql", door)).await });
    format!("ws://{address}/graphql")
}

async fn connect(url: &str, headers: &[(&'static str, &str)]) -> Result<Client, ClientError> {
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
    }
    connect_async(request).await.map(|(socket, _)| Client(socket))
}

/// A client of our protocol that has sent nothing yet.
async fn open(times: Option<SocketTimes>) -> Client {
    let url = serve(door(times)).await;
    connect(&url, &[("sec-websocket-protocol", PROTOCOL)]).await.unwrap()
}

/// One that was let in.
async fn ready(payload: Value) -> Client {
    let mut client = open(None).await;
    client.init(payload).await;
    client
}

impl Client {
    async fn send(&mut self, message: impl ToString) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn init(&mut self, payload: Value) {
        self.send(json!({"type": "connection_init", "payload": payload})).await;
        assert_eq!(self.next().await, json!({"type": "connection_ack"}));
    }

    async fn subscribe(&mut self, id: &str, query: &str) {
        self.send(json!({"type": "subscribe", "id": id, "payload": {"query": query}})).await;
    }

    /// The next message; pings are answered by the library.
    async fn next(&mut self) -> Value {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

fn next(id: &str, data: Value) -> Value {
    json!({"type": "next", "id": id, "payload": {"data": data}})
}

fn complete(id: &str) -> Value {
    json!({"type": "complete", "id": id})
}

#[tokio::test]
async fn queries_mutations_and_subscriptions_are_answered() {
    let mut client = ready(json!(null)).await;
    client.subscribe("q", "{ hello }").await;
    assert_eq!(client.next().await, next("q", json!({"hello": "Hello you"})));
    assert_eq!(client.next().await, complete("q"));
    client.subscribe("m", "mutation { write }").await;
    assert_eq!(client.next().await, next("m", json!({"write": true})));
    assert_eq!(client.next().await, complete("m"));
    client.subscribe("s", "subscription { ticks(to: 2) }").await;
    for tick in 0..2 {
        assert_eq!(client.next().await, next("s", json!({"ticks": tick})));
    }
    assert_eq!(client.next().await, complete("s"));
    // An id is free again as soon as its operation is over.
    client.subscribe("s", "subscription { ticks(to: 0) }").await;
    assert_eq!(client.next().await, complete("s"));
}

#[tokio::test]
async fn what_was_not_executed_ends_with_error_and_what_failed_on_the_way_with_data() {
    let mut client = ready(json!(null)).await;
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: String!) { hello(name: $a) }", "BAD_REQUEST"),
        ("subscription { guarded }", "UNAUTHENTICATED"),
        ("mutation { upload(file: \"#__graphql_file__:7\") { bytes } }", "BAD_REQUEST"),
        ("{ panics }", "INTERNAL"),
    ] {
        client.subscribe("1", query).await;
        let message = client.next().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("1")), "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{message}");
    }
    let nested = format!("{{ list(v: {}1{}) }}", "[".repeat(1_500), "]".repeat(1_500));
    client.subscribe("1", &nested).await;
    assert_eq!(client.next().await["payload"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX");
    client.subscribe("1", "{ failsWhole }").await;
    let message = client.next().await;
    assert_eq!((&message["type"], &message["payload"]["data"]), (&json!("next"), &Value::Null));
    assert_eq!(client.next().await, complete("1"));
}

#[tokio::test]
async fn a_resolver_that_panics_ends_its_operation_and_not_the_socket() {
    let mut client = ready(json!(null)).await;
    client.subscribe("1", "subscription { panicking }").await;
    assert_eq!(client.next().await, next("1", json!({"panicking": 0})));
    let message = client.next().await;
    assert_eq!((&message["type"], &message["payload"][0]["extensions"]["code"]), (&json!("error"), &json!("INTERNAL")));
    client.subscribe("1", "{ hello }").await;
    assert_eq!(client.next().await["type"], "next");
}

#[tokio::test]
async fn the_token_of_connection_init_says_who_asks() {
    let mut client = ready(json!({"authorization": "Bearer good"})).await;
    client.subscribe("1", "{ viewer }").await;
    assert_eq!(client.next().await, next("1", json!({"viewer": "ada"})));
    assert_eq!(client.next().await, complete("1"));
    client.subscribe("2", "subscription { guarded }").await;
    assert_eq!(client.next().await, next("2", json!({"guarded": 7})));
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload_before_and_after_the_init() {
    let mut client = open(None).await;
    client.send(json!({"type": "ping", "payload": {"a": 1}})).await;
    assert_eq!(client.next().await, json!({"type": "pong", "payload": {"a": 1}}));
    client.init(json!({})).await;
    client.send(json!({"type": "ping"})).await;
    assert_eq!(client.next().await, json!({"type": "pong"}));
    client.send(json!({"type": "pong"})).await;
    client.send(json!({"type": "complete", "id": "unknown"})).await;
    client.subscribe("1", "{ hello }").await;
    assert_eq!(client.next().await["type"], "next");
}

#[tokio::test]
async fn a_completed_operation_sends_nothing_more_and_its_id_is_free() {
    let mut client = ready(json!(null)).await;
    for query in ["subscription { forever }", "{ never }"] {
        client.subscribe("1", query).await;
        client.send(complete("1")).await;
    }
    client.subscribe("1", "{ hello }").await;
    assert_eq!(client.next().await["type"], "next");
    assert_eq!(client.next().await, complete("1"));
}

#[tokio::test]
async fn more_than_fifty_operations_at_once_are_refused_one_by_one() {
    let mut client = ready(json!(null)).await;
    for id in 0..=socket::MAX_OPERATIONS {
        client.subscribe(&id.to_string(), "subscription { forever }").await;
    }
    let message = client.next().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("50")));
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    client.send(complete("0")).await;
    client.subscribe("50", "{ hello }").await;
    assert_eq!(client.next().await["type"], "next");
}

#[tokio::test]
async fn a_page_of_another_site_cannot_open_a_socket() {
    let url = serve(door(None)).await;
    let host = url.trim_start_matches("ws://").trim_end_matches("/graphql");
    for (origin, allowed) in [
        ("https://evil.example".to_owned(), false),
        ("null".to_owned(), false),
        ("http://localhost:8000".to_owned(), true),
        (format!("http://{host}"), true),
    ] {
        let opened = connect(&url, &[("sec-websocket-protocol", PROTOCOL), ("origin", &origin)]).await;
        match opened {
            Err(ClientError::Http(response)) if !allowed => assert_eq!(response.status(), 403, "{origin}"),
            opened => assert_eq!(opened.is_ok(), allowed, "{origin}"),
        }
    }
}
