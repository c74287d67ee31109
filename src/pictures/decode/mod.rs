//! Pixels out of a file: eight bits a channel, in the channels the file has, straight into one buffer. Nothing is
//! converted here, so that colors are converted when the picture is small.

mod jpeg;
mod png;
mod reduced;

use std::io::Cursor;

use image::codecs::{gif::GifDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{AnimationDecoder, ColorType, ImageDecoder, ImageError};

use super::buffer::Buffer;
use super::container::Outline;
use super::format::Format;
use super::rejection::Rejection;

pub(super) use self::reduced::Scale;

/// Room for what a decoder allocates beside the pixels: rows, tables, the color profile.
const DECODER_SLACK: u64 = 64 << 20;

/// How much of an animation is decoded to see whether it is whole, as frames times the memory that one takes: about
/// 50 megapixels. What comes after is believed.
const FRAMES_BUDGET: u64 = 800_000_000;

/// The channels of a pixel, one byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channels {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
    /// Inverted, as JPEG files have it: 255 is no ink.
    Cmyk,
}

impl Channels {
    pub(super) fn count(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }
}

/// Decoded pixels, row by row, without padding. Alpha is straight.
pub(super) struct Raster {
    pub width: u32,
    pub height: u32,
    pub channels: Channels,
    pub data: Buffer,
}

impl Raster {
    pub(super) fn copy(&self) -> Self {
        Self { data: self.data.to_vec().into(), ..*self }
    }

    /// Whether any pixel is not fully opaque.
    pub(super) fn is_transparent(&self) -> bool {
        match self.channels {
            Channels::GrayAlpha => self.data.as_chunks::<2>().0.iter().any(|[_, alpha]| *alpha != 255),
            Channels::Rgba => self.data.as_chunks::<4>().0.iter().any(|[_, _, _, alpha]| *alpha != 255),
            Channels::Gray | Channels::Rgb | Channels::Cmyk => false,
        }
    }
}

/// A picture as stored, and what is needed to show it.
pub(super) struct Decoded {
    pub raster: Raster,
    /// What makes it upright.
    pub orientation: Orientation,
    /// The ICC profile of its colors; sRGB where there is none.
    pub profile: Option<Vec<u8>>,
}

impl Decoded {
    /// Width and height in pixels of the upright picture.
    pub(super) fn shown_size(&self) -> (u32, u32) {
        turned(self.orientation, (self.raster.width, self.raster.height))
    }
}

/// A size with its sides swapped if the orientation swaps them; it is its own inverse.
pub(super) fn turned(orientation: Orientation, (width, height): (u32, u32)) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            (height, width)
        }
        _ => (width, height),
    }
}

/// Decodes the picture, or the first frame of the animation.
pub(super) fn decode(bytes: &[u8], outline: &Outline) -> Result<Decoded, Rejection> {
    let bytes = bytes.get(..outline.end).unwrap_or(bytes);
    match outline.format {
        Format::Jpeg => jpeg::decode(bytes, outline),
        Format::Png => read(png::decoder(bytes, outline)?, bytes, outline),
        Format::Gif => read(GifDecoder::new(Cursor::new(bytes)).map_err(reason)?, bytes, outline),
        Format::WebP => read(WebPDecoder::new(Cursor::new(bytes)).map_err(reason)?, bytes, outline),
    }
}

/// Decodes the picture at a fraction of its size. `None` where that is not known how to, and only `decode` can.
pub(super) fn decode_reduced(bytes: &[u8], outline: &Outline, scale: Scale) -> Result<Option<Decoded>, Rejection> {
    let bytes = bytes.get(..outline.end).unwrap_or(bytes);
    match outline.format {
        Format::Jpeg => jpeg::decode_reduced(bytes, outline, scale),
        Format::Png | Format::Gif | Format::WebP => Ok(None),
    }
}

/// Decodes the frames of an animation, within a budget, to see whether they are whole.
pub(super) fn check_frames(bytes: &[u8], outline: &Outline) -> Result<(), Rejection> {
    // The first one is the picture, which is decoded anyway.
    if outline.frames < 2 || affordable_frames(outline) < 2 {
        return Ok(());
    }
    let bytes = Cursor::new(bytes.get(..outline.end).unwrap_or(bytes));
    let frames = match outline.format {
        Format::Gif => {
            let mut decoder = GifDecoder::new(bytes).map_err(reason)?;
            decoder.set_limits(limits(outline)).map_err(reason)?;
            decoder.into_frames()
        }
        Format::WebP => WebPDecoder::new(bytes).map_err(reason)?.into_frames(),
        Format::Jpeg | Format::Png => return Ok(()),
    };
    frames.take(affordable_frames(outline)).try_for_each(|frame| frame.map(drop)).map_err(reason)
}

/// How many frames of an animation are decoded to see whether it is whole.
fn affordable_frames(outline: &Outline) -> usize {
    usize::try_from(FRAMES_BUDGET / outline.decode_memory.max(1)).unwrap_or(usize::MAX)
}

