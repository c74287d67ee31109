//! Quota: how much a person stores, and how much more they may. The counter is changed in the transactions that make
//! and delete images, by statements that check and count in one, so that no two uploads slip past it together.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Error, Images};
use crate::db::entities::storage_use::{self, Column, Entity};
use crate::error::Fault;

impl Images {
    /// Most bytes of originals a person can store; None: no limit.
    pub fn quota(&self) -> Option<u64> {
        self.quota
    }

    /// What a person stores: images, and the bytes of their originals. Uploads under way count, deleted images do not.
    pub async fn storage_use(&self, owner: Uuid) -> Result<storage_use::Model, Fault> {
        let row = Entity::find_by_id(owner).one(self.db.read()).await?;
        Ok(row.unwrap_or(storage_use::Model { user_id: owner, images: 0, bytes: 0 }))
    }

    /// Bytes that a person may still store; None: as many as they like.
    pub async fn room(&self, owner: Uuid) -> Result<Option<u64>, Fault> {
        let Some(limit) = self.quota() else { return Ok(None) };
        Ok(Some(limit.saturating_sub(self.storage_use(owner).await?.bytes.unsigned_abs())))
    }

    /// Whether there is room for so many bytes right now, beside those that were `promised` room. Nothing is reserved.
    pub(super) async fn check_room(&self, owner: Uuid, promised: u64, bytes: u64) -> Result<(), Error> {
        let Some(limit) = self.quota() else { return Ok(()) };
        let used = self.storage_use(owner).await?.bytes.unsigned_abs().saturating_add(promised);
        if limit.saturating_sub(used) < bytes { Err(Error::QuotaExceeded { limit, used }) } else { Ok(()) }
    }

    pub(super) async fn no_room(&self, owner: Uuid) -> Result<Error, Fault> {
        let used = self.storage_use(owner).await?.bytes.unsigned_abs();
        Ok(Error::QuotaExceeded { limit: self.quota().unwrap_or(u64::MAX), used })
    }

    /// Counts one image of so many bytes in, if there is room.
    pub(super) async fn charge(&self, txn: &impl ConnectionTrait, owner: Uuid, bytes: i64) -> Result<(), Error> {
        for _ in 0..3 {
            if self.count_in(txn, owner, bytes).await? {
                return Ok(());
            }
            match Entity::find_by_id(owner).lock_exclusive().one(txn).await? {
                // A person's first image finds no row.
                None => begin_counting(txn, owner).await?,
                Some(row) => {
                    let (limit, used) = (self.quota().unwrap_or(u64::MAX), row.bytes.unsigned_abs());
                    if limit.saturating_sub(used) < bytes.unsigned_abs() {
                        return Err(Error::QuotaExceeded { limit, used });
                    }
                    // It came, or became less, in between; now it stays as it is.
                }
            }
        }
        Err(Fault::internal("storage is counted for everybody").into())
    }

    async fn count_in(&self, txn: &impl ConnectionTrait, owner: Uuid, bytes: i64) -> Result<bool, Fault> {
        let mut count = Entity::update_many()
            .col_expr(Column::Images, Expr::col(Column::Images).add(1))
            .col_expr(Column::Bytes, Expr::col(Column::Bytes).add(bytes))
            .filter(Column::UserId.eq(owner));
        if let Some(limit) = self.quota() {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            count = count.filter(Column::Bytes.lte(limit.saturating_sub(bytes)));
        }
        Ok(count.exec(txn).await?.rows_affected == 1)
    }
}

/// Makes the row where there is none.
pub(super) async fn begin_counting(txn: &impl ConnectionTrait, owner: Uuid) -> Result<(), Fault> {
    let row = storage_use::Model { user_id: owner, images: 0, bytes: 0 };
    let as_it_is = Expr::col(Column::Images.as_column_ref());
    let unless_there = OnConflict::column(Column::UserId).value(Column::Images, as_it_is).to_owned();
    Entity::insert(row.into_active_model()).on_conflict(unless_there).exec_without_returning(txn).await?;
    Ok(())
}

/// Counts images out that are gone from now on.
pub(super) async fn refund(txn: &impl ConnectionTrait, owner: Uuid, images: i64, bytes: i64) -> Result<(), Fault> {
    Entity::update_many()
        .col_expr(Column::Images, Expr::col(Column::Images).sub(images))
        .col_expr(Column::Bytes, Expr::col(Column::Bytes).sub(bytes))
        .filter(Column::UserId.eq(owner))
        .exec(txn)
        .await?;
    Ok(())
}

/// Lets whoever else changes this person's images wait for the end of the transaction. Taken before the images' own
/// locks, in uploads as in deletions, so that they never wait for each other.
pub(super) async fn lock(txn: &impl ConnectionTrait, owner: Uuid) -> Result<(), Fault> {
    let mine = Entity::find_by_id(owner).select_only().column(Column::UserId).lock_exclusive();
    mine.into_tuple::<Uuid>().one(txn).await?;
    Ok(())
}
