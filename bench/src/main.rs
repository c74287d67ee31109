//! `cargo run --release -p bench`: how fast the server is and how much memory it takes, each beside its target.
//!
//! `list` holds the query `images` of the real server against `floor`, plain axum and sqlx that send the same
//! statements and write the same JSON. `startup` and `memory` run the release binary (`server`) as its users do. `load`
//! and `client` ask, `seed` fills the database, `report` prints. The throw-away PostgreSQL is that of xtask.

// The futures of a whole server are deeply nested types.
#![recursion_limit = "512"]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]

mod client;
mod floor;
mod list;
mod load;
mod memory;
#[expect(dead_code, reason = "xtask's; only a part is used here")]
#[path = "../../xtask/src/process.rs"]
mod process;
mod report;
mod seed;
mod server;
#[expect(dead_code, reason = "xtask's; only a part is used here")]
#[path = "../../xtask/src/servers/mod.rs"]
mod servers;
#[expect(dead_code, reason = "xtask's; only a part is used here")]
#[path = "../../xtask/src/service.rs"]
mod service;
mod startup;
#[expect(dead_code, reason = "xtask's; only a part is used here")]
#[path = "../../xtask/src/tools.rs"]
mod tools;

use std::error::Error;
use std::process::ExitCode;

use report::Row;
use tools::Toolbox;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

type Measure = fn() -> Outcome<Vec<Row>>;

/// What can be named on the command line; nothing named means all.
const PARTS: [(&str, Measure); 3] =
    [("list", list_on_postgres), ("startup", startup::measure), ("memory", memory::measure)];

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(wanted: &[String]) -> Outcome<()> {
    if let Some(unknown) = wanted.iter().find(|name| PARTS.iter().all(|(part, _)| part != name)) {
        return Err(format!("there is no part `{unknown}`; the parts are list, startup and memory").into());
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
