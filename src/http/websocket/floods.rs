//! Clients that send too much, read too little, or come in crowds: what is held for them is bounded, and everybody else
//! is served meanwhile.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::raw::{CLOSE, FIN, PING, TEXT, frame, read_frame, serve, shake_hands, text};
use super::*;
use crate::http::door::SocketTimes;
use crate::http::testing::{TestHouse, call, door};

fn subscribe(id: usize, query: &str) -> Vec<u8> {
    text(json!({"type": "subscribe", "id": id.to_string(), "payload": {"query": query}}))
}

/// The next message, over the server's pings.
async fn message(stream: &mut (impl AsyncRead + Unpin)) -> Value {
    loop {
        let (kind, payload) = read_frame(stream).await.unwrap();
        if kind == FIN | TEXT {
            return serde_json::from_slice(&payload).unwrap();
        }
        assert_eq!(kind, FIN | PING);
    }
}

async fn open(address: SocketAddr) -> TcpStream {
    let mut stream = shake_hands(TcpStream::connect(address).await.unwrap(), true).await;
    stream.write_all(&text(json!({"type": "connection_init"}))).await.unwrap();
    assert_eq!(message(&mut stream).await, json!({"type": "connection_ack"}));
    stream
}

/// One for which the system holds little that it has not read.
async fn open_small(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = shake_hands(socket.connect(address).await.unwrap(), true).await;
    stream.write_all(&text(json!({"type": "connection_init"}))).await.unwrap();
    assert_eq!(message(&mut stream).await, json!({"type": "connection_ack"}));
    stream
}

async fn still_answers(door: &Door<TestHouse>) {
    let body = json!({"query": "{ hello }"}).to_string();
    let request = Request::post("/graphql").header("content-type", "application/json").body(Body::from(body)).unwrap();
    assert_eq!(call(door, request).await.2["data"]["hello"], "Hello you");
}

async fn until(done: impl Fn() -> bool) {
    while !done() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Sockets that a test may have: each has two ends in this process.
fn crowd() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files =
        limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok());
    ((files.unwrap_or(1024_usize) - 500) / 2).min(2_000)
}

#[tokio::test]
async fn a_crowd_that_never_introduces_itself_is_closed_one_by_one() {
    let door = door(Some(SocketTimes { init: Duration::from_millis(500), ..SocketTimes::USUAL }));
    let address = serve(&door).await;
    let mut crowd_of_sockets = Vec::new();
    for _ in 0..crowd() {
        crowd_of_sockets.push(shake_hands(TcpStream::connect(address).await.unwrap(), true).await);
    }
    assert!(crowd_of_sockets.len() > 200);
    still_answers(&door).await;
    assert_eq!(door.listeners.count(), 0, "they take nobody's seat");
    for mut stream in crowd_of_sockets {
        let (kind, payload) = read_frame(&mut stream).await.unwrap();
        assert_eq!((kind, payload.first_chunk().copied().map(u16::from_be_bytes)), (FIN | CLOSE, Some(4408)));
    }
    still_answers(&door).await;
}

