//! How a socket ends: why, and in a way that the client gets to read it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};

use super::handshake::Socket;
use super::message::Close;
use crate::http::request_id::RequestId;

/// For the client to answer a close.
const GOODBYE: Duration = Duration::from_secs(2);

/// How a socket ends.
#[derive(Debug)]
pub enum End {
    /// We say why.
    Close(Close),
    /// We say why, and what comes from the client cannot be read any more.
    Unreadable(Close),
    /// The client said goodbye, which the library answers while we read on.
    Closed,
    /// The client does not answer any more.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

/// What was read is not a frame: RFC 6455 section 7.4.1 has the codes.
impl From<Error> for End {
    fn from(error: Error) -> Self {
        match error {
            Error::Capacity(_) => Self::Unreadable(Close::too_big()),
            Error::Utf8(_) => Self::Unreadable(Close::not_utf8()),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::Gone,
            Error::Protocol(_) => Self::Unreadable(Close::protocol_error()),
            _ => Self::Gone,
        }
    }
}

/// Sends the reason, if there is one, and leaves when the client has read it: leaving earlier could take it from it.
pub async fn say_goodbye(socket: &mut Socket, end: End, request_id: RequestId) {
    let (close, readable) = match end {
        End::Gone => return,
        End::Closed => (None, true),
        End::Close(close) => (Some(close), true),
        End::Unreadable(close) => (Some(close), false),
    };
    let goodbye = async {
        if let Some(Close { code, reason }) = close {
            tracing::debug!(%request_id, code, "a socket was closed");
            let frame = CloseFrame { code: code.into(), reason: reason.into() };
            if socket.send(Message::Close(Some(frame))).await.is_err() {
                return;
            }
        }
        if readable {
            while let Some(Ok(_)) = socket.next().await {}
            return;
        }
        // The library reads no more, but bytes that nobody has read make the system reset the connection.
        let connection = socket.get_mut();
        let mut unread = [0; 1024];
        if connection.shutdown().await.is_ok() {
            while connection.read(&mut unread).await.is_ok_and(|read| read > 0) {}
        }
    };
    let _ = timeout(GOODBYE, goodbye).await;
}
