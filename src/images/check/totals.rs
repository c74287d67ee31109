//! The counters of what each person stores, against what they store.

use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Check, Finding, PAGE, Part, Watch};
use crate::db::entities::{image, storage_use, user};
use crate::error::Fault;
use crate::images::{Images, quota};

/// Images and bytes.
type Use = (i64, i64);

impl<W: Watch> Check<'_, W> {
    pub(super) async fn people(&mut self) -> Result<(), Fault> {
        self.watch.begins(Part::People, None);
        let mut after = Uuid::nil();
        while !self.watch.stopped() {
            let page = user::Entity::find().select_only().column(user::Column::Id).filter(user::Column::Id.gt(after));
            let page = page.order_by_asc(user::Column::Id).limit(PAGE).into_tuple::<Uuid>();
            let page = page.all(self.images.db.read()).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = *last;
            for &owner in &page {
                if let Some((counted, stored)) = self.images.recount(owner, self.repair).await? {
                    self.note(&Finding::Miscounted { owner, counted, stored }, self.repair);
                }
            }
            self.sum.people += page.len() as u64;
            self.watch.steps(page.len() as u64);
        }
        Ok(())
    }
}

impl Images {
    /// What is counted and what is stored, where they differ; looked at with nobody else changing them.
    async fn recount(&self, owner: Uuid, repair: bool) -> Result<Option<(Use, Use)>, Fault> {
        let txn = self.db.begin().await?;
        quota::lock(&txn, owner).await?;
        let counted = storage_use::Entity::find_by_id(owner).one(&txn).await?.map(|row| (row.images, row.bytes));
        let stored = stored(&txn, owner).await?;
        if counted.unwrap_or_default() == stored {
            return Ok(None);
        }
        if repair {
            if counted.is_none() {
                quota::begin_counting(&txn, owner).await?;
            }
            storage_use::Entity::update_many()
                .col_expr(storage_use::Column::Images, Expr::value(stored.0))
                .col_expr(storage_use::Column::Bytes, Expr::value(stored.1))
                .filter(storage_use::Column::UserId.eq(owner))
                .exec(&txn)
                .await?;
        }
        txn.commit().await?;
        Ok(Some((counted.unwrap_or_default(), stored)))
    }
}

async fn stored(txn: &impl ConnectionTrait, owner: Uuid) -> Result<Use, Fault> {
    // A sum is a decimal on two of the databases.
    let integer = if txn.get_database_backend() == sea_orm::DbBackend::MySql { "SIGNED" } else { "BIGINT" };
    let sum = Expr::expr(Func::sum(Expr::col(image::Column::ByteSize))).cast_as(integer);
    let used = image::Entity::find()
        .select_only()
        .expr(Expr::col(image::Column::Id).count())
        .expr(sum)
        .filter(image::Column::OwnerId.eq(owner))
        .filter(image::Column::State.is_in([image::State::Pending, image::State::Ready]))
        .into_tuple::<(i64, Option<i64>)>()
        .one(txn)
        .await?;
    Ok(used.map_or((0, 0), |(images, bytes)| (images, bytes.unwrap_or(0))))
}
