//! Batch reads of analyses, made anew for each request, with its viewer inside. Whatever the number of images: the
//! latest of each, and a page of each, are one statement.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, WindowStatement};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, Order, QueryFilter, QuerySelect, QueryTrait};
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
    type Value = Option<analysis::Model>;
    type Error = Shared;

    async fn load(&self, images: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Shared> {
        let found = ends(&self.analyses, &self.viewer, images, End::Newest, 1).await?;
        let mut latest: HashMap<_, _> = found.into_iter().map(|analysis| (analysis.image_id, analysis)).collect();
        // Every image gets an answer, so that one without analyses is not asked about again.
        Ok(images.iter().map(|image| (*image, latest.remove(image))).collect())
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
        // Pages at either end of the list come together: one statement for each size and end that is asked for. A cursor
        // is bound to its image, so a page that has one is read by itself: one statement for each different page.
        let mut at_ends: HashMap<PageRequest, Vec<Uuid>> = HashMap::new();
        for key in keys {
            let request = &key.request;
            if request.after.is_none() && request.before.is_none() {
                at_ends.entry(request.clone()).or_default().push(key.image);
            } else {
                pages.insert(key.clone(), Arc::new(self.page(key).await?));
            }
        }
        for (request, images) in at_ends {
            let end = if request.backward { End::Oldest } else { End::Newest };
            let found = ends(&self.analyses, &self.viewer, &images, end, request.size + 1).await?;
            let mut by_image: HashMap<Uuid, Vec<analysis::Model>> = HashMap::new();
            for analysis in found {
                by_image.entry(analysis.image_id).or_default().push(analysis);
            }
            for image in images {
                let mut rows = by_image.remove(&image).unwrap_or_default();
                // From the end inwards, as `cut` wants it.
                rows.sort_by_key(|analysis| (analysis.created_at, analysis.id));
                if end == End::Newest {
                    rows.reverse();
                }
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

/// An end of an image's list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Newest,
    Oldest,
}

/// Up to `count` analyses at this end of each image's list, in one statement: numbered within their image, from the end
/// inwards. Numbering reads the index `analysis_by_image` alone; whole rows are read of those that are wanted.
async fn ends(
    analyses: &Analyses,
    viewer: &Viewer,
    images: &[Uuid],
    end: End,
    count: u64,
) -> Result<Vec<analysis::Model>, Shared> {
    let order = if end == End::Newest { Order::Desc } else { Order::Asc };
    let inwards = WindowStatement::partition_by(Column::ImageId)
        .order_by(Column::CreatedAt, order.clone())
        .order_by(Column::Id, order)
        .to_owned();
    // Not narrowed to the viewer in here, where it would cost the index: an image has one owner, and so have all of its
    // analyses, which keeps the numbers right.
    let numbered = Query::select()
        .expr_as(Expr::col(Column::Id), "numbered_id")
        .expr_window_as(Func::cust("ROW_NUMBER"), inwards, "place")
        .from(analysis::Entity)
        .and_where(Expr::col(Column::ImageId).is_in(images.iter().copied()))
        .to_owned();
    let mut wanted = analysis::Entity::find().filter(Column::OwnerId.eq(viewer.user_id));
    let same = Expr::col(("numbered", "numbered_id")).equals(Column::Id.as_column_ref());
    QueryTrait::query(&mut wanted)
        .join_subquery(JoinType::InnerJoin, numbered, "numbered", same)
        .and_where(Expr::col(("numbered", "place")).lte(count));
    wanted.all(analyses.db.read()).await.map_err(shared)
}

fn shared(error: sea_orm::DbErr) -> Shared {
    Arc::new(error.into())
}
