//! Upload and delete.

use std::collections::HashSet;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use uuid::Uuid;

use super::Image;
use crate::analysis::graphql::{Analysis, AnalysisOptions};
use crate::analysis::{Analyses, UploadedImage};
use crate::db::ids::Kind;
use crate::graphql::upload::Upload;
use crate::graphql::{Ctx, FileLimits, UserError, id, user_errors};
use crate::images::{self, Error, Images, NewImage, Source};

/// A file to take in.
#[derive(InputObject)]
pub struct UploadImageInput {
    /// JPEG, PNG, GIF or WebP, by its bytes; its name and declared type do not matter. `server` tells the limits.
    file: Upload,
    /// At most 255 characters.
    title: Option<String>,
    /// At most 100, of 1 to 50 characters each; those that differ in case alone are one.
    tags: Option<Vec<String>>,
    /// Start an analysis as soon as the image is stored. Where that is not possible, the image is not taken in either. Of
    /// a duplicate nothing is asked.
    analyze: Option<AnalysisOptions>,
    /// What to do when you have an image with the same bytes.
    #[graphql(default_with = "DuplicatePolicy::ReturnExisting")]
    on_duplicate: DuplicatePolicy,
    /// 1 to 255 characters, best a random UUID. The same key from the same person within a day gives the first answer
    /// again, whatever else is sent: a retry after a lost answer makes no second image. Refused uploads are not kept.
    idempotency_key: Option<String>,
}

/// What to do with a file when its sender has an image with the same bytes.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "images::DuplicatePolicy")]
pub enum DuplicatePolicy {
    /// Give the image that is there; nothing is changed on it.
    ReturnExisting,
    /// Make another image.
    KeepBoth,
    /// Refuse it: DUPLICATE.
    Reject,
}

/// What came of it.
#[derive(SimpleObject, Default)]
pub struct UploadImagePayload {
    /// Stored for good; null when there are errors.
    image: Option<Image>,
    /// True when the image was there before.
    duplicate: bool,
    /// The analysis that was asked for; null when none was, for a duplicate, for a ticket that was completed before, and when
    /// there are errors.
    analysis: Option<Analysis>,
    /// UNSUPPORTED_TYPE, FILE_TOO_LARGE, TOO_MANY_PIXELS and CORRUPT_FILE as FileRejectedError; DUPLICATE as
    /// DuplicateImageError; QUOTA_EXCEEDED as LimitReachedError; INVALID_INPUT, CONFLICT (another request with this
    /// idempotency key is under way, or its image was deleted), ANALYSIS_UNAVAILABLE. Empty: it is done.
    errors: Vec<UserError>,
}

/// Which images.
#[derive(InputObject)]
pub struct ImageIdsInput {
    /// At most 100.
    ids: Vec<ID>,
}

/// What came of it.
#[derive(SimpleObject)]
pub struct DeleteImagesPayload {
    /// Those that were there and are gone now.
    deleted_ids: Vec<ID>,
    /// NOT_FOUND for each id that is not there, which hinders no other; INVALID_INPUT for more than 100 ids.
    errors: Vec<UserError>,
}

#[derive(Default)]
pub struct ImagesMutation;

#[Object]
impl ImagesMutation {
    /// Takes a file in. When the answer comes, the image is stored durably. UNAUTHENTICATED when nobody is signed in.
    async fn upload_image(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A file to take in.")] input: UploadImageInput,
    ) -> Result<UploadImagePayload> {
        let viewer = ctx.viewer()?;
        let file = input.file.file(ctx)?;
        let new = NewImage {
            file,
            source: Source::Spool,
            title: input.title,
            tags: input.tags.unwrap_or_default(),
            on_duplicate: input.on_duplicate.into(),
        };
        let options = input.analyze.map(Into::into);
        match ctx.part::<Analyses>()?.upload(viewer, new, options, input.idempotency_key).await {
            Ok(uploaded) => Ok(uploaded.into()),
            Err(error) => {
                Ok(UploadImagePayload { errors: user_errors(error, ctx.part::<FileLimits>()?)?, ..Default::default() })
            }
        }
    }

    /// Deletes images for good: file, copies, words. Their URLs stop working at once. UNAUTHENTICATED when nobody is
    /// signed in.
    async fn delete_images(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which images.")] input: ImageIdsInput,
    ) -> Result<DeleteImagesPayload> {
        let (viewer, limits) = (ctx.viewer()?, ctx.part::<FileLimits>()?);
        // What is no image's id counts as one that is not there, which the nil id never is.
        let asked: Vec<Uuid> =
            input.ids.iter().map(|id| id::decode(Kind::Image, id).unwrap_or_else(Uuid::nil)).collect();
        let mut deleted = match ctx.part::<Images>()?.delete(viewer, &asked).await {
            Ok(deleted) => deleted,
            Err(error) => {
                return Ok(DeleteImagesPayload { deleted_ids: Vec::new(), errors: user_errors(error, limits)? });
            }
        };
        let mut payload = DeleteImagesPayload { deleted_ids: Vec::new(), errors: Vec::new() };
        let mut told = HashSet::new();
        for (index, (given, id)) in input.ids.into_iter().zip(asked).enumerate() {
            if deleted.remove(&id) {
                told.insert(id);
                payload.deleted_ids.push(given);
            } else if !told.contains(&id) {
                let path = vec!["input".to_owned(), "ids".to_owned(), index.to_string()];
                payload.errors.extend(user_errors(Error::NotFound { path }, limits)?);
            }
        }
        Ok(payload)
    }
}

impl From<UploadedImage> for UploadImagePayload {
    fn from(uploaded: UploadedImage) -> Self {
        Self {
            image: Some(Image(uploaded.image)),
            duplicate: uploaded.duplicate,
            analysis: uploaded.analysis.map(Analysis),
            errors: Vec::new(),
        }
    }
}

impl UploadImagePayload {
    pub(super) fn refused(errors: Vec<UserError>) -> Self {
        Self { errors, ..Self::default() }
    }
}
