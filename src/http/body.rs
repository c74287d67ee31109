//! Request bodies, read within bounds: whole and small (JSON), or piece by piece (forms). A body from which nothing, or
//! next to nothing, comes for a while is given up.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, header};
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, Sleep};

use super::problem::{Code, Kind, Problem};

/// Bytes that are still taken, and thrown away, from a client whose request was already answered. Closing at once would
/// reset the connection, and a browser that is still sending would show that instead of the answer.
const LINGER_BYTES: usize = 4 * 1024 * 1024;
const LINGER_TIME: Duration = Duration::from_secs(5);

/// Bytes a second that a client must send for its time not to run out. A phone at the edge of its network sends more.
const SLOWEST: u32 = 1024;

/// Why a body ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("The body did not arrive in time.")]
    Idle,
    #[error("The body broke off.")]
    Broken,
    #[error("A part of the form has too long a header.")]
    OverBudget,
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Idle => Self::new(Kind::Timeout, Code::BadRequest, error.to_string()),
            BodyError::Broken | BodyError::OverBudget => Self::malformed(error.to_string()),
        }
    }
}

/// The whole body, at most `max` bytes, within `patience` in all.
///
/// # Errors
/// 413 before more than `max` bytes are held, 408, or 400 where it broke off.
pub async fn read_whole(headers: &HeaderMap, body: Body, max: usize, patience: Duration) -> Result<Vec<u8>, Problem> {
    let too_large = || Problem::new(Kind::TooLarge, Code::BadRequest, format!("The body is larger than {max} bytes."));
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > max as u64) {
        return Err(too_large());
    }
    let read = async {
        let mut stream = body.into_data_stream();
        let mut whole = Vec::new();
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|_| BodyError::Broken)?;
            if piece.len() > max - whole.len() {
                return Err(too_large());
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    };
    tokio::time::timeout(patience, read).await.map_err(|_| BodyError::Idle)?
}

/// How many bytes the reader of a [`Metered`] body may still take in one go. A form parser buffers until it finds the
/// end of a part's header: without a budget, for ever.
#[derive(Clone, Debug, Default)]
pub struct Budget(Arc<AtomicU64>);

impl Budget {
    pub fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// False where it was used up before. One piece more than the budget is let through: pieces are small.
    fn take(&self, bytes: u64) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(bytes), Ordering::Relaxed);
        left > 0
    }
}

/// For how long a client may still keep us waiting. What it sends adds to it, never beyond the most.
#[derive(Clone, Copy, Debug)]
struct Patience {
    left: Duration,
    most: Duration,
}

impl Patience {
    fn after(&mut self, waited: Duration, bytes: usize) {
        let earned = Duration::from_secs(bytes as u64) / SLOWEST;
        self.left = (self.left.saturating_sub(waited) + earned).min(self.most);
    }
}

type Shared = Arc<Mutex<BodyDataStream>>;

/// A body in pieces: one piece each time it is polled, even where more is ready, since form parsers take all they get.
#[derive(Debug)]
pub struct Metered {
    body: Shared,
    budget: Budget,
    patience: Patience,
    timer: Pin<Box<Sleep>>,
    waiting_since: Option<Instant>,
    breath: bool,
}

impl Metered {
    pub fn new(body: Body, idle: Duration) -> Self {
        Self {
            body: Arc::new(Mutex::new(body.into_data_stream())),
            budget: Budget::default(),
            patience: Patience { left: idle, most: idle },
            timer: Box::pin(tokio::time::sleep(idle)),
            waiting_since: None,
            breath: false,
        }
    }

    pub fn budget(&self) -> Budget {
        self.budget.clone()
    }

    pub fn rest(&self) -> Rest {
        Rest(Arc::clone(&self.body))
    }
}

