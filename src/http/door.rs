//! What the door needs from the house, and what it tells the house about a request.

use std::collections::HashSet;
use std::future::Future;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Data, Executor};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::documents::{Documents, Rules};
use super::listeners::Listeners;
use super::origin::Origins;
use super::peer::ClientAddress;
use super::problem::Problem;
use super::rate::RateLimiter;
use super::types::Types;
use crate::viewer::Viewer;

/// Why a token was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Forged, expired, or its session has ended. Which of them is nobody's business.
    #[error("The token is not valid. Sign in again, or ask without one.")]
    Invalid,
    /// The sessions cannot be read right now.
    #[error("The server cannot check the token right now.")]
    Unavailable,
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Invalid => Self::unauthenticated(error.to_string()),
            AuthError::Unavailable => Self::unavailable(),
        }
    }
}

/// The house behind the door: schema, sessions, and what resolvers find in their context.
pub trait House: Clone + Send + Sync + 'static {
    type Schema: Executor;

    /// Executes documents that were validated before.
    fn schema(&self) -> &Self::Schema;

    /// Validates documents, and executes nothing: see [`super::documents::ValidateOnly`].
    fn validator(&self) -> &Self::Schema;

    /// What the schema defines.
    fn types(&self) -> &Types;

    /// Who asks, from the bearer token: `Ok(None)` is anonymous, and only where no token was given.
    fn authenticate(&self, bearer: Option<&str>) -> impl Future<Output = Result<Option<Viewer>, AuthError>> + Send;

    /// Those of these sessions that live; `None` while that cannot be found out. Asked every few seconds for all that
    /// listen, and an answer that takes longer than those counts as `None`.
    fn living(&self, sessions: &[Uuid]) -> impl Future<Output = Option<HashSet<Uuid>>> + Send;

    /// What resolvers find in their context: made anew for each operation, so that loaders never outlive it. All events
    /// of a subscription share it: what is in there for one of those must remember nothing.
    fn request_data(&self, viewer: Option<Viewer>, client: &ClientInfo, operation: OperationType) -> Data;
}

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
    /// A request body from which nothing comes for so long is given up with 408.
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

/// What the house may know of the one who asks.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo {
    /// As [`super::peer`] finds it out: behind a trusted proxy not the proxy's.
    pub ip: Option<IpAddr>,
    /// At most 255 characters.
    pub user_agent: Option<String>,
    /// The header `GraphQL-Cost` was sent: `extensions.cost` of the answer says what the operation cost.
    pub shows_cost: bool,
    cookies: Cookies,
}

/// Kept from logs.
#[derive(Clone, Default)]
struct Cookies(Vec<String>);

impl std::fmt::Debug for Cookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cookies({} headers)", self.0.len())
    }
}

impl ClientInfo {
    /// Cookies count only where no other site's page can have sent the request.
    pub fn of(parts: &Parts, origins: &Origins) -> Self {
        let text = |value: &axum::http::HeaderValue| value.to_str().ok().map(str::to_owned);
        let cookies = if origins.trust(&parts.headers) {
            parts.headers.get_all(header::COOKIE).iter().filter_map(text).collect()
        } else {
            Vec::new()
        };
        Self {
            ip: parts.extensions.get::<ClientAddress>().map(|client| client.0),
            user_agent: parts
                .headers
                .get(header::USER_AGENT)
                .and_then(text)
                .map(|agent| agent.chars().take(255).collect()),
            shows_cost: parts.headers.contains_key("graphql-cost"),
            cookies: Cookies(cookies),
        }
    }

    /// The value of the cookie `name`.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies
            .0
            .iter()
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

/// The token of an `Authorization` header, or of the same words in a `connection_init`.
///
/// # Errors
/// Where there is something, and it is not `Bearer <token>`.
pub fn bearer(authorization: &str) -> Result<&str, AuthError> {
    match authorization.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => Ok(token.trim()),
        _ => Err(AuthError::Invalid),
    }
}

/// The bearer token of a request; `None` where it has no `Authorization`.
///
/// # Errors
/// As [`bearer`].
pub fn bearer_of(headers: &HeaderMap) -> Result<Option<&str>, AuthError> {
    match headers.get(header::AUTHORIZATION) {
        None => Ok(None),
        Some(value) => bearer(value.to_str().map_err(|_| AuthError::Invalid)?).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn client(headers: &[(&str, &str)]) -> ClientInfo {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        ClientInfo::of(&parts, &Origins::new("http://localhost:8000", []))
    }

    #[test]
    fn a_cookie_counts_only_from_our_own_pages() {
        let cookie = ("cookie", "a=1; refresh=secret; b=2");
        assert_eq!(client(&[cookie]).cookie("refresh"), Some("secret"));
        assert_eq!(client(&[cookie, ("origin", "http://localhost:8000")]).cookie("refresh"), Some("secret"));
        assert_eq!(client(&[cookie, ("origin", "https://evil.example")]).cookie("refresh"), None);
        assert_eq!(client(&[cookie, ("sec-fetch-site", "cross-site")]).cookie("refresh"), None);
        assert_eq!(client(&[cookie]).cookie("fresh"), None);
    }

    #[test]
    fn cookies_never_show_in_debug_output() {
        let shown = format!("{:?}", client(&[("cookie", "refresh=secret")]));
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn only_a_bearer_token_is_one() {
        assert_eq!(bearer("Bearer abc"), Ok("abc"));
        assert_eq!(bearer("bearer  abc "), Ok("abc"));
        for wrong in ["", "abc", "Bearer", "Bearer ", "Basic abc"] {
            assert_eq!(bearer(wrong), Err(AuthError::Invalid), "{wrong}");
        }
    }
}
