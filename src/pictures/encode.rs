//! Pixels to files, without any metadata.
//!
//! The qualities, and what JPEG loses at them, are where a picture is hard to tell from its original at the size it is
//! shown in, by measurement: `bench renditions` compares size and likeness with another encoder's.

mod codes;
mod own_tables;
mod writer;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, GenericImageView, ImageEncoder, RgbImage};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, QuantizationTableType, SamplingFactor};

use super::output::Output;
use super::render::RenderError;
use super::spec::Quality;

/// Of pictures with so many pixels at the most: icons are looked at pixel by pixel, and small in any quality.
const TINY: u64 = 64 * 64;
const JPEG_QUALITY_TINY: u8 = 95;

/// Of larger ones, and of those that are larger than this, which are looked at more closely.
const JPEG_QUALITY: u8 = 78;
const SMALL: u64 = 1 << 20;
const JPEG_QUALITY_LARGE: u8 = 81;

/// From this quality on, colors are kept in every pixel: whoever asks for it wants red letters to be sharp.
const FULL_COLOR: u8 = 90;

const WEBP_QUALITY: u8 = 80;

/// Of a picture in RGB or RGBA. PNG has no quality.
pub(super) fn encode(picture: DynamicImage, format: Output, quality: Option<Quality>) -> Result<Vec<u8>, RenderError> {
    let quality = quality.map(Quality::get);
    match format {
        Output::Jpeg => jpeg(on_white(picture), quality),
        Output::Png => png(&picture),
        Output::WebP => webp(&picture, quality),
    }
}

fn jpeg(picture: RgbImage, quality: Option<u8>) -> Result<Vec<u8>, RenderError> {
    let usual = match pixels(&picture) {
        pixels if pixels <= TINY => JPEG_QUALITY_TINY,
        pixels if pixels <= SMALL => JPEG_QUALITY,
        _ => JPEG_QUALITY_LARGE,
    };
    let quality = quality.unwrap_or(usual);
    let side = |side: u32| u16::try_from(side).map_err(|_| RenderError::Size);
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(if quality < FULL_COLOR { SamplingFactor::F_2_2 } else { SamplingFactor::F_1_1 });
    // Nearest, which is the default, takes three quarters of the colors for nothing.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    // Of all pairs that the encoder has, these lose the least by SSIMULACRA2 in a file of the same size: that is a
    // sixteenth smaller than with the tables of ITU T.81.
    encoder.set_quantization_tables(QuantizationTableType::CustomMsSsim, QuantizationTableType::KleinSilversteinCarney);
    encoder.encode(picture.as_raw(), width, height, ColorType::Rgb).map_err(|_| RenderError::Encode)?;
    Ok(own_tables::with_own_tables(&bytes).unwrap_or(bytes))
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>, RenderError> {
    let color = if picture.color().has_alpha() { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(picture.as_bytes(), picture.width(), picture.height(), color)
        .map_err(|_| RenderError::Encode)?;
    Ok(bytes)
}

/// The format keeps colors in a quarter of the pixels, unless nothing at all is lost.
fn webp(picture: &DynamicImage, quality: Option<u8>) -> Result<Vec<u8>, RenderError> {
    let (width, height) = (picture.width(), picture.height());
    let encoder = if picture.color().has_alpha() {
        webp::Encoder::from_rgba(picture.as_bytes(), width, height)
    } else {
        webp::Encoder::from_rgb(picture.as_bytes(), width, height)
    };
    let lossless = quality.is_none() && pixels(picture) <= TINY;
    let bytes = encoder.encode_simple(lossless, quality.unwrap_or(WEBP_QUALITY).into());
    bytes.map(|bytes| bytes.to_vec()).map_err(|_| RenderError::Encode)
}

fn pixels(picture: &impl GenericImageView) -> u64 {
    u64::from(picture.width()) * u64::from(picture.height())
}

fn on_white(picture: DynamicImage) -> RgbImage {
    let DynamicImage::ImageRgba8(picture) = picture else { return picture.into_rgb8() };
    let (width, height) = picture.dimensions();
    RgbImage::from_fn(width, height, |x, y| {
        let [r, g, b, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        let mixed = |color: u32| u8::try_from((color * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX);
        image::Rgb([mixed(r), mixed(g), mixed(b)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::fixtures;

    fn encoded(width: u32, height: u32, format: Output, quality: Option<u32>) -> Vec<u8> {
        let picture = RgbImage::from_raw(width, height, fixtures::rgb(width, height)).unwrap();
        encode(picture.into(), format, quality.map(|quality| Quality::at_least(quality).unwrap())).unwrap()
    }

    #[test]
    fn colors_are_kept_in_every_pixel_of_what_is_tiny_or_of_high_quality() {
        // Blocks of light in a unit, across and down, in halves of a byte.
        let sampling = |bytes: &[u8]| bytes[bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap() + 11];
        for (width, height, quality, expected) in [
            (64, 64, None, 0x11),
            (65, 64, None, 0x22),
            (64, 64, Some(80), 0x22),
            (400, 300, Some(90), 0x11),
            (1200, 900, None, 0x22),
        ] {
            assert_eq!(
                sampling(&encoded(width, height, Output::Jpeg, quality)),
                expected,
                "{width}x{height} {quality:?}"
            );
        }
        let lossless = |bytes: &[u8]| bytes[12..16] == *b"VP8L";
        assert!(lossless(&encoded(64, 64, Output::WebP, None)));
        assert!(
            !lossless(&encoded(65, 64, Output::WebP, None)) && !lossless(&encoded(64, 64, Output::WebP, Some(100)))
        );
    }

    #[test]
    fn quality_is_size() {
        for format in [Output::Jpeg, Output::WebP] {
            let sizes = [10, 50, 80, 100].map(|quality| encoded(400, 300, format, Some(quality)).len());
            assert!(sizes.is_sorted() && sizes[0] < sizes[3] / 2, "{sizes:?}");
        }
    }
}
