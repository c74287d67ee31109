//! How good a rendition looks, as SSIMULACRA2 has it (100: the same, 90: nobody sees a difference, 70: one is hard to
//! see, 50: one is seen and does not disturb), against references that lost nothing. There are two, so that neither side is held
//! against its own resizer alone.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};

use super::maker::Size;
use crate::Outcome;

/// Lanczos3 over every pixel of the original, in the space it is stored in.
pub fn reference(original: &RgbImage, (width, height): Size) -> Outcome<RgbImage> {
    let source = ImageRef::new(original.width(), original.height(), original, PixelType::U8x3)?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut target, &options)?;
    RgbImage::from_raw(width, height, target.into_vec()).ok_or_else(|| "the resizer lost pixels".into())
}

pub fn ssimulacra2(reference: &RgbImage, rendition: &RgbImage) -> Outcome<f64> {
    Ok(compute_frame_ssimulacra2(frame(reference)?, frame(rendition)?)?)
}

fn frame(picture: &RgbImage) -> Outcome<Rgb> {
    let pixels = picture.pixels().map(|pixel| pixel.0.map(|sample| f32::from(sample) / 255.0)).collect();
    let (width, height) = (usize::try_from(picture.width())?, usize::try_from(picture.height())?);
    Ok(Rgb::new(pixels, width, height, TransferCharacteristic::SRGB, ColorPrimaries::BT709)?)
}
