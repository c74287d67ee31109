//! Listings: of one prefix, and the walk over all objects of a folder.

use aws_sdk_s3::types::Object;

use super::{Folder, Key, Listing, PAGE, Prefix, S3, StorageError};
use crate::clock::Timestamp;
use crate::storage::FoundKey;

/// One answer of the bucket, which is in the order of the keys' bytes. The position after it is its last key: good for
/// ever, unlike a continuation token, of which S3 promises no such thing.
pub(super) async fn page(
    storage: &S3,
    folder: Folder,
    after: Option<&str>,
    limit: usize,
) -> Result<Listing, StorageError> {
    let request = storage.client.list_objects_v2().bucket(&storage.bucket).prefix(format!("{}/", folder.name()));
    let request = request.set_start_after(after.map(str::to_owned));
    let page_size = i32::try_from(limit).unwrap_or(PAGE).min(PAGE);
    let answer = request.max_keys(page_size).send().await.map_err(StorageError::unavailable)?;
    let keys = answer.contents.unwrap_or_default().into_iter().filter_map(found).collect::<Vec<_>>();
    let more = answer.is_truncated == Some(true);
    let next = keys.last().filter(|_| more).map(|last| last.name.clone());
    if more && next.is_none() {
        return Err(StorageError::unavailable("the bucket lists nothing and says that there is more"));
    }
    Ok(Listing { keys, next })
}

fn found(object: Object) -> Option<FoundKey> {
    let name = object.key?;
    let modified = object.last_modified.and_then(|instant| instant.to_millis().ok()).unwrap_or_default();
    let len = object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
    Some(FoundKey { key: Key::parse(&name), name, len, modified: Timestamp(modified) })
}

pub(super) async fn under(
    storage: &S3,
    prefix: &Prefix,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<String>, StorageError> {
    let request = storage.client.list_objects_v2().bucket(&storage.bucket).prefix(prefix.to_string());
    let request = request.set_start_after(after.map(str::to_owned));
    let page_size = i32::try_from(limit).unwrap_or(PAGE).min(PAGE);
    let mut pages = request.into_paginator().page_size(page_size).send();
    let mut keys = Vec::new();
    while keys.len() < limit {
        let Some(page) = pages.try_next().await.map_err(StorageError::unavailable)? else { break };
        keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
    }
    keys.truncate(limit);
    Ok(keys)
}
