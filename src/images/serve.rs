//! Serve: what a signed media URL gives. The row is asked first, so a deleted image's URL is dead at once, and the
//! validators are known before a byte is read.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::time::timeout;
use uuid::Uuid;

use super::cache::Cache;
use super::making::{MakeError, VERSION, rendition_key};
use super::{Images, Variant};
use crate::db::entities::image;
use crate::error::Fault;
use crate::pictures::Spec;
use crate::storage::{Blob, GetTerms, Key, StorageError};

/// Within which the storage has to begin its answer to somebody who waits for a picture.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long the bucket's URL of an original stays the same.
const REDIRECT: Duration = Duration::from_mins(30);

/// A file that may be served.
pub struct Served {
    image: Arc<image::Model>,
    variant: Variant,
}

impl Served {
    /// A strong validator: the bytes of an original never change, nor those of a rendition while it is made in one way.
    pub fn etag(&self) -> String {
        let original = &self.image.sha256[..16.min(self.image.sha256.len())];
        match self.variant {
            Variant::Original { .. } => format!("\"{original}\""),
            Variant::Rendition(spec) => format!("\"{original}-{VERSION}-{spec}\""),
        }
    }

    pub fn content_type(&self) -> &str {
        match &self.variant {
            Variant::Original { .. } => &self.image.content_type,
            Variant::Rendition(spec) => spec.format.content_type(),
        }
    }

    /// The name to save it under; None: to be shown.
    pub fn save_as(&self) -> Option<&str> {
        matches!(self.variant, Variant::Original { download: true }).then_some(self.image.filename.as_str())
    }

    fn key(&self) -> Result<Key, StorageError> {
        match self.variant {
            Variant::Original { .. } => Ok(Key::original(self.image.id)),
            Variant::Rendition(spec) => rendition_key(self.image.id, &spec),
        }
    }

    pub fn is_original(&self) -> bool {
        self.spec().is_none()
    }

    /// Bytes of the original, as it was taken in.
    pub fn original_len(&self) -> u64 {
        self.image.byte_size.unsigned_abs()
    }

    /// What is to be made; None for an original.
    fn spec(&self) -> Option<Spec> {
        match self.variant {
            Variant::Original { .. } => None,
            Variant::Rendition(spec) => Some(spec),
        }
    }
}

impl Images {
    /// None: there is no such image any more.
    pub async fn servable(&self, id: Uuid, variant: Variant) -> Result<Option<Served>, Fault> {
        let now = self.clock.now();
        if let Some(image) = self.cache.row(id, now) {
            return Ok(Some(Served { image, variant }));
        }
        let question = self.cache.question(id, now);
        let Some(image) = self.ready(id).await?.map(Arc::new) else { return Ok(None) };
        self.cache.keep_row(question, &image);
        Ok(Some(Served { image, variant }))
    }

    /// The bytes, or a range of them; a rendition is made where it is not kept yet. None: the image is gone.
    pub async fn open(&self, served: &Served, range: Option<Range<u64>>) -> Result<Option<Blob>, MakeError> {
        let Variant::Rendition(spec) = served.variant else { return self.open_original(served, range).await };
        if let Some(bytes) = self.cache.rendition(served.image.id, spec) {
            return part(bytes, range).map(Some);
        }
        let key = served.key().map_err(Fault::from)?;
        let bytes = match there(soon(self.blobs.get(&key, range.clone())).await).map_err(Fault::from)? {
            Some(kept) if range.is_none() && Cache::has_room_for(kept.len) => {
                let len = kept.len;
                kept.bytes(len).await.map_err(Fault::from)?
            }
            Some(kept) => return Ok(Some(kept)),
            None => match self.make_rendition(&served.image, spec, &key).await? {
                Some(made) => made,
                None => return Ok(None),
            },
        };
        self.cache.keep_rendition(served.image.id, spec, &bytes);
        part(bytes, range).map(Some)
    }

    async fn open_original(&self, served: &Served, range: Option<Range<u64>>) -> Result<Option<Blob>, MakeError> {
        match soon(self.blobs.get(&Key::original(served.image.id), range)).await {
            Ok(kept) if kept.len == served.original_len() => Ok(Some(kept)),
            Ok(kept) => self.lost(served.image.id, &OtherLength { found: kept.len }).await,
            // The range is one of the bytes that were taken in.
            Err(lost @ (StorageError::NotFound | StorageError::Range)) => self.lost(served.image.id, &lost).await,
            Err(error) => Err(Fault::from(error).into()),
        }
    }

    /// Where the bucket itself gives an original, if originals are fetched there; `disposition` and `cache` are the
    /// headers that it answers with. The URL stays the same for half an hour, so that caches work, and is good for half
    /// an hour to an hour.
    pub async fn redirect(&self, served: &Served, disposition: &str, cache: &str) -> Result<Option<String>, Fault> {
        if !self.media_redirect || served.spec().is_some() {
            return Ok(None);
        }
        let now = self.clock.now().unix_seconds().unsigned_abs();
        let terms = GetTerms {
            content_type: served.content_type(),
            disposition,
            cache,
            signed_at: SystemTime::UNIX_EPOCH + Duration::from_secs(now - now % REDIRECT.as_secs()),
            expires_in: 2 * REDIRECT,
        };
        Ok(self.blobs.presign_get(&served.key()?, terms).await?)
    }

    /// How many bytes the whole has, without opening it; a rendition is made where it is not kept yet. None: the image
    /// is gone.
    pub async fn len(&self, served: &Served) -> Result<Option<u64>, MakeError> {
        let Some(spec) = served.spec() else {
            return match soon(self.blobs.len(&Key::original(served.image.id))).await.map_err(Fault::from)? {
                Some(len) if len == served.original_len() => Ok(Some(len)),
                Some(found) => self.lost(served.image.id, &OtherLength { found }).await,
                None => self.lost(served.image.id, &StorageError::NotFound).await,
            };
        };
        if let Some(bytes) = self.cache.rendition(served.image.id, spec) {
            return Ok(Some(bytes.len() as u64));
        }
        let key = served.key().map_err(Fault::from)?;
        if let Some(len) = soon(self.blobs.len(&key)).await.map_err(Fault::from)?.filter(|len| *len > 0) {
            return Ok(Some(len));
        }
        let made = self.make_rendition(&served.image, spec, &key).await?;
        Ok(made.map(|bytes| bytes.len() as u64))
    }
}

fn part(rendition: Bytes, range: Option<Range<u64>>) -> Result<Blob, MakeError> {
    Blob::of(rendition, range).map_err(|error| Fault::from(error).into())
}

/// A rendition, where one is kept. No picture is empty: that one has lost its bytes, and is made again.
fn there(got: Result<Blob, StorageError>) -> Result<Option<Blob>, StorageError> {
    match got {
        Err(StorageError::NotFound) => Ok(None),
        got => got.map(|kept| Some(kept).filter(|kept| kept.len > 0)),
    }
}

/// What the storage says, if it says anything.
async fn soon<T>(answer: impl Future<Output = Result<T, StorageError>>) -> Result<T, StorageError> {
    timeout(PATIENCE, answer).await.unwrap_or_else(|late| Err(StorageError::Unavailable(late.into())))
}

/// Why an original is none.
#[derive(Debug, thiserror::Error)]
#[error("it has {found} bytes, which is not what it had when it was taken in")]
struct OtherLength {
    found: u64,
}
