//! What a client does with the bucket by itself: uploads (a PUT and no POST: R2 has none) and downloads.

use aws_sdk_s3::presigning::PresigningConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Key, S3, StorageError, signed};
use crate::storage::{GetTerms, PresignedPut, PutTerms};

pub(super) async fn put(storage: &S3, key: &Key, terms: PutTerms<'_>) -> Result<PresignedPut, StorageError> {
    let request = storage.client.put_object().bucket(&storage.bucket).key(key.to_string());
    let request = request.content_type(terms.content_type).content_length(signed(terms.len)?);
    let request = request.set_checksum_sha256(terms.sha256.map(|digest| STANDARD.encode(digest)));
    let times = PresigningConfig::expires_in(terms.expires_in).map_err(StorageError::unavailable)?;
    let request = request.presigned(times).await.map_err(StorageError::unavailable)?;
    let headers = request.headers().filter(|(name, _)| *name != "content-length");
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Ok(PresignedPut { url: request.uri().to_owned(), headers })
}

pub(super) async fn get(storage: &S3, key: &Key, terms: GetTerms<'_>) -> Result<String, StorageError> {
    let request = storage.client.get_object().bucket(&storage.bucket).key(key.to_string());
    let request = request.response_content_type(terms.content_type).response_cache_control(terms.cache);
    let request = request.response_content_disposition(terms.disposition);
    let times = PresigningConfig::builder().start_time(terms.signed_at).expires_in(terms.expires_in).build();
    let request = request.presigned(times.map_err(StorageError::unavailable)?).await;
    Ok(request.map_err(StorageError::unavailable)?.uri().to_owned())
}
