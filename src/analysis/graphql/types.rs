//! An analysis.

use async_graphql::{Context, Enum, Error, ErrorExtensions, ID, Object, Result, SimpleObject};

use crate::db::entities::analysis;
use crate::db::ids::Kind;
use crate::graphql::scalars::{DateTime, LanguageTag};
use crate::graphql::{Ctx, id, shared_fault};
use crate::images::ImagesById;
use crate::images::graphql::Image;

/// A question to the vision model about an image, and its answer.
#[derive(Clone)]
pub struct Analysis(pub analysis::Model);

/// Where an analysis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "analysis::Status")]
pub enum AnalysisStatus {
    /// Waits for its turn, or for another attempt: then `failure.nextAttemptAt` is set.
    Queued,
    /// The model is being asked.
    Running,
    /// The answer is there, and stays as it is.
    Completed,
    /// There will be no answer; `failure` says why.
    Failed,
    /// Nobody wants the answer any more.
    Canceled,
}

/// Why an attempt gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "analysis::FailureCode")]
pub enum AnalysisFailureCode {
    /// The provider allows no more requests for now.
    RateLimited,
    /// The model took too long.
    Timeout,
    /// The provider does not accept the server's key.
    ProviderRejectedKey,
    /// The provider cannot be reached, or does not accept the request.
    ProviderUnavailable,
    /// The model does not want to speak about this picture or question.
    ContentRefused,
    /// The model's answer cannot be used.
    InvalidAnswer,
    /// The image cannot be read.
    ImageUnreadable,
}

/// What went wrong at the last attempt.
#[derive(SimpleObject)]
pub struct AnalysisFailure {
    /// For programs.
    code: AnalysisFailureCode,
    /// For people, in English.
    message: String,
    /// When the next attempt is planned; null when there is none.
    next_attempt_at: Option<DateTime>,
}

/// What the answer cost, in the provider's tokens.
#[derive(SimpleObject)]
pub struct TokenUsage {
    /// Tokens of the question, picture included.
    input: i32,
    /// Tokens of the answer.
    output: i32,
}

/// A question to the vision model about an image, and its answer.
#[Object]
impl Analysis {
    /// Opaque; begins with `analysis_`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Analysis, self.0.id)
    }

    /// The image it is about.
    async fn image(&self, ctx: &Context<'_>) -> Result<Image> {
        let image = ctx.loader::<ImagesById, _>()?.load_one(self.0.image_id).await.map_err(shared_fault)?;
        // Nobody's defect, and nothing to log: asked again, the analysis is gone with its image.
        image.map(Image).ok_or_else(|| {
            Error::new("The image was deleted a moment ago.").extend_with(|_, more| more.set("code", "UNAVAILABLE"))
        })
    }

    /// Where it is.
    async fn status(&self) -> AnalysisStatus {
        self.0.status.into()
    }

    /// The asker's own question; null without one.
    async fn prompt(&self) -> Option<&str> {
        self.0.prompt.as_deref()
    }

    /// The language of the answer.
    async fn language(&self) -> LanguageTag {
        LanguageTag(self.0.language.clone())
    }

    /// Who answers: `openai`, `gemini` or `openai-compatible`.
    async fn provider(&self) -> &str {
        &self.0.provider
    }

    /// Which of the provider's models answers.
    async fn model(&self) -> &str {
        &self.0.model
    }

    /// The answer to `prompt`; null without one, and until it is there. It never becomes the image's own text.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }

    /// A few sentences on what the picture shows; null until they are there.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// One short sentence for people who cannot see the picture; null until it is there.
    async fn alt_text(&self) -> Option<&str> {
        self.0.alt_text.as_deref()
    }

    /// Words to find the picture by, in small letters; at most 20.
    async fn tags(&self) -> Vec<String> {
        self.0.tags.as_deref().and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default()
    }

    /// Text that can be read in the picture; null when there is none.
    async fn detected_text(&self) -> Option<&str> {
        self.0.detected_text.as_deref()
    }

    /// What the answer cost; null until it is there, and where the provider does not count.
    async fn usage(&self) -> Option<TokenUsage> {
        Some(TokenUsage { input: self.0.input_tokens?, output: self.0.output_tokens? })
    }

    /// What went wrong at the last attempt; null when nothing did.
    async fn failure(&self) -> Option<AnalysisFailure> {
        Some(AnalysisFailure {
            code: self.0.failure_code?.into(),
            message: self.0.failure_message.clone().unwrap_or_default(),
            next_attempt_at: self.0.next_attempt_at.map(DateTime),
        })
    }

    /// How often the model was asked, or is being asked. An attempt that a stopping server cut short does not count.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the first attempt began; null until then.
    async fn started_at(&self) -> Option<DateTime> {
        self.0.started_at.map(DateTime)
    }

    /// When it was completed, failed or canceled; null until then.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }
}
