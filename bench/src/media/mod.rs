//! Pictures by their URLs, next to nginx that serves the same bytes as files, with the same headers: a rendition that is
//! kept already, the answer that the client has it already, and an original. Each side is a process of its own, and has the same
//! clients in turns.

mod nginx;

use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{self, Connection};
use crate::home::Home;
use crate::load;
use crate::report::{Row, Spread};
use crate::uploads::{self, Photo};
use crate::{Outcome, usage};
use nginx::Nginx;

const ROUNDS: usize = 10;
/// Of one side in one round.
const TURN: Duration = Duration::from_secs(1);

/// A rendition of about so many bytes is asked for.
const RENDITION: usize = 30_000;

/// Widths of which one is about that.
const WIDTHS: [u32; 10] = [256, 320, 400, 512, 640, 800, 1024, 1280, 1600, 2048];

/// Where a picture is, on both sides.
struct Picture {
    bytes: Vec<u8>,
    ours: String,
    plain: &'static str,
}

pub fn measure() -> Outcome<Vec<Row>> {
    if !nginx::is_there() {
        return Ok(Vec::new());
    }
    let home = Home::of(1)?;
    // The limiter counts, and never refuses.
    let server = home.start(&["--rate-limit", "1000000000"])?;
    let token = home.tokens.first().ok_or("nobody is there")?;
    let mut connection = Connection::open_for(server.address, uploads::PATIENCE)?;
    let urls = upload(&mut connection, token)?;

    let [rendition, original] = pictures(&mut connection, &urls)?;
    let headers = connection.headers(&client::get(&rendition.ours))?;
    let folder = home.path("nginx");
    fs::create_dir(&folder)?;
    fs::write(folder.join(&rendition.plain[1..]), &rendition.bytes)?;
    fs::write(folder.join(&original.plain[1..]), &original.bytes)?;
    let plain = Nginx::start(&folder, "image/jpeg", &headers)?;
    let sides = [(server.address, server.id()), (plain.address, plain.worker()?)];
    for picture in [&rendition, &original] {
        for (address, path) in [(server.address, picture.ours.as_str()), (plain.address, picture.plain)] {
            if Connection::open(address)?.ask(&client::get(path))? != picture.bytes {
                return Err("the two sides serve something else".into());
            }
        }
    }

    let questions = [
        Question {
            what: "a kept rendition of about 30 kB",
            requests: [client::get(&rendition.ours), client::get(rendition.plain)],
            connections: &[1, 8, 32],
            target: 0.5,
            megabytes: None,
        },
        Question {
            what: "the same, not modified",
            requests: [known(server.address, &rendition.ours)?, known(plain.address, rendition.plain)?],
            connections: &[1, 8, 32],
            target: 0.5,
            megabytes: None,
        },
        Question {
            what: "an original of 20 MB",
            requests: [client::get(&original.ours), client::get(original.plain)],
            connections: &[1, 4],
            target: 0.8,
            megabytes: Some(f64::from(u32::try_from(original.bytes.len())?) / 1e6),
        },
    ];
    println!("the rendition has {} bytes", rendition.bytes.len());
    let mut rows = Vec::new();
    for question in &questions {
        for connections in question.connections {
            rows.extend(compare(question, sides, *connections)?);
        }
    }
    Ok(rows)
}

/// Of a photograph of 20 MB: the paths of a rendition of each width, and the original's.
fn upload(connection: &mut Connection, token: &str) -> Outcome<Vec<String>> {
    let photo = Photo::of_20_mb()?;
    let (head, tail) = client::around_upload(token, uploads::UPLOAD, photo.any().len());
    let answer = serde_json::from_slice(connection.ask_in_parts(&[&head, photo.any(), &tail])?)?;
    let payload = uploads::payload(&answer, "uploadImage")?;
    let renditions: String = WIDTHS
        .iter()
        .map(|width| format!("r{width}: rendition(transform: {{ width: {width}, format: JPEG }}) {{ url }} "))
        .collect();
    let query = format!("query($id: ID!) {{ image(id: $id) {{ {renditions} original {{ url }} }} }}");
    let body = json!({ "query": query, "variables": { "id": payload["image"]["id"] } });
    let answer = connection.ask_json(&client::post(Some(token), &body))?;
    let image = &answer["data"]["image"];
    let names = WIDTHS.map(|width| format!("r{width}"));
    names.iter().map(String::as_str).chain(["original"]).map(|name| path(&image[name])).collect()
}

