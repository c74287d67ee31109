//! The table of close codes, frame by frame: what a client sends, byte for byte, and how the socket ends.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::raw::{BINARY, CLOSE, CONTINUATION, FIN, PING, TEXT, frame, head, read_frame, serve, shake_hands, text};
use super::*;
use crate::http::testing::{TestHouse, door};

/// What is other than usual.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Setting {
    Usual,
    /// `connection_init` must come within no time.
    NoTime,
    /// Nobody gets a seat.
    NoSeats,
    OtherProtocol,
    /// After what was sent, the server stops.
    Stops,
    /// After what was sent, all sessions end.
    SessionsEnd,
}

/// One row.
struct Breach {
    name: &'static str,
    setting: Setting,
    /// Frames as they go over the wire.
    sent: Vec<Vec<u8>>,
    expected: u16,
}

fn init() -> Vec<u8> {
    text(json!({"type": "connection_init"}))
}

fn token(authorization: Value) -> Vec<u8> {
    text(json!({"type": "connection_init", "payload": {"authorization": authorization}}))
}

fn subscribe(id: &str) -> Vec<u8> {
    text(json!({"type": "subscribe", "id": id, "payload": {"query": "subscription { forever }"}}))
}

/// All rows: name, setting, what is sent, and the code that must come.
fn table() -> Vec<Breach> {
    use Setting::{NoSeats, NoTime, OtherProtocol, SessionsEnd, Stops, Usual};
    let half = MAX_MESSAGE / 2 + 1;
    let rows: Vec<(&'static str, Setting, Vec<Vec<u8>>, u16)> = vec![
        ("the client says goodbye", Usual, vec![frame(FIN | CLOSE, &1000u16.to_be_bytes())], 1000),
        ("the client says goodbye without a code", Usual, vec![frame(FIN | CLOSE, &[])], 1005),
        ("the server stops", Stops, vec![init()], 1001),
        ("a frame that is not masked", Usual, vec![b"\x81\x02{}".to_vec()], 1002),
        ("a reserved bit", Usual, vec![frame(FIN | 0x40 | TEXT, b"{}")], 1002),
        ("a reserved kind of data", Usual, vec![frame(FIN | 0x3, b"{}")], 1002),
        ("a reserved kind of control", Usual, vec![frame(FIN | 0xB, b"")], 1002),
        ("a ping in fragments", Usual, vec![frame(PING, b"a")], 1002),
        ("a ping of 126 bytes", Usual, vec![frame(FIN | PING, &[b'a'; 126])], 1002),
        ("a continuation of nothing", Usual, vec![frame(FIN | CONTINUATION, b"{}")], 1002),
        ("a message within a message", Usual, vec![frame(TEXT, b"{"), frame(FIN | TEXT, b"}")], 1002),
        ("a goodbye of one byte", Usual, vec![frame(FIN | CLOSE, &[3])], 1002),
        ("a goodbye with a code that there is not", Usual, vec![frame(FIN | CLOSE, &999u16.to_be_bytes())], 1002),
        ("a text that is not UTF-8", Usual, vec![frame(FIN | TEXT, b"\"\xff\"")], 1007),
        ("the same in fragments", Usual, vec![frame(TEXT, b"\"\xe2\x82"), frame(FIN | CONTINUATION, b"\"")], 1007),
        ("a goodbye that is not UTF-8", Usual, vec![frame(FIN | CLOSE, b"\x03\xe8\xff\xff")], 1007),
        ("a frame too large", Usual, vec![text("x".repeat(MAX_MESSAGE + 1))], 1009),
        ("a frame that says it has 4 exabytes", Usual, vec![head(FIN | TEXT, 1 << 62)], 1009),
        (
            "fragments too large together",
            Usual,
            vec![frame(TEXT, &vec![b'x'; half]), frame(FIN | CONTINUATION, &vec![b'x'; half])],
            1009,
        ),
        ("sessions cannot be checked", Usual, vec![token(json!("Bearer gone"))], 1013),
        ("too many sockets of one person", NoSeats, vec![token(json!("Bearer good"))], 1013),
        ("too many sockets of one address", NoSeats, vec![init()], 1013),
        ("no JSON", Usual, vec![text("junk")], 4400),
        ("an empty message", Usual, vec![text("")], 4400),
        ("JSON that is no object", Usual, vec![text("[]")], 4400),
        ("no type", Usual, vec![text("{}")], 4400),
        ("an unknown type", Usual, vec![text(json!({"type": "start", "id": "1"}))], 4400),
        ("a message of the server", Usual, vec![text(json!({"type": "connection_ack"}))], 4400),
        ("an init with a list", Usual, vec![text(json!({"type": "connection_init", "payload": []}))], 4400),
        ("a ping with a text", Usual, vec![text(json!({"type": "ping", "payload": "a"}))], 4400),
        ("no id", Usual, vec![init(), text(json!({"type": "subscribe", "payload": {"query": "{hello}"}}))], 4400),
        ("an empty id", Usual, vec![init(), subscribe("")], 4400),
        ("an id of 129 bytes", Usual, vec![init(), subscribe(&"i".repeat(129))], 4400),
        ("a subscription to nothing", Usual, vec![init(), text(json!({"type": "subscribe", "id": "1"}))], 4400),
        (
            "a query that is no text",
            Usual,
            vec![init(), text(json!({"type": "subscribe", "id": "1", "payload": {"query": 7}}))],
            4400,
        ),
        ("the end of nothing", Usual, vec![init(), text(json!({"type": "complete"}))], 4400),
        ("JSON nested too deep", Usual, vec![init(), text("[".repeat(30_000))], 4400),
        ("a binary message", Usual, vec![frame(FIN | BINARY, b"{}")], 4400),
        ("a binary message in fragments", Usual, vec![frame(BINARY, b"{"), frame(FIN | CONTINUATION, b"}")], 4400),
        ("an operation before the init", Usual, vec![subscribe("1")], 4401),
        ("a forged token", Usual, vec![token(json!("Bearer forged"))], 4403),
        ("a token without its scheme", Usual, vec![token(json!("good"))], 4403),
        ("a token that is no text", Usual, vec![token(json!(7))], 4403),
        ("the session ends", SessionsEnd, vec![token(json!("Bearer good")), subscribe("1")], 4403),
        ("another sub-protocol", OtherProtocol, vec![], 4406),
        ("no init", NoTime, vec![], 4408),
        ("pings, and no init", NoTime, vec![text(json!({"type": "ping"})), frame(FIN | PING, b"")], 4408),
        ("an id in use", Usual, vec![init(), subscribe("1"), subscribe("1")], 4409),
        ("two inits", Usual, vec![init(), init()], 4429),
        ("a mistake of ours", Usual, vec![token(json!("Bearer panics"))], 4500),
    ];
    rows.into_iter().map(|(name, setting, sent, expected)| Breach { name, setting, sent, expected }).collect()
}

