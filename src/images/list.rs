//! List: a person's images, paged by keyset in one of the orders that have an index.

use sea_orm::PaginatorTrait;

use super::Images;
use crate::db::entities::image;
use crate::error::Fault;
use crate::page::{Page, PageArgs, PageError, PageRequest, Position, Scope, hint_index};
use crate::viewer::Viewer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderField {
    UploadedAt,
    ByteSize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageOrder {
    pub field: OrderField,
    pub descending: bool,
}

impl Default for ImageOrder {
    /// The newest first.
    fn default() -> Self {
        Self { field: OrderField::UploadedAt, descending: true }
    }
}

impl OrderField {
    fn column(self) -> image::Column {
        match self {
            Self::UploadedAt => image::Column::UploadedAt,
            Self::ByteSize => image::Column::ByteSize,
        }
    }

    fn index(self) -> &'static str {
        match self {
            Self::UploadedAt => "image_by_uploaded_at",
            Self::ByteSize => "image_by_byte_size",
        }
    }

    /// Where this image stands in the order.
    pub fn position(self, image: &image::Model) -> Position {
        let sort = match self {
            Self::UploadedAt => image.uploaded_at.0,
            Self::ByteSize => image.byte_size,
        };
        Position { sort, id: image.id }
    }
}

impl Images {
    /// What the cursors of this list in this order are bound to.
    pub fn list_scope(&self, viewer: &Viewer, order: ImageOrder) -> Scope {
        let direction = if order.descending { "desc" } else { "asc" };
        Scope::new(&self.cursors, "images", &format!("{:?}-{direction}", order.field), viewer.user_id)
    }

    pub fn check_page(&self, viewer: &Viewer, order: ImageOrder, args: &PageArgs) -> Result<PageRequest, PageError> {
        args.check(&self.list_scope(viewer, order))
    }

    /// One statement, whatever the page.
    pub async fn list(
        &self,
        viewer: &Viewer,
        order: ImageOrder,
        request: &PageRequest,
    ) -> Result<Page<image::Model>, Fault> {
        let mine = image::Entity::visible_to(viewer.user_id);
        let page = request.select(mine, order.field.column(), image::Column::Id, order.descending);
        let page = hint_index(page, self.db.backend(), order.field.index());
        Ok(request.cut(page.all(self.db.read()).await?))
    }

    pub async fn count(&self, viewer: &Viewer) -> Result<u64, Fault> {
        Ok(image::Entity::visible_to(viewer.user_id).count(self.db.read()).await?)
    }
}
