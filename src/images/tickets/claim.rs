//! Claim: one request at a time completes a ticket. It holds a lease and renews it; who comes meanwhile waits for its
//! answer, and takes over where it died. Whatever overlaps all the same, only the first to write its answer down on the
//! ticket has done anything: that is in the transaction that makes the answer true.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, UpdateMany};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::TicketError;
use crate::clock::Timestamp;
use crate::db::entities::upload::{self, Column, Entity, State};
use crate::error::{Fault, chain};
use crate::images::{Answer, Error, Images};
use crate::viewer::Viewer;

/// How long a completion may go without a sign of life.
pub(super) const LEASE: Duration = Duration::from_mins(1);

const LOOKS: Duration = Duration::from_millis(100);

/// What has become of a ticket.
pub enum Claimed {
    /// This request is to complete it.
    Mine(upload::Model),
    /// Another one has.
    Answered(Answer),
}

impl Images {
    /// Takes the ticket for this request, or finds the answer that it has; waits for so long for another request that is
    /// at it.
    pub async fn claim_ticket(&self, viewer: &Viewer, id: Uuid, patience: Duration) -> Result<Claimed, Error> {
        let give_up = Instant::now() + patience;
        loop {
            let now = self.clock.now();
            let mine = Entity::visible_to(viewer.user_id).filter(Column::Id.eq(id));
            // From the writer: what was answered a moment ago is to be found.
            let row = mine.one(self.db.write()).await?.ok_or(TicketError::NotFound)?;
            if let Some(answer) = answer_of(&row) {
                return Ok(Claimed::Answered(answer));
            }
            if row.expires_at <= now {
                return Err(TicketError::NotFound.into());
            }
            let held = row.state == State::Completing && row.lease_until.is_some_and(|lease| lease > now);
            if !held && self.begin_completion(&row, now).await? {
                return Ok(Claimed::Mine(row));
            }
            if Instant::now() >= give_up {
                return Err(TicketError::Conflict.into());
            }
            sleep(LOOKS).await;
        }
    }

    /// The answer that a ticket has, if it has one by now.
    pub async fn ticket_answer(&self, id: Uuid) -> Result<Option<Answer>, Fault> {
        Ok(Entity::find_by_id(id).one(self.db.write()).await?.as_ref().and_then(answer_of))
    }

    /// False where another request was faster.
    async fn begin_completion(&self, seen: &upload::Model, now: Timestamp) -> Result<bool, Fault> {
        let as_seen = Entity::update_many().filter(Column::Id.eq(seen.id)).filter(Column::State.eq(seen.state));
        let as_seen = match seen.lease_until {
            Some(lease) => as_seen.filter(Column::LeaseUntil.eq(lease)),
            None => as_seen.filter(Column::LeaseUntil.is_null()),
        };
        Ok(completing(as_seen, now).exec(self.db.write()).await?.rows_affected == 1)
    }

    /// False: the ticket has an answer by now, or is gone.
    pub(in crate::images) async fn renew_ticket(&self, id: Uuid) -> Result<bool, Fault> {
        // Also where a request that was taken for dead gave it back.
        let renewed = completing(unanswered(id), self.clock.now()).exec(self.db.write()).await?;
        Ok(renewed.rows_affected == 1)
    }

    /// Writes the answer down. False: it has one by now, or is gone.
    pub(in crate::images) async fn answer_ticket(
        &self,
        db: &impl ConnectionTrait,
        id: Uuid,
        answer: Answer,
    ) -> Result<bool, Fault> {
        let answered = unanswered(id)
            .col_expr(Column::State, Expr::value(State::Completed))
            .col_expr(Column::LeaseUntil, Expr::value(None::<i64>))
            .col_expr(Column::ImageId, Expr::value(Some(answer.image)))
            .col_expr(Column::Duplicate, Expr::value(answer.duplicate))
            .exec(db)
            .await?;
        Ok(answered.rows_affected == 1)
    }

    /// Nothing was done: the next one may try, and the file may be put again.
    pub(in crate::images) async fn give_ticket_back(&self, id: Uuid) {
        let open = Entity::update_many()
            .col_expr(Column::State, Expr::value(State::Open))
            .col_expr(Column::LeaseUntil, Expr::value(None::<i64>))
            .filter(Column::Id.eq(id))
            .filter(Column::State.eq(State::Completing));
        if let Err(error) = open.exec(self.db.write()).await {
            tracing::warn!(error = %chain(&error), "the ticket of a failed upload is left to its lease");
        }
    }
}

fn answer_of(row: &upload::Model) -> Option<Answer> {
    let image = row.image_id.filter(|_| row.state == State::Completed)?;
    Some(Answer { image, analysis: None, duplicate: row.duplicate })
}

fn unanswered(id: Uuid) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::Id.eq(id)).filter(Column::State.ne(State::Completed))
}

fn completing(tickets: UpdateMany<Entity>, now: Timestamp) -> UpdateMany<Entity> {
    let lease = Expr::value(Some(now.plus(LEASE)));
    tickets.col_expr(Column::State, Expr::value(State::Completing)).col_expr(Column::LeaseUntil, lease)
}
