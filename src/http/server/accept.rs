//! The next connection, whatever happens to the others.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::error::chain;

/// Until connections have ended and there is room again for a file or for memory.
const BREATH: Duration = Duration::from_secs(1);

pub async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(connection) => return connection,
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::warn!(error = %chain(&error), "no connection can be taken in right now");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// It was gone before its turn: the next may be there already. Everything else (too many open files) stays the same
/// for a while, and asking again at once would only burn time.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
    )
}

/// Lets a complaint through once a minute.
#[derive(Debug, Default)]
pub struct Seldom(Mutex<Option<Instant>>);

impl Seldom {
    pub fn lets(&self, now: Instant) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let again = last.is_none_or(|last| now - last >= Duration::from_mins(1));
        if again {
            *last = Some(now);
        }
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_made_once_a_minute() {
        let (seldom, start) = (Seldom::default(), Instant::now());
        let let_through = [0, 0, 59, 60, 61, 119, 120].map(|second| seldom.lets(start + Duration::from_secs(second)));
        assert_eq!(let_through, [true, false, false, true, false, false, true]);
    }

    #[test]
    fn only_what_is_the_clients_own_is_tried_again_at_once() {
        assert!(is_the_clients(&ErrorKind::ConnectionAborted.into()));
        // Too many open files.
        assert!(!is_the_clients(&io::Error::from_raw_os_error(24)));
    }
}
