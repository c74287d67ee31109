//! Sweep: sessions that ended or expired leave the table a day later, and their refresh tokens with them.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Accounts;
use crate::db::entities::session;
use crate::error::Fault;

/// Rows a sweep removes at most; the next one goes on.
const BATCH: u64 = 500;

impl Accounts {
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let yesterday = self.clock.now().minus(Duration::from_hours(24));
        let over: Vec<Uuid> = session::Entity::find()
            .select_only()
            .column(session::Column::Id)
            .filter(session::Column::ExpiresAt.lt(yesterday))
            .limit(BATCH)
            .into_tuple()
            .all(self.db.read())
            .await?;
        if over.is_empty() {
            return Ok(0);
        }
        let removed =
            session::Entity::delete_many().filter(session::Column::Id.is_in(over)).exec(self.db.write()).await?;
        Ok(removed.rows_affected)
    }
}
