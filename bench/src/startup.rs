//! From the start of the process to the end of its first answer, on a database that is migrated already.

use crate::Outcome;
use crate::report::{Row, Spread};
use crate::server::{self, Server};

const STARTS: usize = 20;
const TARGET_MS: f64 = 100.0;

pub fn measure() -> Outcome<Vec<Row>> {
    let binary = server::build()?;
    let data = tempfile::tempdir()?;
    // The first start makes the database and the secret.
    drop(Server::start(&binary, data.path())?);
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        times.push(Server::start(&binary, data.path())?.first_answer.as_secs_f64() * 1000.0);
    }
    let result = Spread::of(times);
    Ok(vec![Row {
        what: "start to first answer, SQLite".to_owned(),
        target: format!("at most {TARGET_MS} ms"),
        result,
        unit: " ms",
        decimals: 0,
        met: Some(result.median <= TARGET_MS),
    }])
}
