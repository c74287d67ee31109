//! Living: which of these sessions still live. One statement for as many as a statement's parameters allow; whoever
//! watches over open sockets asks every few seconds, for all of them at once.

use std::collections::HashSet;

use sea_orm::QuerySelect;
use uuid::Uuid;

use super::Accounts;
use crate::db::entities::session;
use crate::error::Fault;

/// Ids that one statement asks after.
const BATCH: usize = 500;

impl Accounts {
    pub async fn living(&self, sessions: &[Uuid]) -> Result<HashSet<Uuid>, Fault> {
        let now = self.clock.now();
        let mut living = HashSet::with_capacity(sessions.len());
        for batch in sessions.chunks(BATCH) {
            let ids = session::Entity::living_among(batch, now).select_only().column(session::Column::Id);
            living.extend(ids.into_tuple::<Uuid>().all(self.db.read()).await?);
        }
        Ok(living)
    }
}
