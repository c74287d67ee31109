//! One open socket: one task that reads messages, polls the running operations, and writes. It takes the next result only
//! when the last one is written, and the next message when the last one is answered, so a slow or busy client holds back
//! itself and nobody else, and nothing piles up.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures_util::{FutureExt, SinkExt, StreamExt};
use serde_json::Value;
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_util::sync::CancellationToken;

use super::end::{End, say_goodbye};
use super::handshake::Socket;
use super::message::{Close, Incoming, Outgoing};
use super::operations::{Operations, to_text};
use crate::http::client::Asker;
use crate::http::client::{ClientInfo, bearer};
use crate::http::door::Door;
use crate::http::execute::{self, Operation};
use crate::http::house::{AuthError, House};
use crate::http::listeners::Seat;
use crate::http::params::Params;
use crate::http::problem::{Code, Kind, Problem};
use crate::http::request_id::RequestId;
use crate::spool::Uploads;
use crate::viewer::Viewer;

/// Operations that run at once.
pub const MAX_OPERATIONS: usize = 50;
/// Pings that a client may leave unanswered.
const PATIENCE: u8 = 3;
/// Bytes of one frame that we send: a socket keeps the room for the largest it ever sent.
const FRAME: usize = 16 * 1024;

/// Until `connection_init` was taken, everything but it is refused.
enum State {
    Waiting,
    /// `None` is anonymous.
    Open {
        viewer: Option<Viewer>,
        seat: Seat,
    },
}

struct Session<H> {
    door: Door<H>,
    client: ClientInfo,
    request_id: RequestId,
    socket: Socket,
    state: State,
    operations: Operations,
    /// Pings since anything came from the client.
    unanswered: u8,
}

/// What a socket waits for.
enum Heard {
    /// The session has ended, or the server stops.
    End,
    /// The time is over.
    Timer,
    /// None: the connection has ended.
    Message(Option<Result<Message, Error>>),
    /// The next message of an operation.
    Text(String),
}

/// Serves a socket until it ends. `agreed`: the client offered our sub-protocol.
pub fn serve<H: House>(
    socket: Socket,
    agreed: bool,
    door: Door<H>,
    client: ClientInfo,
    request_id: RequestId,
) -> impl Future<Output = ()> + Send + 'static {
    let operations = Operations::default();
    let mut session = Session { door, client, request_id, socket, state: State::Waiting, operations, unanswered: 0 };
    // No `async fn`: that has room for what it is given beside what it makes of it.
    async move {
        let end = if agreed {
            let run = AssertUnwindSafe(session.run()).catch_unwind().await;
            run.unwrap_or_else(|_| Close::internal().into())
        } else {
            Close::wrong_protocol().into()
        };
        // All operations stop now: nothing is sent after the reason to close.
        session.operations = Operations::default();
        session.state = State::Waiting;
        Box::pin(say_goodbye(&mut session.socket, end, request_id)).await;
    }
}

impl<H: House> Session<H> {
    async fn run(&mut self) -> End {
        // The one timer: until the init it is the time for that, and then the time to the next ping.
        let mut timer = Box::pin(sleep(self.door.settings.socket.init));
        let mut ended = self.door.settings.shutdown.clone();
        loop {
            if let Err(end) = self.until_opened(&ended, timer.as_mut()).await {
                return end;
            }
            // From now on it ends with its session too.
            if let State::Open { seat, .. } = &self.state {
                ended = seat.ended().clone();
            }
            timer.as_mut().reset(Instant::now() + self.door.settings.socket.ping);
        }
    }

    /// `Ok` at the moment when the init was taken.
    async fn until_opened(&mut self, ended: &CancellationToken, mut timer: Pin<&mut Sleep>) -> Result<(), End> {
        let ended = ended.cancelled();
        tokio::pin!(ended);
        loop {
            let heard = tokio::select! {
                () = &mut ended => Heard::End,
                () = &mut timer => Heard::Timer,
                message = self.socket.next() => Heard::Message(message),
                text = self.operations.next() => Heard::Text(text),
            };
            let waiting = matches!(self.state, State::Waiting);
            // Big and soon over: an idle socket need not hold its room.
            Box::pin(self.answer(heard, timer.as_mut())).await?;
            if waiting && matches!(self.state, State::Open { .. }) {
                return Ok(());
            }
        }
    }

