//! Analyses as the API shows them.

mod connection;
mod mutation;
mod subscription;
mod types;

use async_graphql::{Context, ID, Object, Result};

pub use connection::AnalysisConnection;
pub use mutation::{AnalysisMutation, AnalysisOptions};
pub use subscription::AnalysisSubscription;
pub use types::{Analysis, AnalysisStatus};

use super::AnalysesById;
use crate::db::ids::Kind;
use crate::graphql::{Ctx, id, shared_fault};

#[derive(Default)]
pub struct AnalysisQuery;

#[Object]
impl AnalysisQuery {
    /// One analysis of the viewer's; null when there is none with this id. UNAUTHENTICATED when nobody is signed in.
    async fn analysis(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of an analysis.")] id: ID,
    ) -> Result<Option<Analysis>> {
        ctx.viewer()?;
        match id::decode(Kind::Analysis, &id) {
            Some(id) => Ok(ctx.loader::<AnalysesById, _>()?.load_one(id).await.map_err(shared_fault)?.map(Analysis)),
            None => Ok(None),
        }
    }
}
