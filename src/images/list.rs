//! List: a person's images, paged by keyset in one of the orders that have an index.

use sea_orm::{PaginatorTrait, Select};

use super::Images;
use super::filter::{ImageFilter, Index};
use crate::db::entities::image::{self, Column};
use crate::error::Fault;
use crate::page::{NumberOrBytes, Page, PageArgs, PageError, PageRequest, Position, Scope, hint_index};
use crate::viewer::Viewer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderField {
    UploadedAt,
    ByteSize,
    TakenAt,
    Filename,
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
    fn column(self) -> Column {
        match self {
            Self::UploadedAt => Column::UploadedAt,
            Self::ByteSize => Column::ByteSize,
            Self::TakenAt => Column::TakenOrUploadedAt,
            Self::Filename => Column::FilenameKey,
        }
    }

    /// The index of this order.
    pub(super) fn index(self) -> Index {
        match self {
            Self::UploadedAt => Index::new("image_by_uploaded_at", &[Column::UploadedAt]),
            Self::ByteSize => Index::new("image_by_byte_size", &[Column::ByteSize]),
            Self::TakenAt => Index::new("image_by_taken_at", &[Column::TakenOrUploadedAt]),
            Self::Filename => Index::new("image_by_filename", &[Column::FilenameKey]),
        }
    }

    /// Where this image stands in the order.
    pub fn position(self, image: &image::Model) -> Position<NumberOrBytes> {
        let sort = match self {
            Self::UploadedAt => NumberOrBytes::Number(image.uploaded_at.0),
            Self::ByteSize => NumberOrBytes::Number(image.byte_size),
            Self::TakenAt => NumberOrBytes::Number(image.taken_or_uploaded_at.0),
            Self::Filename => NumberOrBytes::Bytes(image.filename_key.clone()),
        };
        Position { sort, id: image.id }
    }
}

/// A list of a person's images: in which order, and which of them.
#[derive(Clone, Debug, Default)]
pub struct ImageList {
    pub order: ImageOrder,
    pub filter: ImageFilter,
}

impl Images {
    /// What the cursors of this list are bound to.
    pub fn list_scope(&self, viewer: &Viewer, list: &ImageList) -> Scope {
        let ImageList { order, filter } = list;
        let direction = if order.descending { "desc" } else { "asc" };
        let name = format!("{:?}-{direction}{}", order.field, filter.name());
        Scope::new(&self.cursors, "images", &name, viewer.user_id)
    }

    pub fn check_page(
        &self,
        viewer: &Viewer,
        list: &ImageList,
        args: &PageArgs,
    ) -> Result<PageRequest<NumberOrBytes>, PageError> {
        args.check(&self.list_scope(viewer, list))
    }

    /// One statement, whatever the page.
    pub async fn list(
        &self,
        viewer: &Viewer,
        list: &ImageList,
        request: &PageRequest<NumberOrBytes>,
    ) -> Result<Page<image::Model>, Fault> {
        Ok(request.cut(self.page_query(viewer, list, request).all(self.db.read()).await?))
    }

    /// What [`Self::list`] asks; it is here for the tests that look at how databases would go about it.
    pub fn page_query(
        &self,
        viewer: &Viewer,
        list: &ImageList,
        request: &PageRequest<NumberOrBytes>,
    ) -> Select<image::Entity> {
        let ImageList { order, filter } = list;
        let (index, backend) = (filter.index(order.field), self.db.backend());
        let mine = filter.apply(image::Entity::visible_to(viewer.user_id), viewer, Some(index), backend);
        let page = request.select(mine, order.field.column(), Column::Id, order.descending);
        hint_index(page, backend, index.name)
    }

    pub async fn count(&self, viewer: &Viewer, filter: &ImageFilter) -> Result<u64, Fault> {
        let mine = image::Entity::visible_to(viewer.user_id);
        Ok(filter.apply(mine, viewer, None, self.db.backend()).count(self.db.read()).await?)
    }
}
