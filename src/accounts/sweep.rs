//! Sweep: sessions that ended or expired leave the table a day later, and their refresh tokens with them. Of a session
//! that goes on, refresh tokens older than any session's pause stay no longer: each refresh leaves one behind. Attempts
//! that no longer count go too.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Accounts, SESSION_LIFETIME};
use crate::clock::Timestamp;
use crate::db::entities::{refresh_token, session};
use crate::error::Fault;

/// Rows that one statement removes at most, so that nobody waits long for its locks.
const BATCH: u64 = 500;

impl Accounts {
    /// Removes all there is to remove; how many rows that were.
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let yesterday = self.clock.now().minus(Duration::from_hours(24));
        let sessions = self.sweep_sessions(yesterday).await?;
        let tokens = self.sweep_refresh_tokens(yesterday.minus(SESSION_LIFETIME)).await?;
        Ok(sessions + tokens + self.attempts.sweep().await?)
    }

    async fn sweep_sessions(&self, before: Timestamp) -> Result<u64, Fault> {
        let mut gone = 0;
        loop {
            let over: Vec<Uuid> = session::Entity::find()
                .select_only()
                .column(session::Column::Id)
                .filter(session::Column::ExpiresAt.lt(before))
                .limit(BATCH)
                .into_tuple()
                .all(self.db.read())
                .await?;
            let last = (over.len() as u64) < BATCH;
            if !over.is_empty() {
                let sessions = session::Entity::delete_many().filter(session::Column::Id.is_in(over));
                gone += sessions.exec(self.db.write()).await?.rows_affected;
            }
            if last {
                return Ok(gone);
            }
        }
    }

    /// All of them were used: one that was not would be its session's last, and that has expired.
    async fn sweep_refresh_tokens(&self, before: Timestamp) -> Result<u64, Fault> {
        let mut gone = 0;
        loop {
            let old: Vec<String> = refresh_token::Entity::find()
                .select_only()
                .column(refresh_token::Column::Hash)
                .filter(refresh_token::Column::CreatedAt.lt(before))
                .limit(BATCH)
                .into_tuple()
                .all(self.db.read())
                .await?;
            let last = (old.len() as u64) < BATCH;
            if !old.is_empty() {
                let tokens = refresh_token::Entity::delete_many().filter(refresh_token::Column::Hash.is_in(old));
                gone += tokens.exec(self.db.write()).await?.rows_affected;
            }
            if last {
                return Ok(gone);
            }
        }
    }
}
