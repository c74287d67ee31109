//! Objects held to what they were when somebody looked at them, by their ETag. Amazon, R2 and `MinIO` keep If-Match on
//! a GET and x-amz-copy-source-if-match on a copy; R2 does not on a copy in parts, as one above 5 GB would have to be.
//!
//! The ETag of a plain PUT is the MD5 of its bytes, so that an owner who makes two files of one MD5 can exchange them.
//! He gains nothing but a picture of his own that is not the one that was looked at; a presigned SHA-256 stops that, too.

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::MetadataDirective;

use super::{Blob, Key, Pinned, S3, SLOWEST_COPY, StorageError, blob};

pub(super) async fn get(storage: &S3, key: &Key, pinned: &Pinned) -> Result<Blob, StorageError> {
    let request = storage.client.get_object().bucket(&storage.bucket).key(key.to_string()).if_match(&pinned.version);
    let answer = request.send().await.map_err(judge)?;
    // A server that does not know the condition answers with what there is.
    if answer.e_tag.as_deref() != Some(&pinned.version) {
        return Err(StorageError::Changed);
    }
    Ok(blob(pinned.len, answer.body))
}

pub(super) async fn copy(
    storage: &S3,
    from: &Key,
    pinned: &Pinned,
    to: &Key,
    content_type: &str,
) -> Result<(), StorageError> {
    let request = storage.client.copy_object().bucket(&storage.bucket).key(to.to_string());
    let request = request.copy_source(format!("{}/{from}", storage.bucket)).copy_source_if_match(&pinned.version);
    // With its metadata, S3 would copy the type that the client wrote.
    let request = request.metadata_directive(MetadataDirective::Replace).content_type(content_type);
    let request = request.customize().config_override(storage.times.moving(pinned.len, SLOWEST_COPY));
    request.send().await.map_err(judge)?;
    Ok(())
}

fn judge<E>(error: SdkError<E, HttpResponse>) -> StorageError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error.code() {
        Some("NoSuchKey") => StorageError::NotFound,
        Some("PreconditionFailed") => StorageError::Changed,
        _ => StorageError::unavailable(error),
    }
}
