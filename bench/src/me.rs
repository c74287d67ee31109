//! A small query with a token, which needs no statement: what the server itself costs, next to an axum handler that
//! checks the same token and answers with the same bytes. Each is a process of its own, and has the same clients in turns.

use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{self, Connection};
use crate::home::Home;
use crate::report::{Row, Spread};
use crate::{Outcome, floor, load, usage};

const ROUNDS: usize = 12;
/// Of one side in one round.
const TURN: Duration = Duration::from_secs(2);

/// Of the floor's requests a second.
const TARGET: f64 = 0.4;

const QUERY: &str = "{ me { user { id } } server { version } }";

/// One side's turns.
#[derive(Default)]
struct Side {
    answers_a_second: Vec<f64>,
    /// Of its process, each answer.
    microseconds: Vec<f64>,
}

pub fn measure() -> Outcome<Vec<Row>> {
    let home = Home::of(1)?;
    // The limiter counts, and never refuses.
    let server = home.start(&["--rate-limit", "1000000000"])?;
    let token = home.tokens.first().ok_or("nobody is there")?;
    let request = client::post(Some(token), &json!({ "query": QUERY }));
    let answer = Connection::open(server.address)?.ask(&request)?.to_vec();
    if !answer.starts_with(br#"{"data":{"me":{"user":{"id":"user_"#) {
        return Err(format!("not the answer: {}", String::from_utf8_lossy(&answer)).into());
    }
    fs::write(home.path("answer"), &answer)?;
    let (secret, file) = (home.path("secret.key"), home.path("answer"));
    let floor = floor::Child::start(&["me", &secret.to_string_lossy(), &file.to_string_lossy()])?;
    if Connection::open(floor.address)?.ask(&request)? != answer {
        return Err("the floor answers something else".into());
    }

    let (mut ours, mut plain) = (Side::default(), Side::default());
    for (address, process) in [(server.address, server.id()), (floor.address, floor.id())] {
        Side::default().turn(address, process, &request)?;
    }
    for round in 0..ROUNDS {
        // Who goes first changes, so that what drifts hits both alike.
        if round % 2 == 0 {
            ours.turn(server.address, server.id(), &request)?;
            plain.turn(floor.address, floor.id(), &request)?;
        } else {
            plain.turn(floor.address, floor.id(), &request)?;
            ours.turn(server.address, server.id(), &request)?;
        }
    }
    Ok(rows(ours, plain))
}

impl Side {
    fn turn(&mut self, address: SocketAddr, process: u32, request: &[u8]) -> Outcome<()> {
        let (begin, before) = (Instant::now(), usage::cpu(process)?);
        let speed = load::drive(address, request, TURN)?;
        let (period, cpu) = (begin.elapsed(), usage::cpu(process)?.saturating_sub(before));
        self.answers_a_second.push(speed);
        self.microseconds.push(cpu.as_secs_f64() * 1e6 / (speed * period.as_secs_f64()));
        Ok(())
    }
}

fn rows(ours: Side, plain: Side) -> Vec<Row> {
    let ratios = |upper: &[f64], lower: &[f64]| Spread::of(upper.iter().zip(lower).map(|(a, b)| a / b).collect());
    let ratio = ratios(&ours.answers_a_second, &plain.answers_a_second);
    let row = |what: &str, result, unit, decimals| Row {
        what: what.to_owned(),
        target: "-".to_owned(),
        result,
        unit,
        decimals,
        met: None,
    };
    vec![
        Row {
            target: format!("at least {TARGET}"),
            met: Some(ratio.median >= TARGET),
            ..row("me and server, server : floor", ratio, "", 2)
        },
        row("  by CPU time, floor : server", ratios(&plain.microseconds, &ours.microseconds), "", 2),
        row("  the server", Spread::of(ours.answers_a_second), "/s", 0),
        row("  the floor", Spread::of(plain.answers_a_second), "/s", 0),
        row("  the server, CPU each", Spread::of(ours.microseconds), " µs", 1),
        row("  the floor, CPU each", Spread::of(plain.microseconds), " µs", 1),
    ]
}
