//! One open socket: one task that reads messages, polls the running operations, and writes. It takes the next result only
//! when the last one is written, so a slow reader holds back itself and nobody else, and nothing piles up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::ServerError;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::StreamExt;
use futures_util::stream::{self, AbortHandle, BoxStream, SelectAll, abortable};
use serde_json::Value;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::message::{Close, Incoming, Outgoing};
use crate::http::admission::Asker;
use crate::http::door::{AuthError, ClientInfo, Door, House, bearer};
use crate::http::execute::{self, Operation, Outcome};
use crate::http::params::Params;
use crate::http::problem::{Code, Kind, Problem};
use crate::http::request_id::RequestId;
use crate::spool::Uploads;
use crate::viewer::Viewer;

/// Operations that run at once.
pub const MAX_OPERATIONS: usize = 50;
/// For the client to answer a close.
const GOODBYE: Duration = Duration::from_secs(2);

/// How a socket ends.
#[derive(Debug)]
enum End {
    /// We say why.
    Close(Close),
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

/// A message of an operation, ready to be sent; the last one says so.
struct Event {
    id: Arc<str>,
    text: String,
    last: bool,
}

/// Until `connection_init` was taken, everything but it is refused.
enum State {
    Waiting,
    /// `None` is anonymous.
    Open(Option<Viewer>),
}

struct Session<H> {
    door: Door<H>,
    client: ClientInfo,
    request_id: RequestId,
    socket: WebSocket,
    state: State,
    running: HashMap<Arc<str>, AbortHandle>,
    events: SelectAll<BoxStream<'static, Event>>,
}

/// Serves a socket until it ends. `agreed`: the client offered our sub-protocol.
pub async fn serve<H: House>(
    socket: WebSocket,
    agreed: bool,
    door: Door<H>,
    client: ClientInfo,
    request_id: RequestId,
) {
    let mut session = Session {
        door,
        client,
        request_id,
        socket,
        state: State::Waiting,
        running: HashMap::new(),
        events: SelectAll::new(),
    };
    let end = if agreed { session.run().await } else { Close::wrong_protocol().into() };
    // All operations stop now: nothing is sent after the reason to close.
    let Session { mut socket, running, events, .. } = session;
    drop((events, running));
    if matches!(end, End::Gone) {
        return;
    }
    let goodbye = async {
        if let End::Close(Close { code, reason }) = end {
            tracing::debug!(%request_id, code, "a socket was closed");
            let frame = CloseFrame { code, reason: reason.into() };
            if socket.send(Message::Close(Some(frame))).await.is_err() {
                return;
            }
        }
        // Until the client has answered: closing earlier could take the reason from it.
        while let Some(Ok(_)) = socket.recv().await {}
    };
    let _ = timeout(GOODBYE, goodbye).await;
}

impl<H: House> Session<H> {
    async fn run(&mut self) -> End {
        let times = self.door.settings.socket;
        let shutdown = self.door.settings.shutdown.clone();
        let start = Instant::now();
        let init = tokio::time::sleep_until(start + times.init);
        tokio::pin!(init);
        let mut ping = interval_at(start + times.ping, times.ping);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut check = interval_at(start + times.session_check, times.session_check);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = start;
        loop {
            let done = tokio::select! {
                () = shutdown.cancelled() => Err(Close::going_away().into()),
                () = &mut init, if matches!(self.state, State::Waiting) => Err(Close::init_timeout().into()),
                _ = check.tick(), if matches!(self.state, State::Open(Some(_))) => self.check().await,
                message = self.socket.recv() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(message)) => {
                            let waiting = matches!(self.state, State::Waiting);
                            let taken = self.take(message).await;
                            if waiting && matches!(self.state, State::Open(_)) {
                                // It was looked at just now.
                                check.reset();
                            }
                            taken
                        }
                        Some(Err(_)) => Err(Close::too_big().into()),
                        None => Err(End::Gone),
                    }
                }
                _ = ping.tick() => {
                    if heard.elapsed() > times.ping * 3 {
                        Err(End::Gone)
                    } else {
                        self.write(Message::Ping(Vec::new().into())).await
                    }
                }
                Some(event) = self.events.next(), if !self.events.is_empty() => {
                    if event.last {
                        self.running.remove(&event.id);
                    }
                    self.write(Message::Text(event.text.into())).await
                }
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn take(&mut self, message: Message) -> Result<(), End> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Close::bad_request("not text").into()),
            // The library answers pings and closes.
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(End::Closed),
        };
        match Incoming::parse(&text).map_err(Close::bad_request)? {
            Incoming::ConnectionInit { payload } => {
                if matches!(self.state, State::Open(_)) {
                    return Err(Close::too_many_inits().into());
                }
                let authorization = payload.as_ref().and_then(|payload| payload.get("authorization"));
                let house = &self.door.house;
                let asked = timeout(self.door.settings.socket.init, authenticate(house, authorization)).await;
                let viewer = asked.unwrap_or(Err(AuthError::Unavailable)).map_err(|error| match error {
                    AuthError::Invalid => Close::forbidden(),
                    AuthError::Unavailable => Close::unavailable(),
                })?;
                self.state = State::Open(viewer);
                self.send(&Outgoing::ConnectionAck).await
            }
            Incoming::Ping { payload } => self.send(&Outgoing::Pong { payload }).await,
            Incoming::Pong => Ok(()),
            Incoming::Subscribe { id, params } => self.subscribe(id, params).await,
            Incoming::Complete { id } => {
                // An unknown id is one that we have just completed ourselves.
                if let Some(handle) = self.running.remove(id.as_str()) {
                    handle.abort();
                }
                Ok(())
            }
        }
    }

    async fn subscribe(&mut self, id: String, params: Params) -> Result<(), End> {
        let State::Open(viewer) = &self.state else { return Err(Close::unauthorized().into()) };
        if self.running.contains_key(id.as_str()) {
            return Err(Close::duplicate(&id).into());
        }
        let admitted = if self.running.len() < MAX_OPERATIONS {
            self.door.admit(params, Asker { viewer: viewer.as_ref(), client: &self.client }).await
        } else {
            let message = format!("A socket runs at most {MAX_OPERATIONS} operations at once.");
            Err(Problem::new(Kind::Document, Code::RateLimited, message).into())
        };
        let admitted = match admitted {
            Ok(admitted) => admitted,
            Err(refusal) => return self.send(&Outgoing::Error { id: &id, payload: &refusal.errors }).await,
        };
        let operation = Operation {
            admitted,
            viewer: viewer.clone(),
            client: self.client.clone(),
            uploads: Uploads::default(),
            request_id: self.request_id,
        };
        let id: Arc<str> = id.into();
        let outcomes = execute::stream(&self.door, operation);
        let (events, handle) = abortable(events(Arc::clone(&id), outcomes));
        self.running.insert(id, handle);
        self.events.push(events.boxed());
        Ok(())
    }

    /// A session that has ended takes its sockets along.
    async fn check(&mut self) -> Result<(), End> {
        let State::Open(Some(viewer)) = &self.state else { return Ok(()) };
        let patience = self.door.settings.socket.session_check;
        match timeout(patience, self.door.house.alive(viewer)).await {
            Ok(false) => Err(Close::session_ended().into()),
            Ok(true) | Err(_) => Ok(()),
        }
    }

    async fn send(&mut self, message: &Outgoing<'_>) -> Result<(), End> {
        self.write(Message::Text(to_text(message).into())).await
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.door.settings.socket.send, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}

