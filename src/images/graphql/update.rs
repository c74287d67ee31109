//! Changing an image.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::Image;
use crate::db::ids::Kind;
use crate::graphql::scalars::{DateTime, LanguageTag};
use crate::graphql::{Ctx, FileLimits, UserError, id, user_errors};
use crate::images::{Change, ImageChanges, Images, OwnWords};

/// What to change about an image. What is left out stays as it is; null clears it.
#[derive(InputObject)]
pub struct UpdateImageInput {
    /// Of the image.
    id: ID,
    /// At most 255 characters, in one line. Null: none.
    title: MaybeUndefined<String>,
    /// Null: false.
    favorite: MaybeUndefined<bool>,
    /// In place of those it has; at most 100, of 1 to 50 characters each. Of those that differ in case alone the first
    /// stays. Null: none.
    tags: MaybeUndefined<Vec<String>>,
    /// When the picture was taken. Null: back to what the camera wrote.
    taken_at: MaybeUndefined<DateTime>,
    /// Words in one language. Null: none are changed.
    text: Option<ImageTextInput>,
}

/// The owner's words in one language, which no analysis overwrites. What is left out stays as it is; null gives way to the
/// newest analysis in that language. At most 100 languages an image.
#[derive(InputObject)]
pub struct ImageTextInput {
    /// Which language.
    language: LanguageTag,
    /// At most 10000 characters. The empty string is like null.
    description: MaybeUndefined<String>,
    /// At most 2000 characters. The empty string says that the picture is decorative.
    alt_text: MaybeUndefined<String>,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct ImagePayload {
    /// The image as it is now; null when there are errors.
    image: Option<Image>,
    /// NOT_FOUND, INVALID_INPUT; then nothing was changed. Empty: it is done.
    errors: Vec<UserError>,
}

impl<T> From<MaybeUndefined<T>> for Change<T> {
    fn from(given: MaybeUndefined<T>) -> Self {
        match given {
            MaybeUndefined::Undefined => Self::Keep,
            MaybeUndefined::Null => Self::Clear,
            MaybeUndefined::Value(value) => Self::Set(value),
        }
    }
}

impl From<ImageTextInput> for OwnWords {
    fn from(input: ImageTextInput) -> Self {
        Self { language: input.language.0, description: input.description.into(), alt_text: input.alt_text.into() }
    }
}

#[derive(Default)]
pub struct ImageUpdate;

#[Object]
impl ImageUpdate {
    /// Changes what an owner says about an image: all of the input, or nothing. UNAUTHENTICATED when nobody is signed in.
    async fn update_image(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which image, and what to change about it.")] input: UpdateImageInput,
    ) -> Result<ImagePayload> {
        let (viewer, images) = (ctx.viewer()?, ctx.part::<Images>()?);
        // What is no image's id counts as one that is not there, which the nil id never is.
        let id = id::decode(Kind::Image, &input.id).unwrap_or_default();
        let changes = ImageChanges {
            title: input.title.into(),
            favorite: input.favorite.into(),
            tags: input.tags.into(),
            taken_at: input.taken_at.map_value(|at| at.0).into(),
            words: input.text.map(Into::into),
        };
        match images.update(viewer, id, changes).await {
            Ok(image) => Ok(ImagePayload { image: Some(Image(image)), errors: Vec::new() }),
            Err(error) => Ok(ImagePayload { image: None, errors: user_errors(error, ctx.part::<FileLimits>()?)? }),
        }
    }
}
