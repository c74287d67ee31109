//! Record: how an analysis moves from state to state. Every move holds the claim's fence, so that however many workers
//! tried, one result is stored, whole or not at all; and the image's row tells the same, from the same transaction.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, UpdateMany};

use super::Analyses;
use super::job::Failure;
use crate::ai::Answer;
use crate::clock::Timestamp;
use crate::db::entities::analysis::{self, Column, Status};
use crate::error::Fault;
use crate::images::Words;
use crate::jobs::Claim;

impl Analyses {
    /// RUNNING, with this attempt's number, whom it really asks, and nothing left of an earlier one. None: the claim was
    /// lost, or the analysis is finished.
    pub(super) async fn start(
        &self,
        claim: &Claim,
        mut analysis: analysis::Model,
    ) -> Result<Option<analysis::Model>, Fault> {
        analysis.attempts += 1;
        if let Some(model) = &self.model {
            // The configuration may have changed since it was asked for.
            model.provider().clone_into(&mut analysis.provider);
            if !model.models().contains(&analysis.model) {
                model.default_model().clone_into(&mut analysis.model);
            }
        }
        let now = self.clock.now();
        let started_at = analysis.started_at.unwrap_or(now);
        let txn = self.db.begin().await?;
        if !self.jobs.renew(&txn, claim).await? {
            return Ok(None);
        }
        let started = change(&analysis, now)
            .col_expr(Column::Status, Expr::value(Status::Running))
            .col_expr(Column::Attempts, Expr::value(analysis.attempts))
            .col_expr(Column::Provider, Expr::value(analysis.provider.clone()))
            .col_expr(Column::Model, Expr::value(analysis.model.clone()))
            .col_expr(Column::StartedAt, Expr::value(started_at))
            .col_expr(Column::FailureCode, Expr::value(None::<i16>))
            .col_expr(Column::FailureMessage, Expr::value(None::<String>))
            .col_expr(Column::NextAttemptAt, Expr::value(None::<i64>))
            .exec(&txn)
            .await?;
        if started.rows_affected == 0 {
            return Ok(None);
        }
        self.images.record_status(&txn, analysis.image_id, analysis.id, Status::Running).await?;
        txn.commit().await?;
        self.tell(&analysis);
        Ok(Some(analysis))
    }

    /// COMPLETED, and the words on the image, in one transaction.
    pub(super) async fn record_answer(
        &self,
        claim: &Claim,
        analysis: &analysis::Model,
        answer: Answer,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let tags = serde_json::to_string(&answer.tags).map_err(Fault::internal)?;
        let tokens = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        let txn = self.db.begin().await?;
        if !self.jobs.finish(&txn, claim).await? {
            return Ok(());
        }
        let completed = change(analysis, now)
            .col_expr(Column::Status, Expr::value(Status::Completed))
            .col_expr(Column::Answer, Expr::value(answer.answer))
            .col_expr(Column::Description, Expr::value(answer.description.clone()))
            .col_expr(Column::AltText, Expr::value(answer.alt_text.clone()))
            .col_expr(Column::Tags, Expr::value(tags))
            .col_expr(Column::DetectedText, Expr::value(answer.detected_text))
            .col_expr(Column::InputTokens, Expr::value(answer.usage.map(|usage| tokens(usage.input))))
            .col_expr(Column::OutputTokens, Expr::value(answer.usage.map(|usage| tokens(usage.output))))
            .col_expr(Column::FinishedAt, Expr::value(now))
            .exec(&txn)
            .await?;
        if completed.rows_affected == 1 {
            // Before its words: whoever changes an image locks its row first.
            self.images.record_status(&txn, analysis.image_id, analysis.id, Status::Completed).await?;
            let words = Words {
                language: analysis.language.clone(),
                description: answer.description,
                alt_text: answer.alt_text,
            };
            self.images.record_words(&txn, analysis.image_id, words).await?;
        }
        txn.commit().await?;
        self.tell(analysis);
        Ok(())
    }

    /// FAILED; or QUEUED again, when another attempt makes sense.
    pub(super) async fn record_failure(
        &self,
        claim: &Claim,
        analysis: &analysis::Model,
        failure: Failure,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let next = failure.retry_after.map(|pause| now.plus(pause));
        let txn = self.db.begin().await?;
        let held = match next {
            Some(at) => self.jobs.retry(&txn, claim, at).await?,
            None => self.jobs.finish(&txn, claim).await?,
        };
        if !held {
            return Ok(());
        }
        let (status, finished_at) = if next.is_some() { (Status::Queued, None) } else { (Status::Failed, Some(now)) };
        let changed = change(analysis, now)
            .col_expr(Column::Status, Expr::value(status))
            .col_expr(Column::FailureCode, Expr::value(failure.code))
            .col_expr(Column::FailureMessage, Expr::value(failure.message))
            .col_expr(Column::NextAttemptAt, Expr::value(next))
            .col_expr(Column::FinishedAt, Expr::value(finished_at))
            .exec(&txn)
            .await?;
        if changed.rows_affected == 1 {
            self.images.record_status(&txn, analysis.image_id, analysis.id, status).await?;
        }
        txn.commit().await?;
        self.tell(analysis);
        Ok(())
    }

    /// QUEUED, as if this attempt had not been: its worker stops, and another one may begin at once.
    pub(super) async fn put_back(&self, claim: &Claim, analysis: &analysis::Model) -> Result<(), Fault> {
        let txn = self.db.begin().await?;
        if !self.jobs.put_back(&txn, claim).await? {
            return Ok(());
        }
        let changed = change(analysis, self.clock.now())
            .col_expr(Column::Status, Expr::value(Status::Queued))
            .col_expr(Column::Attempts, Expr::value(analysis.attempts - 1))
            .exec(&txn)
            .await?;
        if changed.rows_affected == 1 {
            self.images.record_status(&txn, analysis.image_id, analysis.id, Status::Queued).await?;
        }
        txn.commit().await?;
        self.tell(analysis);
        Ok(())
    }
}

/// An update of an analysis that is not finished.
fn change(analysis: &analysis::Model, now: Timestamp) -> UpdateMany<analysis::Entity> {
    analysis::Entity::update_many()
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(analysis.id))
        .filter(Column::Status.is_in([Status::Queued, Status::Running]))
}