fn read(mut decoder: impl ImageDecoder, bytes: &[u8], outline: &Outline) -> Result<Decoded, Rejection> {
    if decoder.dimensions() != (outline.width, outline.height) {
        return Err(DAMAGED);
    }
    decoder.set_limits(limits(outline)).map_err(reason)?;
    // Metadata that cannot be read is as good as none.
    let profile = decoder.icc_profile().ok().flatten();
    let orientation = orientation(bytes, outline);

    let color = decoder.color_type();
    let (channels, wide) = match color {
        ColorType::L8 => (Channels::Gray, false),
        ColorType::La8 => (Channels::GrayAlpha, false),
        ColorType::Rgb8 => (Channels::Rgb, false),
        ColorType::Rgba8 => (Channels::Rgba, false),
        ColorType::L16 => (Channels::Gray, true),
        ColorType::La16 => (Channels::GrayAlpha, true),
        ColorType::Rgb16 => (Channels::Rgb, true),
        ColorType::Rgba16 => (Channels::Rgba, true),
        _ => return Err(DAMAGED),
    };
    let length = decoder.total_bytes();
    if length > outline.decode_memory {
        return Err(DAMAGED);
    }
    let mut data = Buffer::zeroed(usize::try_from(length).map_err(|_| DAMAGED)?);
    decoder.read_image(&mut data).map_err(reason)?;
    if wide {
        narrow(&mut data);
    }
    Ok(Decoded {
        raster: Raster { width: outline.width, height: outline.height, channels, data },
        orientation,
        profile,
    })
}

/// Sixteen bits a channel, in the machine's byte order, to eight, in place.
fn narrow(data: &mut Buffer) {
    let length = data.len() / 2;
    for index in 0..length {
        let wide = u32::from(u16::from_ne_bytes([data[2 * index], data[2 * index + 1]]));
        // Rounded to the nearest: 65535 / 255 is 257.
        data[index] = u8::try_from((wide + 128) / 257).unwrap_or(u8::MAX);
    }
    data.truncate(length);
}

/// The orientation that Exif metadata asks for; upright where it does not say, or says nonsense. Some writers keep
/// the prefix of the JPEG segment in other formats' chunks.
pub(super) fn orientation(bytes: &[u8], outline: &Outline) -> Orientation {
    outline
        .exif_of(bytes)
        .map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif))
        .and_then(Orientation::from_exif_chunk)
        .unwrap_or(Orientation::NoTransforms)
}

fn limits(outline: &Outline) -> image::Limits {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(outline.width);
    limits.max_image_height = Some(outline.height);
    limits.max_alloc = Some(outline.decode_memory.saturating_add(DECODER_SLACK));
    limits
}

const DAMAGED: Rejection = Rejection::Corrupt { reason: "its data is damaged" };

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn reason(error: ImageError) -> Rejection {
    match error {
        ImageError::Unsupported(_) => Rejection::Corrupt { reason: "it uses a feature that is not supported" },
        ImageError::Limits(_) => Rejection::Corrupt { reason: "it would take too much memory" },
        _ => DAMAGED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::{container, fixtures};

    fn decoded(bytes: &[u8], format: Format) -> Decoded {
        decode(bytes, &container::outline(bytes, format, u64::MAX).unwrap()).unwrap()
    }

    #[test]
    fn sixteen_bits_become_eight_rounded() {
        let bytes = fixtures::png_16_bit(&[0, 128, 129, 0x7FFF, 0xFF7F, 0xFFFF]);
        let raster = decoded(&bytes, Format::Png).raster;
        assert_eq!((raster.channels, &raster.data[..]), (Channels::Gray, &[0, 0, 1, 127, 255, 255][..]));
    }

    #[test]
    fn the_first_frame_of_an_animation_is_the_picture() {
        let raster = decoded(&fixtures::gif(20, 10, 3), Format::Gif).raster;
        assert_eq!(raster.data[..4], fixtures::frame_color(0));
    }

    #[test]
    fn a_damaged_later_frame_is_found() {
        let bytes = fixtures::gif(64, 64, 3);
        let outline = container::outline(&bytes, Format::Gif, u64::MAX).unwrap();
        assert_eq!(check_frames(&bytes, &outline), Ok(()));
        let mut broken = bytes.clone();
        // The first code of the last frame's data, after the code size and the length of the sub-block.
        let last = broken.windows(9).rposition(|w| w == [0x2C, 0, 0, 0, 0, 64, 0, 64, 0]).unwrap();
        let table = 3 << ((broken[last + 9] & 7) + 1);
        broken[last + 12 + table..last + 16 + table].fill(0xFF);
        assert_eq!(check_frames(&broken, &outline), Err(DAMAGED));
    }

    #[test]
    fn the_frames_of_an_animation_are_decoded_within_a_budget() {
        let affordable = |width, height, frames| {
            let bytes = fixtures::animation(width, height, frames);
            affordable_frames(&container::outline(&bytes, Format::Gif, u64::MAX).unwrap())
        };
        // A hundred thousand frames of a thumbnail, fifty or more megapixels of any other size.
        assert!(affordable(20, 20, 2) > 100_000);
        assert_eq!(affordable(1000, 1000, 2), 66);
        assert_eq!(affordable(1000, 1000, 10_000), 66);
        assert_eq!(affordable(10_000, 5000, 2), 1);
    }
}
