//! Sweep: tickets whose time is over. What was put for them goes, then their rows. A completed ticket's file went at its
//! completion, but its URL stayed good: it is removed again.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::entities::upload;
use crate::error::Fault;
use crate::images::Images;
use crate::images::removal::{self, BATCH, PAUSE, Removal};
use crate::storage::Key;

/// After a URL expired: a PUT that had begun by then may still be under way.
const GRACE: Duration = Duration::from_hours(1);

impl Images {
    /// Removes what belongs to expired tickets. Gives the number of tickets that are gone.
    pub async fn sweep_tickets(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        let mut gone = 0;
        loop {
            let due = self.due_tickets(now).await?;
            let full = due.len() as u64 == BATCH;
            let remove = |id| async move { Ok(self.blobs.delete(&Key::incoming(id)).await?) };
            let Removal { removed, stuck } = removal::of_each(due, remove).await;
            let none_removed = removed.is_empty();
            gone += self.drop_tickets(removed, now).await?;
            self.put_tickets_off(stuck).await?;
            // Where not one of a whole batch can be removed, it is the storage that is away.
            if !full || none_removed {
                return Ok(gone);
            }
        }
    }

    /// The oldest first.
    async fn due_tickets(&self, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
        let due = upload::Entity::find()
            .select_only()
            .column(upload::Column::Id)
            .filter(over(now))
            .order_by_asc(upload::Column::ExpiresAt)
            .limit(BATCH)
            .into_tuple();
        Ok(due.all(self.db.read()).await?)
    }

    async fn drop_tickets(&self, ids: Vec<Uuid>, now: Timestamp) -> Result<u64, Fault> {
        if ids.is_empty() {
            return Ok(0);
        }
        let dropped = upload::Entity::delete_many().filter(upload::Column::Id.is_in(ids)).filter(over(now));
        Ok(dropped.exec(self.db.write()).await?.rows_affected)
    }

    async fn put_tickets_off(&self, ids: Vec<Uuid>) -> Result<(), Fault> {
        if ids.is_empty() {
            return Ok(());
        }
        upload::Entity::update_many()
            .col_expr(upload::Column::LeaseUntil, Expr::value(self.clock.now().plus(PAUSE)))
            .filter(upload::Column::Id.is_in(ids))
            .exec(self.db.write())
            .await?;
        Ok(())
    }
}

/// Expired long ago, and nobody is at it: neither a completion, nor a sweeper that could not remove its file just now.
fn over(now: Timestamp) -> Condition {
    let lease = upload::Column::LeaseUntil;
    let free = Condition::any().add(lease.is_null()).add(lease.lte(now));
    Condition::all().add(upload::Column::ExpiresAt.lte(now.minus(GRACE))).add(free)
}
