//! Direct upload: ask for a ticket, put the file, complete.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use uuid::Uuid;

use super::Image;
use super::mutation::{DuplicatePolicy, UploadImagePayload};
use crate::analysis::graphql::AnalysisOptions;
use crate::analysis::{Analyses, Completion};
use crate::db::ids::Kind;
use crate::error::{Explain, Fault, Refusal};
use crate::graphql::scalars::{DateTime, SafeInt, Sha256, Url};
use crate::graphql::{Ctx, FileLimits, UserError, id, user_errors};
use crate::images::{Announced, Created, Images, Ticket};

/// What a file will be.
#[derive(InputObject)]
pub struct CreateUploadInput {
    /// Metadata and nothing else.
    filename: String,
    /// One of `server.acceptedTypes`. What the file is in the end, its bytes say.
    content_type: String,
    /// The file's length in bytes: exactly so many can be put. At least 1, at most `server.maxUploadBytes`.
    byte_size: SafeInt,
    /// Of the file's bytes. Where it is given, only those can be put, and nothing needs to be where the viewer has them.
    sha256: Option<Sha256>,
}

/// What came of it.
#[derive(SimpleObject, Default)]
pub struct CreateUploadPayload {
    /// How to put the file; null when there are errors, or when nothing needs to be put.
    upload: Option<UploadTicket>,
    /// An image of the viewer's with the `sha256` that was given: nothing needs to be put. Null where there is none.
    existing_image: Option<Image>,
    /// UNSUPPORTED_TYPE and FILE_TOO_LARGE as FileRejectedError; QUOTA_EXCEEDED as LimitReachedError; INVALID_INPUT (also,
    /// with an empty path, where 100 of the viewer's uploads are neither completed nor expired). Empty: it is done.
    errors: Vec<UserError>,
}

/// What was put, and what its sender says about it.
#[derive(InputObject)]
pub struct CompleteUploadInput {
    /// Of a ticket of the viewer's.
    upload_id: ID,
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
}

/// The right to put one file, and how.
#[derive(SimpleObject)]
pub struct UploadTicket {
    /// Opaque; for `completeUpload`.
    id: ID,
    /// The method of the request: `PUT`.
    method: String,
    /// Where the file goes: a signed URL of this server, or of its storage. No token goes along. It can be put again, in
    /// the place of what was put before, until the upload is completed.
    url: Url,
    /// The headers that the request must have, as they are. `Content-Length` is needed as well, and every HTTP client
    /// sends it by itself.
    headers: Vec<HttpHeader>,
    /// Until then the file can be put and the upload completed: an hour.
    expires_at: DateTime,
}

/// A header of a request.
#[derive(SimpleObject)]
pub struct HttpHeader {
    /// In lower case, such as `content-type`.
    name: String,
    /// As it is to be sent.
    value: String,
}

#[derive(Default)]
pub struct UploadsMutation;

#[Object]
impl UploadsMutation {
    /// Gives the right to put one file, straight into the storage where that is a bucket: for big files and busy servers.
    /// No image is made before `completeUpload`. UNAUTHENTICATED when nobody is signed in.
    async fn create_upload(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the file will be.")] input: CreateUploadInput,
    ) -> Result<CreateUploadPayload> {
        let announced = Announced {
            filename: input.filename,
            content_type: input.content_type,
            byte_size: input.byte_size.0,
            sha256: input.sha256.map(|digest| digest.0),
        };
        Ok(match ctx.part::<Images>()?.create_upload(ctx.viewer()?, announced).await {
            Ok(Created::Ticket(ticket)) => CreateUploadPayload { upload: Some(ticket.into()), ..Default::default() },
            Ok(Created::Existing(image)) => {
                CreateUploadPayload { existing_image: Some(Image(image)), ..Default::default() }
            }
            Err(error) => CreateUploadPayload {
                errors: user_errors(Told { error, file: "byteSize" }, ctx.part::<FileLimits>()?)?,
                ..Default::default()
            },
        })
    }

    /// Makes an image of what was put: it is looked at like any file, whatever was announced. When the answer comes, the
    /// image is stored durably. Completed again, a ticket gives the same image again (no analysis), as long as that is
    /// there. After an error the file can be put again, and the upload completed, until the ticket expires.
    /// UNAUTHENTICATED when nobody is signed in.
    ///
    /// Besides what `uploadImage` can answer, the errors are NOT_FOUND (no such ticket, or it has expired), UPLOAD_MISSING,
    /// DIGEST_MISMATCH and CONFLICT.
    async fn complete_upload(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was put, and what its sender says about it.")] input: CompleteUploadInput,
    ) -> Result<UploadImagePayload> {
        let completion = Completion {
            // What is no ticket's id counts as one that is not there, which the nil id never is.
            ticket: id::decode(Kind::Upload, &input.upload_id).unwrap_or_else(Uuid::nil),
            title: input.title,
            tags: input.tags.unwrap_or_default(),
            on_duplicate: input.on_duplicate.into(),
        };
        let options = input.analyze.map(Into::into);
        Ok(match ctx.part::<Analyses>()?.complete(ctx.viewer()?, completion, options).await {
            Ok(completed) => completed.into(),
            Err(error) => {
                UploadImagePayload::refused(user_errors(Told { error, file: "uploadId" }, ctx.part::<FileLimits>()?)?)
            }
        })
    }
}

/// The errors of an upload, told of the inputs that stand for its file here.
struct Told<E> {
    error: E,
    /// The input that stands for the file.
    file: &'static str,
}

impl<E: Explain> Explain for Told<E> {
    fn explain(self) -> std::result::Result<Vec<Refusal>, Fault> {
        let mut refusals = self.error.explain()?;
        for step in refusals.iter_mut().flat_map(|refusal| &mut refusal.path) {
            match step.as_str() {
                "file" | "idempotencyKey" => self.file.clone_into(step),
                "options" => "analyze".clone_into(step),
                _ => {}
            }
        }
        Ok(refusals)
    }
}

impl From<Ticket> for UploadTicket {
    fn from(ticket: Ticket) -> Self {
        let headers = ticket.headers.into_iter().map(|(name, value)| HttpHeader { name, value });
        Self {
            id: id::encode(Kind::Upload, ticket.row.id),
            method: "PUT".to_owned(),
            url: Url(ticket.url),
            headers: headers.collect(),
            expires_at: DateTime(ticket.row.expires_at),
        }
    }
}
