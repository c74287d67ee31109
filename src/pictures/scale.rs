//! From a decoded picture to small upright ones in sRGB. The order keeps the work small: resize, then colors, then
//! orientation, so that only the resize sees every pixel; and there is never a second full copy of them.
//!
//! The resize works on the values as they are stored, not on linear light: browsers and most libraries do the same, so a
//! rendition looks like the original that is shown at its size, and eight bits are enough for it.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;
use image::metadata::Orientation;

use super::color::to_srgb;
use super::decode::{Channels, Decoded, Raster, turned};
use super::rejection::Rejection;
use super::size::Fit;

/// Beyond this ratio a box filter first brings the picture to twice its target: Lanczos over many pixels costs much
/// more and looks the same.
const BOX_RATIO: f64 = 4.0;

/// A decoded picture that copies are made of. The largest first: smaller ones are made of it where they can be.
pub(super) struct Scaler {
    raster: Raster,
    orientation: Orientation,
    profile: Option<Vec<u8>>,
    /// Whether any pixel is not opaque.
    alpha: bool,
    /// Colors count by their opacity, or transparent pixels bleed into their neighbors. Done in place, and once: left to
    /// the resizer, it takes a second full copy.
    multiplied: bool,
    /// The last whole copy, not yet divided by its opacity.
    smaller: Option<Raster>,
    resizer: Resizer,
}

impl Scaler {
    pub(super) fn new(decoded: Decoded) -> Self {
        let Decoded { raster, orientation, profile } = decoded;
        let alpha = raster.is_transparent();
        Self { raster, orientation, profile, alpha, multiplied: false, smaller: None, resizer: Resizer::new() }
    }

    /// The picture at `size` (of the upright picture), upright, in sRGB: RGB, or RGBA if it is transparent.
    pub(super) fn upright(&mut self, size: (u32, u32), fit: Fit) -> Result<DynamicImage, Rejection> {
        let size = turned(self.orientation, size);
        let profile = self.profile.as_deref();
        let mut picture = if size == (self.raster.width, self.raster.height) && !self.multiplied {
            to_srgb(&self.raster, self.alpha, profile)
        } else {
            let small = self.resized(size, fit).ok_or(FAILED)?;
            to_srgb(&small, self.alpha, self.profile.as_deref())
        }
        .ok_or(FAILED)?;
        picture.apply_orientation(self.orientation);
        Ok(picture)
    }

    fn resized(&mut self, size: (u32, u32), fit: Fit) -> Option<Raster> {
        if self.alpha && !self.multiplied {
            let (width, height, pixels) = (self.raster.width, self.raster.height, pixel_type(self.raster.channels));
            let mut view = Image::from_slice_u8(width, height, &mut self.raster.data, pixels).ok()?;
            MulDiv::new().multiply_alpha_inplace(&mut view).ok()?;
            self.multiplied = true;
        }
        // Of a copy that is twice as large a smaller one is as good as of the whole.
        let source =
            self.smaller.as_ref().filter(|smaller| smaller.width >= 2 * size.0 && smaller.height >= 2 * size.1);
        let mut small = resize(&mut self.resizer, source.unwrap_or(&self.raster), size, fit)?;
        if fit == Fit::Contain {
            self.smaller = Some(small.copy());
        }
        if self.alpha {
            let mut view = Image::from_slice_u8(size.0, size.1, &mut small.data, pixel_type(small.channels)).ok()?;
            MulDiv::new().divide_alpha_inplace(&mut view).ok()?;
        }
        Some(small)
    }
}

/// Only reached if a library breaks its word.
const FAILED: Rejection = Rejection::Corrupt { reason: "its pixels could not be processed" };

fn resize(resizer: &mut Resizer, raster: &Raster, (width, height): (u32, u32), fit: Fit) -> Option<Raster> {
    let (seen_width, seen_height) = match fit {
        Fit::Contain => (f64::from(raster.width), f64::from(raster.height)),
        Fit::Cover => seen(raster, (width, height)),
    };
    if seen_width / BOX_RATIO >= f64::from(width) && seen_height / BOX_RATIO >= f64::from(height) {
        let between = step(resizer, raster, (seen_width, seen_height), (2 * width, 2 * height), FilterType::Box)?;
        let whole = (f64::from(between.width), f64::from(between.height));
        return step(resizer, &between, whole, (width, height), FilterType::Lanczos3);
    }
    step(resizer, raster, (seen_width, seen_height), (width, height), FilterType::Lanczos3)
}

