//! What this server is and accepts.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};

use crate::accounts::Accounts;
use crate::analysis::Analyses;
use crate::config;
use crate::graphql::scalars::SafeInt;
use crate::graphql::{Ctx, FileLimits};

/// What this server accepts and can do, so that a client need not guess.
#[derive(SimpleObject)]
pub struct Server {
    /// The version of the server's software.
    version: String,
    /// The media types of files that can be uploaded, such as `image/jpeg`.
    accepted_types: Vec<String>,
    /// The largest file that can be uploaded, in bytes.
    max_upload_bytes: SafeInt,
    /// The most pixels, width times height, that a picture may have.
    max_pixels: SafeInt,
    /// Who may register.
    registration: Registration,
    /// The vision model; null when no provider is configured.
    analysis: Option<AnalysisCapabilities>,
}

/// Who may register.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "config::Registration")]
pub enum Registration {
    /// Anybody.
    Open,
    /// Nobody: the operator makes the accounts.
    Closed,
}

/// What the vision model can do.
#[derive(SimpleObject)]
pub struct AnalysisCapabilities {
    /// Who answers: `openai`, `gemini` or `openai-compatible`.
    provider: String,
    /// The model that answers when none is asked for.
    default_model: String,
    /// The models that can be asked for.
    models: Vec<String>,
    /// Whether the words arrive while they are being written.
    streaming: bool,
}

#[derive(Default)]
pub struct ServerQuery;

#[Object]
impl ServerQuery {
    /// What this server accepts and can do, so that a client need not guess.
    async fn server(&self, ctx: &Context<'_>) -> Result<Server> {
        let limits = ctx.part::<FileLimits>()?;
        let model = ctx.part::<Analyses>()?.model();
        Ok(Server {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            accepted_types: limits.accepted_types.clone(),
            max_upload_bytes: SafeInt(limits.max_bytes),
            max_pixels: SafeInt(limits.max_pixels),
            registration: ctx.part::<Accounts>()?.registration().into(),
            analysis: model.map(|model| AnalysisCapabilities {
                provider: model.provider().to_owned(),
                default_model: model.default_model().to_owned(),
                models: model.models(),
                streaming: false,
            }),
        })
    }
}
