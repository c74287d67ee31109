//! Ask about an image.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::Analysis;
use crate::analysis::{Analyses, Error, Options};
use crate::db::ids::Kind;
use crate::graphql::scalars::LanguageTag;
use crate::graphql::{Ctx, FileLimits, UserError, id, user_errors};

/// What the asker may choose; every field may be left out.
#[derive(InputObject, Default)]
pub struct AnalysisOptions {
    /// A question of your own, answered in `answer` beside the standing ones; at most 2000 characters.
    prompt: Option<String>,
    /// The language of the answer. Left out: the account's.
    language: Option<LanguageTag>,
    /// One of `server.analysis.models`. Left out: `server.analysis.defaultModel`.
    model: Option<String>,
}

impl From<AnalysisOptions> for Options {
    fn from(options: AnalysisOptions) -> Self {
        Self { prompt: options.prompt, language: options.language.map(|tag| tag.0), model: options.model }
    }
}

/// Which image to ask about, and what.
#[derive(InputObject)]
pub struct AnalyzeImageInput {
    /// One of the viewer's images.
    image_id: ID,
    /// What the asker may choose.
    options: Option<AnalysisOptions>,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct AnalysisPayload {
    /// Queued; follow it with `analysisEvents`. Null when there are errors.
    analysis: Option<Analysis>,
    /// NOT_FOUND, ANALYSIS_UNAVAILABLE, INVALID_INPUT (also, with an empty path, where 1000 of the viewer's analyses are not
    /// finished yet). Empty: it is done.
    errors: Vec<UserError>,
}

#[derive(Default)]
pub struct AnalysisMutation;

#[Object]
impl AnalysisMutation {
    /// Asks the vision model to describe an image. The answer arrives later. UNAUTHENTICATED when nobody is signed in.
    async fn analyze_image(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which image to ask about, and what.")] input: AnalyzeImageInput,
    ) -> Result<AnalysisPayload> {
        let viewer = ctx.viewer()?;
        let options = input.options.unwrap_or_default().into();
        let asked = match id::decode(Kind::Image, &input.image_id) {
            Some(image) => ctx.part::<Analyses>()?.ask(viewer, image, options).await,
            None => Err(Error::NoSuchImage),
        };
        match asked {
            Ok(analysis) => Ok(AnalysisPayload { analysis: Some(Analysis(analysis)), errors: Vec::new() }),
            Err(error) => {
                Ok(AnalysisPayload { analysis: None, errors: user_errors(error, ctx.part::<FileLimits>()?)? })
            }
        }
    }
}