impl Breach {
    /// The code that came; the connection must then end well, or a client may never read it.
    async fn got(&self) -> std::io::Result<u16> {
        let door = self.door();
        let mut stream = connect(&door, self.setting != Setting::OtherProtocol).await;
        for frame in &self.sent {
            stream.write_all(frame).await?;
        }
        match self.setting {
            Setting::Stops | Setting::SessionsEnd => {
                // The answer to the init is there: now it is open.
                let (kind, _) = read_frame(&mut stream).await?;
                assert_eq!(kind, FIN | TEXT, "{}", self.name);
                if self.setting == Setting::Stops {
                    door.settings.shutdown.cancel();
                } else {
                    let sessions = door.listeners.sessions();
                    door.house.ended.lock().unwrap().extend(sessions);
                }
            }
            _ => {}
        }
        loop {
            let (kind, payload) = read_frame(&mut stream).await?;
            if kind == FIN | CLOSE {
                let code = payload.first_chunk().map_or(1005, |code| u16::from_be_bytes(*code));
                assert!(payload.len() <= 125, "{}", self.name);
                // As a client should: it answers, and the server ends the connection.
                let answered = stream.write_all(&frame(FIN | CLOSE, &payload)).await;
                if !self.sent.iter().any(|frame| frame[0] == FIN | CLOSE) {
                    answered?;
                }
                let after = stream.read_to_end(&mut Vec::new()).await?;
                assert_eq!(after, 0, "{}: nothing comes after the close", self.name);
                return Ok(code);
            }
        }
    }

