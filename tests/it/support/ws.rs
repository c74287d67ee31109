//! A small client of graphql-transport-ws, for following subscriptions.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::client::Client;

/// Nothing that a test waits for takes so long: it waits in vain.
const PATIENCE: Duration = Duration::from_secs(30);

/// One open socket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What a socket says next.
#[derive(Debug, PartialEq)]
pub enum Said {
    /// A message of the protocol.
    Message(Value),
    /// The socket's end, with its code; 1005 where there is none.
    Closed(u16),
}

impl Socket {
    /// To the server at `http://…`, not yet initialised.
    pub async fn connect(url: &str) -> Self {
        Self::connect_as(url, "graphql-transport-ws").await
    }

    pub async fn connect_as(url: &str, protocol: &str) -> Self {
        let address = format!("{}/graphql", url.replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
        Self(connect_async(request).await.unwrap().0)
    }

    /// With headers of the test's own and nothing else; the status where the server does not let the socket in.
    pub async fn try_connect(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let address = format!("{}/graphql", url.replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// A socket of somebody who is signed in, acknowledged.
    pub async fn of(client: &Client) -> Self {
        let mut socket = Self::connect(&client.url).await;
        let ack = socket.init(client.token.as_deref()).await;
        assert_eq!(ack, Said::Message(json!({ "type": "connection_ack" })));
        socket
    }

    /// Sends `connection_init`, with a token if there is one; what came back.
    pub async fn init(&mut self, token: Option<&str>) -> Said {
        let mut message = json!({ "type": "connection_init" });
        if let Some(token) = token {
            message["payload"] = json!({ "authorization": format!("Bearer {token}") });
        }
        self.send(&message).await;
        self.said().await
    }

    pub async fn subscribe(&mut self, id: &str, document: &str, variables: Value) {
        let payload = json!({ "query": document, "variables": variables });
        self.send(&json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    pub async fn send(&mut self, message: &Value) {
        self.send_text(&message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next message of the protocol; panics where the socket ends instead.
    pub async fn next(&mut self) -> Value {
        match self.said().await {
            Said::Message(message) => message,
            Said::Closed(code) => panic!("the socket ended with {code}"),
        }
    }

    /// Waits for the socket's end, whatever is said before; its code.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            if let Said::Closed(code) = self.said().await {
                return code;
            }
        }
    }

    /// Keepalive is left out, the protocol's and the socket's.
    pub async fn said(&mut self) -> Said {
        tokio::time::timeout(PATIENCE, self.read()).await.expect("nothing was said for too long")
    }

    async fn read(&mut self) -> Said {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    if message["type"] != "ping" {
                        return Said::Message(message);
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    return Said::Closed(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Said::Closed(1006),
            }
        }
    }
}
