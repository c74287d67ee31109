//! Blobs: the bytes of originals and renditions, on the local disk or in an S3 bucket, chosen by the configuration.
//! Both keep one contract, which `tests/it/contracts/storage.rs` runs over each of them.

mod disk;
mod durable;
mod file_body;
pub mod key;
mod listing;
mod presigned;
mod s3;

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};

use crate::config;
pub use key::{Folder, Key, Prefix};
pub use listing::{FoundKey, Listing};
pub use presigned::{GetTerms, PresignedPut, PutTerms};

/// Bytes read from a file at once.
const CHUNK: usize = 256 * 1024;

/// The longest page of [`Blobs::list_all`]: as much as S3 lists at once.
const LONGEST_PAGE: usize = 1000;

/// How long [`Blobs::check`] waits for an answer.
const CHECK_TIME: Duration = Duration::from_secs(5);

/// Why the storage did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("there is no such object in the storage")]
    NotFound,
    /// What was pinned is there no more; something else is.
    #[error("the object was replaced meanwhile")]
    Changed,
    #[error("the range holds no byte of the object")]
    Range,
    #[error("the object has more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the name of a rendition is made of a-z, 0-9, '.' and '-'")]
    Name,
    /// The caller's file, not the storage, is at fault.
    #[error("the file to store cannot be read to its announced end")]
    Source(#[source] io::Error),
    /// Nothing is known about the object. Asking again later may help: the disk is full or gone, the bucket does not
    /// answer or refuses the credentials.
    #[error("the file storage is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StorageError {
    fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }
}

impl From<io::Error> for StorageError {
    fn from(error: io::Error) -> Self {
        Self::unavailable(error)
    }
}

/// The bytes that an object has at one moment, whatever is put in their place later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// In bytes.
    pub len: u64,
    /// Opaque; another one as soon as other bytes are there. The same bytes put again may keep it.
    pub version: String,
}

/// An object that is being read.
pub struct Blob {
    /// Bytes of the whole object, also when only a range of it was asked for.
    pub len: u64,
    /// The bytes asked for.
    pub body: Body,
}

/// Bytes of an object.
pub enum Body {
    /// In memory already.
    Bytes(Bytes),
    /// As they are read, in chunks of at most some hundred kilobytes.
    Stream(BoxStream<'static, Result<Bytes, StorageError>>),
}

impl Body {
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes, StorageError>> {
        match self {
            Self::Bytes(bytes) => stream::iter([Ok(bytes)]).boxed(),
            Self::Stream(stream) => stream,
        }
    }
}

impl Blob {
    /// Of an object that is in memory; a range is as in [`Blobs::get`].
    pub fn of(object: Bytes, range: Option<Range<u64>>) -> Result<Self, StorageError> {
        let len = object.len() as u64;
        let range = range.unwrap_or(0..len);
        let position = |byte: u64| usize::try_from(byte.min(len)).unwrap_or(object.len());
        if range.start >= range.end || range.start >= len {
            return Err(StorageError::Range);
        }
        let bytes = object.slice(position(range.start)..position(range.end));
        Ok(Self { len, body: Body::Bytes(bytes) })
    }