    fn door(&self) -> Door<TestHouse> {
        let mut door = door(None);
        let settings = Arc::get_mut(&mut door.settings).unwrap();
        settings.socket.session_check = Duration::from_millis(1);
        match self.setting {
            Setting::NoTime => settings.socket.init = Duration::from_millis(20),
            Setting::NoSeats => settings.max_listeners = 0,
            _ => {}
        }
        door
    }
}

/// To a server of its own.
async fn connect(door: &Door<TestHouse>, agreed: bool) -> TcpStream {
    shake_hands(TcpStream::connect(serve(door).await).await.unwrap(), agreed).await
}

#[tokio::test]
async fn every_breach_has_its_close_code() {
    let mut wrong = Vec::new();
    for breach in table() {
        let got = tokio::time::timeout(Duration::from_secs(10), breach.got()).await;
        if !matches!(&got, Ok(Ok(code)) if *code == breach.expected) {
            wrong.push(format!("{}: {} was expected, and it was {got:?}", breach.name, breach.expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_message_in_fragments_with_a_ping_between_them_is_one_message() {
    let mut stream = connect(&door(None), true).await;
    for frame in [
        frame(TEXT, b"{\"type\":\"conn"),
        frame(FIN | PING, b"there?"),
        frame(CONTINUATION, b"ection_"),
        frame(CONTINUATION, b""),
        frame(FIN | CONTINUATION, b"init\"}"),
    ] {
        stream.write_all(&frame).await.unwrap();
    }
    assert_eq!(read_frame(&mut stream).await.unwrap(), (FIN | 0xA, b"there?".to_vec()));
    assert_eq!(read_frame(&mut stream).await.unwrap(), (FIN | TEXT, br#"{"type":"connection_ack"}"#.to_vec()));
}

#[tokio::test]
async fn a_long_result_comes_in_frames_of_bounded_size() {
    let mut stream = connect(&door(None), true).await;
    let payload = json!({"query": "query($n: String!) { hello(name: $n) }", "variables": {"n": "ü".repeat(20_000)}});
    stream.write_all(&init()).await.unwrap();
    stream.write_all(&text(json!({"type": "subscribe", "id": "1", "payload": payload}))).await.unwrap();
    assert_eq!(read_frame(&mut stream).await.unwrap().0, FIN | TEXT);
    let (mut first, mut whole) = (TEXT, Vec::new());
    loop {
        let (kind, part) = read_frame(&mut stream).await.unwrap();
        assert_eq!(kind & 0xF, first);
        assert!(part.len() <= 16 * 1024, "{}", part.len());
        first = CONTINUATION;
        whole.extend(part);
        if kind & FIN != 0 {
            break;
        }
    }
    let message: Value = serde_json::from_slice(&whole).unwrap();
    assert_eq!(message["payload"]["data"]["hello"].as_str().unwrap().chars().count(), 20_006);
}

#[tokio::test]
async fn a_handshake_that_is_not_right_is_refused() {
    use axum::body::Body;
    let right =
        [("connection", "Upgrade"), ("sec-websocket-version", "13"), ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")];
    for (name, value, status) in [
        ("connection", "close", 400),
        ("sec-websocket-version", "8", 426),
        ("sec-websocket-key", "", 400),
        // All is right, but there is no connection of ours below.
        ("connection", "keep-alive, upgrade", 400),
    ] {
        let mut request = axum::http::Request::get("/graphql").header("upgrade", "WebSocket");
        for (key, usual) in right {
            let value = if key == name { value } else { usual };
            if !value.is_empty() {
                request = request.header(key, value);
            }
        }
        let response = upgrade(door(None), request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), status, "{name}: {value}");
        let version = response.headers().get("sec-websocket-version");
        assert_eq!(version.is_some(), status == 426, "the version that is spoken stands in the refusal");
    }
}