/// The size of the largest part of the picture that has the aspect of the target.
fn seen(raster: &Raster, (width, height): (u32, u32)) -> (f64, f64) {
    let (whole_width, whole_height) = (f64::from(raster.width), f64::from(raster.height));
    let aspect = f64::from(width) / f64::from(height);
    ((whole_height * aspect).min(whole_width), (whole_width / aspect).min(whole_height))
}

/// What is seen of the raster, from its middle, at another size.
fn step(
    resizer: &mut Resizer,
    raster: &Raster,
    (seen_width, seen_height): (f64, f64),
    (width, height): (u32, u32),
    filter: FilterType,
) -> Option<Raster> {
    let pixels = pixel_type(raster.channels);
    let source = ImageRef::new(raster.width, raster.height, &raster.data, pixels).ok()?;
    let mut target = Image::new(width, height, pixels);
    let mut left_top = ((f64::from(raster.width) - seen_width) / 2.0, (f64::from(raster.height) - seen_height) / 2.0);
    if (seen_width.round(), seen_height.round()) == (f64::from(width), f64::from(height)) {
        // Nothing but a part cut out: between two pixels, all of them would be blurred.
        left_top = (left_top.0.round(), left_top.1.round());
    }
    let (left, top) = left_top;
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(false);
    resizer.resize(&source, &mut target, &options.crop(left, top, seen_width, seen_height)).ok()?;
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

    fn scaler(raster: Raster) -> Scaler {
        Scaler::new(Decoded { raster, orientation: Orientation::NoTransforms, profile: None })
    }

    #[test]
    fn transparent_pixels_do_not_bleed_into_their_neighbors() {
        // Opaque red beside transparent green, one pixel each.
        let data = [[255, 0, 0, 255], [0, 255, 0, 0]].concat().repeat(64 * 32).into();
        let mut scaler = scaler(Raster { width: 64, height: 64, channels: Channels::Rgba, data });
        // The second one is made of the first.
        for side in [16, 4] {
            let small = scaler.upright((side, side), Fit::Contain).unwrap().into_rgba8();
            let [red, green, _, alpha] = small.get_pixel(1, 1).0;
            assert!(red > 250 && green < 5, "{red} {green}");
            assert!((120..=136).contains(&alpha), "{alpha}");
        }
    }

    #[test]
    fn a_strip_can_be_resized_to_a_single_pixel_of_height() {
        let raster = Raster { width: 3000, height: 2, channels: Channels::Gray, data: vec![9; 6000].into() };
        let small = scaler(raster).upright((64, 1), Fit::Contain).unwrap().into_rgb8();
        assert_eq!((small.dimensions(), small.get_pixel(63, 0).0), ((64, 1), [9; 3]));
    }

    #[test]
    fn what_is_only_cut_out_stays_sharp() {
        // Columns of black and white: the middle of seven is between two of them.
        let row = [0, 255, 0, 255, 0, 255, 0];
        let raster = Raster { width: 7, height: 4, channels: Channels::Gray, data: row.repeat(4).into() };
        let square = scaler(raster).upright((4, 4), Fit::Cover).unwrap().into_luma8();
        assert_eq!(square.into_raw(), [0, 255, 0, 255].repeat(4));
    }

    #[test]
    fn what_covers_is_of_the_middle() {
        // Thirds: black, gray, white.
        let row = [[0; 40], [120; 40], [255; 40]].concat();
        let raster =
            |row: &[u8]| Raster { width: 120, height: 40, channels: Channels::Gray, data: row.repeat(40).into() };
        let square = scaler(raster(&row)).upright((4, 4), Fit::Cover).unwrap().into_luma8();
        assert!(square.iter().all(|gray| (115..=125).contains(gray)), "{square:?}");
        let whole = scaler(raster(&row)).upright((6, 2), Fit::Contain).unwrap().into_luma8();
        assert!(whole.get_pixel(0, 0).0[0] < 10 && whole.get_pixel(5, 1).0[0] > 245);
    }
}
