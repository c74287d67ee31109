//! Images as the API shows them.

mod connection;
mod exif;
mod filter;
mod image;
mod mutation;
mod palette;
mod rendition;
mod text;
mod update;
mod upload;

use async_graphql::{Context, ID, Object, Result};

pub use connection::{ImageConnection, ImageOrderInput};
pub use filter::ImageFilterInput;
pub use image::Image;
pub use mutation::ImagesMutation;
pub use update::ImageUpdate;
pub use upload::UploadsMutation;

use super::{FilterError, ImageList, Images, ImagesById, Wanted};
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

    /// The viewer's images. UNAUTHENTICATED when nobody is signed in; BAD_REQUEST for wrong paging arguments,
    /// and for a filter of more than 10 tags or media types.
    #[expect(clippy::too_many_arguments, reason = "a connection has four, and each is told by itself")]
    async fn images(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or behind `after`: 1 to 100. Without `first` and `last`: 20.")]
        first: Option<i32>,
        #[graphql(desc = "A cursor of this list in this order, with this filter: what comes behind it.")] after: Option<
            String,
        >,
        #[graphql(desc = "How many from the end, or before `before`: 1 to 100. Not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "A cursor of this list in this order, with this filter: what comes before it.")]
        before: Option<String>,
        #[graphql(desc = "Only those that fit all of it.")] filter: Option<ImageFilterInput>,
        #[graphql(desc = "Left out: the newest first.")] order_by: Option<ImageOrderInput>,
    ) -> Result<ImageConnection> {
        let (viewer, images) = (ctx.viewer()?, ctx.part::<Images>()?);
        let filter = filter.map(Into::into).unwrap_or_default();
        let filter = Wanted::try_into(filter).map_err(|error: FilterError| bad_request(error.to_string()))?;
        let wanted = ImageList { order: order_by.map(Into::into).unwrap_or_default(), filter };
        let args = PageArgs { first, after, last, before };
        let request = images.check_page(viewer, &wanted, &args).map_err(|error| bad_request(error.to_string()))?;
        let page = images.list(viewer, &wanted, &request).await.map_err(fault)?;
        let scope = images.list_scope(viewer, &wanted);
        let connection = ImageConnection { page, list: wanted, scope };
        connection.read_ahead(ctx).await?;
        Ok(connection)
    }
}
