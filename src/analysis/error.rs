//! What can go wrong when something is asked about an image.

use sea_orm::DbErr;

use crate::error::{Code, Explain, Fault, Refusal};
use crate::images;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("There is no such image.")]
    NoSuchImage,
    #[error(
        "This server has no vision model. Its operator can set OPENAI_API_KEY, GEMINI_API_KEY, or OPENAI_BASE_URL with AI_MODEL."
    )]
    Unavailable,
    #[error("A prompt has at most 2000 characters.")]
    PromptTooLong,
    #[error("This server does not offer that model; `server.analysis.models` lists those it does.")]
    UnknownModel,
    #[error("1000 of your analyses are not finished yet. Ask again when some of them are.")]
    TooMany,
    #[error(transparent)]
    Image(#[from] images::Error),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Explain for Error {
    fn explain(self) -> Result<Vec<Refusal>, Fault> {
        let message = self.to_string();
        let (code, path): (Code, &[&str]) = match self {
            Self::Fault(fault) => return Err(fault),
            Self::Image(error) => return error.explain(),
            Self::NoSuchImage => (Code::NotFound, &["input", "imageId"]),
            Self::Unavailable => (Code::AnalysisUnavailable, &[]),
            Self::TooMany => (Code::InvalidInput, &[]),
            Self::PromptTooLong => (Code::InvalidInput, &["input", "options", "prompt"]),
            Self::UnknownModel => (Code::InvalidInput, &["input", "options", "model"]),
        };
        Ok(vec![Refusal::new(code, message, path)])
    }
}