#[tokio::test]
async fn ten_thousand_operations_one_after_another_are_answered_and_forgotten() {
    let door = door(None);
    let mut stream = open(serve(&door).await).await;
    for round in 0..200 {
        for id in 0..socket::MAX_OPERATIONS {
            stream.write_all(&subscribe(id, "{ hello }")).await.unwrap();
        }
        let mut kinds = Vec::new();
        for _ in 0..socket::MAX_OPERATIONS * 2 {
            kinds.push(message(&mut stream).await["type"].as_str().unwrap().to_owned());
            assert!(door.house.running.load(Ordering::SeqCst) <= socket::MAX_OPERATIONS);
        }
        assert_eq!(kinds.iter().filter(|kind| *kind == "complete").count(), socket::MAX_OPERATIONS, "round {round}");
    }
    assert_eq!(door.house.running.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn of_ten_thousand_operations_at_once_fifty_run_and_the_others_are_refused_one_by_one() {
    let door = door(None);
    let (mut from, mut to) = open(serve(&door).await).await.into_split();
    let all = tokio::spawn(async move {
        for id in 0..10_000 {
            to.write_all(&subscribe(id, "subscription { forever }")).await.unwrap();
        }
        to.write_all(&text(json!({"type": "ping"}))).await.unwrap();
        to
    });
    for id in socket::MAX_OPERATIONS..10_000 {
        let refused = message(&mut from).await;
        assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!(id.to_string())));
        assert_eq!(refused["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    }
    assert_eq!(message(&mut from).await, json!({"type": "pong"}), "the socket lives");
    assert_eq!(door.house.running.load(Ordering::SeqCst), socket::MAX_OPERATIONS);
    drop((all.await.unwrap(), from));
    until(|| door.house.running.load(Ordering::SeqCst) == 0 && door.listeners.count() == 0).await;
}

#[tokio::test]
async fn an_operation_that_is_completed_by_its_client_is_dropped_at_once() {
    let door = door(None);
    let mut stream = open(serve(&door).await).await;
    for id in 0..1_000 {
        stream.write_all(&subscribe(id, "subscription { forever }")).await.unwrap();
        stream.write_all(&text(json!({"type": "complete", "id": id.to_string()}))).await.unwrap();
    }
    stream.write_all(&text(json!({"type": "ping"}))).await.unwrap();
    assert_eq!(message(&mut stream).await, json!({"type": "pong"}), "and none was refused");
    assert_eq!(door.house.running.load(Ordering::SeqCst), 0);
}

/// Sends again and again, until the server has had enough; how many bytes it took.
async fn flood(mut stream: TcpStream, frame: Vec<u8>) -> usize {
    let many = frame.repeat(100);
    let mut sent = 0;
    while sent < 200_000_000 && stream.write_all(&many).await.is_ok() {
        sent += many.len();
    }
    sent
}

#[tokio::test]
async fn pings_of_whoever_reads_no_answers_are_not_read_on() {
    let times = SocketTimes { send: Duration::from_millis(100), ..SocketTimes::USUAL };
    for ping in [frame(FIN | PING, &[b'p'; 125]), text(json!({"type": "ping", "payload": {"p": "p".repeat(100)}}))] {
        let door = door(Some(times));
        let sent = flood(open_small(serve(&door).await).await, ping).await;
        assert!(sent < 100_000_000, "{sent} bytes were read from somebody who reads nothing");
        until(|| door.listeners.count() == 0).await;
    }
}

#[tokio::test]
async fn whoever_reads_too_slowly_is_left_and_delays_nobody() {
    let door = door(Some(SocketTimes { send: Duration::from_millis(100), ..SocketTimes::USUAL }));
    let address = serve(&door).await;
    let mut slow = open_small(address).await;
    slow.write_all(&subscribe(1, "subscription { counted }")).await.unwrap();
    let mut quick = open(address).await;
    quick.write_all(&subscribe(1, "subscription { ticks(to: 2000) }")).await.unwrap();
    for tick in 0..2000 {
        assert_eq!(message(&mut quick).await["payload"]["data"]["ticks"], tick);
    }
    // The slow one is gone, and nothing is made for it any more.
    until(|| door.listeners.count() == 1).await;
    let made = door.house.counted.load(Ordering::SeqCst);
    quick.write_all(&subscribe(2, "{ hello }")).await.unwrap();
    assert_eq!(message(&mut quick).await["type"], "complete");
    assert_eq!(message(&mut quick).await["type"], "next");
    assert_eq!(door.house.counted.load(Ordering::SeqCst), made);
    // What it has not read ends without a goodbye: there was no room for one.
    let mut unread = Vec::new();
    let _ = slow.read_to_end(&mut unread).await;
    assert!(unread.len() < 20_000_000, "{} bytes were written ahead", unread.len());
}

#[tokio::test]
async fn whoever_leaves_three_pings_unanswered_is_left_without_a_word() {
    let door = door(Some(SocketTimes { ping: Duration::from_millis(1), ..SocketTimes::USUAL }));
    let mut stream = open(serve(&door).await).await;
    let mut unread = Vec::new();
    stream.read_to_end(&mut unread).await.unwrap();
    assert_eq!(unread, [FIN | PING, 0].repeat(3));
}

#[tokio::test]
async fn nothing_is_sent_after_the_end_of_the_session() {
    let door = door(Some(SocketTimes { session_check: Duration::from_millis(5), ..SocketTimes::USUAL }));
    let mut stream = shake_hands(TcpStream::connect(serve(&door).await).await.unwrap(), true).await;
    let init = json!({"type": "connection_init", "payload": {"authorization": "Bearer good"}});
    stream.write_all(&text(init)).await.unwrap();
    message(&mut stream).await;
    stream.write_all(&subscribe(1, "subscription { counted }")).await.unwrap();
    for _ in 0..10 {
        message(&mut stream).await;
    }
    let session = door.listeners.sessions()[0];
    let ended = Arc::clone(&door.house.ended);
    ended.lock().unwrap().insert(session);
    loop {
        let (kind, payload) = read_frame(&mut stream).await.unwrap();
        if kind == FIN | CLOSE {
            assert_eq!(&payload[2..], b"Session ended");
            break;
        }
    }
    assert_eq!(door.house.running.load(Ordering::SeqCst), 0, "the operation ended before the goodbye");
    stream.write_all(&frame(FIN | CLOSE, &[])).await.unwrap();
    assert_eq!(stream.read_to_end(&mut Vec::new()).await.unwrap(), 0);
}
