//! Whose a request is, over both protocols; and HTTP/2, where a client can stop the flow of answers on a connection that
//! is alive.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::WebSocketUpgrade;
use axum::routing::get;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use h2::client::{Builder, SendRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

use super::*;
use crate::http::peer::ClientAddress;

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_hours(1);
const PATIENCE: Duration = Duration::from_secs(30);

fn routes() -> Router {
    routes_and(CancellationToken::new())
}

/// `dropped` is cancelled when the handler of the socket finds its client gone.
fn routes_and(dropped: CancellationToken) -> Router {
    let socket = |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(|mut socket| async move {
            while socket.send("x".repeat(10_000).into()).await.is_ok() {}
            dropped.cancel();
        })
    };
    let piece = || Ok::<_, Infallible>(Bytes::from(vec![b'x'; 10_000]));
    Router::new()
        .route("/client", get(|Extension(client): Extension<ClientAddress>| async move { client.0.to_string() }))
        .route("/endless", get(move || async move { Body::from_stream(stream::repeat_with(piece)) }))
        .route("/socket", get(socket))
        // A subscription in which nothing happens.
        .route(
            "/quiet",
            get(move || async move { Body::from_stream(stream::iter([piece()]).chain(stream::pending())) }),
        )
}

/// Nobody waits, unless the test says so.
fn patient() -> Connections {
    let mut connections = Connections::new(100, Vec::new());
    connections.times = ConnectionTimes { header: LONG, idle: LONG, stall: LONG, ping: LONG, patience: SHORT };
    connections
}

async fn start(connections: Connections) -> SocketAddr {
    start_with(connections, routes()).await
}

async fn start_with(connections: Connections, routes: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { serve(listener, routes, &connections, CancellationToken::new()).await });
    address
}

fn request(path: &str) -> Request<()> {
    let request = Request::get(format!("http://x{path}")).version(Version::HTTP_2);
    request.header("x-forwarded-for", "198.51.100.7, 192.0.2.1").body(()).unwrap()
}

/// An HTTP/2 client that takes `window` bytes of each answer until it says more; the other half ends with the connection.
async fn http2(address: SocketAddr, window: u32) -> (SendRequest<Bytes>, JoinHandle<()>) {
    let tcp = TcpStream::connect(address).await.unwrap();
    let (client, connection) = Builder::new().initial_window_size(window).handshake(tcp).await.unwrap();
    (client.ready().await.unwrap(), tokio::spawn(async move { drop(connection.await) }))
}

/// The client's address as the server found it out.
async fn client_by_http2(address: SocketAddr) -> String {
    let (mut client, _) = http2(address, 65_535).await;
    ask(&mut client).await
}

async fn ask(client: &mut SendRequest<Bytes>) -> String {
    let (answer, _) = client.send_request(request("/client"), true).unwrap();
    let mut body = answer.await.unwrap().into_body();
    String::from_utf8(body.data().await.unwrap().unwrap().to_vec()).unwrap()
}

async fn client_by_http1(address: SocketAddr) -> String {
    let mut tcp = TcpStream::connect(address).await.unwrap();
    let request = "GET /client HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
        x-forwarded-for: 198.51.100.7\r\nx-forwarded-for: 192.0.2.1\r\n\r\n";
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.unwrap();
    answer.rsplit("\r\n").next().unwrap().to_owned()
}

#[tokio::test]
async fn a_handler_sees_the_client_behind_a_trusted_proxy_and_nobody_elses_word_for_it() {
    for (trusted, expected) in
        [(None, "127.0.0.1"), (Some("127.0.0.0/8"), "192.0.2.1"), (Some("10.0.0.0/8"), "127.0.0.1")]
    {
        let mut connections = patient();
        connections.trusted_proxies = trusted.into_iter().map(|network| network.parse().unwrap()).collect();
        let address = start(connections).await;
        assert_eq!(
            (client_by_http1(address).await, client_by_http2(address).await),
            (expected.into(), expected.into())
        );
    }
}

#[tokio::test]
async fn an_http2_connection_without_requests_ends_though_it_answers_pings() {
    let mut connections = patient();
    (connections.times.idle, connections.times.ping) = (SHORT, SHORT / 10);
    let address = start(connections).await;
    let (mut idle, idle_end) = http2(address, 65_535).await;
    let (mut busy, busy_end) = http2(address, 65_535).await;
    let (quiet, _) = busy.send_request(request("/quiet"), true).unwrap();
    let _quiet = quiet.await.unwrap();
    assert_eq!(ask(&mut idle).await, "127.0.0.1");
    timeout(PATIENCE, idle_end).await.expect("an idle connection was kept").unwrap();
    assert!(!busy_end.is_finished());
    assert_eq!(ask(&mut busy).await, "127.0.0.1");
}

#[tokio::test]
async fn an_http2_client_that_opens_no_window_is_dropped_and_one_that_waits_for_us_is_not() {
    let mut connections = patient();
    (connections.times.stall, connections.times.ping) = (SHORT, SHORT / 10);
    let address = start(connections).await;
    let (mut waits, waits_end) = http2(address, 65_535).await;
    let (quiet, _) = waits.send_request(request("/quiet"), true).unwrap();
    let _quiet = quiet.await.unwrap();
    let (mut greedy, greedy_end) = http2(address, 1_000).await;
    let (endless, _) = greedy.send_request(request("/endless"), true).unwrap();
    let _endless = endless.await.unwrap();
    timeout(PATIENCE, greedy_end).await.expect("a client that takes nothing was kept").unwrap();
    assert!(!waits_end.is_finished());
    assert_eq!(ask(&mut waits).await, "127.0.0.1");
}

#[tokio::test]
async fn a_silent_peer_of_http2_is_found_out_by_a_ping() {
    let mut connections = patient();
    connections.times.ping = SHORT / 3;
    let address = start(connections).await;
    let mut tcp = TcpStream::connect(address).await.unwrap();
    // The preface and empty settings, and then no answer to anything.
    tcp.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut all = Vec::new();
    timeout(PATIENCE, tcp.read_to_end(&mut all)).await.expect("a silent connection was kept").unwrap();
}

#[tokio::test]
async fn an_http2_header_too_long_is_refused() {
    let address = start(patient()).await;
    let (mut client, _) = http2(address, 65_535).await;
    let mut long = request("/client");
    long.headers_mut().insert("x", "a".repeat(40_000).parse().unwrap());
    let (answer, _) = client.send_request(long, true).unwrap();
    assert!(answer.await.map_or(true, |answer| answer.status() == 431));
    assert_eq!(client_by_http2(address).await, "127.0.0.1");
}

#[tokio::test]
async fn a_socket_whose_client_takes_nothing_is_dropped() {
    let mut connections = patient();
    connections.times.stall = SHORT;
    let dropped = CancellationToken::new();
    let address = start_with(connections, routes_and(dropped.clone())).await;
    let mut tcp = TcpStream::connect(address).await.unwrap();
    let upgrade = "GET /socket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    tcp.write_all(upgrade.as_bytes()).await.unwrap();
    assert_eq!(tcp.read_u8().await.unwrap(), b'H');
    timeout(PATIENCE, dropped.cancelled()).await.expect("a client that takes nothing was kept");
}
