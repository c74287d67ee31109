//! View: one image, if the viewer may see it.

use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use super::Images;
use crate::db::entities::image;
use crate::error::Fault;
use crate::viewer::Viewer;

impl Images {
    pub async fn find(&self, viewer: &Viewer, id: Uuid) -> Result<Option<image::Model>, Fault> {
        Ok(image::Entity::visible_to(viewer.user_id).filter(image::Column::Id.eq(id)).one(self.db.read()).await?)
    }

    /// Not asked for by its owner: for who may do so, see [`image::Entity::ready`].
    pub async fn ready(&self, id: Uuid) -> Result<Option<image::Model>, Fault> {
        Ok(image::Entity::ready(id).one(self.db.read()).await?)
    }
}
