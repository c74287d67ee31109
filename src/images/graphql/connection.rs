//! The list of images: <https://relay.dev/graphql/connections.htm>.

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use futures_util::future::try_join4;

use super::Image;
use crate::analysis::LatestByImage;
use crate::db::entities::image;
use crate::graphql::connection::page_info;
use crate::graphql::{Ctx, PageInfo, fault, read_ahead};
use crate::images::{ImageList, ImageOrder, Images, MetadataByImage, OrderField, TagsByImage, TextsByImage};
use crate::page::{Page, Scope};

/// By what, and in which direction.
#[derive(Clone, Copy, InputObject)]
#[graphql(name = "ImageOrder")]
pub struct ImageOrderInput {
    /// By what.
    #[graphql(default_with = "ImageOrderField::UploadedAt")]
    field: ImageOrderField,
    /// In which direction.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

/// What images can be ordered by. Ties are broken by age.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "OrderField")]
pub enum ImageOrderField {
    /// When they were uploaded.
    UploadedAt,
    /// The size of the original file.
    ByteSize,
    /// When they were taken, and where nobody says, when they were uploaded.
    TakenAt,
    /// The file name, as people order them: without regard to case and accents, and numbers by their value, so that
    /// `IMG_9.jpg` comes before `img_10.jpg`.
    Filename,
}

/// Smallest or largest first.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// Smallest or oldest first.
    Asc,
    /// Largest or newest first.
    Desc,
}

impl From<ImageOrderInput> for ImageOrder {
    fn from(input: ImageOrderInput) -> Self {
        Self { field: input.field.into(), descending: input.direction == OrderDirection::Desc }
    }
}

/// One page of images.
pub struct ImageConnection {
    pub page: Page<image::Model>,
    pub list: ImageList,
    pub scope: Scope,
}

impl ImageConnection {
    /// Reads what the document wants of every image of the page, one statement each, all at once, before the images are
    /// resolved: they then find it at once, instead of each asking its loader and waiting for the others.
    pub async fn read_ahead(&self, ctx: &Context<'_>) -> Result<()> {
        if self.page.rows.is_empty() {
            return Ok(());
        }
        let selection = ctx.look_ahead();
        let nodes = [selection.field("nodes"), selection.field("edges").field("node")];
        let wants = |field: &str| nodes.iter().any(|node| node.field(field).exists());
        let ids: Vec<_> = self.page.rows.iter().map(|image| image.id).collect();
        let texts = ["description", "altText", "texts"].into_iter().any(wants);
        let tags = wants("tags");
        let metadata = wants("palette") || wants("exif");
        let latest = wants("latestAnalysis");
        try_join4(
            async { if texts { read_ahead(ctx.loader::<TextsByImage, _>()?, &ids).await } else { Ok(()) } },
            async { if tags { read_ahead(ctx.loader::<TagsByImage, _>()?, &ids).await } else { Ok(()) } },
            async { if metadata { read_ahead(ctx.loader::<MetadataByImage, _>()?, &ids).await } else { Ok(()) } },
            async { if latest { read_ahead(ctx.loader::<LatestByImage, _>()?, &ids).await } else { Ok(()) } },
        )
        .await?;
        Ok(())
    }
}

/// An image and its place in the list.
#[derive(SimpleObject)]
pub struct ImageEdge {
    /// Opaque; good for this list in this order, with this filter.
    cursor: String,
    /// The image.
    node: Image,
}

/// One page of images.
#[Object]
impl ImageConnection {
    /// The images with their cursors.
    async fn edges(&self) -> Vec<ImageEdge> {
        let position = |image| self.scope.encode(&self.list.order.field.position(image));
        self.page.rows.iter().map(|image| ImageEdge { cursor: position(image), node: Image(image.clone()) }).collect()
    }

    /// The images.
    async fn nodes(&self) -> Vec<Image> {
        self.page.rows.iter().cloned().map(Image).collect()
    }

    /// Where this page stands.
    async fn page_info(&self) -> PageInfo {
        page_info(&self.page, &self.scope, |image| self.list.order.field.position(image))
    }

    /// How many images there are on all pages together, with the filter. Costs nothing unless selected.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = ctx.part::<Images>()?.count(ctx.viewer()?, &self.list.filter).await.map_err(fault)?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}
