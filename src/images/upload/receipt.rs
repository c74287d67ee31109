//! Receipts: where the answer to an upload is written down, in the transaction that makes it true, so that the same
//! question gets the same answer again. The sender's own key is one, and so is a ticket.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, SqlErr};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::LEASE;
use crate::db::entities::idempotency_key::{self, Column, Entity};
use crate::db::ids;
use crate::error::{Fault, chain};
use crate::images::{Error, Images};
use crate::viewer::Viewer;

/// How long a key stands for its answer.
const KEPT: Duration = Duration::from_hours(24);

/// How long a request waits for another one with its key.
const PATIENCE: Duration = Duration::from_secs(30);

/// Characters of a key.
const MAX_KEY: usize = 255;

/// Where the answer goes.
pub enum Receipt {
    /// Nowhere: asked again, it is done again.
    None,
    Key(KeyClaim),
    /// On the ticket that this request completes.
    Ticket(Uuid),
}

/// The right to answer for a key.
pub struct KeyClaim {
    owner: Uuid,
    key_hash: String,
    holder: Uuid,
}

/// What became of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub image: Uuid,
    pub analysis: Option<Uuid>,
    /// The image was there before.
    pub duplicate: bool,
}

/// What a key stands for.
pub enum Keyed {
    /// The answer is ours to give.
    Mine(Receipt),
    Answered(Answer),
}

impl Images {
    /// Takes the sender's key for this request, or finds the answer that it has; waits for another request that is at it.
    pub async fn take_key(&self, viewer: &Viewer, key: &str) -> Result<Keyed, Error> {
        if key.is_empty() || key.chars().count() > MAX_KEY {
            return Err(Error::IdempotencyKeyLength);
        }
        let claim = KeyClaim {
            owner: viewer.user_id,
            key_hash: hex::encode(Sha256::digest(key.as_bytes())),
            holder: ids::new(),
        };
        let give_up = Instant::now() + PATIENCE;
        loop {
            let now = self.clock.now();
            let found = Entity::find_by_id((claim.owner, claim.key_hash.clone())).one(self.db.read()).await?;
            let taken = match found {
                None => self.begin(&claim).await?,
                Some(row) if row.created_at <= now.minus(KEPT) => self.take_over(&claim, &row).await?,
                Some(row) => match (row.image_id, row.lease_until) {
                    (Some(image), _) => {
                        return Ok(Keyed::Answered(Answer {
                            image,
                            analysis: row.analysis_id,
                            duplicate: row.duplicate,
                        }));
                    }
                    (None, Some(lease)) if lease > now => false,
                    // Its holder died.
                    (None, _) => self.take_over(&claim, &row).await?,
                },
            };
            if taken {
                return Ok(Keyed::Mine(Receipt::Key(claim)));
            }
            if Instant::now() >= give_up {
                return Err(Error::KeyInUse);
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Writes the answer down. False: somebody else answers by now, and this is to be undone.
    pub async fn answer(&self, db: &impl ConnectionTrait, receipt: &Receipt, answer: Answer) -> Result<bool, Fault> {
        let claim = match receipt {
            Receipt::None => return Ok(true),
            Receipt::Key(claim) => claim,
            Receipt::Ticket(ticket) => return self.answer_ticket(db, *ticket, answer).await,
        };
        let answered = mine(claim)
            .col_expr(Column::LeaseUntil, Expr::value(None::<i64>))
            .col_expr(Column::ImageId, Expr::value(Some(answer.image)))
            .col_expr(Column::AnalysisId, Expr::value(answer.analysis))
            .col_expr(Column::Duplicate, Expr::value(answer.duplicate))
            .exec(db)
            .await?;
        Ok(answered.rows_affected == 1)
    }

    /// Gives the right back: nothing was done, and the next one may try.
    pub async fn give_back(&self, receipt: &Receipt) {
        let claim = match receipt {
            Receipt::None => return,
            Receipt::Key(claim) => claim,
            Receipt::Ticket(ticket) => return self.give_ticket_back(*ticket).await,
        };
        // Not where the answer is there: the commit that seemed to fail had succeeded.
        let unanswered = Entity::delete_many().filter(held(claim)).filter(Column::ImageId.is_null());
        let gone = unanswered.exec(self.db.write()).await;
        if let Err(error) = gone {
            tracing::warn!(error = %chain(&error), "the key of a failed upload is left to its lease");
        }
    }

    pub(super) async fn renew_receipt(&self, receipt: &Receipt) -> Result<(), Error> {
        let renewed = match receipt {
            Receipt::None => true,
            Receipt::Key(claim) => {
                let lease = Expr::value(Some(self.clock.now().plus(LEASE)));
                mine(claim).col_expr(Column::LeaseUntil, lease).exec(self.db.write()).await?.rows_affected == 1
            }
            Receipt::Ticket(ticket) => self.renew_ticket(*ticket).await?,
        };
        if renewed { Ok(()) } else { Err(super::too_late()) }
    }

    /// Forgets the keys of yesterday.
    pub(in crate::images) async fn sweep_keys(&self) -> Result<(), Fault> {
        let old = self.clock.now().minus(KEPT);
        Entity::delete_many().filter(Column::CreatedAt.lt(old)).exec(self.db.write()).await?;
        Ok(())
    }

    /// False where somebody else was first.
    async fn begin(&self, claim: &KeyClaim) -> Result<bool, Fault> {
        let now = self.clock.now();
        let row = idempotency_key::Model {
            owner_id: claim.owner,
            key_hash: claim.key_hash.clone(),
            holder: claim.holder,
            lease_until: Some(now.plus(LEASE)),
            image_id: None,
            analysis_id: None,
            duplicate: false,
            created_at: now,
        };
        match Entity::insert(row.into_active_model()).exec_without_returning(self.db.write()).await {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// False where the row is not what it was seen to be any more: its holder lives, or has answered.
    async fn take_over(&self, claim: &KeyClaim, seen: &idempotency_key::Model) -> Result<bool, Fault> {
        let now = self.clock.now();
        let old = KeyClaim { holder: seen.holder, key_hash: claim.key_hash.clone(), owner: claim.owner };
        let same_lease = match seen.lease_until {
            Some(lease) => Column::LeaseUntil.eq(lease),
            None => Column::LeaseUntil.is_null(),
        };
        let taken = mine(&old)
            .filter(same_lease)
            .col_expr(Column::Holder, Expr::value(claim.holder))
            .col_expr(Column::LeaseUntil, Expr::value(Some(now.plus(LEASE))))
            .col_expr(Column::ImageId, Expr::value(None::<Uuid>))
            .col_expr(Column::AnalysisId, Expr::value(None::<Uuid>))
            .col_expr(Column::CreatedAt, Expr::value(now))
            .exec(self.db.write())
            .await?;
        Ok(taken.rows_affected == 1)
    }
}

fn held(claim: &KeyClaim) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::OwnerId.eq(claim.owner))
        .add(Column::KeyHash.eq(claim.key_hash.as_str()))
        .add(Column::Holder.eq(claim.holder))
}

/// The row of a key, as long as it is this request's.
fn mine(claim: &KeyClaim) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many().filter(held(claim))
}
