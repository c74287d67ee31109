//! Subscriptions, queries and mutations over a WebSocket: the sub-protocol `graphql-transport-ws` and no other.

pub mod message;
pub mod socket;
#[cfg(test)]
mod tests;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::door::{ClientInfo, Door, House};
use super::request_id::RequestId;

/// The sub-protocol's name.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// Bytes of a message of the client.
const MAX_MESSAGE: usize = 64 * 1024;
/// Bytes held a socket while it is idle, each way.
const BUFFER: usize = 4 * 1024;

/// True where a GET asks for a WebSocket.
pub fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Answers the handshake. A page of another site is refused with 403; a client of another sub-protocol is let in to be
/// told so, with the close code 4406.
pub async fn upgrade<H: House>(door: Door<H>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    if !door.settings.origins.trust(&parts.headers) {
        return (StatusCode::FORBIDDEN, "This origin may not open a socket here.").into_response();
    }
    let handshake = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(handshake) => handshake,
        Err(rejection) => return rejection.into_response(),
    };
    let client = ClientInfo::of(&parts, &door.settings.origins);
    let request_id = RequestId::of(&parts.extensions);
    let handshake = handshake
        .protocols([PROTOCOL])
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE);
    let agreed = handshake.selected_protocol().is_some();
    handshake.on_upgrade(move |socket| socket::serve(socket, agreed, door, client, request_id))
}
