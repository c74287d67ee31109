//! Sweep: what uploads that died and deletions left behind. Rows are claimed by compare-and-set before an object goes,
//! so a live upload is never swept, and several replicas may sweep at once.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Images;
use super::delete::LAST_WRITER;
use crate::clock::Timestamp;
use crate::db::entities::image;
use crate::error::Fault;
use crate::storage::{Key, Prefix};

/// Rows a sweep looks at; the next one goes on.
const BATCH: u64 = 200;

impl Images {
    /// One round. Gives the number of images whose last trace went.
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        self.bury_dead_uploads(now).await?;
        let tombstones: Vec<(Uuid, Option<Timestamp>)> = image::Entity::find()
            .select_only()
            .columns([image::Column::Id, image::Column::LeaseUntil])
            .filter(image::Column::State.eq(image::State::Deleting))
            .order_by_asc(image::Column::LeaseUntil)
            .limit(BATCH)
            .into_tuple()
            .all(self.db.read())
            .await?;
        let mut gone = 0;
        for (id, lease_until) in tombstones {
            self.remove_objects(id).await?;
            // Only when the last writer is through is the tombstone not needed any more.
            if lease_until.is_none_or(|until| until <= now) {
                gone += image::Entity::delete_by_id(id).exec(self.db.write()).await?.rows_affected;
            }
        }
        Ok(gone)
    }

    /// Images that were deleted lately, and whose they were.
    pub async fn tombstones(&self) -> Result<Vec<(Uuid, Uuid)>, Fault> {
        let tombstones = image::Entity::find()
            .select_only()
            .columns([image::Column::Id, image::Column::OwnerId])
            .filter(image::Column::State.eq(image::State::Deleting))
            .limit(BATCH)
            .into_tuple();
        Ok(tombstones.all(self.db.read()).await?)
    }

    async fn bury_dead_uploads(&self, now: Timestamp) -> Result<(), Fault> {
        image::Entity::update_many()
            .col_expr(image::Column::State, Expr::value(image::State::Deleting))
            // The upload may only have been frozen: what it still writes is to be found through the tombstone.
            .col_expr(image::Column::LeaseUntil, Expr::value(now.plus(LAST_WRITER)))
            .filter(image::Column::State.eq(image::State::Pending))
            .filter(image::Column::LeaseUntil.lt(now))
            .exec(self.db.write())
            .await?;
        Ok(())
    }

    async fn remove_objects(&self, id: Uuid) -> Result<(), Fault> {
        self.blobs.delete(&Key::original(id)).await?;
        self.blobs.delete_prefix(&Prefix::renditions(id)).await?;
        Ok(())
    }
}
