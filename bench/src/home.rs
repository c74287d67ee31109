//! A data directory of the release binary, with people in it who are signed in already: their rows are in the database,
//! and their tokens are signed here, since registering is limited to a few a minute.

use std::fs;
use std::path::PathBuf;

use image_manager::clock::Clock;
use image_manager::config;
use image_manager::db::Db;
use image_manager::secrets::Keys;
use tempfile::TempDir;

use crate::floor::Tokens;
use crate::server::{self, Server};
use crate::{Outcome, seed};

pub struct Home {
    binary: PathBuf,
    data: TempDir,
    /// An access token of each person, good for 15 minutes.
    pub tokens: Vec<String>,
}

impl Home {
    pub fn of(people: usize) -> Outcome<Self> {
        let binary = server::build()?;
        let data = tempfile::tempdir()?;
        // The first start makes the database and the secret.
        drop(Server::start(&binary, data.path())?);
        let keys = Keys::derive(&fs::read_to_string(data.path().join("secret.key"))?.trim().to_owned().into());
        let url = format!("sqlite://{}", data.path().join("image-manager.db").display());
        let database = config::Database { url: url.clone().into(), direct_url: url.into() };
        let sessions = tokio::runtime::Runtime::new()?.block_on(async {
            let db = Box::pin(Db::connect(&database)).await?;
            let sessions = seed::people(&db, people, Clock::default().now()).await?;
            db.close().await?;
            Outcome::Ok(sessions)
        })?;
        let tokens = Tokens::new(&keys);
        let tokens =
            sessions.into_iter().map(|(user, session)| tokens.issue(user, session)).collect::<Result<_, _>>()?;
        Ok(Self { binary, data, tokens })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.data.path().join(name)
    }

    pub fn start(&self, flags: &[&str]) -> Outcome<Server> {
        Server::start_with(&self.binary, self.data.path(), flags)
    }
}
