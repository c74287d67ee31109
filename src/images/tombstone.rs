//! Tombstones: images that are deleted and whose objects may still be there. From the commit on the image is nowhere to
//! be found, its bytes are its owner's again, and whoever sends them makes a new image.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::quota;
use crate::clock::Timestamp;
use crate::db::entities::image;
use crate::error::Fault;

/// Makes tombstones of those of an owner's images that meet `which`, to be swept from `due` on. Gives their ids, once
/// the transaction's commit has made it true.
pub(super) async fn lay(
    txn: &DatabaseTransaction,
    owner: Uuid,
    which: Condition,
    due: Timestamp,
) -> Result<Vec<Uuid>, Fault> {
    // Before the images, as uploads do.
    quota::lock(txn, owner).await?;
    let found: Vec<(Uuid, i64)> = image::Entity::find()
        .filter(image::Column::OwnerId.eq(owner))
        .filter(which)
        .select_only()
        .columns([image::Column::Id, image::Column::ByteSize])
        .lock_exclusive()
        .into_tuple()
        .all(txn)
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    image::Entity::update_many()
        .col_expr(image::Column::State, Expr::value(image::State::Deleting))
        .col_expr(image::Column::LeaseUntil, Expr::value(due))
        .col_expr(image::Column::DedupeKey, Expr::value(None::<String>))
        .filter(image::Column::Id.is_in(found.iter().map(|(id, _)| *id)))
        .exec(txn)
        .await?;
    let bytes = found.iter().map(|(_, bytes)| bytes).sum();
    quota::refund(txn, owner, i64::try_from(found.len()).unwrap_or(i64::MAX), bytes).await?;
    Ok(found.into_iter().map(|(id, _)| id).collect())
}
