//! `cargo run --release -p bench`: how fast the server is and how much memory it takes, each beside its target.
//!
//! `list` holds the query `images` of the real server against `floor`, plain axum and sqlx that send the same
//! statements and write the same JSON; `me`, `upload` and `sockets` have floors too. `refusals` sends the documents of `attacks`, and
//! `probe` asks meanwhile. All but `list` run the release binary (`server`) as its users do, in a `home` where people are
//! signed in, and read what it takes (`usage`). `load` and `client` ask, `seed` fills the database, `report` prints. The
//! throw-away PostgreSQL is that of xtask.

// The futures of a whole server are deeply nested types.
#![recursion_limit = "512"]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]

mod attacks;
mod client;
mod floor;
mod grid;
mod home;
mod list;
mod load;
mod me;
mod media;
mod memory;
#[path = "../../xtask/src/npm.rs"]
mod npm;
mod phone;
mod probe;
#[expect(dead_code, reason = "xtask's; only a part is used here")]
#[path = "../../xtask/src/process.rs"]
mod process;
mod refusals;
mod renditions;
mod report;
mod seed;
mod server;
#[expect(dead_code, reason = "xtask's; only a part is used here")]
#[path = "../../xtask/src/servers/mod.rs"]
mod servers;
#[expect(dead_code, reason = "xtask's; only a part is used here")]
#[path = "../../xtask/src/service.rs"]
mod service;
mod sockets;
mod startup;
#[path = "../../xtask/src/tools.rs"]
mod tools;
mod uploads;
mod usage;

use std::error::Error;
use std::process::ExitCode;

use report::Row;
use tools::Toolbox;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

type Measure = fn() -> Outcome<Vec<Row>>;

/// What can be named on the command line; nothing named means all.
const PARTS: [(&str, Measure); 12] = [
    ("list", list_on_postgres),
    ("me", me::measure),
    ("startup", startup::measure),
    ("memory", memory::measure),
    ("upload", uploads::measure),
    ("uploads-memory", uploads::crowd::measure),
    ("renditions", renditions::measure),
    ("media", media::measure),
    ("grid", grid::measure),
    ("phone", phone::measure),
    ("sockets", sockets::measure),
    ("refusals", refusals::measure),
];

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let ran = match arguments.split_first() {
        Some((first, rest)) if first == floor::FLAG => floor::run(rest),
        Some((first, rest)) if first == renditions::maker::FLAG => renditions::maker::run(rest),
        _ => run(&arguments),
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(wanted: &[String]) -> Outcome<()> {
    if let Some(unknown) = wanted.iter().find(|name| PARTS.iter().all(|(part, _)| part != name)) {
        let parts = PARTS.map(|(part, _)| part).join(", ");
        return Err(format!("there is no part `{unknown}`; the parts are {parts}").into());
    }
    if cfg!(debug_assertions) {
        println!("this build is not optimized, its numbers mean nothing; use: cargo run --release -p bench");
    }
    let mut rows = Vec::new();
    for (name, measure) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|part| part == name) {
            println!("{name} …");
            rows.extend(measure()?);
        }
    }
    println!("\n{}", report::table(&rows));
    Ok(())
}

fn list_on_postgres() -> Outcome<Vec<Row>> {
    let postgres = servers::postgres::start(&Toolbox::new(false))?;
    list::measure(&postgres.url)
}