    /// Everything that was asked for, in memory; [`StorageError::TooLarge`] at the first byte above `limit`.
    pub async fn bytes(self, limit: u64) -> Result<Bytes, StorageError> {
        let mut stream = match self.body {
            Body::Bytes(bytes) if bytes.len() as u64 <= limit => return Ok(bytes),
            body => body.into_stream(),
        };
        let mut all = BytesMut::new();
        while let Some(chunk) = stream.try_next().await? {
            if (all.len() + chunk.len()) as u64 > limit {
                return Err(StorageError::TooLarge { limit });
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }
}

/// What a place for blobs must be able to do. [`Blobs`] says what each of these means.
#[async_trait]
trait Store: Send + Sync {
    async fn put_file(&self, key: &Key, file: File, len: u64, content_type: &str) -> Result<(), StorageError>;
    async fn put_bytes(&self, key: &Key, bytes: Bytes, content_type: &str) -> Result<(), StorageError>;
    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Blob, StorageError>;
    async fn len(&self, key: &Key) -> Result<Option<u64>, StorageError>;
    async fn delete(&self, key: &Key) -> Result<(), StorageError>;
    async fn delete_prefix(&self, prefix: &Prefix) -> Result<u64, StorageError>;
    async fn list(&self, prefix: &Prefix, after: Option<&str>, limit: usize) -> Result<Vec<String>, StorageError>;
    async fn presign_put(&self, key: &Key, terms: PutTerms<'_>) -> Result<Option<PresignedPut>, StorageError>;
    async fn presign_get(&self, key: &Key, terms: GetTerms<'_>) -> Result<Option<String>, StorageError>;
    async fn inspect(&self, key: &Key) -> Result<Option<Pinned>, StorageError>;
    async fn get_pinned(&self, key: &Key, pinned: &Pinned) -> Result<Blob, StorageError>;
    async fn copy(&self, from: &Key, pinned: &Pinned, to: &Key, content_type: &str) -> Result<(), StorageError>;
    async fn list_all(&self, folder: Folder, after: Option<&str>, limit: usize) -> Result<Listing, StorageError>;
    async fn check(&self) -> Result<(), StorageError>;
    fn kind(&self) -> &'static str;
}

/// The storage. Cheap to clone.
#[derive(Clone)]
pub struct Blobs(Arc<dyn Store>);

impl Blobs {
    /// Disk: creates the directory and clears away what a killed process left half written. S3: prepares the client
    /// and asks nothing of the network, so that a server starts while its bucket is down.
    pub async fn open(config: &config::Storage) -> Result<Self, StorageError> {
        Ok(match config {
            config::Storage::Disk { root } => Self(Arc::new(disk::Disk::open(root.clone()).await?)),
            config::Storage::S3(settings) => Self(Arc::new(s3::S3::new(settings))),
        })
    }

    /// Stores the first `len` bytes of `file` (wherever its cursor stands; the file needs no name any more) under
    /// `key`, in the place of what was there. The object appears whole or not at all, and when this returns `Ok` it
    /// survives a power cut. An error, or a caller that no longer waits, says nothing about whether it was stored.
    pub async fn put_file(&self, key: &Key, file: File, len: u64, content_type: &str) -> Result<(), StorageError> {
        let present = file.metadata().map_err(StorageError::Source)?.len();
        if present < len {
            return Err(StorageError::Source(io::ErrorKind::UnexpectedEof.into()));
        }
        self.0.put_file(key, file, len, content_type).await
    }

    /// [`Self::put_file`] for what is small and in memory anyway.
    pub async fn put_bytes(&self, key: &Key, bytes: Bytes, content_type: &str) -> Result<(), StorageError> {
        self.0.put_bytes(key, bytes, content_type).await
    }

    /// Opens an object, or the bytes `range` of it. A range that reaches beyond the end is cut there; one that holds
    /// no byte of the object is [`StorageError::Range`].
    pub async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Blob, StorageError> {
        if range.as_ref().is_some_and(Range::is_empty) {
            return Err(StorageError::Range);
        }
        self.0.get(key, range).await
    }

    /// The object's bytes, counted; `None` when there is no such object.
    pub async fn len(&self, key: &Key) -> Result<Option<u64>, StorageError> {
        self.0.len(key).await
    }

    /// Removes an object for good; that there is none is fine.
    pub async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        self.0.delete(key).await
    }

    /// Removes all objects under a prefix for good and says how many there were. A writer that is still at work may
    /// put another one there afterwards.
    pub async fn delete_prefix(&self, prefix: &Prefix) -> Result<u64, StorageError> {
        self.0.delete_prefix(prefix).await
    }

    /// The first `limit` keys under a prefix in the order of their bytes, from the one that follows `after` on. Fewer
    /// than `limit` means that these were the last.
    pub async fn list(&self, prefix: &Prefix, after: Option<&str>, limit: usize) -> Result<Vec<String>, StorageError> {
        self.0.list(prefix, after, limit).await
    }

    /// A PUT of `key` that a client may send to the bucket by itself. Signed here, without asking the bucket. `None` on
    /// the disk, which takes nothing from anybody but this server.
    pub async fn presign_put(&self, key: &Key, terms: PutTerms<'_>) -> Result<Option<PresignedPut>, StorageError> {
        self.0.presign_put(key, terms).await
    }

    /// The URL of a GET of `key` that a client may send to the bucket by itself. Signed here, without asking the bucket.
    /// `None` on the disk, which gives nothing to anybody but this server.
    pub async fn presign_get(&self, key: &Key, terms: GetTerms<'_>) -> Result<Option<String>, StorageError> {
        self.0.presign_get(key, terms).await
    }

    /// What is under `key` right now, to read it and to copy it later and be sure that it is still the same; `None`
    /// when there is no such object.
    pub async fn inspect(&self, key: &Key) -> Result<Option<Pinned>, StorageError> {
        self.0.inspect(key).await
    }

    /// Opens an object for exactly the bytes that were pinned; [`StorageError::Changed`] when others are there.
    pub async fn get_pinned(&self, key: &Key, pinned: &Pinned) -> Result<Blob, StorageError> {
        self.0.get_pinned(key, pinned).await
    }

    /// Stores exactly the bytes that were pinned under `to` as well, in the place of what was there, like
    /// [`Self::put_file`]: whole or not at all, and surviving a power cut. The bytes do not pass through the server
    /// where the storage is a bucket. [`StorageError::Changed`] when others are there, [`StorageError::NotFound`] when
    /// none are. S3 copies 5 GB at most.
    pub async fn copy(&self, from: &Key, pinned: &Pinned, to: &Key, content_type: &str) -> Result<(), StorageError> {
        self.0.copy(from, pinned, to, content_type).await
    }

    /// A page of all objects in a folder: 1 to `limit` of them, 1000 at most, in an order of the storage's own, from
    /// `after` on, the [`Listing::next`] of the page before. What is put or deleted during the walk may be in it or not;
    /// everything else is in it once.
    pub async fn list_all(&self, folder: Folder, after: Option<&str>, limit: usize) -> Result<Listing, StorageError> {
        self.0.list_all(folder, after, limit.clamp(1, LONGEST_PAGE)).await
    }

    /// Whether the storage can be used right now: the disk takes writes, or the bucket answers. Takes 5 s at most.
    pub async fn check(&self) -> Result<(), StorageError> {
        tokio::time::timeout(CHECK_TIME, self.0.check()).await.map_err(StorageError::unavailable)?
    }

    /// `disk` or `s3`.
    pub fn kind(&self) -> &'static str {
        self.0.kind()
    }
}
