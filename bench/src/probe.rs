//! A client that asks at a steady pace, and notes how long each answer took.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::Outcome;
use crate::client::{self, Connection};

/// Between two questions.
const PACE: Duration = Duration::from_millis(5);

/// Something small, for a while; see [`ask_steadily`].
pub fn probe(address: SocketAddr, token: &str, period: Duration) -> Outcome<Vec<f64>> {
    let request = client::post(Some(token), &json!({ "query": "{ server { version } }" }));
    let end = Instant::now() + period;
    ask_steadily(address, &request, PACE, || Instant::now() < end)
}

/// Milliseconds until each answer, from when it was due to be asked: an answer that comes late does not excuse the
/// questions that waited behind it.
pub fn ask_steadily(
    address: SocketAddr,
    request: &[u8],
    pace: Duration,
    goes_on: impl Fn() -> bool,
) -> Outcome<Vec<f64>> {
    let mut connection = Connection::open(address)?;
    let mut times = Vec::new();
    let mut due = Instant::now();
    while goes_on() {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        connection.ask(request)?;
        times.push(due.elapsed().as_secs_f64() * 1000.0);
        due += pace;
    }
    Ok(times)
}
