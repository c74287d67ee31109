//! The files around the pixels: dimensions from the header, and whether the file is all there. Decoders forgive a
//! missing end, and paint it gray; here the structure is walked from the first byte to the end marker, without
//! decoding and without allocating. What follows the end marker (motion photos, MPF) is nobody's business.

mod gif;
mod jpeg;
mod png;
mod webp;

use super::format::Format;
use super::rejection::Rejection;

/// What a walk through a file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pictures) struct Outline {
    pub format: Format,
    /// Pixels, as stored: before the orientation is applied.
    pub width: u32,
    /// Pixels, as stored.
    pub height: u32,
    /// Frames of the animation; 1 for a still picture.
    pub frames: u32,
    /// The file's bytes up to and with its end marker.
    pub end: usize,
    /// From where to where its Exif block lies in the file.
    pub exif: Option<(usize, usize)>,
    /// The most bytes that its decoder allocates.
    pub decode_memory: u64,
}

impl Outline {
    /// Width times height.
    pub(in crate::pictures) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The Exif block in the file's bytes.
    pub(in crate::pictures) fn exif_of<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        self.exif.and_then(|(from, to)| bytes.get(from..to))
    }
}

/// The longest side that JPEG and GIF can have. PNG can have longer ones, and a strip of fifty million pixels by one takes
/// gigabytes to be made smaller.
const MAX_SIDE: u32 = 65_535;

/// Reads the header, refuses more than `max_pixels` right there, and walks to the end of the file.
pub(in crate::pictures) fn outline(bytes: &[u8], format: Format, max_pixels: u64) -> Result<Outline, Rejection> {
    let (width, height) = match format {
        Format::Jpeg => jpeg::dimensions(bytes),
        Format::Png => png::dimensions(bytes),
        Format::Gif => gif::dimensions(bytes),
        Format::WebP => webp::dimensions(bytes),
    }?;
    if width == 0 || height == 0 {
        return Err(Rejection::Corrupt { reason: "it has no width or no height" });
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > max_pixels {
        return Err(Rejection::TooManyPixels { pixels, max: max_pixels });
    }
    let side = width.max(height);
    if side > MAX_SIDE {
        return Err(Rejection::TooLong { side, max: MAX_SIDE });
    }
    match format {
        Format::Jpeg => jpeg::outline(bytes),
        Format::Png => png::outline(bytes),
        Format::Gif => gif::outline(bytes),
        Format::WebP => webp::outline(bytes),
    }
}

/// The answer to a file that ends before its end marker.
const CUT_OFF: Rejection = Rejection::Corrupt { reason: "the file is cut off" };

/// The answer to a file that its own format forbids.
const DAMAGED: Rejection = Rejection::Corrupt { reason: "the file is damaged" };

/// `N` bytes at an offset, or "cut off".
fn take<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Rejection> {
    bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()).copied().ok_or(CUT_OFF)
}

fn byte(bytes: &[u8], at: usize) -> Result<u8, Rejection> {
    bytes.get(at).copied().ok_or(CUT_OFF)
}
