//! The door: the state of its routes, and what the operator decides about them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::documents::{Documents, Rules};
use super::listeners::Listeners;
use super::origin::Origins;
use super::rate::RateLimiter;

/// The state of the routes of `graphql`.
#[derive(Clone, Debug)]
pub struct Door<H> {
    pub house: H,
    pub settings: Arc<Settings>,
    pub documents: Documents,
    pub rates: RateLimiter,
    /// Whoever has a socket or an event stream open.
    pub listeners: Listeners,
}

impl<H> Door<H> {
    pub fn new(house: H, settings: Settings) -> Self {
        let (documents, rates) = (Documents::new(settings.documents.clone()), RateLimiter::new(settings.rate_limit));
        let listeners = Listeners::new(settings.shutdown.clone());
        Self { house, settings: Arc::new(settings), documents, rates, listeners }
    }
}

/// What the operator decides, and the times that tests shorten.
#[derive(Clone, Debug)]
pub struct Settings {
    pub origins: Origins,
    pub uploads: UploadLimits,
    pub socket: SocketTimes,
    pub documents: Rules,
    /// Points a minute of an account, an anonymous address gets a tenth; 0 is no limit.
    pub rate_limit: u64,
    /// A query or mutation that takes longer is stopped.
    pub execution: Duration,
    /// Sockets and event streams, taken together, of one person, or of one address without one.
    pub max_listeners: usize,
    /// A request body that keeps us waiting for so long, beyond what its bytes earned it, is given up with 408.
    pub body_idle: Duration,
    /// Cancelled when the server stops: sockets close with 1001, event streams end.
    pub shutdown: CancellationToken,
}

impl Settings {
    pub fn new(origins: Origins, uploads: UploadLimits) -> Self {
        Self {
            origins,
            uploads,
            socket: SocketTimes::default(),
            documents: Rules { introspection: true, ..Rules::default() },
            rate_limit: 0,
            execution: Duration::from_secs(60),
            max_listeners: 100,
            body_idle: Duration::from_secs(30),
            shutdown: CancellationToken::new(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct UploadLimits {
    /// Of one file.
    pub max_bytes: u64,
    /// Where files lie while they arrive; on the data disk, not in RAM.
    pub spool: PathBuf,
}

#[derive(Clone, Copy, Debug)]
pub struct SocketTimes {
    /// Within which `connection_init` must come.
    pub init: Duration,
    /// Between two pings of the server; a client silent for three of them is gone.
    pub ping: Duration,
    /// Between two comments of an event stream, which keep proxies from taking it for dead.
    pub comment: Duration,
    /// Between two looks at the sessions of all who listen.
    pub session_check: Duration,
    /// A client that takes longer to read one message is gone.
    pub send: Duration,
}

impl SocketTimes {
    pub const USUAL: Self = Self {
        init: Duration::from_secs(10),
        ping: Duration::from_secs(15),
        comment: Duration::from_secs(12),
        session_check: Duration::from_secs(2),
        send: Duration::from_secs(10),
    };
}

impl Default for SocketTimes {
    fn default() -> Self {
        Self::USUAL
    }
}