/// `payload.authorization` is what an `Authorization` header would be.
async fn authenticate<H: House>(house: &H, authorization: Option<&Value>) -> Result<Option<Viewer>, AuthError> {
    let token = match authorization {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(bearer(text)?),
        Some(_) => return Err(AuthError::Invalid),
    };
    house.authenticate(token).await
}

/// The messages of one operation: `next` for each result and `complete`, or `error` and nothing more.
fn events(id: Arc<str>, outcomes: BoxStream<'static, Outcome>) -> impl stream::Stream<Item = Event> + Send {
    stream::unfold((id, Some(outcomes)), |(id, outcomes)| async move {
        let mut outcomes = outcomes?;
        let (text, rest) = match outcomes.next().await {
            Some(Outcome::Data(response)) => (to_text(&Outgoing::Next { id: &id, payload: &response }), Some(outcomes)),
            Some(Outcome::Refused { errors, .. }) => (to_text(&Outgoing::Error { id: &id, payload: &errors }), None),
            None => (to_text(&Outgoing::Complete { id: &id }), None),
        };
        let event = Event { id: Arc::clone(&id), text, last: rest.is_none() };
        Some((event, (id, rest)))
    })
}

fn to_text(message: &Outgoing<'_>) -> String {
    serde_json::to_string(message).unwrap_or_else(|error| {
        // A map with keys that are no strings, or a float that is none: nothing of ours can be so.
        tracing::error!(%error, "a message could not be written as JSON");
        let id = match message {
            Outgoing::Next { id, .. } | Outgoing::Error { id, .. } | Outgoing::Complete { id } => *id,
            _ => return String::new(),
        };
        let payload: ServerError = Problem::internal().into();
        serde_json::to_string(&Outgoing::Error { id, payload: &[payload] }).unwrap_or_default()
    })
}
