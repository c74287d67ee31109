//! Uploads: `through` the server and by `ticket`, each against a floor of its own, and the memory of a `crowd` of them.
//! `photo` makes the files, `bucket` is where they go.

mod bucket;
pub mod crowd;
mod photo;
mod through;
mod ticket;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::client::{self, Connection};
use crate::home::Home;
use crate::report::{Row, Spread};
use bucket::Bucket;
pub use photo::{Photo, next_number};

/// Decoding 32 large pictures takes a while.
pub const PATIENCE: Duration = Duration::from_mins(5);

pub const UPLOAD: &str =
    "mutation($input: UploadImageInput!) { uploadImage(input: $input) { image { id } errors { message } } }";

/// Both floors, at both sizes.
pub fn measure() -> Outcome<Vec<Row>> {
    let home = Home::of(1)?;
    let bucket = Bucket::start(&home.path("bucket"))?;
    let mut flags = bucket.flags();
    flags.extend(["--rate-limit", "0"].map(str::to_owned));
    let server = home.start(&flags.iter().map(String::as_str).collect::<Vec<_>>())?;
    let token = home.tokens.first().ok_or("nobody is there")?;
    let photos = [Photo::of_5_mb()?, Photo::of_20_mb()?];
    let mut rows = Vec::new();
    for photo in &photos {
        rows.extend(through::measure(server.address, token, &bucket, photo)?);
    }
    if ticket::is_there(server.address, token)? {
        for photo in &photos {
            rows.extend(ticket::measure(server.address, token, &bucket, photo)?);
        }
    } else {
        println!("createUpload is not in this build: uploads by ticket are not measured");
    }
    Ok(rows)
}

/// What `work` gives, and how many milliseconds it took.
fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(f64, T)> {
    let begin = Instant::now();
    let done = work()?;
    Ok((begin.elapsed().as_secs_f64() * 1000.0, done))
}

/// A payload that has no errors.
pub fn payload(answer: &Value, field: &str) -> Outcome<Value> {
    let payload = &answer["data"][field];
    let fine = payload.is_object() && payload["errors"].as_array().is_some_and(Vec::is_empty);
    if fine { Ok(payload.clone()) } else { Err(format!("{field}: {answer}").into()) }
}

fn ask(connection: &mut Connection, token: &str, query: &str, input: &Value) -> Outcome<Value> {
    let body = json!({ "query": query, "variables": { "input": input } });
    Ok(connection.ask_json(&client::post(Some(token), &body))?)
}

fn row(what: String, values: Vec<f64>) -> Row {
    Row { what, target: "-".to_owned(), result: Spread::of(values), unit: " ms", decimals: 0, met: None }
}

/// The floor's time by ours, round by round.
fn ratio(what: String, floor: &[f64], ours: &[f64], target: f64) -> Row {
    let result = Spread::of(floor.iter().zip(ours).map(|(floor, ours)| floor / ours).collect());
    let met = Some(result.median >= target);
    Row { what, target: format!("at least {target}"), result, unit: "", decimals: 2, met }
}
