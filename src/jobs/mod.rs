//! Jobs: work that must not be lost. A job is enqueued in the transaction that makes it necessary, claimed with a
//! lease by any worker of any replica, and gone when it is done. A worker that dies loses its lease, and the job comes
//! back by itself; the fence, counted up by each claim, keeps the late one from finishing.
//!
//! | event            | run_at                | fence |
//! |------------------|-----------------------|-------|
//! | enqueued         | now                   | 0     |
//! | claimed, renewed | now + lease           | +1, = |
//! | retried          | when it may run again | =     |
//! | put back         | now                   | =     |
//! | finished         | the row is gone       |       |

mod claim;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use tokio::sync::Notify;
use uuid::Uuid;

pub use claim::{Claim, Kept};
pub use worker::work;

use crate::clock::Clock;
use crate::db::Db;
use crate::db::entities::job;
use crate::db::ids;
use crate::error::Fault;

/// How long a claim holds without a sign of life.
pub const LEASE: Duration = Duration::from_secs(15);

/// How long work in hand may go on when the process stops. Docker kills ten seconds after it asks.
pub const GRACE: Duration = Duration::from_secs(8);

/// The queue. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    db: Db,
    clock: Clock,
    wake: Arc<Notify>,
}

impl Jobs {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, wake: Arc::new(Notify::new()) }
    }

    /// Plans work about `subject`, once however often it is asked. Call [`Self::wake`] when `db` has committed.
    pub async fn enqueue(&self, db: &impl ConnectionTrait, kind: &'static str, subject: Uuid) -> Result<(), Fault> {
        let now = self.clock.now();
        let row = job::Model {
            id: ids::new(),
            kind: kind.to_owned(),
            subject_id: subject,
            run_at: now,
            fence: 0,
            created_at: now,
        };
        let mut once = OnConflict::columns([job::Column::Kind, job::Column::SubjectId]);
        once.do_nothing_on([job::Column::Id]);
        job::Entity::insert(row.into_active_model()).on_conflict(once).exec_without_returning(db).await?;
        Ok(())
    }

    /// Tells the workers of this process that there is something to do; others find it when they look.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}
