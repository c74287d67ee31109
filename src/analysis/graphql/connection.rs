//! The list of an image's analyses: <https://relay.dev/graphql/connections.htm>.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use uuid::Uuid;

use super::Analysis;
use crate::analysis::list::position;
use crate::analysis::loader::CountsByImage;
use crate::db::entities::analysis;
use crate::graphql::connection::page_info;
use crate::graphql::{Ctx, PageInfo, shared_fault};
use crate::page::{Page, Scope};

/// One page of an image's analyses.
pub struct AnalysisConnection {
    page: Arc<Page<analysis::Model>>,
    scope: Scope,
    image: Uuid,
}

/// An analysis and its place in the list.
#[derive(SimpleObject)]
pub struct AnalysisEdge {
    /// Opaque; good for this image's list.
    cursor: String,
    /// The analysis.
    node: Analysis,
}

impl AnalysisConnection {
    pub fn new(page: Arc<Page<analysis::Model>>, scope: Scope, image: Uuid) -> Self {
        Self { page, scope, image }
    }
}

/// One page of an image's analyses.
#[Object]
impl AnalysisConnection {
    /// The analyses with their cursors.
    async fn edges(&self) -> Vec<AnalysisEdge> {
        let edge = |row: &analysis::Model| AnalysisEdge {
            cursor: self.scope.encode(&position(row)),
            node: Analysis(row.clone()),
        };
        self.page.rows.iter().map(edge).collect()
    }

    /// The analyses.
    async fn nodes(&self) -> Vec<Analysis> {
        self.page.rows.iter().cloned().map(Analysis).collect()
    }

    /// Where this page stands.
    async fn page_info(&self) -> PageInfo {
        page_info(&self.page, &self.scope, position)
    }

    /// How many analyses the image has. Costs nothing unless selected.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = ctx.loader::<CountsByImage, _>()?.load_one(self.image).await.map_err(shared_fault)?;
        Ok(i32::try_from(count.unwrap_or_default()).unwrap_or(i32::MAX))
    }
}
