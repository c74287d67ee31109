//! Batch reads: for many images at once what a resolver asks for one. Made anew for each request, with its viewer
//! inside, so nothing is shown to anybody else and nothing is stale.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Images;
use crate::db::entities::{image, image_metadata, image_tag, image_text};
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

/// Of an image with words in more languages than this, those written last count. The statement as a whole is bounded
/// likewise, which only somebody with thousands of languages can notice.
const MAX_TEXTS: usize = 100;

/// The words of images, by image id, in the order of their languages; none for an image without words.
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
            .order_by_desc(image_text::Column::UpdatedAt)
            .limit((ids.len() * MAX_TEXTS) as u64)
            .all(self.images.db.read())
            .await
            .map_err(|error| Arc::new(error.into()))?;
        let mut by_image: HashMap<Uuid, Vec<image_text::Model>> = HashMap::new();
        for text in found {
            let texts = by_image.entry(text.image_id).or_default();
            if texts.len() < MAX_TEXTS {
                texts.push(text);
            }
        }
        for texts in by_image.values_mut() {
            texts.sort_by(|one, other| one.language.cmp(&other.language));
        }
        // Every image gets an answer, so that one without words is not asked about again.
        Ok(ids.iter().map(|id| (*id, Arc::new(by_image.remove(id).unwrap_or_default()))).collect())
    }
}

/// What the files of images say of themselves, by image id; None where the file was not asked.
pub struct MetadataByImage {
    pub images: Images,
    pub viewer: Viewer,
}

impl Loader<Uuid> for MetadataByImage {
    type Value = Option<Arc<image_metadata::Model>>;
    type Error = Arc<Fault>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let found = image_metadata::Entity::visible_to(self.viewer.user_id)
            .filter(image_metadata::Column::ImageId.is_in(ids.iter().copied()))
            .all(self.images.db.read())
            .await
            .map_err(|error| Arc::new(error.into()))?;
        let mut by_image: HashMap<_, _> = found.into_iter().map(|row| (row.image_id, Arc::new(row))).collect();
        Ok(ids.iter().map(|id| (*id, by_image.remove(id))).collect())
    }
}

/// The tags of images as their owner wrote them, by image id, in the owner's order.
pub struct TagsByImage {
    pub images: Images,
    pub viewer: Viewer,
}

impl Loader<Uuid> for TagsByImage {
    type Value = Arc<Vec<String>>;
    type Error = Arc<Fault>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let found = image_tag::Entity::visible_to(self.viewer.user_id)
            .filter(image_tag::Column::ImageId.is_in(ids.iter().copied()))
            .order_by_asc(image_tag::Column::Position)
            .all(self.images.db.read())
            .await
            .map_err(|error| Arc::new(error.into()))?;
        let mut by_image: HashMap<Uuid, Vec<String>> = HashMap::new();
        for row in found {
            by_image.entry(row.image_id).or_default().push(row.tag);
        }
        Ok(ids.iter().map(|id| (*id, Arc::new(by_image.remove(id).unwrap_or_default()))).collect())
    }
}
