//! What a request costs that is refused, in CPU time of the server; and how long another client waits while one connection
//! sends nothing else. Without rate limits: they would hide the work.

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
const REPETITIONS: u32 = 100;
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
    /// The most memory that it took, in MiB.
    peak: f64,
    /// How long the other client waited, half of the times and 99 of 100 times, in milliseconds.
    quiet: [f64; 2],
    attacked: [f64; 2],
}

pub fn measure() -> Outcome<Vec<Row>> {
    let home = Home::of(2)?;
    let server = home.start(&["--rate-limit", "0"])?;
    let [attacker, victim] = home.tokens.as_slice() else { return Err("two people were wanted".into()) };
    let attacks = attacks::all(attacker);
    let width = attacks.iter().map(|attack| attack.name.chars().count()).max().unwrap_or_default();
    println!("\n{}", head(width));
    let mut results = Vec::new();
    for attack in attacks {
        let result = suffer(&server, victim, attack)?;
        println!("{}", line(&result, width));
        results.push(result);
    }
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
    let quiet = Spread::of(results.iter().map(|result| result.quiet[1]).collect());
    rows.push(row("p99 of another client, no attack".to_owned(), "-".to_owned(), quiet, None));
    let attacked = results.iter().filter(|result| result.refused).map(|result| result.attacked[1]).collect();
    rows.push(row("  under each attack that is refused".to_owned(), "-".to_owned(), Spread::of(attacked), None));
    rows
}

fn suffer(server: &Server, victim: &str, mut attack: Attack) -> Outcome<Result> {
    let mut sender = Attacker { address: server.address, connection: None, number: 0 };
    let before = usage::memory(server.id(), "VmRSS")?;
    usage::forget_peak(server.id())?;
    let (answer, answer_bytes) = sender.send(&mut attack)?;
    let peak = (usage::memory(server.id(), "VmHWM")? - before).max(0.0);
    let mut cpu = Vec::new();
    for _ in 0..ROUNDS {
        let (begin, before) = (Instant::now(), usage::cpu(server.id())?);
        let mut sent = 0;
        while sent < REPETITIONS && begin.elapsed() < ROUND {
            sender.send(&mut attack)?;
            sent += 1;
        }
        cpu.push((usage::cpu(server.id())?.saturating_sub(before)).as_secs_f64() * 1000.0 / f64::from(sent));
    }
    let quiet = probe(server.address, victim, PROBE)?;
    let over = AtomicBool::new(false);
    let attacked = thread::scope(|scope| {
        let attacking = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                sender.send(&mut attack)?;
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
        peak,
        quiet: [50, 99].map(|percent| percentile(&quiet, percent)),
        attacked: [50, 99].map(|percent| percentile(&attacked, percent)),
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

fn head(width: usize) -> String {
    let head = |name: &str, columns: [&str; 11]| {
        let [bytes, answer, length, min, median, max, peak, half, most, half_under, most_under] = columns;
        format!(
            "{name:width$}  {bytes:>8}  {answer:<30} {length:>7}  {min:>7} {median:>7} {max:>7}  {peak:>6}  \
             {half:>7} {most:>7}  {half_under:>7} {most_under:>7}"
        )
    };
    let groups = ["request", "answer", "", "CPU, ms", "", "", "memory", "another", "waits", "under", "attack"];
    let units = ["bytes", "", "bytes", "min", "median", "max", "MiB", "p50, ms", "p99", "p50, ms", "p99"];
    format!("{}\n{}", head("", groups), head("", units))
}

fn line(result: &Result, width: usize) -> String {
    let Result { name, bytes, answer, answer_bytes, cpu, peak, quiet, attacked, .. } = result;
    format!(
        "{name:width$}  {bytes:>8}  {answer:<30} {answer_bytes:>7}  {:>7.2} {:>7.2} {:>7.2}  {peak:>6.1}  {:>7.2} {:>7.2}  \
         {:>7.2} {:>7.2}",
        cpu.min, cpu.median, cpu.max, quiet[0], quiet[1], attacked[0], attacked[1]
    )
}
