//! Connections and what they may cost: headers, silence, numbers, answers that nobody takes, and the end of the server.

use std::time::Duration;

use super::raw::{HEALTH, Raw, halves};
use super::still_answers;
use crate::support::TestApp;
use crate::support::app::eventually;
use crate::support::ws::Socket;

const SHORT: Duration = Duration::from_millis(500);
const LONG: Duration = Duration::from_hours(1);

/// Sends a header a byte at a time; whether it was cut off before the hundredth.
async fn drips(client: &mut Raw) -> bool {
    client.send("GET /healthz HTTP/1.1\r\nx: ").await;
    for _ in 0..100 {
        // The pace of this client, nothing is waited for.
        tokio::time::sleep(SHORT / 10).await;
        if !client.send("a").await {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn a_header_that_comes_byte_by_byte_is_cut_off_while_others_are_answered() {
    let app = TestApp::with(|config| config.connections.times.header = SHORT).await;
    let (mut new, mut kept, mut silent) =
        (Raw::connect(&app).await, Raw::connect(&app).await, Raw::connect(&app).await);
    assert_eq!(kept.ask(HEALTH).await, Some(200));
    let (new, kept, ()) = tokio::join!(drips(&mut new), drips(&mut kept), async {
        for _ in 0..10 {
            still_answers(&app).await;
        }
        silent.closed().await;
    });
    assert!(new, "a first request that never ends was waited for");
    assert!(kept, "a later request that never ends was waited for");
}

#[tokio::test]
async fn a_header_too_long_or_with_too_many_lines_is_refused() {
    let app = TestApp::start().await;
    let header = |lines: &str| format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{lines}\r\n");
    let long = |bytes: usize| format!("x: {}\r\n", "a".repeat(bytes));
    for (lines, expected) in [("a: b\r\n".repeat(90), 200), (long(30_000), 200), ("a: b\r\n".repeat(2000), 431)] {
        assert_eq!(Raw::connect(&app).await.ask(&header(&lines)).await, Some(expected), "{} bytes", lines.len());
    }
    for lines in [long(33_000), long(1_000_000), long(900).repeat(1000)] {
        // Who is still sending may see the end of the connection before the answer.
        let status = Raw::connect(&app).await.ask(&header(&lines)).await;
        assert!(matches!(status, None | Some(431)), "{status:?}");
    }
    still_answers(&app).await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_one_with_a_request_is_not() {
    let app = TestApp::with(|config| config.connections.times.idle = SHORT).await;
    let (mut busy, mut idle) = (Raw::connect(&app).await, Raw::connect(&app).await);
    let (begin, end) = halves();
    busy.send(&begin).await;
    assert_eq!(idle.ask(HEALTH).await, Some(200));
    idle.closed().await;
    assert_eq!(busy.ask(end).await, Some(200));
}

#[tokio::test]
async fn between_two_requests_the_time_of_a_header_does_not_run() {
    let app = TestApp::with(|config| (config.connections.times.header, config.connections.times.idle) = (SHORT, LONG));
    let app = app.await;
    let mut kept = Raw::connect(&app).await;
    assert_eq!(kept.ask(HEALTH).await, Some(200));
    // Two later ones have come to their end by then.
    for _ in 0..2 {
        Raw::connect(&app).await.closed().await;
    }
    assert_eq!(kept.ask(HEALTH).await, Some(200));
}

#[tokio::test]
async fn one_connection_too_many_is_closed_and_there_is_room_again_when_another_ends() {
    for (all, client) in [(3, 10), (10, 3)] {
        let app = TestApp::with(|config| {
            (config.connections.max, config.connections.max_per_client) = (all, client);
        });
        let app = app.await;
        let mut taken = Vec::new();
        for _ in 0..3 {
            let mut one = Raw::connect(&app).await;
            assert_eq!(one.ask(HEALTH).await, Some(200));
            taken.push(one);
        }
        assert_eq!(Raw::connect(&app).await.ask(HEALTH).await, None);
        // Those that are there are not disturbed.
        assert_eq!(taken[1].ask(HEALTH).await, Some(200));
        taken.pop();
        eventually("room for a connection", || async { Raw::connect(&app).await.ask(HEALTH).await }).await;
    }
}

#[tokio::test]
async fn a_trusted_proxy_may_take_all_connections() {
    let app = TestApp::with(|config| {
        config.connections.max_per_client = 1;
        config.connections.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let app = app.await;
    let (mut one, mut other) = (Raw::connect(&app).await, Raw::connect(&app).await);
    assert_eq!((one.ask(HEALTH).await, other.ask(HEALTH).await), (Some(200), Some(200)));
}

#[tokio::test]
async fn a_socket_keeps_its_place_among_the_connections() {
    let app = TestApp::with(|config| config.connections.max = 1).await;
    let socket = Socket::connect(&app.url).await;
    assert_eq!(Raw::connect(&app).await.ask(HEALTH).await, None);
    drop(socket);
    eventually("room for a connection", || async { Raw::connect(&app).await.ask(HEALTH).await }).await;
}

#[tokio::test]
async fn a_client_that_takes_none_of_its_answers_is_dropped() {
    let app = TestApp::with(|config| {
        config.connections.times.stall = SHORT;
        config.connections.max = 1;
    });
    let app = app.await;
    let mut greedy = Raw::connect(&app).await;
    greedy.never_reads(HEALTH.repeat(100).as_bytes()).await;
    // And nothing of it is left.
    eventually("room for a connection", || async { Raw::connect(&app).await.ask(HEALTH).await }).await;
}

#[tokio::test]
async fn at_the_stop_what_runs_is_finished_what_is_idle_is_closed_and_nobody_new_is_let_in() {
    let app = TestApp::start().await;
    let (mut running, mut idle) = (Raw::connect(&app).await, Raw::connect(&app).await);
    let (begin, end) = halves();
    running.send(&begin).await;
    assert_eq!(idle.ask(HEALTH).await, Some(200));
    app.terminate.cancel();
    idle.closed().await;
    let address = app.url.strip_prefix("http://").unwrap();
    eventually("a closed door", || async { tokio::net::TcpStream::connect(address).await.err() }).await;
    assert_eq!(running.ask(end).await, Some(200));
    running.closed().await;
}

#[tokio::test]
async fn what_does_not_end_is_cut_off_when_patience_is_over() {
    let app = TestApp::with(|config| config.connections.times.patience = SHORT).await;
    let mut running = Raw::connect(&app).await;
    running.send(&halves().0).await;
    still_answers(&app).await;
    app.terminate.cancel();
    running.closed().await;
}
