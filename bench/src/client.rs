//! A client that costs next to nothing: HTTP/1.1 over one kept connection, requests made beforehand, and of an answer
//! only what is needed to find its end.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Connection {
    stream: TcpStream,
    /// The answer, head and body.
    answer: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, answer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request; the body of its answer. Anything but 200 is an error.
    pub fn ask(&mut self, request: &[u8]) -> io::Result<&[u8]> {
        let (status, body) = self.exchange(request)?;
        if status == 200 { Ok(body) } else { Err(io::Error::other(format!("an answer of status {status}"))) }
    }

    /// Sends a request; the status and the body of its answer.
    pub fn exchange(&mut self, request: &[u8]) -> io::Result<(u16, &[u8])> {
        // A server may refuse a body before it has read it all: then its answer is there, and no more is taken.
        let sent = self.stream.write_all(request);
        self.answer.clear();
        let head = loop {
            if let Some(end) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more().map_err(|error| sent.as_ref().err().map_or(error, |sent| sent.kind().into()))?;
        };
        let (status, length) = read_head(&self.answer[..head])?;
        while self.answer.len() < head + length {
            self.read_more()?;
        }
        Ok((status, &self.answer[head..]))
    }

    pub fn ask_json(&mut self, request: &[u8]) -> io::Result<Value> {
        Ok(serde_json::from_slice(self.ask(request)?)?)
    }

    fn read_more(&mut self) -> io::Result<()> {
        let before = self.answer.len();
        self.answer.resize(before + 64 * 1024, 0);
        let read = self.stream.read(&mut self.answer[before..])?;
        self.answer.truncate(before + read);
        if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// The status, and how long the body is.
fn read_head(head: &[u8]) -> io::Result<(u16, usize)> {
    let head = std::str::from_utf8(head).map_err(io::Error::other)?;
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|line| line.get(..3)?.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(head.to_owned()))?;
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|(_, value)| value.trim().parse().ok());
    Ok((status, length.ok_or_else(|| io::Error::other("an answer of unknown length"))?))
}

pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes()
}

/// A GraphQL request.
pub fn post(token: Option<&str>, body: &Value) -> Vec<u8> {
    request(token, "content-type: application/json\r\n", body.to_string().as_bytes())
}

/// An upload of one file, for the variable `input.file`.
pub fn upload(token: &str, document: &str, file: &[u8]) -> Vec<u8> {
    const BOUNDARY: &str = "a-boundary-that-is-in-no-picture";
    let operations = serde_json::json!({ "query": document, "variables": { "input": { "file": null } } });
    let mut body = Vec::with_capacity(file.len() + 1024);
    let fields = [("operations", operations.to_string()), ("map", r#"{"0":["variables.input.file"]}"#.to_owned())];
    for (name, value) in fields {
        let part = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"0\"; filename=\"photo.jpg\"\r\n\r\n");
    body.extend(head.into_bytes());
    body.extend(file);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    let headers = format!("graphql-preflight: 1\r\ncontent-type: multipart/form-data; boundary={BOUNDARY}\r\n");
    request(Some(token), &headers, &body)
}

fn request(token: Option<&str>, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut head = format!("POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n{headers}", body.len());
    if let Some(token) = token {
        // Writing to a string cannot fail.
        let _ = write!(head, "authorization: Bearer {token}\r\n");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}
