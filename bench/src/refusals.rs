//! What a request costs that is refused, in CPU time of the server; and how long another client waits while one connection
//! sends nothing else. Without rate limits: they would hide the work.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::attacks::{self, Attack};
use crate::client::Connection;
use crate::home::Home;
use crate::probe::probe;
use crate::report::{Row, Spread, percentile};
use crate::server::Server;
use crate::{Outcome, usage};

/// Of each attack; the middle one counts.
const ROUNDS: usize = 5;
/// Requests of a round: so many, or as many as there is time for.
const REPETITIONS: usize = 100;
const ROUND: Duration = Duration::from_millis(600);
/// How long the other client asks, without an attack and under it.
const PROBE: Duration = Duration::from_secs(4);
const TARGET_MS: f64 = 5.0;

/// What became of one attack.
struct Result {
    name: &'static str,
    refused: bool,
    bytes: usize,
    /// Status and code.
    answer: String,
    answer_bytes: usize,
    /// CPU, milliseconds a request.
    cpu: Spread,
    /// Milliseconds.
    quiet_p99: f64,
    attacked_p99: f64,
}

pub fn measure() -> Outcome<Vec<Row>> {
    let home = Home::of(2)?;
    let server = home.start(&["--rate-limit", "0"])?;
    let [attacker, victim] = home.tokens.as_slice() else { return Err("two people were wanted".into()) };
    let mut results = Vec::new();
    for attack in attacks::all(attacker) {
        results.push(suffer(&server, victim, attack)?);
    }
    println!("\n{}", table(&results));
    Ok(summary(&results))
}

/// The longest refusal and the worst wait.
fn summary(results: &[Result]) -> Vec<Row> {
    let worst = |value: fn(&Result) -> f64| {
        results.iter().filter(|result| result.refused).max_by(|a, b| value(a).total_cmp(&value(b)))
    };
    let row = |what: String, target: String, result, met| Row { what, target, result, unit: " ms", decimals: 2, met };
    let mut rows = Vec::new();
    if let Some(result) = worst(|result| result.cpu.median) {
        let met = Some(result.cpu.median <= TARGET_MS);
        let what = format!("CPU of the dearest refusal ({})", result.name);
        rows.push(row(what, format!("at most {TARGET_MS} ms"), result.cpu, met));
    }
    let quiet = Spread::of(results.iter().map(|result| result.quiet_p99).collect());
    rows.push(row("p99 of another client, no attack".to_owned(), "-".to_owned(), quiet, None));
    let attacked = results.iter().filter(|result| result.refused).map(|result| result.attacked_p99).collect();
    rows.push(row("  under each attack that is refused".to_owned(), "-".to_owned(), Spread::of(attacked), None));
    rows
}

fn suffer(server: &Server, victim: &str, mut attack: Attack) -> Outcome<Result> {
    let mut attacker = Attacker { address: server.address, connection: None, number: 0 };
    let (answer, answer_bytes) = attacker.send(&mut attack)?;
    let mut cpu = Vec::new();
    for _ in 0..ROUNDS {
        let (begin, before) = (Instant::now(), usage::cpu(server.id())?);
        let mut sent = 0;
        while sent < REPETITIONS && begin.elapsed() < ROUND {
            attacker.send(&mut attack)?;
            sent += 1;
        }
        cpu.push((usage::cpu(server.id())?.saturating_sub(before)).as_secs_f64() * 1000.0 / sent as f64);
    }
    let quiet = probe(server.address, victim, PROBE)?;
    let over = AtomicBool::new(false);
    let attacked = thread::scope(|scope| {
        let attacking = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                attacker.send(&mut attack)?;
            }
            Outcome::Ok(())
        });
        let times = probe(server.address, victim, PROBE);
        over.store(true, Ordering::Relaxed);
        attacking.join().map_err(|_| "the attacker panicked")??;
        times
    })?;
    Ok(Result {
        name: attack.name,
        refused: attack.refused,
        bytes: attack.request.len(),
        answer,
        answer_bytes,
        cpu: Spread::of(cpu),
        quiet_p99: percentile(quiet, 99),
        attacked_p99: percentile(attacked, 99),
    })
}

/// One connection, opened anew when the server closes it.
struct Attacker {
    address: SocketAddr,
    connection: Option<Connection>,
    number: usize,
}

impl Attacker {
    /// Status and code of the answer, and its bytes.
    fn send(&mut self, attack: &mut Attack) -> Outcome<(String, usize)> {
        self.number += 1;
        attack.renumber(self.number);
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.address)?,
        };
        match connection.exchange(&attack.request) {
            Ok((status, body)) => {
                let answer = format!("{status} {}", code(body));
                let bytes = body.len();
                // After this one the server closes.
                if status != 413 {
                    self.connection = Some(connection);
                }
                Ok((answer, bytes))
            }
            // It closed while we were still sending.
            Err(_) => Ok(("closed".to_owned(), 0)),
        }
    }
}

fn code(body: &[u8]) -> String {
    let start = &body[..body.len().min(1_000_000)];
    let Ok(answer) = serde_json::from_slice::<Value>(start) else { return String::new() };
    answer.pointer("/errors/0/extensions/code").and_then(Value::as_str).unwrap_or("executed").to_owned()
}

fn table(results: &[Result]) -> String {
    let width = results.iter().map(|result| result.name.chars().count()).max().unwrap_or_default();
    let mut table = format!(
        "{:width$}  {:>9} {:<30} {:>9}  {:>8} {:>8} {:>8}  {:>8} {:>8}\n{:width$}  {:>9} {:<30} {:>9}  {:>8} {:>8} {:>8}  {:>8} {:>8}\n",
        "",
        "request",
        "answer",
        "answer",
        "CPU, ms",
        "",
        "",
        "p99, ms",
        "under it",
        "",
        "bytes",
        "",
        "bytes",
        "min",
        "median",
        "max",
        "quiet",
        ""
    );
    for Result { name, bytes, answer, answer_bytes, cpu, quiet_p99, attacked_p99, .. } in results {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{name:width$}  {bytes:>9} {answer:<30} {answer_bytes:>9}  {:>8.2} {:>8.2} {:>8.2}  {quiet_p99:>8.2} {attacked_p99:>8.2}",
            cpu.min, cpu.median, cpu.max
        );
    }
    table
}
