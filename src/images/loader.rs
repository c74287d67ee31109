//! Batch reads: for many images at once what a resolver asks for one. Made anew for each request, with its viewer
//! inside, so nothing is shown to anybody else and nothing is stale.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::{ColumnTrait, QueryFilter};
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

/// The words of images, by image id.
pub struct TextsByImage {
    pub images: Images,
    pub viewer: Viewer,
}

impl Loader<Uuid> for TextsByImage {
    type Value = Arc<Vec<image_text::Model>>;
    type Error = Arc<Fault>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let found = image_text::Entity::visible_to(self.viewer.user_id)
            .filter(image_text::Column::ImageId.is_in(ids.iter().copied()))
            .all(self.images.db.read())
            .await
            .map_err(|error| Arc::new(error.into()))?;
        let mut by_image: HashMap<Uuid, Vec<image_text::Model>> = HashMap::new();
        for text in found {
            by_image.entry(text.image_id).or_default().push(text);
        }
        Ok(by_image.into_iter().map(|(id, texts)| (id, Arc::new(texts))).collect())
    }
}
