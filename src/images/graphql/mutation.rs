//! Upload and delete.

use std::collections::HashSet;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use uuid::Uuid;

use super::Image;
use crate::analysis::Analyses;
use crate::analysis::graphql::{Analysis, AnalysisOptions};
use crate::db::ids::Kind;
use crate::graphql::upload::Upload;
use crate::graphql::{Ctx, FileLimits, UserError, id, user_errors};
use crate::images::{Error, Images, NewImage};

/// A file to take in.
#[derive(InputObject)]
pub struct UploadImageInput {
    /// JPEG, PNG, GIF or WebP, by its bytes; its name and declared type do not matter. `server` tells the limits.
    file: Upload,
    /// At most 255 characters.
    title: Option<String>,
    /// Start an analysis as soon as the image is stored. Where that is not possible, the image is not taken in either.
    analyze: Option<AnalysisOptions>,
}

/// What came of it.
#[derive(SimpleObject, Default)]
pub struct UploadImagePayload {
    /// Stored for good; null when there are errors.
    image: Option<Image>,
    /// The analysis that was asked for; null when none was, or when there are errors.
    analysis: Option<Analysis>,
    /// UNSUPPORTED_TYPE, FILE_TOO_LARGE, TOO_MANY_PIXELS and CORRUPT_FILE as FileRejectedError; INVALID_INPUT,
    /// ANALYSIS_UNAVAILABLE. Empty: it is done.
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
        let new = NewImage { file: &file, title: input.title };
        let options = input.analyze.map(Into::into);
        match ctx.part::<Analyses>()?.upload(viewer, new, options).await {
            Ok(uploaded) => Ok(UploadImagePayload {
                image: Some(Image(uploaded.image)),
                analysis: uploaded.analysis.map(Analysis),
                errors: Vec::new(),
            }),
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
