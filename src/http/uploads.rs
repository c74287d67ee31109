//! Files that are put under the signed URL of a ticket, where the storage takes none itself. The URL is the right to do
//! it: no cookie and no token counts here. Nothing is kept of a file that is not, byte for byte, what was announced.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use futures_util::StreamExt;
use serde::Deserialize;

use super::body::{BodyError, Metered};
use crate::db::entities::upload;
use crate::error::{Fault, chain};
use crate::images::{Images, PutError};
use crate::spool::{Spooled, Writer};

/// What the route needs.
#[derive(Clone)]
struct Desk {
    images: Images,
    /// A body that keeps us waiting for so long, beyond what its bytes earned it, is given up.
    idle: Duration,
}

/// What makes an upload's URL hold.
#[derive(Deserialize)]
struct Signature {
    expires: i64,
    signature: String,
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
enum Refused {
    /// The same for a forged URL, an expired one, and one of an upload that is completed.
    #[error("There is no such upload, or it has expired.")]
    Gone,
    #[error("Say with `Content-Length` how many bytes will come.")]
    NoLength,
    #[error("{0} bytes were announced for this upload, and more are coming.")]
    TooLong(u64),
    #[error("{0} bytes were announced for this upload, and fewer are coming.")]
    TooShort(u64),
    #[error("Send the header `Content-Type: {0}`, as it was announced for this upload.")]
    OtherType(String),
    #[error("These are not the bytes that were announced: their SHA-256 is another.")]
    OtherBytes,
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error("The file cannot be stored at the moment. Try again later.")]
    Unavailable,
    #[error("Something went wrong on our side.")]
    Internal,
}

pub fn routes(images: Images, idle: Duration) -> Router {
    Router::new().route("/uploads/{ticket}", put(receive)).with_state(Desk { images, idle })
}

async fn receive(
    State(desk): State<Desk>,
    Path(ticket): Path<String>,
    query: Result<Query<Signature>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let mut body = Metered::new(body, desk.idle);
    body.budget().set(u64::MAX);
    let rest = body.rest();
    match desk.receive(&ticket, query.ok(), &headers, &mut body).await {
        Ok(file) => {
            let etag = format!("\"{}\"", hex::encode(file.sha256));
            (StatusCode::NO_CONTENT, [(header::ETAG, etag)]).into_response()
        }
        Err(refused) => {
            // Who waits for our consent before sending is not asked to send.
            if !headers.contains_key(header::EXPECT) {
                rest.linger();
            }
            refused.into_response()
        }
    }
}

impl Desk {
    async fn receive(
        &self,
        ticket: &str,
        query: Option<Query<Signature>>,
        headers: &HeaderMap,
        body: &mut Metered,
    ) -> Result<Spooled, Refused> {
        let Query(query) = query.ok_or(Refused::Gone)?;
        let id = self.images.upload_urls().verify(ticket, query.expires, &query.signature).ok_or(Refused::Gone)?;
        let ticket = self.images.open_ticket(id).await?.ok_or(Refused::Gone)?;
        let announced = u64::try_from(ticket.byte_size).map_err(|_| Refused::Internal)?;
        check(&ticket, announced, headers)?;
        let file = spool(self.images.spool(), announced, body).await?;
        self.images.receive(&ticket, &file).await?;
        Ok(file)
    }
}

/// Exactly so many bytes.
async fn spool(directory: &std::path::Path, announced: u64, body: &mut Metered) -> Result<Spooled, Refused> {
    let mut file = Writer::create(directory).await.map_err(unwritten)?;
    while let Some(piece) = body.next().await {
        let piece = piece?;
        if piece.len() as u64 > announced - file.len() {
            return Err(Refused::TooLong(announced));
        }
        file.write(&piece).await.map_err(unwritten)?;
    }
    if file.len() < announced {
        return Err(Refused::TooShort(announced));
    }
    file.finish(None, None, None).await.map_err(unwritten)
}

/// What can be refused before a byte of the file is read. A bucket holds uploads to the same.
fn check(ticket: &upload::Model, announced: u64, headers: &HeaderMap) -> Result<(), Refused> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length {
        None => return Err(Refused::NoLength),
        Some(length) if length > announced => return Err(Refused::TooLong(announced)),
        Some(length) if length < announced => return Err(Refused::TooShort(announced)),
        Some(_) => {}
    }
    let content_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if content_type == Some(ticket.content_type.as_bytes()) {
        Ok(())
    } else {
        Err(Refused::OtherType(ticket.content_type.clone()))
    }
}

fn unwritten(error: std::io::Error) -> Refused {
    tracing::error!(%error, "a file could not be written to the spool");
    Refused::Unavailable
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unavailable(cause) => {
                tracing::warn!(cause = %chain(cause.as_ref()), "a file that was put cannot be stored");
                Self::Unavailable
            }
            Fault::Internal(cause) => {
                tracing::error!(cause = %chain(cause.as_ref()), "a file that was put cannot be stored");
                Self::Internal
            }
        }
    }
}

impl From<PutError> for Refused {
    fn from(error: PutError) -> Self {
        match error {
            PutError::NotOpen => Self::Gone,
            PutError::OtherBytes => Self::OtherBytes,
            PutError::Fault(fault) => fault.into(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Gone => StatusCode::NOT_FOUND,
            Self::NoLength => StatusCode::LENGTH_REQUIRED,
            Self::TooLong(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooShort(_) | Self::Body(BodyError::Broken | BodyError::OverBudget) => StatusCode::BAD_REQUEST,
            Self::OtherType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::OtherBytes => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Body(BodyError::Idle) => StatusCode::REQUEST_TIMEOUT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, [(header::CACHE_CONTROL, "no-store")], format!("{self}\n")).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::Bytes;
    use futures_util::stream;

    use super::*;

    /// The outcome of a body that sends these pieces, and then ends or not; of nine bytes announced.
    async fn outcome(pieces: &[&'static str], ends: bool) -> Result<u64, StatusCode> {
        let directory = tempfile::tempdir().unwrap();
        let sent: Vec<_> = pieces.iter().map(|piece| Ok::<_, Infallible>(Bytes::from(*piece))).collect();
        let body = if ends {
            Body::from_stream(stream::iter(sent))
        } else {
            Body::from_stream(stream::iter(sent).chain(stream::pending()))
        };
        let mut body = Metered::new(body, Duration::from_millis(1));
        body.budget().set(u64::MAX);
        let spooled = spool(directory.path(), 9, &mut body).await;
        spooled.map(|file| file.len).map_err(|refused| refused.into_response().status())
    }

    #[tokio::test]
    async fn a_body_is_taken_when_it_is_as_long_as_was_announced_and_comes_to_its_end() {
        assert_eq!(outcome(&["12345", "6789"], true).await, Ok(9));
        assert_eq!(outcome(&["1234567890"], true).await, Err(StatusCode::PAYLOAD_TOO_LARGE));
        assert_eq!(outcome(&["123456789", "0"], false).await, Err(StatusCode::PAYLOAD_TOO_LARGE));
        assert_eq!(outcome(&["12345678"], true).await, Err(StatusCode::BAD_REQUEST));
    }

    #[tokio::test]
    async fn a_body_that_trickles_or_stops_is_given_up() {
        assert_eq!(outcome(&["1", "2"], false).await, Err(StatusCode::REQUEST_TIMEOUT));
        assert_eq!(outcome(&[], false).await, Err(StatusCode::REQUEST_TIMEOUT));
    }
}