    async fn answer(&mut self, heard: Heard, timer: Pin<&mut Sleep>) -> Result<(), End> {
        match heard {
            Heard::End => Err(self.ended().into()),
            Heard::Timer => {
                match self.state {
                    State::Waiting => return Err(Close::init_timeout().into()),
                    State::Open { .. } if self.unanswered == PATIENCE => return Err(End::Gone),
                    State::Open { .. } => self.write(Message::Ping(bytes::Bytes::new())).await?,
                }
                self.unanswered += 1;
                timer.reset(Instant::now() + self.door.settings.socket.ping);
                Ok(())
            }
            Heard::Message(message) => {
                self.unanswered = 0;
                match message {
                    Some(Ok(message)) => self.take(message).await,
                    Some(Err(error)) => Err(error.into()),
                    None => Err(End::Gone),
                }
            }
            Heard::Text(text) => self.say(text).await,
        }
    }

    /// Why all that is open ends now.
    fn ended(&self) -> Close {
        if self.door.settings.shutdown.is_cancelled() { Close::going_away() } else { Close::session_ended() }
    }

    async fn take(&mut self, message: Message) -> Result<(), End> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Close::bad_request("not text").into()),
            // The library answers it. Before the next one is read the answer must be gone, or they would pile up.
            Message::Ping(_) => return self.deliver(None).await,
            Message::Pong(_) | Message::Frame(_) => return Ok(()),
            Message::Close(_) => return Err(End::Closed),
        };
        match Incoming::parse(&text).map_err(Close::bad_request)? {
            Incoming::ConnectionInit { payload } => {
                if matches!(self.state, State::Open { .. }) {
                    return Err(Close::too_many_inits().into());
                }
                let authorization = payload.and_then(|mut payload| payload.remove("authorization"));
                self.open(authorization).await
            }
            Incoming::Ping { payload } => self.send(&Outgoing::Pong { payload }).await,
            Incoming::Pong => Ok(()),
            Incoming::Subscribe { id, params } => self.subscribe(id, params).await,
            Incoming::Complete { id } => {
                // An unknown id is one that we have just completed ourselves.
                self.operations.stop(&id);
                Ok(())
            }
        }
    }

    async fn open(&mut self, authorization: Option<Value>) -> Result<(), End> {
        let asked = authenticate(&self.door.house, authorization.as_ref());
        let asked = timeout(self.door.settings.socket.init, asked).await;
        let viewer = asked.unwrap_or(Err(AuthError::Unavailable)).map_err(|error| match error {
            AuthError::Invalid => Close::forbidden(),
            AuthError::Unavailable => Close::unavailable(),
        })?;
        let seat = self.door.seat(viewer.as_ref(), &self.client).ok_or_else(Close::too_many_sockets)?;
        self.state = State::Open { viewer, seat };
        self.send(&Outgoing::ConnectionAck).await
    }

    async fn subscribe(&mut self, id: String, params: Params) -> Result<(), End> {
        let State::Open { viewer, .. } = &self.state else { return Err(Close::unauthorized().into()) };
        if self.operations.runs(&id) {
            return Err(Close::duplicate(&id).into());
        }
        let admitted = if self.operations.count() < MAX_OPERATIONS {
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
        self.operations.start(id, execute::stream(&self.door, operation));
        Ok(())
    }

    async fn send(&mut self, message: &Outgoing<'_>) -> Result<(), End> {
        self.say(to_text(message)).await
    }

    /// In frames of bounded size; a client sees one message.
    async fn say(&mut self, text: String) -> Result<(), End> {
        if text.len() <= FRAME {
            return self.write(Message::Text(text.into())).await;
        }
        let mut rest = bytes::Bytes::from(text);
        let mut kind = Data::Text;
        while !rest.is_empty() {
            let part = rest.split_to(rest.len().min(FRAME));
            self.write(Message::Frame(Frame::message(part, OpCode::Data(kind), rest.is_empty()))).await?;
            kind = Data::Continue;
        }
        Ok(())
    }

    /// Nothing leaves for a session that has ended.
    async fn write(&mut self, message: Message) -> Result<(), End> {
        if let State::Open { seat, .. } = &self.state
            && seat.ended().is_cancelled()
        {
            return Err(self.ended().into());
        }
        self.deliver(Some(message)).await
    }

    /// A client that reads too slowly is gone, and so is one whose session ends while it does not read: a reason to close
    /// would only come after the rest of the message.
    async fn deliver(&mut self, message: Option<Message>) -> Result<(), End> {
        let ended = match &self.state {
            State::Open { seat, .. } => seat.ended(),
            State::Waiting => &self.door.settings.shutdown,
        };
        let socket = &mut self.socket;
        let deliver = async move {
            match message {
                Some(message) => socket.send(message).await,
                None => socket.flush().await,
            }
        };
        tokio::select! {
            biased;
            delivered = timeout(self.door.settings.socket.send, deliver) => match delivered {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) | Err(_) => Err(End::Gone),
            },
            () = ended.cancelled() => Err(End::Gone),
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
