//! A client that costs next to nothing: HTTP/1.1 over one kept connection, requests made beforehand, and of an answer
//! only what is needed to find its end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(30);

/// Read at once of what is not kept.
const DRAIN: usize = 256 * 1024;

pub struct Connection {
    stream: TcpStream,
    /// The answer, head and body.
    answer: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        Self::open_for(address, PATIENCE)
    }

    /// For answers that may take this long.
    pub fn open_for(address: SocketAddr, patience: Duration) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(patience))?;
        Ok(Self { stream, answer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request; the body of its answer. Anything but 200 is an error.
    pub fn ask(&mut self, request: &[u8]) -> io::Result<&[u8]> {
        self.ask_in_parts(&[request])
    }

    /// As [`Self::ask`], with a request whose parts are in different places.
    pub fn ask_in_parts(&mut self, request: &[&[u8]]) -> io::Result<&[u8]> {
        expect_200(self.exchange_in_parts(request)?)
    }

    /// As [`Self::ask_in_parts`], on a line of so many bytes a second.
    pub fn ask_slowly(&mut self, request: &[&[u8]], bytes_a_second: u64) -> io::Result<&[u8]> {
        let begin = Instant::now();
        let mut due = Duration::ZERO;
        let mut write = || {
            for piece in request.iter().flat_map(|part| part.chunks(16 * 1024)) {
                thread::sleep(due.saturating_sub(begin.elapsed()));
                self.stream.write_all(piece)?;
                due += Duration::from_nanos(piece.len() as u64 * 1_000_000_000 / bytes_a_second);
            }
            Ok(())
        };
        let sent = write();
        expect_200(self.answer_to(sent)?)
    }

    /// Sends a request; the status and the body of its answer.
    pub fn exchange(&mut self, request: &[u8]) -> io::Result<(u16, &[u8])> {
        self.exchange_in_parts(&[request])
    }

    pub fn exchange_in_parts(&mut self, request: &[&[u8]]) -> io::Result<(u16, &[u8])> {
        let sent = request.iter().try_for_each(|part| self.stream.write_all(part));
        self.answer_to(sent)
    }

    /// A server may refuse a body before it has read it all: then its answer is there, and no more is taken.
    fn answer_to(&mut self, sent: io::Result<()>) -> io::Result<(u16, &[u8])> {
        self.answer.clear();
        let head = loop {
            if let Some(end) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more().map_err(|error| sent.as_ref().err().map_or(error, |sent| sent.kind().into()))?;
        };
        let (status, length) = read_head(&self.answer[..head])?;
        let length = length.ok_or_else(unknown_length)?;
        while self.answer.len() < head + length {
            self.read_more()?;
        }
        Ok((status, &self.answer[head..]))
    }

    /// Sends a request and waits for the end of its answer, of which nothing is kept. 200 and 304 are fine.
    pub fn drain(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request)?;
        self.answer.resize(DRAIN, 0);
        let mut read = 0;
        let head = loop {
            let begin = read;
            read += self.read_at(read)?;
            // The end of the head may have begun in what was there.
            let begin = begin.saturating_sub(3);
            if let Some(end) = self.answer[begin..read].windows(4).position(|four| four == b"\r\n\r\n") {
                break begin + end + 4;
            }
        };
        let length = match read_head(&self.answer[..head])? {
            (200, length) => length.ok_or_else(unknown_length)?,
            (304, _) => 0,
            (status, _) => return Err(io::Error::other(format!("an answer of status {status}"))),
        };
        let mut missing = (head + length).saturating_sub(read);
        while missing > 0 {
            missing = missing.saturating_sub(self.read_at(0)?);
        }
        Ok(())
    }

    /// Sends a request; the headers of its answer, their names in lower case.
    pub fn headers(&mut self, request: &[u8]) -> io::Result<BTreeMap<String, String>> {
        let length = self.ask(request)?.len();
        let head = String::from_utf8_lossy(&self.answer[..self.answer.len() - length]).into_owned();
        let fields = head.lines().filter_map(|line| line.split_once(':'));
        Ok(fields.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect())
    }

    pub fn ask_json(&mut self, request: &[u8]) -> io::Result<Value> {
        Ok(serde_json::from_slice(self.ask(request)?)?)
    }

    /// Into the buffer as it is, from there on.
    fn read_at(&mut self, at: usize) -> io::Result<usize> {
        match self.stream.read(&mut self.answer[at..])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }

    fn read_more(&mut self) -> io::Result<()> {
        let before = self.answer.len();
        self.answer.resize(before + 64 * 1024, 0);
        let read = self.stream.read(&mut self.answer[before..])?;
        self.answer.truncate(before + read);
        if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

fn expect_200((status, body): (u16, &[u8])) -> io::Result<&[u8]> {
    if status == 200 { Ok(body) } else { Err(io::Error::other(format!("an answer of status {status}"))) }
}

fn unknown_length() -> io::Error {
    io::Error::other("an answer of unknown length")
}

/// The status, and how long the body is.
fn read_head(head: &[u8]) -> io::Result<(u16, Option<usize>)> {
    let head = std::str::from_utf8(head).map_err(io::Error::other)?;
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|line| line.get(..3)?.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(head.to_owned()))?;
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    Ok((status, length.and_then(|(_, value)| value.trim().parse().ok())))
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
    let (head, tail) = around_upload(token, document, file.len());
    [&head, file, &tail].concat()
}

/// What is sent before a file of this length, and what after it.
pub fn around_upload(token: &str, document: &str, length: usize) -> (Vec<u8>, Vec<u8>) {
    const BOUNDARY: &str = "a-boundary-that-is-in-no-picture";
    let operations = serde_json::json!({ "query": document, "variables": { "input": { "file": null } } });
    let mut form = String::new();
    let fields = [("operations", operations.to_string()), ("map", r#"{"0":["variables.input.file"]}"#.to_owned())];
    for (name, value) in fields {
        // Writing to a string cannot fail.
        let _ = write!(form, "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let file = "content-disposition: form-data; name=\"0\"; filename=\"photo.jpg\"";
    let _ = write!(form, "--{BOUNDARY}\r\n{file}\r\n\r\n");
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let headers = format!("graphql-preflight: 1\r\ncontent-type: multipart/form-data; boundary={BOUNDARY}\r\n");
    let head = head(Some(token), &headers, form.len() + length + tail.len());
    ((head + &form).into_bytes(), tail.into_bytes())
}

fn request(token: Option<&str>, headers: &str, body: &[u8]) -> Vec<u8> {
    [head(token, headers, body.len()).as_bytes(), body].concat()
}

fn head(token: Option<&str>, headers: &str, length: usize) -> String {
    let mut head = format!("POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n{headers}");
    if let Some(token) = token {
        // Writing to a string cannot fail.
        let _ = write!(head, "authorization: Bearer {token}\r\n");
    }
    head.push_str("\r\n");
    head
}
