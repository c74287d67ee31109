//! The handshake that makes a WebSocket of an HTTP/1.1 request: RFC 6455 section 4.2.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::PROTOCOL;

/// A WebSocket over a connection of the server.
pub type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Bytes of a message of the client.
pub const MAX_MESSAGE: usize = 64 * 1024;
/// Bytes that are read at once. A socket has room for them even while it is idle; for a longer message it takes more.
const READ_BUFFER: usize = 256;

/// True where a GET asks for a WebSocket.
pub fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// A handshake that the client has done right.
pub struct Handshake {
    accept: HeaderValue,
    on_upgrade: OnUpgrade,
    /// The client offered our sub-protocol.
    pub agreed: bool,
}

impl Handshake {
    /// # Errors
    /// The answer to one that is not right: 400, or 426 for another version.
    pub fn of(parts: &mut Parts) -> Result<Self, Box<Response>> {
        let bad = |what: &'static str| Box::new((StatusCode::BAD_REQUEST, what).into_response());
        if !lists(&parts.headers, &header::CONNECTION, |token| token.eq_ignore_ascii_case("upgrade")) {
            return Err(bad("A WebSocket needs `Connection: Upgrade`."));
        }
        if parts.headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
            let version = [(header::SEC_WEBSOCKET_VERSION, "13")];
            return Err(Box::new((StatusCode::UPGRADE_REQUIRED, version, "The version is 13.").into_response()));
        }
        let key = parts.headers.get(header::SEC_WEBSOCKET_KEY).ok_or_else(|| bad("`Sec-WebSocket-Key` is missing."))?;
        let accept = derive_accept_key(key.as_bytes());
        let agreed = lists(&parts.headers, &header::SEC_WEBSOCKET_PROTOCOL, |name| name == PROTOCOL);
        let on_upgrade = parts.extensions.remove().ok_or_else(|| bad("This connection cannot become a WebSocket."))?;
        Ok(Self {
            accept: HeaderValue::try_from(accept).map_err(|_| bad("The key is not valid."))?,
            on_upgrade,
            agreed,
        })
    }

    /// The answer that completes it. `serve` gets the socket once that is sent; none where the client went before.
    pub fn complete<F>(self, serve: impl FnOnce(Socket) -> F + Send + 'static) -> Response
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Self { accept, on_upgrade, agreed } = self;
        tokio::spawn(async move {
            let Ok(upgraded) = on_upgrade.await else { return };
            let config = WebSocketConfig::default()
                .read_buffer_size(READ_BUFFER)
                // Nothing waits for more to come.
                .write_buffer_size(0)
                .max_message_size(Some(MAX_MESSAGE))
                .max_frame_size(Some(MAX_MESSAGE));
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config));
            // In a task of its own: this one has room for all that was needed on the way.
            tokio::spawn(serve(socket.await));
        });
        let mut response = (StatusCode::SWITCHING_PROTOCOLS, Body::empty()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        if agreed {
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
        }
        response
    }
}

/// True where a header that is a list has such an entry.
fn lists(headers: &HeaderMap, name: &header::HeaderName, is: impl Fn(&str) -> bool) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|entry| is(entry.trim()))
}
