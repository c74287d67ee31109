//! Renditions: the copies that are shown. Planned by arithmetic when the URL is made, without touching a pixel.

use super::{Images, MediaLink, Variant};
use crate::db::entities::image;
use crate::pictures::{self, Fit, Output, Quality, Spec, Target};

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transform {
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub fit: Fit,
    pub format: OutputFormat,
    pub quality: Option<Quality>,
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
    pub spec: Spec,
}

impl Images {
    pub fn plan_rendition(&self, image: &image::Model, transform: &Transform) -> Planned {
        let spec = spec_of(image, transform);
        Planned { link: self.media.link(image.id, Variant::Rendition(spec)), spec }
    }
}

/// The one rendition that answers a transform: whatever comes out the same has the same name.
pub(super) fn spec_of(image: &image::Model, transform: &Transform) -> Spec {
    let format = match transform.format {
        OutputFormat::Auto if image.has_alpha => Output::WebP,
        OutputFormat::Auto | OutputFormat::Jpeg => Output::Jpeg,
        OutputFormat::WebP => Output::WebP,
        OutputFormat::Png => Output::Png,
    };
    let whole = size_of(image);
    let size = |fit| {
        let target = Target { width: transform.width, height: transform.height, fit };
        pictures::fit(whole, &target)
    };
    let (width, height) = size(transform.fit);
    // Where nothing is cut off, to cover is to contain.
    let fit = if size(Fit::Contain) == (width, height) { Fit::Contain } else { transform.fit };
    Spec { width, height, fit, format, quality: transform.quality.filter(|_| format != Output::Png) }
}

pub(super) fn size_of(image: &image::Model) -> (u32, u32) {
    (image.width.unsigned_abs(), image.height.unsigned_abs())
}
