//! Batch reads of analyses, made anew for each request, with its viewer inside. Whatever the number of images: the
//! latest of each, and a page of each, are one statement.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, Query, SelectStatement, WindowStatement};
use sea_orm::{ColumnTrait, FromQueryResult, Order, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Analyses;
use crate::db::entities::analysis::{self, Column};
use crate::error::Fault;
use crate::page::{Page, PageRequest};
use crate::viewer::Viewer;

type Shared = Arc<Fault>;

/// Analyses by id; those that the viewer may see.
pub struct AnalysesById {
    pub analyses: Analyses,
    pub viewer: Viewer,
}

impl Loader<Uuid> for AnalysesById {
    type Value = analysis::Model;
    type Error = Shared;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Shared> {
        let found = analysis::Entity::visible_to(self.viewer.user_id)
            .filter(Column::Id.is_in(ids.iter().copied()))
            .all(self.analyses.db.read())
            .await
            .map_err(shared)?;
        Ok(found.into_iter().map(|analysis| (analysis.id, analysis)).collect())
    }
}

/// The latest analysis of images, by image id.
pub struct LatestByImage {
    pub analyses: Analyses,
    pub viewer: Viewer,
}

impl Loader<Uuid> for LatestByImage {
    type Value = analysis::Model;
    type Error = Shared;

    async fn load(&self, images: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Shared> {
        let found = newest(&self.analyses, &self.viewer, images, 1).await?;
        Ok(found.into_iter().map(|analysis| (analysis.image_id, analysis)).collect())
    }
}

/// A page of one image's analyses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageKey {
    pub image: Uuid,
    pub request: PageRequest,
}

/// Pages of images' analyses.
pub struct AnalysisPages {
    pub analyses: Analyses,
    pub viewer: Viewer,
}

impl Loader<PageKey> for AnalysisPages {
    type Value = Arc<Page<analysis::Model>>;
    type Error = Shared;

    async fn load(&self, keys: &[PageKey]) -> Result<HashMap<PageKey, Self::Value>, Shared> {
        let mut pages = HashMap::with_capacity(keys.len());
        // First pages come together, one statement a page size. A cursor is bound to its image, so a page behind one
        // is asked for one image at a time, and at most once a field of the document.
        let mut first_pages: HashMap<PageRequest, Vec<Uuid>> = HashMap::new();
        for key in keys {
            let request = &key.request;
            if request.after.is_none() && request.before.is_none() && !request.backward {
                first_pages.entry(request.clone()).or_default().push(key.image);
            } else {
                pages.insert(key.clone(), Arc::new(self.page(key).await?));
            }
        }
        for (request, images) in first_pages {
            let found = newest(&self.analyses, &self.viewer, &images, request.size + 1).await?;
            let mut by_image: HashMap<Uuid, Vec<analysis::Model>> = HashMap::new();
            for analysis in found {
                by_image.entry(analysis.image_id).or_default().push(analysis);
            }
            for image in images {
                let mut rows = by_image.remove(&image).unwrap_or_default();
                rows.sort_by_key(|analysis| std::cmp::Reverse((analysis.created_at, analysis.id)));
                let page = request.cut(rows);
                pages.insert(PageKey { image, request: request.clone() }, Arc::new(page));
            }
        }
        Ok(pages)
    }
}

impl AnalysisPages {
    async fn page(&self, key: &PageKey) -> Result<Page<analysis::Model>, Shared> {
        let of_image = analysis::Entity::visible_to(self.viewer.user_id).filter(Column::ImageId.eq(key.image));
        let rows = key.request.select(of_image, Column::CreatedAt, Column::Id, true).all(self.analyses.db.read());
        Ok(key.request.cut(rows.await.map_err(shared)?))
    }
}

/// How many analyses images have, by image id.
pub struct CountsByImage {
    pub analyses: Analyses,
    pub viewer: Viewer,
}

impl Loader<Uuid> for CountsByImage {
    type Value = i64;
    type Error = Shared;

    async fn load(&self, images: &[Uuid]) -> Result<HashMap<Uuid, i64>, Shared> {
        let counts: Vec<(Uuid, i64)> = analysis::Entity::visible_to(self.viewer.user_id)
            .filter(Column::ImageId.is_in(images.iter().copied()))
            .select_only()
            .column(Column::ImageId)
            .column_as(Column::Id.count(), "analyses")
            .group_by(Column::ImageId)
            .into_tuple()
            .all(self.analyses.db.read())
            .await
            .map_err(shared)?;
        Ok(counts.into_iter().collect())
    }
}

/// The newest `count` analyses of each image, in one statement: numbered within their image, newest first.
async fn newest(
    analyses: &Analyses,
    viewer: &Viewer,
    images: &[Uuid],
    count: u64,
) -> Result<Vec<analysis::Model>, Shared> {
    let db = analyses.db.read();
    let newest_first = WindowStatement::partition_by(Column::ImageId)
        .order_by(Column::CreatedAt, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .to_owned();
    let numbered: SelectStatement = Query::select()
        .column(Asterisk)
        .expr_window_as(Func::cust("ROW_NUMBER"), newest_first, "place")
        .from(analysis::Entity)
        .and_where(Expr::col(Column::OwnerId).eq(viewer.user_id))
        .and_where(Expr::col(Column::ImageId).is_in(images.iter().copied()))
        .to_owned();
    let numbered = Query::select()
        .column(Asterisk)
        .from_subquery(numbered, Alias::new("numbered"))
        .and_where(Expr::col("place").lte(count))
        .to_owned();
    analysis::Model::find_by_statement(sea_orm::StatementBuilder::build(&numbered, &analyses.db.backend()))
        .all(db)
        .await
        .map_err(shared)
}

fn shared(error: sea_orm::DbErr) -> Shared {
    Arc::new(error.into())
}
