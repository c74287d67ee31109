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
}

impl Images {
    /// None: there is no such image any more.
    pub async fn servable(&self, id: Uuid, variant: Variant) -> Result<Option<Served>, Fault> {
        let image = self.find_for_work(id).await?;
        Ok(image.map(|image| Served { image, variant }))
    }

    /// The bytes, or a range of them; a rendition is made where it is not kept yet.
    pub async fn open(&self, served: &Served, range: Option<Range<u64>>) -> Result<Blob, Fault> {
        let Variant::Rendition { width, height, output } = served.variant else {
            return Ok(self.blobs.get(&Key::original(served.image.id), range).await?);
        };
        let key = rendition_key(&served.image, &served.variant.name())?;
        match self.blobs.get(&key, range.clone()).await {
            Err(StorageError::NotFound) => {}
            kept => return Ok(kept?),
        }
        self.make_rendition(&served.image, Spec { width, height, format: output }, &key).await?;
        Ok(self.blobs.get(&key, range).await?)
    }
}
