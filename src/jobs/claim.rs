//! Claims: taking a job, keeping it, and letting go of it, each by compare-and-set on the fence.

use std::future::Future;
use std::time::Duration;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{GRACE, Jobs, LEASE};
use crate::clock::Timestamp;
use crate::db::entities::job;
use crate::error::{Fault, chain};

/// A job in hand.
#[derive(Clone, Debug)]
pub struct Claim {
    job: Uuid,
    pub subject: Uuid,
    /// Which claim of the job this is, 1 for the first: it counts those put back, and those whose worker died.
    pub fence: i32,
}

/// What became of work under a claim.
#[derive(Debug, PartialEq, Eq)]
pub enum Kept<T> {
    Done(T),
    /// Another worker has the job now; the work was dropped.
    Lost,
    /// The process stops and the work took too long; it was dropped, and the job is to be put back.
    Stopped,
}

impl Jobs {
    /// Claims up to `limit` jobs that are due. The portable way: look, then compare and set, and keep those won.
    pub async fn claim(&self, kind: &str, limit: u64) -> Result<Vec<Claim>, Fault> {
        let now = self.clock.now();
        let due = job::Entity::find()
            .filter(job::Column::Kind.eq(kind))
            .filter(job::Column::RunAt.lte(now))
            .order_by_asc(job::Column::RunAt)
            .order_by_asc(job::Column::Id)
            .limit(limit)
            .all(self.db.read())
            .await?;
        let mut claims = Vec::with_capacity(due.len());
        for job in due {
            let won = job::Entity::update_many()
                .col_expr(job::Column::RunAt, Expr::value(now.plus(LEASE)))
                .col_expr(job::Column::Fence, Expr::col(job::Column::Fence).add(1))
                .filter(job::Column::Id.eq(job.id))
                .filter(job::Column::Fence.eq(job.fence))
                .filter(job::Column::RunAt.lte(now))
                .exec(self.db.write())
                .await?;
            if won.rows_affected == 1 {
                claims.push(Claim { job: job.id, subject: job.subject_id, fence: job.fence + 1 });
            }
        }
        Ok(claims)
    }

    /// When the next job of this kind is due, or the next lease ends.
    pub async fn next_due(&self, kind: &str) -> Result<Option<Duration>, Fault> {
        let next: Option<Timestamp> = job::Entity::find()
            .select_only()
            .column(job::Column::RunAt)
            .filter(job::Column::Kind.eq(kind))
            .order_by_asc(job::Column::RunAt)
            .limit(1)
            .into_tuple()
            .one(self.db.read())
            .await?;
        Ok(next.map(|at| at.since(self.clock.now())))
    }

    /// Does `work` while keeping the claim alive; after `stop` for no longer than [`GRACE`].
    pub async fn keep<T>(&self, claim: &Claim, stop: &CancellationToken, work: impl Future<Output = T>) -> Kept<T> {
        let cut_off = async {
            stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::pin!(work, cut_off);
        loop {
            tokio::select! {
                done = &mut work => return Kept::Done(done),
                () = &mut cut_off => return Kept::Stopped,
                () = tokio::time::sleep(LEASE / 3) => {
                    match self.renew(self.db.write(), claim).await {
                        Ok(true) => {}
                        Ok(false) => return Kept::Lost,
                        // The database may be back before the lease ends.
                        Err(error) => tracing::warn!(error = %chain(&error), "a job's lease could not be renewed"),
                    }
                }
            }
        }
    }

    /// Another lease. False: another worker holds the job now.
    pub async fn renew(&self, db: &impl ConnectionTrait, claim: &Claim) -> Result<bool, Fault> {
        self.move_to(db, claim, self.clock.now().plus(LEASE)).await
    }

    /// The job is done. False: another worker holds it now, and what this one did must not be committed.
    pub async fn finish(&self, db: &impl ConnectionTrait, claim: &Claim) -> Result<bool, Fault> {
        let gone = job::Entity::delete_many()
            .filter(job::Column::Id.eq(claim.job))
            .filter(job::Column::Fence.eq(claim.fence))
            .exec(db)
            .await?;
        Ok(gone.rows_affected == 1)
    }

    /// The job is to be tried again at `at`. False as for [`Self::finish`].
    pub async fn retry(&self, db: &impl ConnectionTrait, claim: &Claim, at: Timestamp) -> Result<bool, Fault> {
        self.move_to(db, claim, at).await
    }

    /// The job may be claimed at once, by any worker. False as for [`Self::finish`].
    pub async fn put_back(&self, db: &impl ConnectionTrait, claim: &Claim) -> Result<bool, Fault> {
        self.move_to(db, claim, self.clock.now()).await
    }

    async fn move_to(&self, db: &impl ConnectionTrait, claim: &Claim, at: Timestamp) -> Result<bool, Fault> {
        let held: UpdateMany<job::Entity> = job::Entity::update_many()
            .col_expr(job::Column::RunAt, Expr::value(at))
            .filter(job::Column::Id.eq(claim.job))
            .filter(job::Column::Fence.eq(claim.fence));
        Ok(held.exec(db).await?.rows_affected == 1)
    }
}
