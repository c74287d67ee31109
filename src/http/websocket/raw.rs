//! A WebSocket client that sends what it likes, byte for byte, and reads only what it is asked to.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::http::Door;
use crate::http::graphql;
use crate::http::testing::TestHouse;

pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CONTINUATION: u8 = 0x0;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const FIN: u8 = 0x80;
/// In the second byte, before the length.
const MASKED: u8 = 0x80;

/// A frame of a client; RFC 6455 section 5.2.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = head(first, payload.len() as u64);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

const MASK: [u8; 4] = [7, 77, 177, 27];

pub fn head(first: u8, length: u64) -> Vec<u8> {
    let mut head = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length), _) if length < 126 => head.push(MASKED + length),
        (_, Ok(length)) => {
            head.push(MASKED + 126);
            head.extend(length.to_be_bytes());
        }
        _ => {
            head.push(MASKED + 127);
            head.extend(length.to_be_bytes());
        }
    }
    head.extend(MASK);
    head
}

pub fn text(message: impl ToString) -> Vec<u8> {
    frame(FIN | TEXT, message.to_string().as_bytes())
}

/// A server of its own.
pub async fn serve(door: &Door<TestHouse>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = graphql::routes("/graphql", door.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

/// Makes a WebSocket of a connection.
pub async fn shake_hands(mut stream: TcpStream, agreed: bool) -> TcpStream {
    let protocol = if agreed { "Sec-WebSocket-Protocol: graphql-ws, graphql-transport-ws\r\n" } else { "" };
    let head = format!(
        "GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{protocol}\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    let answer = String::from_utf8(answer).unwrap().to_lowercase();
    assert!(answer.starts_with("http/1.1 101 "), "{answer}");
    // The example of RFC 6455 section 1.3.
    assert!(answer.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{answer}");
    assert_eq!(answer.contains("sec-websocket-protocol: graphql-transport-ws\r\n"), agreed, "{answer}");
    stream
}

/// The first byte of a frame of the server, and its payload.
pub async fn read_frame(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<(u8, Vec<u8>)> {
    let first = stream.read_u8().await?;
    let length = match stream.read_u8().await? {
        126 => stream.read_u16().await?.into(),
        127 => stream.read_u64().await?,
        length => length.into(),
    };
    let mut payload = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut payload).await?;
    Ok((first, payload))
}
