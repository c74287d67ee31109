//! Files of an image that can be fetched.

use async_graphql::{Enum, InputObject, Result, SimpleObject};

use crate::graphql::bad_request;
use crate::graphql::scalars::{DateTime, Url};
use crate::images::{OutputFormat, Transform};
use crate::pictures::{Fit, Quality};

/// A file that can be fetched.
#[derive(SimpleObject)]
pub struct Rendition {
    /// Whoever has the URL can fetch the file, without a token, until it expires.
    pub url: Url,
    /// True width in pixels.
    pub width: i32,
    /// True height in pixels.
    pub height: i32,
    /// The media type, such as `image/jpeg`.
    pub content_type: String,
    /// The URL works at least until then (12 to 24 hours), and stays the same meanwhile, so that caches work.
    pub expires_at: DateTime,
}

/// What the copy should be like. At least one of width and height. Never enlarged: of a picture that is smaller than the
/// box, the copy is as large as the picture allows. Sizes snap up to a ladder (64, 128, 256, 320, 400, 512, 640, 800,
/// 1024, 1280, 1600, 2048, 2560, 3200, 4096); the answer says the true size. Animated pictures give their first frame.
#[derive(InputObject)]
pub struct TransformInput {
    /// The box's width in pixels, at least 1.
    width: Option<i32>,
    /// The box's height in pixels, at least 1.
    height: Option<i32>,
    /// What happens where the picture's aspect is another one than the box's.
    #[graphql(default_with = "FitInput::Contain")]
    fit: FitInput,
    /// The file format.
    #[graphql(default_with = "ImageFormat::Auto")]
    format: ImageFormat,
    /// How much detail JPEG and WebP keep, 1 to 100; snaps up to the next ten. From 90 on, JPEG keeps the colors of every
    /// pixel. Left out: about 80, less for small pictures.
    quality: Option<i32>,
}

/// How a picture gets into a box of another aspect.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Fit", name = "Fit")]
pub enum FitInput {
    /// The whole picture, as large as it is inside the box.
    Contain,
    /// The box filled, in the aspect that was asked for: its longer side snaps up to the ladder. What is too much of the
    /// picture is cut off, alike on both sides. Needs both width and height; with one of them nothing is cut off.
    Cover,
}

/// The file format of a copy.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "OutputFormat")]
pub enum ImageFormat {
    /// JPEG, or WebP where there is transparency.
    Auto,
    /// JPEG; transparency becomes white.
    Jpeg,
    /// WebP.
    #[graphql(name = "WEBP")]
    WebP,
    /// PNG.
    Png,
}

impl TransformInput {
    pub fn check(&self) -> Result<Transform> {
        let side = |name: &str, given: Option<i32>| match given.map(u32::try_from) {
            None => Ok(None),
            Some(Ok(pixels)) if pixels > 0 => Ok(Some(pixels)),
            _ => Err(bad_request(format!("`{name}` of a transform must be at least 1."))),
        };
        let (width, height) = (side("width", self.width)?, side("height", self.height)?);
        if width.is_none() && height.is_none() {
            return Err(bad_request("A transform needs `width` or `height`, or both."));
        }
        let quality = match self.quality.map(|asked| u32::try_from(asked).ok().and_then(Quality::at_least)) {
            None => None,
            Some(Some(quality)) => Some(quality),
            Some(None) => return Err(bad_request("`quality` of a transform must be from 1 to 100.")),
        };
        Ok(Transform { width, height, fit: self.fit.into(), format: self.format.into(), quality })
    }
}
