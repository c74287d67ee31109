//! Delete: the row becomes a tombstone, and from that moment the image is nowhere to be found and its URLs are dead.
//! Its objects are removed right after; the sweeper comes again when no writer is left, and then the row goes.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Error, Images};
use crate::db::entities::image;
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
        let there: Vec<Uuid> = image::Entity::visible_to(viewer.user_id)
            .filter(image::Column::Id.is_in(ids.iter().copied()))
            .select_only()
            .column(image::Column::Id)
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
            .filter(image::Column::Id.is_in(there.iter().copied()))
            .exec(&txn)
            .await?;
        txn.commit().await?;
        for &image in &there {
            self.doomed.hand_over(image);
            self.events.publish(Fact::ImageDeleted { image, owner: viewer.user_id });
        }
        Ok(there.into_iter().collect())
    }
}
