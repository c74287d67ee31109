//! When a connection has kept us waiting too long. The HTTP library has one timer, for the header of a request, and it
//! also runs between two requests; here the two have times of their own, and HTTP/2 has them as well.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, ready};

use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::ConnectionTimes;

/// Frames of HTTP/2 that are about the connection alone (pings, windows, settings) are no longer than this: they are no
/// sign that a client takes its answers.
const CONTROL_BYTES: usize = 64;

/// What a connection is doing.
#[derive(Debug)]
pub struct Pace(Mutex<State>);

#[derive(Debug)]
struct State {
    http2: bool,
    /// Requests whose answer is not all written.
    in_flight: usize,
    /// Answers that would go on if the client took what it has.
    waiting: usize,
    /// A header has begun and is not complete. Of HTTP/2 known of the first only, since pings arrive as well.
    in_header: bool,
    /// Since when it is as it is; the last progress, where there is some.
    since: Instant,
}

impl Default for Pace {
    /// A new connection is expected to say what it wants.
    fn default() -> Self {
        Self(Mutex::new(State { http2: false, in_flight: 0, waiting: 0, in_header: true, since: Instant::now() }))
    }
}

impl Pace {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A header is complete: a request runs until the answer is dropped.
    pub fn begin(self: &Arc<Self>, http2: bool) -> InFlight {
        let mut state = self.state();
        state.http2 = http2;
        state.in_header = false;
        state.in_flight += 1;
        InFlight { pace: Arc::clone(self), waiting: false }
    }

    /// Something was read.
    pub fn read(&self) {
        let mut state = self.state();
        if state.in_flight == 0 && !state.http2 && !state.in_header {
            state.in_header = true;
            state.since = Instant::now();
        }
    }

    /// The client, or its kernel, took so many bytes.
    pub fn wrote(&self, bytes: usize) {
        let mut state = self.state();
        if !state.in_header && (!state.http2 || bytes > CONTROL_BYTES) {
            state.since = Instant::now();
        }
    }

    /// When it will have taken too long, if nothing happens.
    fn deadline(&self, times: &ConnectionTimes) -> Option<Instant> {
        let state = self.state();
        let patience = match &*state {
            State { in_header: true, .. } => times.header,
            State { in_flight: 0, .. } => times.idle,
            // That of HTTP/1 is the stream's: it is TCP that stops there.
            State { http2: true, waiting: 1.., .. } => times.stall,
            _ => return None,
        };
        Some(state.since + patience)
    }
}

/// A request and its answer.
#[derive(Debug)]
pub struct InFlight {
    pace: Arc<Pace>,
    waiting: bool,
}

impl InFlight {
    pub fn waits_for_the_client(&mut self, waiting: bool) {
        if waiting == std::mem::replace(&mut self.waiting, waiting) {
            return;
        }
        let mut state = self.pace.state();
        if !waiting {
            state.waiting -= 1;
            return;
        }
        state.waiting += 1;
        if state.waiting == 1 {
            state.since = Instant::now();
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.waits_for_the_client(false);
        let mut state = self.pace.state();
        state.in_flight -= 1;
        if state.in_flight == 0 {
            state.since = Instant::now();
        }
    }
}

/// Rings when a connection's time is over. Looked at each time that something happens on the connection.
pub struct Alarm<'a> {
    pace: &'a Pace,
    times: &'a ConnectionTimes,
    sleep: Pin<Box<Sleep>>,
}

impl<'a> Alarm<'a> {
    pub fn new(pace: &'a Pace, times: &'a ConnectionTimes) -> Self {
        let first = pace.deadline(times).unwrap_or_else(Instant::now);
        Self { pace, times, sleep: Box::pin(sleep_until(first)) }
    }

    pub async fn rings(&mut self) {
        poll_fn(|context| {
            loop {
                let Some(deadline) = self.pace.deadline(self.times) else { return Poll::Pending };
                // A later deadline waits until the timer has fired for an earlier one: setting it is not free.
                if deadline < self.sleep.deadline() {
                    self.sleep.as_mut().reset(deadline);
                }
                ready!(self.sleep.as_mut().poll(context));
                if deadline <= Instant::now() {
                    return Poll::Ready(());
                }
                self.sleep.as_mut().reset(deadline);
            }
        })
        .await;
    }
}
