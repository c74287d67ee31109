//! Memory of an idle subscription: thousands of WebSockets, each with a token and one subscription to which nothing
//! happens, next to as many sockets of a server that only echoes.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::Runtime;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};

use crate::home::Home;
use crate::report::{Row, Spread};
use crate::{Outcome, floor, usage};

const SOCKETS: u16 = 10_000;
/// Opened before the first look: what the server makes once is not a socket's.
const FIRST: u16 = 100;
/// Handshakes under way at once.
const AT_ONCE: usize = 50;
/// The server has pinged all of them once (every 15 s) and looked after their sessions (every 2 s).
const IDLE: Duration = Duration::from_secs(20);
const TARGET_KIB: f64 = 12.0;

const SUBSCRIPTION: &str = "subscription { analysisEvents(of: {all: true}) { cursor } }";

type Socket = WebSocketStream<TcpStream>;

pub fn measure() -> Outcome<Vec<Row>> {
    // Ours, and that of the floors: the server raises its own.
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    let mut rows = Vec::new();
    // A person may have 100 sockets. Few people with many, and as many people as sockets.
    for people in [SOCKETS / 100 + 1, SOCKETS + FIRST] {
        let home = Home::of(people.into())?;
        // An address may have a tenth of them. That of the rates is counted, and never reached.
        let server = home.start(&["--max-connections", "200000", "--rate-limit", "1000000000"])?;
        let token = |number: u16| Some(home.tokens[usize::from(number % people)].clone());
        let [opened, idle] = growth(server.address, server.id(), token)?;
        rows.push(row(&format!("an idle subscription, of {people} people"), idle, Some(TARGET_KIB)));
        rows.push(row("  when it was just opened", opened, None));
    }
    for (buffers, what) in [("small", "the same buffers"), ("default", "its usual buffers")] {
        let floor = floor::Child::start(&["echo", buffers])?;
        let [_, idle] = growth(floor.address, floor.id(), |_| None)?;
        rows.push(row(&format!("a socket of tokio-tungstenite that echoes, {what}"), idle, None));
    }
    Ok(rows)
}

fn row(what: &str, kib: f64, target: Option<f64>) -> Row {
    Row {
        what: what.to_owned(),
        target: target.map_or("-".to_owned(), |most| format!("at most {most} KiB")),
        result: Spread::of(vec![kib]),
        unit: " KiB",
        decimals: 1,
        met: target.map(|most| kib <= most),
    }
}

/// By how many KiB the anonymous memory of the process grows with each socket: when all were just opened, and when they
/// were idle for a while.
fn growth(address: SocketAddr, process: u32, token: impl Fn(u16) -> Option<String>) -> Outcome<[f64; 2]> {
    let runtime = Runtime::new()?;
    let ended = Arc::new(AtomicUsize::new(0));
    let open = async |numbers: std::ops::Range<u16>| -> Outcome<()> {
        let sockets = stream::iter(numbers.map(|number| socket(address, number, token(number))));
        let mut sockets = sockets.buffer_unordered(AT_ONCE);
        while let Some(mut socket) = sockets.try_next().await? {
            let ended = Arc::clone(&ended);
            tokio::spawn(async move {
                // Reading answers the pings.
                while let Some(Ok(_)) = socket.next().await {}
                ended.fetch_add(1, Ordering::Relaxed);
            });
        }
        Ok(())
    };
    let measured = runtime.block_on(async {
        open(0..FIRST).await?;
        let before = usage::memory(process, "RssAnon")?;
        open(FIRST..FIRST + SOCKETS).await?;
        let opened = usage::memory(process, "RssAnon")?;
        tokio::time::sleep(IDLE).await;
        Outcome::Ok(
            [opened, usage::memory(process, "RssAnon")?].map(|after| (after - before) * 1024.0 / f64::from(SOCKETS)),
        )
    });
    let ended = ended.load(Ordering::Relaxed);
    if ended > 0 {
        return Err(format!("{ended} sockets ended").into());
    }
    runtime.shutdown_background();
    measured
}

/// Open, and idle from now on. Without a token, of the floor.
async fn socket(address: SocketAddr, number: u16, token: Option<String>) -> Outcome<Socket> {
    // A thousand ports of each loopback address: one has not enough of them.
    let from = Ipv4Addr::new(127, 0, 0, u8::try_from(2 + number / 1000)?);
    let tcp = TcpSocket::new_v4()?;
    tcp.bind((from, 0).into())?;
    let stream = tcp.connect(address).await?;
    let mut request = format!("ws://{address}/graphql").into_client_request()?;
    let config = WebSocketConfig::default().read_buffer_size(1024).write_buffer_size(0);
    let Some(token) = token else {
        let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        let text = subscribe().to_string();
        socket.send(Message::text(text.clone())).await?;
        return if next(&mut socket).await? == text { Ok(socket) } else { Err("the floor does not echo".into()) };
    };
    request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("graphql-transport-ws"));
    let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
    let init = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } });
    for (message, expected) in [(init, "connection_ack"), (subscribe(), ""), (json!({ "type": "ping" }), "pong")] {
        socket.send(Message::text(message.to_string())).await?;
        if expected.is_empty() {
            continue;
        }
        let answer: Value = serde_json::from_str(&next(&mut socket).await?)?;
        if answer["type"] != expected {
            return Err(format!("{answer} where {expected} was due").into());
        }
    }
    Ok(socket)
}

fn subscribe() -> Value {
    json!({ "type": "subscribe", "id": "1", "payload": { "query": SUBSCRIPTION } })
}

async fn next(socket: &mut Socket) -> Outcome<String> {
    loop {
        match socket.next().await.ok_or("a socket ended")?? {
            Message::Text(text) => return Ok(text.to_string()),
            Message::Close(reason) => return Err(format!("closed: {reason:?}").into()),
            _ => {}
        }
    }
}