impl Stream for Metered {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.breath) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = lock(&self.body).poll_next_unpin(context);
        let Poll::Ready(item) = polled else {
            // The time runs only while we wait for the client, not while the disk is busy with the last piece.
            if self.waiting_since.is_none() {
                let now = Instant::now();
                let until = now + self.patience.left;
                self.waiting_since = Some(now);
                self.timer.as_mut().reset(until);
            }
            ready!(self.timer.as_mut().poll(context));
            return Poll::Ready(Some(Err(BodyError::Idle)));
        };
        if let Some(since) = self.waiting_since.take() {
            let received = item.as_ref().and_then(|piece| piece.as_ref().ok()).map_or(0, Bytes::len);
            self.patience.after(since.elapsed(), received);
        }
        self.breath = true;
        Poll::Ready(item.map(|piece| {
            let piece = piece.map_err(|_| BodyError::Broken)?;
            if self.budget.take(piece.len() as u64) { Ok(piece) } else { Err(BodyError::OverBudget) }
        }))
    }
}

/// What was not read of a body.
#[derive(Debug)]
pub struct Rest(Shared);

impl Rest {
    /// Lets the client finish a little of what it is sending, so that it gets to read the answer.
    pub fn linger(self) {
        tokio::spawn(async move {
            let mut left = LINGER_BYTES;
            let drain = async {
                while let Some(Ok(piece)) = std::future::poll_fn(|context| lock(&self.0).poll_next_unpin(context)).await
                {
                    left = left.saturating_sub(piece.len());
                    if left == 0 {
                        break;
                    }
                }
            };
            // Over time or over the cap: dropping the body closes the connection.
            let _ = tokio::time::timeout(LINGER_TIME, drain).await;
        });
    }
}

fn lock(body: &Shared) -> std::sync::MutexGuard<'_, BodyDataStream> {
    body.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;

    use super::*;

    fn endless() -> (Body, Arc<AtomicU64>) {
        let sent = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&sent);
        let pieces = stream::repeat_with(move || {
            counter.fetch_add(1000, Ordering::Relaxed);
            Ok::<_, Infallible>(Bytes::from(vec![b'x'; 1000]))
        });
        (Body::from_stream(pieces), sent)
    }

    #[tokio::test]
    async fn reading_stops_at_the_bound() {
        let (body, sent) = endless();
        let problem = read_whole(&HeaderMap::new(), body, 5000, Duration::from_secs(9)).await.unwrap_err();
        assert_eq!(problem.kind, Kind::TooLarge);
        assert_eq!(sent.load(Ordering::Relaxed), 6000);
    }

    #[tokio::test]
    async fn a_declared_length_over_the_bound_is_refused_unread() {
        let (body, sent) = endless();
        let headers = HeaderMap::from_iter([(header::CONTENT_LENGTH, "5001".parse().unwrap())]);
        let problem = read_whole(&headers, body, 5000, Duration::from_secs(9)).await.unwrap_err();
        assert_eq!((problem.kind, sent.load(Ordering::Relaxed)), (Kind::TooLarge, 0));
    }

    #[tokio::test]
    async fn a_silent_body_is_given_up() {
        let silent = || Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        let idle = Duration::from_millis(1);
        assert_eq!(read_whole(&HeaderMap::new(), silent(), 9, idle).await.unwrap_err().kind, Kind::Timeout);
        let mut metered = Metered::new(silent(), idle);
        metered.budget().set(9);
        assert_eq!(metered.next().await, Some(Err(BodyError::Idle)));
    }

    #[test]
    fn a_client_that_trickles_is_given_up_and_a_slow_one_is_not() {
        let (second, most) = (Duration::from_secs(1), Duration::from_secs(30));
        for (bytes, seconds) in [(1, Some(30)), (512, Some(59)), (1_024, None), (100_000, None)] {
            let mut patience = Patience { left: most, most };
            let given_up = (1..=1_000).find(|_| {
                patience.after(second, bytes);
                patience.left < second
            });
            assert_eq!(given_up, seconds, "{bytes} bytes a second");
        }
        let mut patience = Patience { left: second, most };
        patience.after(Duration::ZERO, 1_000_000);
        assert_eq!(patience.left, most, "a quick start earns no hour of silence");
    }

    #[tokio::test]
    async fn pieces_beyond_the_budget_are_refused() {
        let mut metered = Metered::new(endless().0, Duration::from_secs(9));
        metered.budget().set(1500);
        assert!(metered.next().await.unwrap().is_ok());
        assert!(metered.next().await.unwrap().is_ok());
        assert_eq!(metered.next().await, Some(Err(BodyError::OverBudget)));
    }
}
