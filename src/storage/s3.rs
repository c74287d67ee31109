//! An S3 bucket: Amazon's, Cloudflare R2, `MinIO`, Garage and the like. Only this module knows the SDK.

mod connection;
mod multipart;
mod pinned;
mod presign;
mod walk;

use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Builder, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::operation::head_object::{HeadObjectError, HeadObjectOutput};
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use secrecy::ExposeSecret;

use self::connection::{Times, http_client};
use super::file_body::FileBody;
use super::{Blob, Body, Folder, GetTerms, Key, Listing, Pinned, Prefix, PresignedPut, PutTerms, StorageError, Store};
use crate::config;

/// Files above this size go up in parts, which S3 wants above 5 GB and a lost connection likes much earlier. Up to here
/// one request takes less time than the four of the smallest upload in parts.
const MULTIPART_ABOVE: u64 = 32 * MIB;

const DELETES_AT_ONCE: usize = 16;

/// The most keys S3 lists at once.
const PAGE: i32 = 1000;

/// Bytes a second that an upload makes at the least: a slow home line.
const SLOWEST_UPLOAD: u64 = 64 * 1024;

/// Bytes a second that a server copies or puts together at the least.
const SLOWEST_COPY: u64 = 4 * MIB;

const MIB: u64 = 1024 * 1024;

pub(super) struct S3 {
    client: Client,
    bucket: String,
    times: Times,
}

impl S3 {
    pub(super) fn new(settings: &config::S3) -> Self {
        Self::with_times(settings, Times::default())
    }

    fn with_times(settings: &config::S3, times: Times) -> Self {
        let secret = settings.secret_access_key.expose_secret();
        let mut builder = Builder::new()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(http_client(settings.endpoint.as_deref()))
            .region(Region::new(settings.region.clone()))
            .credentials_provider(Credentials::new(&settings.access_key_id, secret, None, None, "configuration"))
            .timeout_config(times.config())
            .retry_config(RetryConfig::standard().with_initial_backoff(times.pause));
        if let Some(endpoint) = &settings.endpoint {
            // Servers other than Amazon's rarely have a host name a bucket, and several refuse trailing checksums.
            builder = builder
                .endpoint_url(endpoint)
                .force_path_style(true)
                .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
                .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        }
        Self { client: Client::from_conf(builder.build()), bucket: settings.bucket.clone(), times }
    }

    async fn put(&self, key: &Key, body: ByteStream, len: u64, content_type: &str) -> Result<(), StorageError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key.to_string());
        let request = request.content_type(content_type).content_length(signed(len)?).body(body);
        request
            .customize()
            .config_override(self.times.moving(len, SLOWEST_UPLOAD))
            .send()
            .await
            .map_err(StorageError::unavailable)?;
        Ok(())
    }

    async fn head(&self, key: &Key) -> Result<Option<HeadObjectOutput>, StorageError> {
        match self.client.head_object().bucket(&self.bucket).key(key.to_string()).send().await {
            Ok(head) => Ok(Some(head)),
            Err(error) if error.as_service_error().is_some_and(HeadObjectError::is_not_found) => {
                // A HEAD has no body to say what it is that was not found: the object or the whole bucket.
                self.check().await.map(|()| None)
            }
            Err(error) => Err(StorageError::unavailable(error)),
        }
    }

    async fn delete_key(&self, key: String) -> Result<(), StorageError> {
        match self.client.delete_object().bucket(&self.bucket).key(key).send().await {
            Ok(_) => Ok(()),
            // On servers whose DELETE of nothing fails, unlike Amazon's.
            Err(error) if error.code() == Some("NoSuchKey") => Ok(()),
            Err(error) => Err(StorageError::unavailable(error)),
        }
    }
}

#[async_trait]
impl Store for S3 {
    async fn put_file(&self, key: &Key, file: File, len: u64, content_type: &str) -> Result<(), StorageError> {
        if len > MULTIPART_ABOVE {
            return multipart::put(self, key, Arc::new(file), len, content_type).await;
        }
        self.put(key, body_of(&Arc::new(file), 0..len), len, content_type).await
    }

