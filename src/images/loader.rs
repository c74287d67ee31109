//! Batch reads: for many images at once what a resolver asks for one. Made anew for each request, with its viewer
//! inside, so nothing is shown to anybody else and nothing is stale.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, WindowStatement};
use sea_orm::{ColumnTrait, Condition, JoinType, Order, QueryFilter, QueryOrder, QueryTrait};
use uuid::Uuid;

use super::Images;
use crate::db::entities::{image, image_text};
use crate::error::Fault;
use crate::viewer::Viewer;

/// Images by id; those that the viewer may see.
pub struct ImagesById {
    pub images: Images,
    pub viewer: Viewer,
}

impl Loader<Uuid> for ImagesById {
    type Value = image::Model;
    type Error = Arc<Fault>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let found = image::Entity::visible_to(self.viewer.user_id)
            .filter(image::Column::Id.is_in(ids.iter().copied()))
            .all(self.images.db.read())
            .await
            .map_err(|error| Arc::new(error.into()))?;
        Ok(found.into_iter().map(|image| (image.id, image)).collect())
    }
}

/// Of an image with words in more languages than this, those written last count.
const MAX_TEXTS: u64 = 100;

/// The words of images, by image id, in the order of their languages; none for an image without words.
pub struct TextsByImage {
    pub images: Images,
    pub viewer: Viewer,
}

impl Loader<Uuid> for TextsByImage {
    type Value = Arc<Vec<image_text::Model>>;
    type Error = Arc<Fault>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        use image_text::Column;
        let last_first = WindowStatement::partition_by(Column::ImageId)
            .order_by(Column::UpdatedAt, Order::Desc)
            .order_by(Column::Language, Order::Asc)
            .to_owned();
        let numbered = Query::select()
            .expr_as(Expr::col(Column::ImageId), "numbered_image")
            .expr_as(Expr::col(Column::Language), "numbered_language")
            .expr_window_as(Func::cust("ROW_NUMBER"), last_first, "place")
            .from(image_text::Entity)
            .and_where(Expr::col(Column::ImageId).is_in(ids.iter().copied()))
            .to_owned();
        let same = Condition::all()
            .add(Expr::col(("numbered", "numbered_image")).equals(Column::ImageId.as_column_ref()))
            .add(Expr::col(("numbered", "numbered_language")).equals(Column::Language.as_column_ref()));
        let mut wanted = image_text::Entity::visible_to(self.viewer.user_id).order_by_asc(Column::Language);
        QueryTrait::query(&mut wanted)
            .join_subquery(JoinType::InnerJoin, numbered, "numbered", same)
            .and_where(Expr::col(("numbered", "place")).lte(MAX_TEXTS));
        let found = wanted.all(self.images.db.read()).await.map_err(|error| Arc::new(error.into()))?;
        let mut by_image: HashMap<Uuid, Vec<image_text::Model>> = HashMap::new();
        for text in found {
            by_image.entry(text.image_id).or_default().push(text);
        }
        // Every image gets an answer, so that one without words is not asked about again.
        Ok(ids.iter().map(|id| (*id, Arc::new(by_image.remove(id).unwrap_or_default()))).collect())
    }
}
