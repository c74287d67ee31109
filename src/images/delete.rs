//! Delete: the row becomes a tombstone, and from that moment the image is nowhere to be found and its URLs are dead.
//! Its objects are removed right after; the sweeper comes again when no writer is left, and then the row goes.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{Error, Images, tombstone};
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
        let which = Condition::all()
            .add(image::Column::State.eq(image::State::Ready))
            .add(image::Column::Id.is_in(ids.iter().copied()));
        let txn = self.db.begin().await?;
        let gone = tombstone::lay(&txn, viewer.user_id, which, self.last_writer()).await?;
        txn.commit().await?;
        for &image in &gone {
            self.cache.forget(image);
            self.doomed.hand_over(image);
            self.events.publish(Fact::ImageDeleted { image, owner: viewer.user_id });
        }
        Ok(gone.into_iter().collect())
    }

    /// Makes a tombstone of an upload that failed, or that died, with a lease that was over by then. False: it lives, or
    /// somebody else was faster.
    pub(super) async fn bury(&self, id: Uuid, owner: Uuid, dead_by: Option<Timestamp>) -> Result<bool, Fault> {
        let pending = Condition::all()
            .add(image::Column::Id.eq(id))
            .add(image::Column::State.eq(image::State::Pending))
            .add_option(dead_by.map(|now| image::Column::LeaseUntil.lt(now)));
        let txn = self.db.begin().await?;
        // The upload may only have been frozen: what it still writes is to be found through the tombstone.
        let buried = tombstone::lay(&txn, owner, pending, self.last_writer()).await?;
        txn.commit().await?;
        Ok(!buried.is_empty())
    }

    fn last_writer(&self) -> Timestamp {
        self.clock.now().plus(LAST_WRITER)
    }
}