    async fn put_bytes(&self, key: &Key, bytes: Bytes, content_type: &str) -> Result<(), StorageError> {
        let len = bytes.len() as u64;
        self.put(key, bytes.into(), len, content_type).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Blob, StorageError> {
        // Servers refuse numbers above that.
        let position = |byte: u64| byte.min(i64::MAX as u64);
        let header = range.as_ref().map(|range| format!("bytes={}-{}", position(range.start), position(range.end - 1)));
        let request = self.client.get_object().bucket(&self.bucket).key(key.to_string()).set_range(header);
        let answer = request.send().await.map_err(|error| match error.code() {
            Some("NoSuchKey") => StorageError::NotFound,
            Some("InvalidRange") => StorageError::Range,
            _ => StorageError::unavailable(error),
        })?;
        let len = match (range, &answer.content_range) {
            (None, _) => answer.content_length,
            // bytes 5-9/100
            (Some(_), Some(answered)) => answered.rsplit_once('/').and_then(|(_, total)| total.parse().ok()),
            (Some(_), None) => None,
        };
        let len = length(len)?;
        Ok(blob(len, answer.body))
    }

    async fn presign_put(&self, key: &Key, terms: PutTerms<'_>) -> Result<Option<PresignedPut>, StorageError> {
        presign::put(self, key, terms).await.map(Some)
    }

    async fn presign_get(&self, key: &Key, terms: GetTerms<'_>) -> Result<Option<String>, StorageError> {
        presign::get(self, key, terms).await.map(Some)
    }

    async fn inspect(&self, key: &Key) -> Result<Option<Pinned>, StorageError> {
        let Some(head) = self.head(key).await? else { return Ok(None) };
        let len = length(head.content_length)?;
        let version = head.e_tag.ok_or_else(|| StorageError::unavailable("the answer has no ETag"))?;
        Ok(Some(Pinned { len, version }))
    }

    async fn get_pinned(&self, key: &Key, pinned: &Pinned) -> Result<Blob, StorageError> {
        pinned::get(self, key, pinned).await
    }

    async fn copy(&self, from: &Key, pinned: &Pinned, to: &Key, content_type: &str) -> Result<(), StorageError> {
        pinned::copy(self, from, pinned, to, content_type).await
    }

    async fn len(&self, key: &Key) -> Result<Option<u64>, StorageError> {
        self.head(key).await?.map(|head| length(head.content_length)).transpose()
    }

    async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        self.delete_key(key.to_string()).await
    }

    async fn delete_prefix(&self, prefix: &Prefix) -> Result<u64, StorageError> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix.to_string());
        let mut pages = request.into_paginator().send();
        let mut removed = 0;
        while let Some(page) = pages.try_next().await.map_err(StorageError::unavailable)? {
            let keys = page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key);
            // One by one: DeleteObjects insists on checksums that some servers refuse.
            let mut deletes = stream::iter(keys).map(|key| self.delete_key(key)).buffer_unordered(DELETES_AT_ONCE);
            while let Some(()) = deletes.try_next().await? {
                removed += 1;
            }
        }
        Ok(removed)
    }

    async fn list(&self, prefix: &Prefix, after: Option<&str>, limit: usize) -> Result<Vec<String>, StorageError> {
        walk::under(self, prefix, after, limit).await
    }

    async fn list_all(&self, folder: Folder, after: Option<&str>, limit: usize) -> Result<Listing, StorageError> {
        walk::page(self, folder, after, limit).await
    }

    async fn check(&self) -> Result<(), StorageError> {
        // A listing and not a HEAD: its errors have a body that names the cause, and it needs no other permission.
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix("originals/").max_keys(1);
        request.send().await.map(drop).map_err(StorageError::unavailable)
    }

    fn kind(&self) -> &'static str {
        "s3"
    }
}

fn body_of(file: &Arc<File>, range: Range<u64>) -> ByteStream {
    let file = Arc::clone(file);
    let body = move || SdkBody::from_body_1_x(FileBody::new(Arc::clone(&file), range.clone()));
    ByteStream::new(SdkBody::retryable(body))
}

fn blob(len: u64, body: ByteStream) -> Blob {
    let body = stream::try_unfold(body, async |mut body| {
        let chunk = body.try_next().await.map_err(StorageError::unavailable)?;
        Ok(chunk.map(|chunk| (chunk, body)))
    });
    Blob { len, body: Body::Stream(body.boxed()) }
}

fn length(answered: Option<i64>) -> Result<u64, StorageError> {
    let len = answered.and_then(|len| u64::try_from(len).ok());
    len.ok_or_else(|| StorageError::unavailable("the answer does not say how long the object is"))
}

fn signed(len: u64) -> Result<i64, StorageError> {
    i64::try_from(len).map_err(StorageError::unavailable)
}

#[cfg(test)]
mod tests;
