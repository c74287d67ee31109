//! An upload by ticket: the client PUTs to the bucket itself, and then the server looks at what is there. The floor of the
//! PUT is a plain one to the same bucket. Completing it is reported apart: it is the server's work, which no floor has.

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::bucket::{Bucket, hex};
use super::photo::{Photo, next_number};
use super::{PATIENCE, ask, payload, ratio, row, timed};
use crate::Outcome;
use crate::client::{self, Connection};
use crate::report::Row;

const ROUNDS: usize = 15;
const TARGET: f64 = 0.95;

const CREATE: &str = "mutation($input: CreateUploadInput!) { createUpload(input: $input) {
    upload { id method url headers { name value } } errors { message } } }";
const COMPLETE: &str =
    "mutation($input: CompleteUploadInput!) { completeUpload(input: $input) { image { id } errors { message } } }";

/// Milliseconds, of each round.
#[derive(Default)]
struct Times {
    plain: Vec<f64>,
    put: Vec<f64>,
    put_with_sha256: Vec<f64>,
    create: Vec<f64>,
    complete: Vec<f64>,
}

/// Whether the server gives tickets.
pub fn is_there(server: SocketAddr, token: &str) -> Outcome<bool> {
    let query = json!({ "query": r#"{ __type(name: "Mutation") { fields { name } } }"# });
    let answer = Connection::open(server)?.ask_json(&client::post(Some(token), &query))?;
    let fields = answer["data"]["__type"]["fields"].as_array().ok_or("the server does not describe its API")?;
    Ok(fields.iter().any(|field| field["name"] == "createUpload"))
}

pub fn measure(server: SocketAddr, token: &str, bucket: &Bucket, photo: &Photo) -> Outcome<Vec<Row>> {
    let mut side = Side {
        token,
        bucket,
        photo,
        server: Connection::open_for(server, PATIENCE)?,
        storage: Connection::open_for(bucket.address, PATIENCE)?,
        times: Times::default(),
    };
    // The first of each does not count.
    side.plain()?;
    side.by_ticket(false)?;
    side.times = Times::default();
    for round in 0..ROUNDS {
        // Who goes first changes, so that what drifts hits both alike.
        if round % 2 == 0 {
            side.plain()?;
            side.by_ticket(false)?;
        } else {
            side.by_ticket(false)?;
            side.plain()?;
        }
        side.by_ticket(true)?;
    }
    let Times { plain, put, put_with_sha256, create, complete } = side.times;
    Ok(vec![
        ratio(format!("PUT of {} by ticket, plain : ticket", photo.size()), &plain, &put, TARGET),
        row("  the PUT by ticket".to_owned(), put),
        row("  the plain PUT".to_owned(), plain),
        row("  the PUT by ticket with its SHA-256".to_owned(), put_with_sha256),
        row("  createUpload".to_owned(), create),
        row("  completeUpload".to_owned(), complete),
    ])
}

struct Side<'a> {
    token: &'a str,
    bucket: &'a Bucket,
    photo: &'a Photo,
    server: Connection,
    storage: Connection,
    times: Times,
}

impl Side<'_> {
    fn plain(&mut self) -> Outcome<()> {
        let number = next_number();
        let (key, (front, rest)) = (format!("floor-{number}"), self.photo.file(number));
        let url = self.bucket.presigned(&key)?;
        self.times.plain.push(timed(|| self.bucket.put(&mut self.storage, &url, (&front, rest)))?.0);
        self.bucket.remove(&key)
    }

    /// With a SHA-256 up front the bucket may have to check it, which is its own work.
    fn by_ticket(&mut self, sha256: bool) -> Outcome<()> {
        let (front, rest) = self.photo.file(next_number());
        let mut input = json!({ "filename": "photo.jpg", "contentType": "image/jpeg", "byteSize": self.photo.len() });
        if sha256 {
            input["sha256"] = hex(&Sha256::new().chain_update(&front).chain_update(rest).finalize()).into();
        }
        let (create, answer) = timed(|| ask(&mut self.server, self.token, CREATE, &input))?;
        let ticket = payload(&answer, "createUpload")?["upload"].clone();
        let head = self.head(&ticket)?;
        let (put, status) = timed(|| Ok(self.storage.exchange_in_parts(&[head.as_bytes(), &front, rest])?.0))?;
        if status != 200 {
            return Err(format!("the PUT by ticket was answered with status {status}").into());
        }
        let input = json!({ "uploadId": ticket["id"] });
        let (complete, answer) = timed(|| ask(&mut self.server, self.token, COMPLETE, &input))?;
        payload(&answer, "completeUpload")?;
        if sha256 {
            self.times.put_with_sha256.push(put);
        } else {
            self.times.put.push(put);
            self.times.create.push(create);
            self.times.complete.push(complete);
        }
        Ok(())
    }

    /// Method, URL and headers as the ticket has them.
    fn head(&self, ticket: &Value) -> Outcome<String> {
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(format!("not a ticket: {ticket}"));
        let (method, url) = (text(&ticket["method"])?, text(&ticket["url"])?);
        let host = format!("http://{}/", self.bucket.address);
        let path = url.strip_prefix(&host).ok_or_else(|| format!("{url} is not in the bucket"))?;
        let mut head = format!("{method} /{path} HTTP/1.1\r\nhost: {}\r\n", self.bucket.address);
        let mut length = Some(self.photo.len());
        for header in ticket["headers"].as_array().ok_or("a ticket without headers")? {
            let name = text(&header["name"])?.to_ascii_lowercase();
            if name == "content-length" {
                length = None;
            }
            if name != "host" {
                // Writing to a string cannot fail.
                let _ = write!(head, "{name}: {}\r\n", text(&header["value"])?);
            }
        }
        if let Some(length) = length {
            let _ = write!(head, "content-length: {length}\r\n");
        }
        Ok(head + "\r\n")
    }
}
