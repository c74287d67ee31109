//! Pixels to files, without any metadata.
//!
//! The qualities, and what JPEG loses at them, are where a picture is hard to tell from its original at the size it is
//! shown in, by measurement: `bench renditions` compares size and likeness with another encoder's.

mod codes;
mod own_tables;
mod writer;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbImage};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, QuantizationTableType, SamplingFactor};

use super::output::Output;
use super::render::RenderError;
use super::spec::Quality;

/// Of a picture with so many pixels at the most, and of a larger one, which is looked at more closely.
const JPEG_QUALITY: u8 = 78;
const SMALL: u64 = 1 << 20;
const JPEG_QUALITY_LARGE: u8 = 81;
/// From this quality on, colors are kept in every pixel: whoever asks for it wants red letters to be sharp.
const FULL_COLOR: u8 = 90;
const WEBP_QUALITY: u8 = 80;

/// Of a picture in RGB or RGBA. PNG has no quality.
pub(super) fn encode(picture: DynamicImage, format: Output, quality: Option<Quality>) -> Result<Vec<u8>, RenderError> {
    match format {
        Output::Jpeg => {
            let is_small = u64::from(picture.width()) * u64::from(picture.height()) <= SMALL;
            let usual = if is_small { JPEG_QUALITY } else { JPEG_QUALITY_LARGE };
            jpeg(picture, quality.map_or(usual, Quality::get))
        }
        Output::Png => png(&picture),
        Output::WebP => webp(&picture, quality.map_or(WEBP_QUALITY, Quality::get)),
    }
}

fn jpeg(picture: DynamicImage, quality: u8) -> Result<Vec<u8>, RenderError> {
    let picture = on_white(picture);
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

fn webp(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, RenderError> {
    let (width, height) = (picture.width(), picture.height());
    let encoder = if picture.color().has_alpha() {
        webp::Encoder::from_rgba(picture.as_bytes(), width, height)
    } else {
        webp::Encoder::from_rgb(picture.as_bytes(), width, height)
    };
    encoder.encode_simple(false, quality.into()).map(|bytes| bytes.to_vec()).map_err(|_| RenderError::Encode)
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
