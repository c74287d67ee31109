//! View: one image, if the viewer may see it.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::Images;
use crate::db::entities::image;
use crate::error::Fault;
use crate::viewer::Viewer;

impl Images {
    pub async fn find(&self, viewer: &Viewer, id: Uuid) -> Result<Option<image::Model>, Fault> {
        Ok(image::Entity::visible_to(viewer.user_id).filter(image::Column::Id.eq(id)).one(self.db.read()).await?)
    }

    /// For the workers, who act for nobody in particular.
    pub async fn find_for_work(&self, id: Uuid) -> Result<Option<image::Model>, Fault> {
        let found = image::Entity::find_by_id(id).filter(image::Column::State.eq(image::State::Ready));
        Ok(found.one(self.db.read()).await?)
    }
}
