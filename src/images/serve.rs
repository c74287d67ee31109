//! Serve: what a signed media URL gives. The row is asked first, so a deleted image's URL is dead at once, and the
//! validators are known before a byte is read.

use std::ops::Range;

use sea_orm::prelude::Uuid;

use super::renditions::rendition_key;
use super::{Images, Variant};
use crate::db::entities::image;
use crate::error::Fault;
use crate::pictures::Spec;
use crate::storage::{Blob, Key, StorageError};

/// A file that may be served.
pub struct Served {
    image: image::Model,
    variant: Variant,
}

impl Served {
    /// A strong validator: the bytes of a name never change.
    pub fn etag(&self) -> String {
        format!("\"{}-{}\"", &self.image.sha256[..16.min(self.image.sha256.len())], self.variant.name())
    }

    pub fn content_type(&self) -> &str {
        match &self.variant {
            Variant::Original { .. } => &self.image.content_type,
            Variant::Rendition { output, .. } => output.content_type(),
        }
    }

    /// The name to save it under; None: to be shown.
    pub fn save_as(&self) -> Option<&str> {
        matches!(self.variant, Variant::Original { download: true }).then_some(self.image.filename.as_str())
    }

    fn key(&self) -> Result<Key, StorageError> {
        match self.variant {
            Variant::Original { .. } => Ok(Key::original(self.image.id)),
            Variant::Rendition { .. } => rendition_key(&self.image, &self.variant.name()),
        }
    }

    /// What is to be made; None for an original.
    fn spec(&self) -> Option<Spec> {
        match self.variant {
            Variant::Original { .. } => None,
            Variant::Rendition { width, height, output } => Some(Spec { width, height, format: output }),
        }
    }
}

impl Images {
    /// None: there is no such image any more.
    pub async fn servable(&self, id: Uuid, variant: Variant) -> Result<Option<Served>, Fault> {
        let image = self.ready(id).await?;
        Ok(image.map(|image| Served { image, variant }))
    }

    /// The bytes, or a range of them; a rendition is made where it is not kept yet. None: the image is gone.
    pub async fn open(&self, served: &Served, range: Option<Range<u64>>) -> Result<Option<Blob>, Fault> {
        let key = served.key()?;
        if let Some(kept) = there(self.blobs.get(&key, range.clone()).await)? {
            return Ok(Some(kept));
        }
        match served.spec() {
            Some(spec) if self.make_rendition(&served.image, spec, &key).await? => {
                Ok(there(self.blobs.get(&key, range).await)?)
            }
            _ => Ok(None),
        }
    }

    /// How many bytes the whole has, without opening it; a rendition is made where it is not kept yet. None: the image
    /// is gone.
    pub async fn len(&self, served: &Served) -> Result<Option<u64>, Fault> {
        let Some(spec) = served.spec() else {
            return Ok(Some(served.image.byte_size.unsigned_abs()));
        };
        let key = served.key()?;
        if let Some(len) = self.blobs.len(&key).await? {
            return Ok(Some(len));
        }
        if !self.make_rendition(&served.image, spec, &key).await? {
            return Ok(None);
        }
        Ok(self.blobs.len(&key).await?)
    }
}

/// An object, where there is one.
fn there(got: Result<Blob, StorageError>) -> Result<Option<Blob>, StorageError> {
    match got {
        Err(StorageError::NotFound) => Ok(None),
        got => got.map(Some),
    }
}
