//! Throw-away database servers. The tests make one database a test on them; dropping the value stops the
//! server and removes every trace. Durability is switched off: nothing in them outlives the run.

pub mod mariadb;
pub mod postgres;

use std::time::Duration;

use tempfile::TempDir;

use crate::service::Service;

/// Starting takes under a second; a loaded machine gets a minute.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Tests run in parallel, each with a pool of its own.
const MAX_CONNECTIONS: &str = "500";

/// A running server. The fields are dropped in this order: stopped first, then removed.
pub struct Server {
    /// URL of a user who may create databases.
    pub url: String,
    _service: Service,
    _folder: TempDir,
}
