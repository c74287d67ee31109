//! The job: one attempt at one analysis. What may pass is retried with growing pauses, or when the provider says
//! (it may ask for up to a day); what
//! cannot succeed fails at once, with a code.
//!
//! | failed attempt | 1   | 2    | 3    | 4     | 5     | 6      |
//! |----------------|-----|------|------|-------|-------|--------|
//! | next one after | 5 s | 15 s | 45 s | 135 s | 405 s | failed |
//!
//! Each pause is made up to a quarter longer by chance, so that what failed together does not come back together.

use std::time::Duration;

use rand::RngExt;
use sea_orm::EntityTrait;
use tokio_util::sync::CancellationToken;

use super::Analyses;
use crate::ai::{AiError, Answer, Question};
use crate::db::entities::analysis::{self, FailureCode};
use crate::error::{Fault, chain};
use crate::jobs::{Claim, Kept};

/// The queue's name for this work.
pub const KIND: &str = "analysis";

const MAX_ATTEMPTS: i32 = 6;
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// A provider may ask for patience, but not for ever. An own pause never gets there.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// The long side of what the model sees, in pixels.
const MODEL_SIDE: u32 = 1024;

/// Why an attempt gave no answer.
pub(super) struct Failure {
    pub code: FailureCode,
    pub message: String,
    /// Set when another attempt makes sense.
    pub retry_after: Option<Duration>,
}

impl Analyses {
    /// After `stop` an attempt may go on for some seconds; then it is put back, and does not count.
    pub async fn run(&self, claim: Claim, stop: &CancellationToken) -> Result<(), Fault> {
        let unfinished = self.unfinished(&claim).await?;
        if let Some(analysis) = unfinished.as_ref().filter(|analysis| analysis.attempts >= MAX_ATTEMPTS) {
            return self.give_up(&claim, analysis).await;
        }
        let started = match unfinished {
            Some(analysis) => self.start(&claim, analysis).await?,
            None => None,
        };
        let Some(analysis) = started else {
            // Gone with its image, finished by a worker that was thought dead, or in another worker's hands.
            self.jobs.finish(self.db.write(), &claim).await?;
            return Ok(());
        };
        match self.jobs.keep(&claim, stop, self.answer(&analysis)).await {
            Kept::Lost => {
                tracing::warn!(attempt = analysis.attempts, "an analysis took so long that another worker has it");
                Ok(())
            }
            Kept::Stopped => self.put_back(&claim, &analysis).await,
            Kept::Done(Ok(answer)) => self.record_answer(&claim, &analysis, answer).await,
            Kept::Done(Err(failure)) => self.record_failure(&claim, &analysis, failure).await,
        }
    }

    /// Six workers died over it: it is not tried a seventh time.
    async fn give_up(&self, claim: &Claim, analysis: &analysis::Model) -> Result<(), Fault> {
        let failure = Failure {
            code: FailureCode::Timeout,
            message: "The analysis was interrupted too often.".to_owned(),
            retry_after: None,
        };
        self.record_failure(claim, analysis, failure).await
    }

    async fn answer(&self, analysis: &analysis::Model) -> Result<Answer, Failure> {
        let model = self.model.as_ref().ok_or_else(|| Failure {
            code: FailureCode::ProviderUnavailable,
            message: "This server has no vision model any more.".to_owned(),
            retry_after: None,
        })?;
        let picture = self.picture(analysis).await?;
        let question = Question {
            picture,
            prompt: analysis.prompt.clone(),
            language: analysis.language.clone(),
            model: analysis.model.clone(),
        };
        model.describe(&question).await.map_err(|error| failure_of(&error, analysis.attempts))
    }

    async fn picture(&self, analysis: &analysis::Model) -> Result<bytes::Bytes, Failure> {
        let unreadable = |error: Fault| {
            tracing::warn!(error = %chain(&error), "an image cannot be read for its analysis");
            Failure {
                code: FailureCode::ImageUnreadable,
                message: "The image cannot be read at the moment.".to_owned(),
                retry_after: matches!(error, Fault::Unavailable(_)).then(|| pause(analysis.attempts)).flatten(),
            }
        };
        let image = self.images.ready(analysis.image_id).await.map_err(unreadable)?;
        let Some(image) = image else {
            return Err(unreadable(Fault::internal("the image is gone")));
        };
        self.images.render_for_model(&image, MODEL_SIDE).await.map_err(unreadable)
    }

    /// The analysis as it is now; None when there is nothing to do any more.
    async fn unfinished(&self, claim: &Claim) -> Result<Option<analysis::Model>, Fault> {
        let found = analysis::Entity::find_by_id(claim.subject).one(self.db.read()).await?;
        Ok(found.filter(|analysis| !analysis.status.is_final()))
    }
}

fn failure_of(error: &AiError, attempt: i32) -> Failure {
    let code = match error {
        AiError::RateLimited { .. } | AiError::QuotaExhausted => FailureCode::RateLimited,
        AiError::Timeout => FailureCode::Timeout,
        AiError::RejectedKey => FailureCode::ProviderRejectedKey,
        AiError::ContentRefused => FailureCode::ContentRefused,
        AiError::InvalidAnswer(_) => FailureCode::InvalidAnswer,
        AiError::UnfitPicture(_) => FailureCode::ImageUnreadable,
        _ => FailureCode::ProviderUnavailable,
    };
    let wait = error.retry_after().map(|asked| asked.min(LONGEST_PAUSE));
    let retry_after =
        if error.retryable() { pause(attempt).map(|own| own.max(wait.unwrap_or_default())) } else { None };
    Failure { code, message: error.to_string(), retry_after }
}

/// How long to wait after this many failed attempts; None: no more.
fn pause(attempt: i32) -> Option<Duration> {
    let before = u32::try_from(attempt).ok()?.checked_sub(1)?;
    if attempt >= MAX_ATTEMPTS {
        return None;
    }
    let pause = FIRST_PAUSE.saturating_mul(3u32.saturating_pow(before));
    Some(pause.mul_f64(1.0 + rand::rng().random_range(0.0..0.25)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_with_the_last_attempt() {
        let seconds: Vec<_> = (1..=6).map(|attempt| pause(attempt).map(|pause| pause.as_secs())).collect();
        for (pause, least) in seconds[..5].iter().zip([5, 15, 45, 135, 405]) {
            assert!(pause.is_some_and(|pause| pause >= least && pause <= least + least / 4), "{seconds:?}");
        }
        assert_eq!(seconds[5], None);
    }

    #[test]
    fn a_provider_that_asks_for_patience_gets_it_within_reason() {
        let asked = |seconds| AiError::RateLimited { retry_after: Some(Duration::from_secs(seconds)) };
        for seconds in [60, 3600, 86_400] {
            assert_eq!(failure_of(&asked(seconds), 1).retry_after, Some(Duration::from_secs(seconds)));
        }
        assert_eq!(failure_of(&asked(1_000_000), 1).retry_after, Some(LONGEST_PAUSE));
        assert_eq!(failure_of(&asked(60), MAX_ATTEMPTS).retry_after, None);
        assert_eq!(failure_of(&AiError::RejectedKey, 1).retry_after, None);
    }
}
