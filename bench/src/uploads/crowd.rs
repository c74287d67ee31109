//! Resident memory while 32 clients upload 20 MB each at the same time, as fast as they can and at 1 MB/s each. What is
//! decoded has a budget of its own, `DECODE_MEMORY`; beyond that an upload may take little.

use std::net::SocketAddr;
use std::thread;

use super::bucket::Bucket;
use super::photo::{Photo, next_number};
use super::{PATIENCE, UPLOAD, payload};
use crate::client::{self, Connection};
use crate::home::Home;
use crate::report::{Row, Spread};
use crate::{Outcome, usage};

const UPLOADS: u16 = 32;
const RUNS: usize = 3;
/// Bytes a second of a client.
const SLOW: u64 = 1_000_000;

/// The default of `DECODE_MEMORY`, in MiB.
const DECODE_MEMORY: f64 = 256.0;
/// MiB.
const TARGET_EACH: f64 = 2.0;

pub fn measure() -> Outcome<Vec<Row>> {
    let photo = Photo::of_20_mb()?;
    let mut rows = Vec::new();
    for to_s3 in [true, false] {
        for pace in [None, Some(SLOW)] {
            rows.extend(crowd(&photo, to_s3, pace)?);
        }
    }
    Ok(rows)
}

/// A fresh server each time.
fn crowd(photo: &Photo, to_s3: bool, pace: Option<u64>) -> Outcome<Vec<Row>> {
    let (mut before, mut growth, mut each) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let home = Home::of(usize::from(UPLOADS))?;
        let bucket = Bucket::start(&home.path("bucket"))?;
        let mut flags = if to_s3 { bucket.flags() } else { Vec::new() };
        // A machine with few cores takes its time for so many pictures.
        flags.extend(["--rate-limit", "0", "--request-timeout", "5m"].map(str::to_owned));
        let server = home.start(&flags.iter().map(String::as_str).collect::<Vec<_>>())?;
        let resident = usage::memory(server.id(), "VmRSS")?;
        usage::forget_peak(server.id())?;
        upload_at_once(server.address, &home.tokens, photo, pace)?;
        let grown = usage::memory(server.id(), "VmHWM")? - resident;
        before.push(resident);
        growth.push(grown);
        each.push((grown - DECODE_MEMORY) / f64::from(UPLOADS));
    }
    let storage = if to_s3 { "S3" } else { "disk" };
    let speed = if pace.is_some() { "at 1 MB/s" } else { "at full speed" };
    let row = |what: String, values| Row {
        what,
        target: "-".to_owned(),
        result: Spread::of(values),
        unit: " MiB",
        decimals: 1,
        met: None,
    };
    let each =
        row(format!("{UPLOADS} uploads of {} to {storage} {speed}, each beyond DECODE_MEMORY", photo.size()), each);
    Ok(vec![
        Row {
            target: format!("at most {TARGET_EACH} MiB"),
            // The worst counts: memory that is not there is not there once.
            met: Some(each.result.max <= TARGET_EACH),
            ..each
        },
        row("  the growth of all".to_owned(), growth),
        row("  resident before".to_owned(), before),
    ])
}

/// Of a person each.
fn upload_at_once(server: SocketAddr, tokens: &[String], photo: &Photo, pace: Option<u64>) -> Outcome<()> {
    thread::scope(|scope| {
        let clients: Vec<_> =
            tokens.iter().map(|token| scope.spawn(move || upload(server, token, photo, pace))).collect();
        clients.into_iter().try_for_each(|client| client.join().map_err(|_| "a client panicked")?)
    })
}

fn upload(server: SocketAddr, token: &str, photo: &Photo, pace: Option<u64>) -> Outcome<()> {
    let (front, rest) = photo.file(next_number());
    let (head, tail) = client::around_upload(token, UPLOAD, photo.len());
    let parts = [head.as_slice(), &front, rest, &tail];
    let mut connection = Connection::open_for(server, PATIENCE)?;
    let answer = match pace {
        None => connection.ask_in_parts(&parts)?,
        Some(pace) => connection.ask_slowly(&parts, pace)?,
    };
    payload(&serde_json::from_slice(answer)?, "uploadImage").map(drop)
}
