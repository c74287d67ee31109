//! From a decoded picture to a small upright one in sRGB. The order keeps the work small: resize, then colors, then
//! orientation, so that only the resize sees every pixel; and there is never a second full copy of them.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

use super::color::to_srgb;
use super::decode::{Channels, Decoded, Raster, turned};
use super::rejection::Rejection;

/// Beyond this ratio a box filter first brings the picture to twice its target: Lanczos over many pixels costs much
/// more and looks the same.
const BOX_RATIO: u32 = 4;

/// The picture at `size` (of the upright picture), upright, in sRGB: RGB, or RGBA if it is transparent.
pub(super) fn upright(decoded: Decoded, size: (u32, u32)) -> Result<DynamicImage, Rejection> {
    let Decoded { raster, orientation, profile } = decoded;
    let small = resize(raster, turned(orientation, size)).ok_or(FAILED)?;
    let mut picture = to_srgb(small, profile.as_deref()).ok_or(FAILED)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The same for something much smaller than the picture, of which nobody looks at the details: made of a few rows for
/// each of its own, so that not every pixel is gone through once more.
pub(super) fn sketch(mut decoded: Decoded, size: (u32, u32)) -> Result<DynamicImage, Rejection> {
    let (_, height) = turned(decoded.orientation, size);
    decoded.raster = thinned(decoded.raster, height.saturating_mul(SKETCH_ROWS));
    upright(decoded, size)
}

/// Rows that a row of a sketch is made of, at least.
const SKETCH_ROWS: u32 = 8;

/// At least so many of its rows, evenly; all, where it has not twice as many.
fn thinned(mut raster: Raster, rows: u32) -> Raster {
    let every = raster.height / rows.max(1);
    if every < 2 {
        return raster;
    }
    let (row, every) = (raster.channels.count() * index(raster.width), index(every));
    let mut kept = 0;
    // In place, for the memory. From the middle of each group; a last one that is short is left out.
    for at in (every / 2..index(raster.height)).step_by(every) {
        raster.data.copy_within(at * row..(at + 1) * row, kept * row);
        kept += 1;
    }
    raster.data.truncate(kept * row);
    raster.height = u32::try_from(kept).unwrap_or(raster.height);
    raster
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Only reached if a library breaks its word.
const FAILED: Rejection = Rejection::Corrupt { reason: "its pixels could not be processed" };

fn resize(mut raster: Raster, (width, height): (u32, u32)) -> Option<Raster> {
    if (width, height) == (raster.width, raster.height) {
        return Some(raster);
    }
    let pixels = pixel_type(raster.channels);
    // Colors count by their opacity, or transparent pixels bleed into their neighbors. Done in place here: left to
    // the resizer, it takes a second full copy.
    let alpha = raster.is_transparent();
    if alpha {
        let mut view = Image::from_slice_u8(raster.width, raster.height, &mut raster.data, pixels).ok()?;
        MulDiv::new().multiply_alpha_inplace(&mut view).ok()?;
    }

    let mut resizer = Resizer::new();
    let (between_width, between_height) = (2 * width, 2 * height);
    if raster.width / BOX_RATIO >= width && raster.height / BOX_RATIO >= height {
        raster = step(&mut resizer, &raster, (between_width, between_height), FilterType::Box)?;
    }
    let mut small = step(&mut resizer, &raster, (width, height), FilterType::Lanczos3)?;
    if alpha {
        let mut view = Image::from_slice_u8(width, height, &mut small.data, pixels).ok()?;
        MulDiv::new().divide_alpha_inplace(&mut view).ok()?;
    }
    Some(small)
}

fn step(resizer: &mut Resizer, raster: &Raster, (width, height): (u32, u32), filter: FilterType) -> Option<Raster> {
    let pixels = pixel_type(raster.channels);
    let source = ImageRef::new(raster.width, raster.height, &raster.data, pixels).ok()?;
    let mut target = Image::new(width, height, pixels);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(false);
    resizer.resize(&source, &mut target, &options).ok()?;
    Some(Raster { width, height, channels: raster.channels, data: target.into_vec().into() })
}

fn pixel_type(channels: Channels) -> PixelType {
    match channels {
        Channels::Gray => PixelType::U8,
        Channels::GrayAlpha => PixelType::U8x2,
        Channels::Rgb => PixelType::U8x3,
        Channels::Rgba | Channels::Cmyk => PixelType::U8x4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_pixels_do_not_bleed_into_their_neighbors() {
        // Opaque red beside transparent green, one pixel each.
        let data = [[255, 0, 0, 255], [0, 255, 0, 0]].concat().repeat(64 * 32);
        let raster = Raster { width: 64, height: 64, channels: Channels::Rgba, data: data.into() };
        let small = resize(raster, (4, 4)).unwrap();
        let [red, green, _, alpha] = small.data[20..24] else { panic!("four channels") };
        assert!(red > 250 && green < 5, "{red} {green}");
        assert!((120..=136).contains(&alpha), "{alpha}");
    }

    #[test]
    fn a_strip_can_be_resized_to_a_single_pixel_of_height() {
        let raster = Raster { width: 3000, height: 2, channels: Channels::Gray, data: vec![9; 6000].into() };
        let small = resize(raster, (64, 1)).unwrap();
        assert_eq!((small.width, small.height, &small.data[..]), (64, 1, &[9; 64][..]));
    }

    #[test]
    fn a_sketch_is_of_rows_from_everywhere_and_of_all_where_there_are_few() {
        let data: Vec<u8> = (0..100).flat_map(|row| [row, row]).collect();
        let raster = || Raster { width: 2, height: 100, channels: Channels::Gray, data: data.clone().into() };
        let thin = thinned(raster(), 10);
        assert_eq!((thin.height, thin.data.len()), (10, 20));
        assert_eq!(thin.data.iter().step_by(2).copied().collect::<Vec<_>>(), [5, 15, 25, 35, 45, 55, 65, 75, 85, 95]);
        assert_eq!(thinned(raster(), 51).height, 100);
    }
}
