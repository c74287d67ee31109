//! Many sockets, and many operations on one: what they cost is bounded, and others are served meanwhile.

use std::collections::HashMap;

use futures_util::{StreamExt, stream};
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::raw::{PATIENCE, Raw};
use super::still_answers;
use crate::support::TestApp;
use crate::support::ws::Socket;

/// Asks for a socket.
pub const UPGRADE: &str = "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
    sec-websocket-protocol: graphql-transport-ws\r\n\r\n";

/// Sockets that this process can have, both ends, beside what other tests need.
fn crowd() -> usize {
    let files = usize::try_from(rlimit::increase_nofile_limit(u64::MAX).unwrap()).unwrap_or(usize::MAX);
    (files.saturating_sub(1_500) / 2).min(5_000)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_sockets_that_never_say_who_they_are_cost_no_statement_and_are_closed() {
    let crowd = crowd();
    assert!(crowd >= 2_000, "too few files may be open for this test: raise the hard limit (ulimit -Hn)");
    let app = TestApp::start().await;
    let (statements, ()) = app
        .statements(async {
            let one = async |_| {
                let mut one = Raw::connect(&app).await;
                assert_eq!(one.ask(UPGRADE).await, Some(101));
                one
            };
            let sockets: Vec<Raw> = stream::iter(0..crowd).map(one).buffer_unordered(50).collect().await;
            still_answers(&app).await;
            // Whoever says who he is meanwhile has a place.
            Socket::connect(&app.url).await.init(None).await;
            for mut one in sockets {
                let mut close = [0; 4];
                timeout(PATIENCE, one.0.read_exact(&mut close)).await.expect("not closed").unwrap();
                assert_eq!((close[0], u16::from_be_bytes([close[2], close[3]])), (0x88, 4408));
            }
        })
        .await;
    assert!(statements < crowd as u64 / 50, "{statements} statements for nothing");
    still_answers(&app).await;
}

#[tokio::test]
async fn of_ten_thousand_subscriptions_on_one_socket_fifty_run_and_the_rest_cost_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut socket = Socket::of(&ada).await;
    let document = "subscription { analysisEvents(of: {all: true}) { cursor } }";
    let (statements, said) = app
        .statements(async {
            let mut said: HashMap<String, usize> = HashMap::new();
            for round in 0..100 {
                for number in 0..100 {
                    socket.subscribe(&format!("{round}-{number}"), document, json!({})).await;
                }
                socket.send(&json!({ "type": "ping" })).await;
                loop {
                    let message = socket.next().await;
                    if message["type"] == "pong" {
                        break;
                    }
                    let what = message["payload"][0]["extensions"]["code"].as_str().unwrap_or("no error");
                    *said.entry(what.to_owned()).or_default() += 1;
                }
            }
            said
        })
        .await;
    assert_eq!(said, HashMap::from([("RATE_LIMITED".to_owned(), 10_000 - 50)]));
    assert!(statements < 200, "{statements} statements for fifty subscriptions");
    still_answers(&app).await;
    // One that is completed makes room for one.
    socket.send(&json!({ "type": "complete", "id": "0-0" })).await;
    socket.subscribe("again", "{ me { email } }", json!({})).await;
    assert_eq!(socket.next().await["payload"]["data"]["me"]["email"], "ada@example.org");
}

#[tokio::test]
async fn ten_thousand_queries_on_one_socket_are_answered_or_refused_one_by_one() {
    let app = TestApp::start().await;
    let mut socket = Socket::connect(&app.url).await;
    socket.init(None).await;
    let (mut executed, mut refused) = (0, 0);
    for round in 0..100 {
        for number in 0..100 {
            socket.subscribe(&format!("{round}-{number}"), "{ server { version } }", json!({})).await;
        }
        for _ in 0..100 {
            let message = loop {
                let message = socket.next().await;
                if message["type"] != "complete" {
                    break message;
                }
            };
            match message["type"].as_str() {
                Some("next") => executed += 1,
                _ => refused += usize::from(message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"),
            }
        }
    }
    assert_eq!(executed + refused, 10_000);
    assert!(executed >= 5_000, "only {executed} were executed");
    still_answers(&app).await;
}
