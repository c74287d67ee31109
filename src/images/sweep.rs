//! Sweep: what uploads that died and deletions left behind. The objects of a deleted image are removed twice: right
//! after the deletion, and again when no writer is left; only then goes the row. Rows are claimed by compare-and-set
//! before an object goes, so a live upload is never swept, and several replicas may sweep at once.

use std::sync::Arc;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::{Mutex, mpsc};
use uuid::Uuid;

use super::Images;
use super::removal::{self, BATCH, PAUSE, Removal};
use crate::clock::Timestamp;
use crate::db::entities::image;
use crate::error::Fault;
use crate::storage::{Key, Prefix};

/// Images that were deleted in this process just now. What does not fit, and what is forgotten when the process dies,
/// is found through its tombstone.
#[derive(Clone)]
pub(super) struct Doomed {
    hand: mpsc::Sender<Uuid>,
    taken: Arc<Mutex<mpsc::Receiver<Uuid>>>,
}

impl Default for Doomed {
    fn default() -> Self {
        let (hand, taken) = mpsc::channel(10_000);
        Self { hand, taken: Arc::new(Mutex::new(taken)) }
    }
}

impl Doomed {
    /// To be called after the commit that made the image a tombstone.
    pub fn hand_over(&self, id: Uuid) {
        let _ = self.hand.try_send(id);
    }
}

impl Images {
    /// Removes the objects of what is deleted in this process, as it is deleted; for ever.
    pub async fn remove_doomed(&self) {
        let mut taken = self.doomed.taken.lock().await;
        let mut ids = Vec::new();
        while taken.recv_many(&mut ids, 100).await > 0 {
            self.remove_objects(std::mem::take(&mut ids)).await;
        }
    }

    /// Buries uploads that died, and drops the tombstones whose time has come. Gives the number of images whose last
    /// trace went. A tombstone whose objects cannot be removed is tried again later and hinders no other.
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        self.bury_dead_uploads(Some(now)).await?;
        self.sweep_keys().await?;
        let mut gone = 0;
        loop {
            let due = self.due(now).await?;
            let full = due.len() as u64 == BATCH;
            let Removal { removed, stuck } = self.remove_objects(due).await;
            let none_removed = removed.is_empty();
            gone += self.drop_rows(removed).await?;
            self.put_off(stuck).await?;
            // Where not one of a whole batch can be removed, it is the storage that is away.
            if !full || none_removed {
                return Ok(gone);
            }
        }
    }

    /// Images that were deleted lately, the last one first, and whose they were.
    pub async fn tombstones(&self) -> Result<Vec<(Uuid, Uuid)>, Fault> {
        let tombstones = image::Entity::find()
            .select_only()
            .columns([image::Column::Id, image::Column::OwnerId])
            .filter(image::Column::State.eq(image::State::Deleting))
            .order_by_desc(image::Column::LeaseUntil)
            .order_by_desc(image::Column::Id)
            .limit(BATCH)
            .into_tuple();
        Ok(tombstones.all(self.db.read()).await?)
    }

    /// Buries every upload under way. For a process that has just begun and shares its database with no other.
    pub async fn bury_predecessors(&self) -> Result<(), Fault> {
        self.bury_dead_uploads(None).await
    }

    /// Those whose lease was over by then.
    async fn bury_dead_uploads(&self, dead_by: Option<Timestamp>) -> Result<(), Fault> {
        let over = dead_by.map(|now| image::Column::LeaseUntil.lt(now));
        loop {
            let dead: Vec<(Uuid, Uuid)> = image::Entity::find()
                .select_only()
                .columns([image::Column::Id, image::Column::OwnerId])
                .filter(Condition::all().add(image::Column::State.eq(image::State::Pending)).add_option(over.clone()))
                .limit(BATCH)
                .into_tuple()
                .all(self.db.write())
                .await?;
            for &(id, owner) in &dead {
                self.bury(id, owner, dead_by).await?;
            }
            if (dead.len() as u64) < BATCH {
                return Ok(());
            }
        }
    }

    /// Tombstones whose last writer is through, the oldest first.
    async fn due(&self, now: Timestamp) -> Result<Vec<Uuid>, Fault> {
        let due = image::Entity::find()
            .select_only()
            .column(image::Column::Id)
            .filter(image::Column::State.eq(image::State::Deleting))
            .filter(image::Column::LeaseUntil.lte(now))
            .order_by_asc(image::Column::LeaseUntil)
            .limit(BATCH)
            .into_tuple();
        Ok(due.all(self.db.read()).await?)
    }

    async fn drop_rows(&self, ids: Vec<Uuid>) -> Result<u64, Fault> {
        if ids.is_empty() {
            return Ok(0);
        }
        let dropped = image::Entity::delete_many().filter(image::Column::Id.is_in(ids)).exec(self.db.write()).await?;
        Ok(dropped.rows_affected)
    }

    async fn put_off(&self, ids: Vec<Uuid>) -> Result<(), Fault> {
        if ids.is_empty() {
            return Ok(());
        }
        image::Entity::update_many()
            .col_expr(image::Column::LeaseUntil, Expr::value(self.clock.now().plus(PAUSE)))
            .filter(image::Column::Id.is_in(ids))
            .exec(self.db.write())
            .await?;
        Ok(())
    }

    async fn remove_objects(&self, ids: Vec<Uuid>) -> Removal {
        removal::of_each(ids, |id| async move {
            self.blobs.delete(&Key::original(id)).await?;
            self.blobs.delete_prefix(&Prefix::renditions(id)).await?;
            Ok(())
        })
        .await
    }
}