/// Of the URL that the API gave.
pub fn path(rendition: &Value) -> Outcome<String> {
    let url = rendition["url"].as_str().ok_or_else(|| format!("no URL in {rendition}"))?;
    Ok(url.find("/media/").map(|start| url[start..].to_owned()).ok_or("the URL is no media URL")?)
}

/// The rendition whose size is the nearest, and the original. All are made then.
fn pictures(connection: &mut Connection, paths: &[String]) -> Outcome<[Picture; 2]> {
    let mut fetched = Vec::new();
    for path in paths {
        fetched.push((connection.ask(&client::get(path))?.to_vec(), path.clone()));
    }
    let (bytes, ours) = fetched.pop().ok_or("no original")?;
    let original = Picture { bytes, ours, plain: "/original" };
    let nearest = fetched.into_iter().min_by_key(|(bytes, _)| bytes.len().abs_diff(RENDITION));
    let (bytes, ours) = nearest.ok_or("no rendition")?;
    Ok([Picture { bytes, ours, plain: "/rendition" }, original])
}

/// A request by who has the picture already.
fn known(address: SocketAddr, path: &str) -> Outcome<Vec<u8>> {
    let headers = Connection::open(address)?.headers(&client::get(path))?;
    let etag = headers.get("etag").ok_or("no ETag")?;
    Ok(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nif-none-match: {etag}\r\n\r\n").into_bytes())
}

/// What is asked of both sides.
struct Question {
    what: &'static str,
    /// Of the server, and of nginx.
    requests: [Vec<u8>; 2],
    connections: &'static [usize],
    target: f64,
    /// Of an answer, in millions, where the speed is told in these.
    megabytes: Option<f64>,
}

/// One side's turns.
#[derive(Default)]
struct Side {
    answers_a_second: Vec<f64>,
    /// Of its process, each answer.
    microseconds: Vec<f64>,
}

impl Side {
    fn turn(&mut self, (address, process): (SocketAddr, u32), request: &[u8], connections: usize) -> Outcome<()> {
        let (begin, before) = (Instant::now(), usage::cpu_of_all(process)?);
        let speed = load::drain(address, request, connections, TURN)?;
        let (period, cpu) = (begin.elapsed(), usage::cpu_of_all(process)?.saturating_sub(before));
        self.answers_a_second.push(speed);
        self.microseconds.push(cpu.as_secs_f64() * 1e6 / (speed * period.as_secs_f64()));
        Ok(())
    }
}

fn compare(question: &Question, sides: [(SocketAddr, u32); 2], connections: usize) -> Outcome<Vec<Row>> {
    let mut turns = [Side::default(), Side::default()];
    for (side, request) in sides.into_iter().zip(&question.requests) {
        Side::default().turn(side, request, connections)?;
    }
    for round in 0..ROUNDS {
        // Who goes first changes, so that what drifts hits both alike.
        for index in [round % 2, 1 - round % 2] {
            turns[index].turn(sides[index], &question.requests[index], connections)?;
        }
    }
    let [ours, plain] = turns;
    let ratios = |upper: &[f64], lower: &[f64]| Spread::of(upper.iter().zip(lower).map(|(a, b)| a / b).collect());
    let ratio = ratios(&ours.answers_a_second, &plain.answers_a_second);
    let mut rows = vec![
        Row {
            target: format!("at least {}", question.target),
            met: Some(ratio.median >= question.target),
            ..row(format!("{}, {connections} at once, server : nginx", question.what), ratio, "", 2)
        },
        row("  by CPU time, nginx : server".to_owned(), ratios(&plain.microseconds, &ours.microseconds), "", 2),
    ];
    for (who, side) in [("the server", ours), ("nginx", plain)] {
        rows.push(match question.megabytes {
            Some(megabytes) => {
                let speeds = side.answers_a_second.iter().map(|answers| answers * megabytes).collect();
                row(format!("  {who}"), Spread::of(speeds), " MB/s", 0)
            }
            None => row(format!("  {who}"), Spread::of(side.answers_a_second), "/s", 0),
        });
        rows.push(row(format!("  {who}, CPU each"), Spread::of(side.microseconds), " µs", 1));
    }
    Ok(rows)
}

fn row(what: String, result: Spread, unit: &'static str, decimals: usize) -> Row {
    Row { what, target: "-".to_owned(), result, unit, decimals, met: None }
}
