//! Images as the API shows them.

mod connection;
mod exif;
mod image;
mod mutation;
mod palette;
mod rendition;
mod text;

use async_graphql::{Context, ID, Object, Result};

pub use connection::{ImageConnection, ImageOrderInput};
pub use image::Image;
pub use mutation::ImagesMutation;

use super::{Images, ImagesById};
use crate::db::ids::Kind;
use crate::graphql::{Ctx, bad_request, fault, id, shared_fault};
use crate::page::PageArgs;

#[derive(Default)]
pub struct ImagesQuery;

#[Object]
impl ImagesQuery {
    /// One image of the viewer's; null when there is none with this id. UNAUTHENTICATED when nobody is signed in.
    async fn image(&self, ctx: &Context<'_>, #[graphql(desc = "Of an image.")] id: ID) -> Result<Option<Image>> {
        ctx.viewer()?;
        match id::decode(Kind::Image, &id) {
            Some(id) => Ok(ctx.loader::<ImagesById, _>()?.load_one(id).await.map_err(shared_fault)?.map(Image)),
            None => Ok(None),
        }
    }

    /// The viewer's images. UNAUTHENTICATED when nobody is signed in; BAD_REQUEST for wrong paging arguments.
    async fn images(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or behind `after`: 1 to 100. Without `first` and `last`: 20.")]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list in this order: what comes behind it.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`: 1 to 100. Not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "A cursor of this list in this order: what comes before it.")] before: Option<String>,
        #[graphql(desc = "Left out: the newest first.")] order_by: Option<ImageOrderInput>,
    ) -> Result<ImageConnection> {
        let (viewer, images) = (ctx.viewer()?, ctx.part::<Images>()?);
        let order = order_by.map(Into::into).unwrap_or_default();
        let args = PageArgs { first, after, last, before };
        let request = images.check_page(viewer, order, &args).map_err(|error| bad_request(error.to_string()))?;
        let page = images.list(viewer, order, &request).await.map_err(fault)?;
        let connection = ImageConnection { page, order, scope: images.list_scope(viewer, order) };
        connection.read_ahead(ctx).await?;
        Ok(connection)
    }
}
