//! A page of images for somebody who scrolls, while the renditions of others are made: how long it takes, next to the same
//! of a server that has nothing else to do.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{self, Connection};
use crate::home::Home;
use crate::load::CONNECTIONS;
use crate::media::path;
use crate::probe::ask_steadily;
use crate::report::{Row, Spread, percentile};
use crate::server::Server;
use crate::uploads::{self, Photo, next_number};
use crate::{Outcome, usage};

const IMAGES: usize = 250;

/// Widths of the renditions of a round: a thousand of them.
const ROUNDS: [[u32; 4]; 2] = [[320, 512, 640, 1024], [128, 256, 1280, 1600]];

/// Between two pages.
const PACE: Duration = Duration::from_millis(20);
/// How long the server is watched while it has nothing else to do.
const IDLE: Duration = Duration::from_secs(15);

/// Of the idle server's 99th percentile.
const TARGET: f64 = 3.0;

const PAGE: &str = "{ images(first: 50) {
    nodes { id filename thumbhash rendition(transform: { width: 400 }) { url width height } description altText }
    pageInfo { hasNextPage endCursor }
} }";

/// Milliseconds, and how many seconds the renditions took.
#[derive(Default)]
struct Times {
    idle: [Vec<f64>; 2],
    busy: [Vec<f64>; 2],
    ratio: Vec<f64>,
    seconds: Vec<f64>,
}

pub fn measure() -> Outcome<Vec<Row>> {
    let home = Home::of(1)?;
    let server = home.start(&["--rate-limit", "0"])?;
    let token = home.tokens.first().ok_or("nobody is there")?;
    let rounds = upload(&server, token)?;
    let page = client::post(Some(token), &json!({ "query": PAGE }));
    let mut times = Times::default();
    for paths in &rounds {
        settle(&server)?;
        let end = Instant::now() + IDLE;
        let idle = ask_steadily(server.address, &page, PACE, || Instant::now() < end)?;
        let begin = Instant::now();
        let busy = while_made(&server, paths, &page)?;
        times.seconds.push(begin.elapsed().as_secs_f64());
        for (index, percent) in [50, 99].into_iter().enumerate() {
            times.idle[index].push(percentile(&idle, percent));
            times.busy[index].push(percentile(&busy, percent));
        }
        times.ratio.push(percentile(&busy, 99) / percentile(&idle, 99));
    }
    Ok(rows(times))
}

/// The paths of the renditions of each round.
fn upload(server: &Server, token: &str) -> Outcome<Vec<Vec<String>>> {
    let photo = Photo::of_2_megapixels()?;
    let mut connection = Connection::open_for(server.address, uploads::PATIENCE)?;
    let (head, tail) = client::around_upload(token, uploads::UPLOAD, photo.len());
    let widths = ROUNDS.concat();
    let renditions: String = widths
        .iter()
        .map(|width| format!("r{width}: rendition(transform: {{ width: {width}, format: JPEG }}) {{ url }} "))
        .collect();
    let query = format!("query($id: ID!) {{ image(id: $id) {{ {renditions} }} }}");
    let mut rounds = vec![Vec::new(); ROUNDS.len()];
    for _ in 0..IMAGES {
        let (front, rest) = photo.file(next_number());
        let answer = serde_json::from_slice(connection.ask_in_parts(&[&head, &front, rest, &tail])?)?;
        let id = &uploads::payload(&answer, "uploadImage")?["image"]["id"];
        let body = json!({ "query": query, "variables": { "id": id } });
        let answer = connection.ask_json(&client::post(Some(token), &body))?;
        for (paths, widths) in rounds.iter_mut().zip(ROUNDS) {
            for width in widths {
                paths.push(path(&answer["data"]["image"][format!("r{width}")])?);
            }
        }
    }
    Ok(rounds)
}

/// Waits until the server has done what it does behind an upload.
fn settle(server: &Server) -> Outcome<()> {
    const LOOK: Duration = Duration::from_millis(500);
    let end = Instant::now() + uploads::PATIENCE;
    loop {
        let before = usage::cpu_of_all(server.id())?;
        thread::sleep(LOOK);
        if usage::cpu_of_all(server.id())?.saturating_sub(before) < LOOK / 20 {
            return Ok(());
        }
        if Instant::now() > end {
            return Err("the server does not come to rest".into());
        }
    }
}

/// How long each page took while the renditions were fetched.
fn while_made(server: &Server, paths: &[String], page: &[u8]) -> Outcome<Vec<f64>> {
    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let fetch = || -> Outcome<()> {
            let mut connection = Connection::open_for(server.address, uploads::PATIENCE)?;
            while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                connection.drain(&client::get(path))?;
            }
            Ok(())
        };
        let fetching: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(fetch)).collect();
        let asking = scope.spawn(|| ask_steadily(server.address, page, PACE, || !over.load(Ordering::Relaxed)));
        let fetched = fetching.into_iter().try_for_each(|one| one.join().map_err(|_| "a client panicked")?);
        over.store(true, Ordering::Relaxed);
        let asked = asking.join().map_err(|_| "a client panicked")?;
        fetched.and(asked)
    })
}

fn rows(times: Times) -> Vec<Row> {
    let row = |what: &str, values, unit, decimals| Row {
        what: what.to_owned(),
        target: "-".to_owned(),
        result: Spread::of(values),
        unit,
        decimals,
        met: None,
    };
    let ratio = row("images(first: 50), p99 while 1,000 renditions are made : idle", times.ratio, "", 2);
    let ([idle_half, idle], [busy_half, busy]) = (times.idle, times.busy);
    vec![
        Row { target: format!("at most {TARGET}"), met: Some(ratio.result.median <= TARGET), ..ratio },
        row("  p50, idle", idle_half, " ms", 2),
        row("  p99, idle", idle, " ms", 2),
        row("  p50, meanwhile", busy_half, " ms", 2),
        row("  p99, meanwhile", busy, " ms", 2),
        row("  until they were all made", times.seconds, " s", 1),
    ]
}
