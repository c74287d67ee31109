//! Operations over Server-Sent Events: graphql-sse, distinct connections mode. One request, one operation, one stream of
//! events: `next` for each result, and `complete`.
//!
//! What is wrong with a document comes as an event, as that protocol has it; everything else that is refused before the
//! execution (a token, a limit, a body that is no JSON) is a plain HTTP answer. `Last-Event-ID` means nothing here, and our
//! events have no ids: what a subscription resumes from is an argument of its field.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream, Stream};
use serde::Serialize;
use tokio::time::{Instant, Sleep, sleep};

use super::door::Door;
use super::execute::{self, Operation, Outcome};
use super::house::House;
use super::listeners::Seat;
use super::problem::{Code, Kind, Problem, Refusal};
use super::request_id::RequestId;

#[cfg(test)]
mod tests;

/// Seconds for one of the open streams to end.
const RETRY_AFTER: u32 = 30;
/// A comment, which clients pass over. The first one has the headers sent.
const COMMENT: &str = ":\n\n";
/// With empty data: a browser's `EventSource` tells of no event without.
const COMPLETE: &str = "event: complete\ndata: \n\n";

/// The answer to a request that wants events.
///
/// # Errors
/// What is to be answered by plain HTTP instead.
pub async fn answer<H: House>(
    door: &Door<H>,
    operation: Result<Operation, Refusal>,
    request_id: RequestId,
) -> Result<Response, Box<Outcome>> {
    let operation = match operation {
        Ok(operation) => operation,
        Err(refusal) => return single(Outcome::refused(refusal, request_id)),
    };
    if operation.admitted.prepared.kind != OperationType::Subscription {
        return single(execute::once(door, operation).await);
    }
    let Some(seat) = door.seat(operation.viewer.as_ref(), &operation.client) else {
        let message = "Too many sockets and event streams are open.";
        let problem = Problem::new(Kind::TooManyRequests { retry_after: RETRY_AFTER }, Code::RateLimited, message);
        return Err(Outcome::refused(problem, request_id).into());
    };
    let feed = Feed {
        outcomes: Some(execute::stream(door, operation)),
        seat,
        pause: door.settings.socket.comment,
        timer: Box::pin(sleep(door.settings.socket.comment)),
    };
    Ok(respond(Body::from_stream(feed.into_events())))
}

/// The one result of a query or a mutation, with what resolvers put into headers, such as cookies.
fn single(mut outcome: Outcome) -> Result<Response, Box<Outcome>> {
    let headers = match &mut outcome {
        Outcome::Data(response) => std::mem::take(&mut response.http_headers),
        Outcome::Refused { kind: Kind::Document, .. } => HeaderMap::new(),
        Outcome::Refused { .. } => return Err(outcome.into()),
    };
    let mut response = respond(Body::from(format!("{COMMENT}{}{COMPLETE}", next(&outcome))));
    response.headers_mut().extend(headers);
    Ok(response)
}

fn respond(body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // nginx gathers what it proxies, unless it is told not to.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// A subscription on its way to a client. It takes the next result only when the last one was taken from it.
struct Feed {
    /// None: the last event was sent.
    outcomes: Option<BoxStream<'static, Outcome>>,
    seat: Seat,
    /// Between two comments.
    pause: Duration,
    /// To the next comment.
    timer: Pin<Box<Sleep>>,
}

impl Feed {
    fn into_events(self) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
        let events =
            stream::unfold(self, |mut feed| async move { feed.event().await.map(|event| (event.into(), feed)) });
        stream::iter([Bytes::from_static(COMMENT.as_bytes())]).chain(events).map(Ok)
    }

    /// None where the stream ends; without `complete` before, where its session has ended or the server stops, so that a
    /// client knows that there would be more.
    async fn event(&mut self) -> Option<String> {
        let outcomes = self.outcomes.as_mut()?;
        tokio::select! {
            biased;
            () = self.seat.ended().cancelled() => None,
            () = &mut self.timer => {
                self.timer.as_mut().reset(Instant::now() + self.pause);
                Some(COMMENT.to_owned())
            }
            outcome = outcomes.next() => Some(match outcome {
                Some(outcome @ Outcome::Data(_)) => next(&outcome),
                Some(outcome) => {
                    self.outcomes = None;
                    next(&outcome) + COMPLETE
                }
                None => {
                    self.outcomes = None;
                    COMPLETE.to_owned()
                }
            }),
        }
    }
}

/// What was refused has no `data`.
#[derive(Serialize)]
struct Errors<'e> {
    errors: &'e [ServerError],
}

fn next(outcome: &Outcome) -> String {
    let json = match outcome {
        Outcome::Data(response) => serde_json::to_string(response),
        Outcome::Refused { errors, .. } => serde_json::to_string(&Errors { errors }),
    };
    let json = json.unwrap_or_else(|error| {
        // A map with keys that are no strings, or a float that is none: nothing of ours can be so.
        tracing::error!(%error, "an event could not be written as JSON");
        serde_json::to_string(&Errors { errors: &[Problem::internal().into()] }).unwrap_or_default()
    });
    // JSON as it is written here has no line breaks.
    format!("event: next\ndata: {json}\n\n")
}
