//! Clients that read or write a byte at a time. Each holds its own connection, for so long, and nobody else's.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::time::{interval, timeout};

use super::raw::{HEALTH, PATIENCE, Raw, halves};
use super::still_answers;
use crate::support::TestApp;
use crate::support::app::eventually;

const SHORT: Duration = Duration::from_millis(500);

/// A message on a socket; the mask is zeros, so the text stands in it as it is.
fn frame(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 126).expect("a short message");
    [&[0x81, 0x80 | length, 0, 0, 0, 0], text.as_bytes()].concat()
}

/// A socket that has said nothing yet.
async fn socket(app: &TestApp) -> Raw {
    let mut raw = Raw::connect(app).await;
    assert_eq!(raw.ask(super::crowds::UPGRADE).await, Some(101));
    raw
}

/// The next frame: its first byte and its payload, of less than 126 bytes.
async fn read_frame(raw: &mut Raw) -> (u8, Vec<u8>) {
    let read = async {
        let kind = raw.0.read_u8().await.unwrap();
        let mut payload = vec![0; raw.0.read_u8().await.unwrap().into()];
        raw.0.read_exact(&mut payload).await.unwrap();
        (kind, payload)
    };
    timeout(PATIENCE, read).await.expect("nothing came")
}

#[tokio::test]
async fn a_client_that_reads_a_byte_now_and_then_is_dropped() {
    let app = TestApp::with(|config| {
        config.connections.times.stall = SHORT;
        config.connections.max = 1;
    });
    let app = app.await;
    let small = TcpSocket::new_v4().unwrap();
    small.set_recv_buffer_size(4096).unwrap();
    let address = app.url.strip_prefix("http://").unwrap().parse().unwrap();
    let (mut from, mut to) = small.connect(address).await.unwrap().into_split();
    let reads = async {
        // The pace of this client, nothing is waited for.
        let mut now_and_then = interval(SHORT / 10);
        let mut read = 0;
        loop {
            now_and_then.tick().await;
            match from.read_u8().await {
                Ok(_) => read += 1,
                Err(_) => return read,
            }
        }
    };
    let asks = async { while to.write_all(HEALTH.repeat(100).as_bytes()).await.is_ok() {} };
    let dropped = async {
        tokio::select! {
            () = asks => {}
            read = reads => assert!(read > 0, "it was dropped before it read anything"),
        }
    };
    timeout(PATIENCE, dropped).await.expect("a client that hardly reads was kept");
    eventually("room for a connection", || async { Raw::connect(&app).await.ask(HEALTH).await }).await;
}

#[tokio::test]
async fn clients_that_send_their_bodies_byte_by_byte_delay_nobody_and_are_answered() {
    let app = TestApp::start().await;
    let (begin, end) = halves();
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut one = Raw::connect(&app).await;
        one.send(&begin).await;
        slow.push(one);
    }
    let (all_but_last, last) = end.split_at(end.len() - 1);
    for byte in all_but_last.chars() {
        for one in &mut slow {
            one.send(&byte.to_string()).await;
        }
        still_answers(&app).await;
    }
    for mut one in slow {
        assert_eq!(one.ask(last).await, Some(200));
    }
}

#[tokio::test]
async fn messages_that_come_byte_by_byte_delay_nobody_and_are_answered() {
    let app = TestApp::start().await;
    let mut slow = socket(&app).await;
    for (message, answer) in [
        (json!({ "type": "connection_init" }), "connection_ack"),
        (json!({ "type": "subscribe", "id": "1", "payload": { "query": "{ __typename }" } }), "next"),
        (json!({ "type": "ping" }), "pong"),
    ] {
        for byte in frame(&message.to_string()) {
            slow.0.write_all(&[byte]).await.unwrap();
        }
        still_answers(&app).await;
        loop {
            let (kind, payload) = read_frame(&mut slow).await;
            assert_eq!(kind, 0x81);
            let said: Value = serde_json::from_slice(&payload).unwrap();
            if said["type"] == answer {
                break;
            }
        }
    }
}

#[tokio::test]
async fn an_init_that_comes_at_a_byte_a_second_comes_too_late() {
    let app = TestApp::start().await;
    let mut slow = socket(&app).await;
    let mut a_second = interval(Duration::from_secs(1));
    for byte in frame(&json!({ "type": "connection_init", "payload": {} }).to_string()) {
        let closed = tokio::select! {
            closed = read_frame(&mut slow) => Some(closed),
            // The pace of this client.
            _ = a_second.tick() => None,
        };
        if let Some((kind, payload)) = closed {
            assert_eq!((kind, payload.first_chunk().copied().map(u16::from_be_bytes)), (0x88, Some(4408)));
            return still_answers(&app).await;
        }
        slow.0.write_all(&[byte]).await.unwrap();
    }
    panic!("it was waited for");
}
