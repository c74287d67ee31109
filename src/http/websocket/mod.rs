//! Subscriptions, queries and mutations over a WebSocket: the sub-protocol `graphql-transport-ws` and no other.

#[cfg(test)]
mod close_codes;
mod end;
#[cfg(test)]
mod floods;
mod handshake;
pub mod message;
pub mod operations;
#[cfg(test)]
mod raw;
pub mod socket;
#[cfg(test)]
mod tests;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

pub use handshake::{MAX_MESSAGE, is_upgrade};

use super::client::ClientInfo;
use super::door::Door;
use super::house::House;
use super::request_id::RequestId;
use handshake::Handshake;

/// The sub-protocol's name.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// Answers the handshake. A page of another site is refused with 403; a client of another sub-protocol is let in to be
/// told so, with the close code 4406.
pub async fn upgrade<H: House>(door: Door<H>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    if !door.settings.origins.trust(&parts.headers) {
        return (StatusCode::FORBIDDEN, "This origin may not open a socket here.").into_response();
    }
    let handshake = match Handshake::of(&mut parts) {
        Ok(handshake) => handshake,
        Err(refusal) => return *refusal,
    };
    let client = ClientInfo::of(&parts, &door.settings.origins);
    let request_id = RequestId::of(&parts.extensions);
    let agreed = handshake.agreed;
    handshake.complete(move |socket| socket::serve(socket, agreed, door, client, request_id))
}
