//! Delete: the row becomes a tombstone, and from that moment the image is nowhere to be found and its URLs are dead.
//! Its objects are removed right after; the sweeper comes again when no writer is left, and then the row goes.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Error, Images, quota};
use crate::clock::Timestamp;
use crate::db::entities::image;
use crate::error::Fault;
use crate::events::Fact;
use crate::viewer::Viewer;

pub const MAX_IDS: usize = 100;

/// After this long nobody who read the row as READY still writes a rendition of it, nor does an upload that was taken
/// for dead still write its object.
pub(super) const LAST_WRITER: Duration = Duration::from_mins(2);

impl Images {
    /// The ids, of those given, whose images were there and are gone now.
    pub async fn delete(&self, viewer: &Viewer, ids: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
        if ids.len() > MAX_IDS {
            return Err(Error::TooManyIds);
        }
        let txn = self.db.begin().await?;
        quota::lock(&txn, viewer.user_id).await?;
        let there: Vec<(Uuid, i64)> = image::Entity::visible_to(viewer.user_id)
            .filter(image::Column::Id.is_in(ids.iter().copied()))
            .select_only()
            .columns([image::Column::Id, image::Column::ByteSize])
            .lock_exclusive()
            .into_tuple()
            .all(&txn)
            .await?;
        if there.is_empty() {
            return Ok(HashSet::new());
        }
        image::Entity::update_many()
            .col_expr(image::Column::State, Expr::value(image::State::Deleting))
            .col_expr(image::Column::LeaseUntil, Expr::value(self.clock.now().plus(LAST_WRITER)))
            // Whoever sends the same bytes from now on makes a new image.
            .col_expr(image::Column::DedupeKey, Expr::value(None::<String>))
            .filter(image::Column::Id.is_in(there.iter().map(|(id, _)| *id)))
            .exec(&txn)
            .await?;
        let (count, bytes) = (i64::try_from(there.len()).unwrap_or(0), there.iter().map(|(_, bytes)| bytes).sum());
        quota::refund(&txn, viewer.user_id, count, bytes).await?;
        txn.commit().await?;
        let there: Vec<Uuid> = there.into_iter().map(|(id, _)| id).collect();
        for &image in &there {
            self.doomed.hand_over(image);
            self.events.publish(Fact::ImageDeleted { image, owner: viewer.user_id });
        }
        Ok(there.into_iter().collect())
    }

    /// Makes a tombstone of an upload that failed, or that died, with a lease that was over by then. False: it lives, or
    /// somebody else was faster.
    pub(super) async fn bury(&self, id: Uuid, owner: Uuid, dead_by: Option<Timestamp>) -> Result<bool, Fault> {
        let pending = Condition::all()
            .add(image::Column::Id.eq(id))
            .add(image::Column::State.eq(image::State::Pending))
            .add_option(dead_by.map(|now| image::Column::LeaseUntil.lt(now)));
        let txn = self.db.begin().await?;
        quota::lock(&txn, owner).await?;
        let size = image::Entity::find().filter(pending.clone()).select_only().column(image::Column::ByteSize);
        let Some(bytes) = size.into_tuple::<i64>().one(&txn).await? else { return Ok(false) };
        let buried = image::Entity::update_many()
            .col_expr(image::Column::State, Expr::value(image::State::Deleting))
            // The upload may only have been frozen: what it still writes is to be found through the tombstone.
            .col_expr(image::Column::LeaseUntil, Expr::value(self.clock.now().plus(LAST_WRITER)))
            .col_expr(image::Column::DedupeKey, Expr::value(None::<String>))
            .filter(pending)
            .exec(&txn)
            .await?;
        if buried.rows_affected == 1 {
            quota::refund(&txn, owner, 1, bytes).await?;
        }
        txn.commit().await?;
        Ok(buried.rows_affected == 1)
    }
}
