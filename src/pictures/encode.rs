//! Pixels to files, without any metadata.
//!
//! The qualities are where a picture is hard to tell from its original at the size it is shown in, by measurement:
//! `bench renditions` compares size and likeness with another encoder's.

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbImage};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use super::output::Output;
use super::render::RenderError;
use super::spec::Quality;

const JPEG_QUALITY: u8 = 80;
const WEBP_QUALITY: u8 = 80;

/// Of a picture in RGB or RGBA. PNG has no quality.
pub(super) fn encode(picture: DynamicImage, format: Output, quality: Option<Quality>) -> Result<Vec<u8>, RenderError> {
    match format {
        Output::Jpeg => jpeg(picture, quality.map_or(JPEG_QUALITY, Quality::get)),
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
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    // Nearest, which is the default, takes three quarters of the colors for nothing.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    // Tables of its own would save a twentieth of the bytes; but with them this encoder writes a scan for each component,
    // which some decoders show in wrong colors.
    encoder.encode(picture.as_raw(), width, height, ColorType::Rgb).map_err(|_| RenderError::Encode)?;
    Ok(bytes)
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
