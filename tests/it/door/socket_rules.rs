//! graphql-transport-ws: what breaks its rules ends the socket, with the code that the protocol has for it.

use serde_json::json;

use crate::support::TestApp;
use crate::support::ws::{Said, Socket};

const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");
const ME: &str = "{ me { email } }";
const FOLLOW: &str = "subscription { analysisEvents(of: {all: true}) { cursor } }";

#[tokio::test]
async fn a_message_that_is_none_ends_the_socket() {
    let app = TestApp::start().await;
    for text in [
        "junk",
        "[]",
        "7",
        "{}",
        r#"{"type":"start","id":"1","payload":{"query":"{me{email}}"}}"#,
        r#"{"type":"connection_init","payload":[]}"#,
        r#"{"type":"subscribe","id":7,"payload":{"query":"{me{email}}"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{me{email}}"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
        r#"{"type":"subscribe","id":"1","payload":[{"query":"{me{email}}"}]}"#,
        r#"{"type":"complete"}"#,
    ] {
        let mut socket = Socket::connect(&app.url).await;
        if !text.contains("connection_init") {
            socket.init(None).await;
        }
        socket.send_text(text).await;
        assert_eq!(socket.close_code().await, 4400, "{text}");
    }
    super::still_answers(&app).await;
}

#[tokio::test]
async fn nothing_is_executed_before_the_init() {
    let app = TestApp::start().await;
    for query in [ME, FOLLOW, "{"] {
        let mut socket = Socket::connect(&app.url).await;
        socket.subscribe("1", query, json!({})).await;
        assert_eq!(socket.said().await, Said::Closed(4401), "{query}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_valid_does_not_open_a_socket() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let good = ada.token.clone().unwrap();
    for authorization in [json!("Bearer forged"), json!(good), json!("Basic x"), json!(""), json!(7), json!({ "a": 1 })]
    {
        let mut socket = Socket::connect(&app.url).await;
        let payload = json!({ "authorization": authorization });
        socket.send(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.said().await, Said::Closed(4403), "{authorization}");
    }
    ada.query("mutation { logout { errors { code } } }").await.data("logout");
    let mut socket = Socket::connect(&app.url).await;
    assert_eq!(socket.init(Some(&good)).await, Said::Closed(4403), "the session has ended");
}

#[tokio::test]
async fn a_token_in_the_handshake_signs_nobody_in() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let authorization = format!("Bearer {}", ada.token.as_ref().unwrap());
    // Browsers cannot send the header, so it is not part of this protocol: only the init says who asks.
    let mut socket = Socket::try_connect(&app.url, &[PROTOCOL, ("authorization", &authorization)]).await.ok().unwrap();
    socket.init(None).await;
    socket.subscribe("1", ME, json!({})).await;
    assert_eq!(socket.next().await["payload"], json!({ "data": { "me": null } }));
}

#[tokio::test]
async fn only_this_sub_protocol_is_spoken() {
    let app = TestApp::start().await;
    let mut silent = Socket::try_connect(&app.url, &[]).await.ok().unwrap();
    assert_eq!(silent.close_code().await, 4406);
    // Of several the client gets the one that is spoken.
    let several = [("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")];
    let mut socket = Socket::try_connect(&app.url, &several).await.ok().unwrap();
    assert_eq!(socket.init(None).await, Said::Message(json!({ "type": "connection_ack" })));
}

#[tokio::test]
async fn an_id_in_use_and_a_second_init_end_the_socket() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut socket = Socket::of(&ada).await;
    socket.subscribe("1", FOLLOW, json!({})).await;
    socket.subscribe("1", FOLLOW, json!({})).await;
    assert_eq!(socket.close_code().await, 4409);

    let mut socket = Socket::of(&ada).await;
    assert_eq!(socket.init(ada.token.as_deref()).await, Said::Closed(4429));
}

#[tokio::test]
async fn a_message_over_the_limit_ends_the_socket_and_nothing_else() {
    let app = TestApp::start().await;
    let mut socket = Socket::connect(&app.url).await;
    socket.init(None).await;
    socket.subscribe("1", &format!("{ME} # {}", "x".repeat(100_000)), json!({})).await;
    assert_eq!(socket.close_code().await, 1009);
    super::still_answers(&app).await;
}

#[tokio::test]
async fn a_page_of_another_site_opens_no_socket() {
    let app = TestApp::with(|config| config.cors_origins = vec!["https://app.example".to_owned()]).await;
    let similar = format!("{}.evil.example", app.url);
    for foreign in ["https://evil.example", "null", "https://app.example.evil.example", "http://app.example", &similar]
    {
        let refused = Socket::try_connect(&app.url, &[PROTOCOL, ("origin", foreign)]).await.err();
        assert_eq!(refused, Some(403), "{foreign}");
    }
    for own in ["https://app.example", &app.url] {
        let mut socket = Socket::try_connect(&app.url, &[PROTOCOL, ("origin", own)]).await.ok().unwrap();
        assert_eq!(socket.init(None).await, Said::Message(json!({ "type": "connection_ack" })), "{own}");
    }
}

#[tokio::test]
async fn a_ping_of_the_protocol_is_answered() {
    let app = TestApp::start().await;
    let mut socket = Socket::connect(&app.url).await;
    socket.send(&json!({ "type": "ping", "payload": { "a": 1 } })).await;
    assert_eq!(socket.next().await, json!({ "type": "pong", "payload": { "a": 1 } }));
}
