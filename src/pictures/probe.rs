//! The examination of a file that comes in: what it is, whether it is whole, and the facts kept about it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::container::{self, Outline};
use super::decode::{self, decode};
use super::format::Format;
use super::metadata::Metadata;
use super::palette::{Swatch, palette};
use super::rejection::Rejection;
use super::size::fit_within;
use super::sketch::sketch;
use super::sniff::sniff;

/// The longest side, in pixels, that a `ThumbHash` is made of: more is slow and changes nothing.
const THUMBHASH_SIDE: u32 = 100;

/// Bytes for what every decoder has beside the pixels.
const ROOM: u64 = 1 << 20;

/// What is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a file.
    pub max_bytes: u64,
    /// Most pixels, width times height.
    pub max_pixels: u64,
    /// Formats accepted, of those that can be read.
    pub formats: Vec<Format>,
}

/// The facts about a good picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub format: Format,
    /// Pixels, as shown: with the orientation of its metadata applied.
    pub width: u32,
    /// Pixels, as shown.
    pub height: u32,
    /// Whether any pixel of it (the first frame of an animation) is not fully opaque.
    pub has_alpha: bool,
    /// The `ThumbHash` (<https://evanw.github.io/thumbhash/>) of the picture as shown, in standard base64.
    pub thumbhash: String,
    /// Its colors as shown, at most six, the one that covers most first; none if nothing of it is opaque.
    pub palette: Vec<Swatch>,
    /// What the camera wrote about it.
    pub metadata: Metadata,
    /// Frames of the animation; 1 for a still picture.
    pub frames: u32,
}

/// Examines a file: its size, its type by its bytes, its dimensions from its header, and only then a full decode.
///
/// # Errors
/// A [`Rejection`] for whatever is not a whole picture within `limits`.
pub fn probe(bytes: &[u8], limits: &Limits) -> Result<Picture, Rejection> {
    let outline = outline(bytes, limits)?;
    examine(bytes, &outline)
}

/// The cheap half of [`probe`]: everything that can be told without decoding.
pub(super) fn outline(bytes: &[u8], limits: &Limits) -> Result<Outline, Rejection> {
    if bytes.len() as u64 > limits.max_bytes {
        return Err(Rejection::TooLarge { max: limits.max_bytes });
    }
    if bytes.is_empty() {
        return Err(Rejection::Corrupt { reason: "the file is empty" });
    }
    let unsupported = |found| Rejection::UnsupportedType { found, accepted: limits.formats.clone() };
    let format = sniff(bytes).map_err(unsupported)?;
    if !limits.formats.contains(&format) {
        return Err(unsupported(Some(format.title())));
    }
    container::outline(bytes, format, limits.max_pixels)
}

/// The most memory, in bytes, that [`examine`] takes: the decoder's, what the resize has between its two passes (rows
/// or columns of twice the target), and the tables and rows of both.
pub(super) fn memory(outline: &Outline) -> u64 {
    let between = 8 * u64::from(THUMBHASH_SIDE) * u64::from(outline.width.max(outline.height));
    outline.decode_memory.saturating_add(between.min(4 * outline.pixels())).saturating_add(ROOM)
}

/// The costly half of [`probe`].
pub(super) fn examine(bytes: &[u8], outline: &Outline) -> Result<Picture, Rejection> {
    decode::check_frames(bytes, outline)?;
    let decoded = decode(bytes, outline)?;
    let (width, height) = decoded.shown_size();
    let has_alpha = decoded.raster.is_transparent();
    let small = sketch(decoded, fit_within((width, height), THUMBHASH_SIDE))?.into_rgba8();
    let hash = thumbhash::rgba_to_thumb_hash(small.width() as usize, small.height() as usize, small.as_raw());
    Ok(Picture {
        format: outline.format,
        width,
        height,
        has_alpha,
        thumbhash: STANDARD.encode(hash),
        palette: palette(&small),
        metadata: outline.exif_of(bytes).map(Metadata::read).unwrap_or_default(),
        frames: outline.frames,
    })
}

#[cfg(test)]
mod tests;
