//! Renditions: the copies that are shown. Planned by arithmetic when the URL is made, rendered on first use, once
//! however many ask, and kept in storage.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::future::Cache;

use super::{Images, MediaLink, Variant};
use crate::db::entities::image;
use crate::error::Fault;
use crate::pictures::{self, Output, Spec, Target};
use crate::storage::{Key, StorageError};

/// Part of the storage key: another way of rendering gets another number.
const VERSION: &str = "v1";

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

/// Renditions being made: whoever comes second waits for the first.
#[derive(Clone)]
pub(super) struct InMaking(Cache<String, ()>);

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
        self.render(image, Spec { width, height, format: Output::Jpeg }).await
    }

    /// Renders and stores, unless somebody else is at it: then waits for them.
    pub(super) async fn make_rendition(&self, image: &image::Model, spec: Spec, key: &Key) -> Result<(), Fault> {
        let making = async {
            let bytes = self.render(image, spec).await?;
            self.blobs.put_bytes(key, bytes, spec.format.content_type()).await?;
            // The image may have been deleted meanwhile, after the sweeper looked.
            if self.find_for_work(image.id).await?.is_none() {
                self.blobs.delete(key).await?;
            }
            Ok::<(), Fault>(())
        };
        let outcome = self.in_making.0.try_get_with(key.to_string(), making).await;
        outcome.map_err(|shared: Arc<Fault>| match &*shared {
            Fault::Unavailable(_) => Fault::Unavailable(shared.to_string().into()),
            Fault::Internal(_) => Fault::Internal(shared.to_string().into()),
        })
    }

    async fn render(&self, image: &image::Model, spec: Spec) -> Result<Bytes, Fault> {
        let original = self.blobs.get(&Key::original(image.id), None).await?;
        let bytes = original.bytes(self.limits.max_bytes.max(u64::try_from(image.byte_size).unwrap_or(0))).await?;
        let rendered = self.pool.render(bytes, spec).await;
        rendered.map(Bytes::from).map_err(Fault::internal)
    }
}

pub(super) fn rendition_key(image: &image::Model, name: &str) -> Result<Key, StorageError> {
    Key::rendition(image.id, &format!("{VERSION}-{name}"))
}

fn size_of(image: &image::Model) -> (u32, u32) {
    (image.width.unsigned_abs(), image.height.unsigned_abs())
}
