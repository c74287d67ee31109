//! The messages of graphql-transport-ws, and its close codes.

use async_graphql::{Response, ServerError};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::http::params::Params;

/// Bytes of an operation's id; a UUID has 36.
const MAX_ID: usize = 128;

/// Why the server ends a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    pub code: u16,
    /// At most 123 bytes.
    pub reason: String,
}

impl Close {
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        while reason.len() > 123 {
            reason.pop();
        }
        Self { code, reason }
    }

    pub fn going_away() -> Self {
        Self::new(1001, "The server stops")
    }

    pub fn protocol_error() -> Self {
        Self::new(1002, "Not a WebSocket frame")
    }

    pub fn not_utf8() -> Self {
        Self::new(1007, "Not UTF-8")
    }

    pub fn too_big() -> Self {
        Self::new(1009, "Message too large")
    }

    pub fn bad_request(what: &str) -> Self {
        Self::new(4400, format!("Invalid message received: {what}"))
    }

    pub fn unauthorized() -> Self {
        Self::new(4401, "Unauthorized")
    }

    pub fn forbidden() -> Self {
        Self::new(4403, "Forbidden")
    }

    pub fn session_ended() -> Self {
        Self::new(4403, "Session ended")
    }

    pub fn wrong_protocol() -> Self {
        Self::new(4406, "Subprotocol not acceptable")
    }

    pub fn init_timeout() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }

    pub fn duplicate(id: &str) -> Self {
        let short: String = id.chars().take(40).collect();
        Self::new(4409, format!("Subscriber for {short} already exists"))
    }

    pub fn too_many_inits() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }

    /// Not in the protocol. IANA has 1013 for "try again later", and clients do that by themselves, which they must not
    /// after 4429.
    pub fn unavailable() -> Self {
        Self::new(1013, "The server cannot check the token right now")
    }

    /// As above: a socket that closes elsewhere makes room.
    pub fn too_many_sockets() -> Self {
        Self::new(1013, "Too many sockets and event streams are open")
    }

    /// Not in the protocol, but what its reference server says: a mistake of ours. Clients do not come back.
    pub fn internal() -> Self {
        Self::new(4500, "Internal server error")
    }
}

/// What a client sends.
#[derive(Debug)]
pub enum Incoming {
    ConnectionInit { payload: Option<Map<String, Value>> },
    Ping { payload: Option<Map<String, Value>> },
    Pong,
    Subscribe { id: String, params: Params },
    Complete { id: String },
}

impl Incoming {
    /// # Errors
    /// What is wrong with the message, in a few words that hold none of its own.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else { return Err("not a JSON object") };
        let kind = message.remove("type");
        match kind.as_ref().and_then(Value::as_str).ok_or("no type")? {
            "connection_init" => Ok(Self::ConnectionInit { payload: optional_object(&mut message)? }),
            "ping" => Ok(Self::Ping { payload: optional_object(&mut message)? }),
            "pong" => optional_object(&mut message).map(|_| Self::Pong),
            "subscribe" => {
                let payload = message.remove("payload").ok_or("no payload")?;
                let params = Params::from_value(payload).map_err(|_| "the payload is not a GraphQL request")?;
                Ok(Self::Subscribe { id: id(&mut message)?, params })
            }
            "complete" => Ok(Self::Complete { id: id(&mut message)? }),
            _ => Err("unknown type"),
        }
    }
}

fn id(message: &mut Map<String, Value>) -> Result<String, &'static str> {
    match message.remove("id") {
        Some(Value::String(id)) if id.len() > MAX_ID => Err("the id is too long"),
        Some(Value::String(id)) if !id.is_empty() => Ok(id),
        _ => Err("no id"),
    }
}

fn optional_object(message: &mut Map<String, Value>) -> Result<Option<Map<String, Value>>, &'static str> {
    match message.remove("payload") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(payload)) => Ok(Some(payload)),
        Some(_) => Err("the payload is not an object"),
    }
}

/// What the server sends.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outgoing<'m> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Map<String, Value>>,
    },
    Next {
        id: &'m str,
        payload: &'m Response,
    },
    Error {
        id: &'m str,
        payload: &'m [ServerError],
    },
    Complete {
        id: &'m str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_protocol_does_not_know_is_refused() {
        for text in [
            "",
            "not json",
            "[]",
            "{}",
            r#"{"type":7}"#,
            r#"{"type":"start"}"#,
            r#"{"type":"next"}"#,
            r#"{"type":"connection_init","payload":"a"}"#,
            r#"{"type":"ping","payload":[]}"#,
            r#"{"type":"pong","payload":1}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1","payload":["{a}"]}"#,
            r#"{"type":"subscribe","id":"1","payload":{"qeury":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
            r#"{"type":"complete"}"#,
        ] {
            assert!(Incoming::parse(text).is_err(), "{text}");
        }
        for text in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"ping","payload":{"a":1}}"#,
            r#"{"type":"pong"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":null,"operationName":null}}"#,
            r#"{"type":"complete","id":"1"}"#,
        ] {
            assert!(Incoming::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_reason_fits_into_a_close_frame_whatever_the_id_is() {
        assert!(Close::duplicate(&"ü".repeat(500)).reason.len() <= 123);
        assert!(Close::bad_request(&"ü".repeat(500)).reason.len() <= 123);
    }
}
