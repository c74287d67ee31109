//! Renditions: the copies that are shown. Planned by arithmetic when the URL is made, rendered on first use, once
//! however many ask, and kept in storage.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::future::Cache;
use tokio::time::timeout;
use tracing::Instrument;

use super::delete::LAST_WRITER;
use super::{Images, MediaLink, Variant};
use crate::db::entities::image;
use crate::error::Fault;
use crate::pictures::{self, Output, Spec, Target};
use crate::storage::{Key, StorageError};

/// Part of the storage key: another way of rendering gets another number.
const VERSION: &str = "v1";

/// The time a rendition may take, waiting in line included. What is written so late that its image is gone is found
/// through the tombstone, which stays longer than this.
const MAKING: Duration = Duration::from_mins(1);
const _: () = assert!(2 * MAKING.as_secs() <= LAST_WRITER.as_secs());

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transform {
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub format: OutputFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// JPEG, or WebP where there is transparency.
    Auto,
    Jpeg,
    WebP,
    Png,
}

/// A rendition that can be fetched: its true size is known before a pixel is made.
pub struct Planned {
    pub link: MediaLink,
    pub width: u32,
    pub height: u32,
    pub content_type: &'static str,
}

/// Renditions being made, by key: whoever comes second waits for the first. False where the original is gone.
#[derive(Clone)]
pub(super) struct InMaking(Cache<String, bool>);

impl Default for InMaking {
    fn default() -> Self {
        // An entry only has to outlive the storage's write.
        Self(Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(5)).build())
    }
}

impl Images {
    pub fn plan_rendition(&self, image: &image::Model, transform: &Transform) -> Planned {
        let output = match transform.format {
            OutputFormat::Auto if image.has_alpha => Output::WebP,
            OutputFormat::Auto | OutputFormat::Jpeg => Output::Jpeg,
            OutputFormat::WebP => Output::WebP,
            OutputFormat::Png => Output::Png,
        };
        let target = Target { width: transform.width, height: transform.height };
        let (width, height) = pictures::fit(size_of(image), &target);
        Planned {
            link: self.media.link(image.id, Variant::Rendition { width, height, output }),
            width,
            height,
            content_type: output.content_type(),
        }
    }

    /// A small JPEG without metadata: all that ever leaves for the vision model.
    pub async fn render_for_model(&self, image: &image::Model, max_side: u32) -> Result<Bytes, Fault> {
        let (width, height) = pictures::fit_within(size_of(image), max_side);
        let rendered = self.render(image, Spec { width, height, format: Output::Jpeg });
        in_time(rendered).await?.ok_or_else(|| StorageError::NotFound.into())
    }

    /// Renders and stores, unless somebody else is at it: then waits for them. What was begun is finished even when
    /// nobody waits for it any more. False: the image is gone.
    pub(super) async fn make_rendition(&self, image: &image::Model, spec: Spec, key: &Key) -> Result<bool, Fault> {
        let (images, image, key) = (self.clone(), image.clone(), key.clone());
        let making = async move {
            let made = in_time(images.store_rendition(&image, spec, &key));
            images.in_making.0.try_get_with(key.to_string(), made).await
        };
        let outcome = tokio::spawn(making.in_current_span()).await.map_err(Fault::internal)?;
        outcome.map_err(|shared: Arc<Fault>| match &*shared {
            Fault::Unavailable(_) => Fault::Unavailable(shared.into()),
            Fault::Internal(_) => Fault::Internal(shared.into()),
        })
    }

    async fn store_rendition(&self, image: &image::Model, spec: Spec, key: &Key) -> Result<bool, Fault> {
        let Some(bytes) = self.render(image, spec).await? else {
            return Ok(false);
        };
        self.blobs.put_bytes(key, bytes, spec.format.content_type()).await?;
        // The image may have been deleted meanwhile, after its objects were removed.
        let still_there = self.ready(image.id).await?.is_some();
        if !still_there {
            self.blobs.delete(key).await?;
        }
        Ok(still_there)
    }

    /// None: the original is not there. It is read only when its turn has come, so that there are never more originals
    /// in memory than pictures at work.
    async fn render(&self, image: &image::Model, spec: Spec) -> Result<Option<Bytes>, Fault> {
        let turn = self.pool.turn().await.map_err(Fault::internal)?;
        let original = match self.blobs.get(&Key::original(image.id), None).await {
            Err(StorageError::NotFound) => return Ok(None),
            original => original?,
        };
        let bytes = original.bytes(self.limits.max_bytes.max(u64::try_from(image.byte_size).unwrap_or(0))).await?;
        let rendered = turn.render(bytes, spec).await;
        rendered.map(|rendition| Some(rendition.into())).map_err(Fault::internal)
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    timeout(MAKING, work).await.map_err(|_| Fault::Unavailable("a rendition took too long".into()))?
}

pub(super) fn rendition_key(image: &image::Model, name: &str) -> Result<Key, StorageError> {
    Key::rendition(image.id, &format!("{VERSION}-{name}"))
}

fn size_of(image: &image::Model) -> (u32, u32) {
    (image.width.unsigned_abs(), image.height.unsigned_abs())
}
