//! Renditions: what is shown instead of the original. Upright, in sRGB, without any metadata.

use super::container::{self, Outline};
use super::decode::{self, Scale, turned};
use super::encode::encode;
use super::format::Format;
use super::rejection::Rejection;
use super::scale::Scaler;
use super::size::{Fit, MAX_SIDE};
use super::sniff::sniff;
use super::spec::Spec;

/// Why a rendition could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The original cannot be read, though it could be when it came in.
    #[error("the original cannot be read: {0}")]
    Unreadable(#[from] Rejection),
    /// The size is not one that the picture has: empty, or larger than the original.
    #[error("the size of the rendition does not fit the picture")]
    Size,
    /// The encoder failed.
    #[error("the rendition could not be encoded")]
    Encode,
}

/// Makes a rendition of an original.
///
/// # Errors
/// [`RenderError`], see there.
pub fn render(bytes: &[u8], spec: &Spec) -> Result<Vec<u8>, RenderError> {
    let made = render_all(bytes, std::slice::from_ref(spec))?;
    made.into_iter().next().ok_or(RenderError::Encode)
}

/// Makes several from one decode, in the order of `specs`.
///
/// # Errors
/// [`RenderError`], of the first that cannot be made.
pub fn render_all(bytes: &[u8], specs: &[Spec]) -> Result<Vec<Vec<u8>>, RenderError> {
    let plan = plan(bytes, specs)?;
    match make(bytes, &plan, specs)? {
        Some(made) => Ok(made),
        None => make(bytes, &plan.whole(), specs)?.ok_or(RenderError::Encode),
    }
}

/// How the original is decoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    outline: Outline,
    /// None: whole.
    scale: Option<Scale>,
}

impl Plan {
    /// The same, with the original decoded whole.
    pub(super) fn whole(self) -> Self {
        Self { scale: None, ..self }
    }

    /// The most memory, in bytes, that [`make`] takes: the decoder's, what the resize has between its two passes, and
    /// the copies of the renditions on their way out.
    pub(super) fn memory(&self, specs: &[Spec]) -> u64 {
        let divisor = self.scale.map_or(1, |scale| u64::from(scale.divisor()));
        // A reduced decode keeps fewer coefficients of a block for fewer pixels, and eight bytes a block to know them by.
        let blocks = if self.scale.is_some() { self.outline.pixels() * 3 * 8 / 64 } else { 0 };
        let decoded = self.outline.decode_memory.div_ceil(divisor * divisor).saturating_add(blocks);
        let longest = u64::from(self.outline.width.max(self.outline.height)).div_ceil(divisor);
        let largest = specs.iter().map(|spec| u64::from(spec.width) * u64::from(spec.height)).max().unwrap_or(0);
        let between = specs.iter().map(|spec| u64::from(spec.width.max(spec.height)) * longest).max().unwrap_or(0);
        decoded.saturating_add(4 * between.min(self.outline.pixels())).saturating_add(largest.saturating_mul(20))
    }
}

/// The cheap half of [`render_all`]: everything that can be told without decoding.
pub(super) fn plan(bytes: &[u8], specs: &[Spec]) -> Result<Plan, RenderError> {
    let format = sniff(bytes).map_err(|found| Rejection::UnsupportedType { found, accepted: Format::ALL.to_vec() })?;
    // It was within the limits when it came in; lower ones since then do not make it disappear.
    let outline = container::outline(bytes, format, u64::MAX)?;
    let stored = (outline.width, outline.height);
    let orientation = decode::orientation(bytes, &outline);
    let shown = turned(orientation, stored);
    let fits = |side: u32, most: u32| (1..=most.min(MAX_SIDE)).contains(&side);
    if specs.iter().any(|spec| !fits(spec.width, shown.0) || !fits(spec.height, shown.1)) {
        return Err(RenderError::Size);
    }
    let least = specs.iter().map(|spec| least(shown, spec));
    let least = least.fold((1, 1), |(width, height), (w, h)| (width.max(w), height.max(h)));
    let scale = Scale::of_copy(stored, turned(orientation, least)).filter(|_| format == Format::Jpeg);
    Ok(Plan { outline, scale })
}

/// The smallest size of the whole picture of which a rendition can be made without enlarging anything.
fn least((width, height): (u32, u32), spec: &Spec) -> (u32, u32) {
    match spec.fit {
        Fit::Contain => (spec.width, spec.height),
        Fit::Cover => {
            let up = |side: u32, by: u32, of: u32| {
                let scaled = (u64::from(side) * u64::from(by)).div_ceil(u64::from(of));
                u32::try_from(scaled).unwrap_or(u32::MAX)
            };
            // What is cut off has to be there as well.
            (spec.width.max(up(width, spec.height, height)), spec.height.max(up(height, spec.width, width)))
        }
    }
}

/// The costly half of [`render_all`]. `None`: this original has to be decoded whole, which takes more memory.
pub(super) fn make(bytes: &[u8], plan: &Plan, specs: &[Spec]) -> Result<Option<Vec<Vec<u8>>>, RenderError> {
    let decoded = match plan.scale {
        // What the usual decoder says counts, also of damage.
        Some(scale) => decode::decode_reduced(bytes, &plan.outline, scale).unwrap_or(None),
        None => Some(decode::decode(bytes, &plan.outline)?),
    };
    let Some(decoded) = decoded else { return Ok(None) };
    let mut scaler = Scaler::new(decoded);
    let mut largest_first: Vec<usize> = (0..specs.len()).collect();
    largest_first.sort_by_key(|index| {
        std::cmp::Reverse(specs.get(*index).map(|spec| u64::from(spec.width) * u64::from(spec.height)))
    });
    let mut made = vec![Vec::new(); specs.len()];
    for index in largest_first {
        if let (Some(spec), Some(slot)) = (specs.get(index), made.get_mut(index)) {
            let picture = scaler.upright((spec.width, spec.height), spec.fit)?;
            *slot = encode(picture, spec.format, spec.quality)?;
        }
    }
    Ok(Some(made))
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ExtendedColorType};
    use jpeg_encoder::ColorType;

    use super::*;
    use crate::pictures::{Output, fixtures};

    fn decoded(bytes: &[u8]) -> DynamicImage {
        image::load_from_memory(bytes).unwrap()
    }

    fn spec(width: u32, height: u32, format: Output) -> Spec {
        Spec::contain(width, height, format)
    }

    fn is_near(a: [u8; 3], b: [u8; 3]) -> bool {
        a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 25)
    }

    #[test]
    fn a_rendition_has_the_size_and_the_format_asked_for() {
        let originals =
            [fixtures::jpeg(120, 80), fixtures::png(120, 80), fixtures::gif(120, 80, 2), fixtures::webp(120, 80)];
        for original in originals {
            for format in Output::ALL {
                for (width, height) in [(60, 40), (7, 5), (120, 80), (1, 1)] {
                    let rendition = render(&original, &spec(width, height, format)).unwrap();
                    assert_eq!(sniff(&rendition), Ok(format.format()));
                    let picture = decoded(&rendition);
                    assert_eq!((picture.width(), picture.height()), (width, height));
                }
            }
        }
    }

    #[test]
    fn every_orientation_comes_out_upright() {
        // Where the red, green, blue and white quarters of the stored picture are shown, clockwise from the left upper.
        let [red, green, blue, white] = [[230, 20, 20], [20, 230, 20], [20, 20, 230], [230, 230, 230]];
        let shown = [
            [red, green, blue, white],
            [green, red, white, blue],
            [blue, white, red, green],
            [white, blue, green, red],
            [red, white, blue, green],
            [white, red, green, blue],
            [blue, green, red, white],
            [green, blue, white, red],
        ];
        let jpeg = fixtures::jpeg_of(&fixtures::quarters(96, 64), 96, 64, ColorType::Rgb);
        for (orientation, colors) in (1..).zip(shown) {
            let size = if orientation < 5 { (48, 32) } else { (32, 48) };
            let original = fixtures::with_orientation(&jpeg, orientation);
            let picture = decoded(&render(&original, &spec(size.0, size.1, Output::Png)).unwrap()).into_rgb8();
            assert_eq!(picture.dimensions(), size);
            let (right, bottom) = (size.0 - 6, size.1 - 6);
            for ((x, y), color) in [(5, 5), (right, 5), (right, bottom), (5, bottom)].into_iter().zip(colors) {
                assert!(is_near(picture.get_pixel(x, y).0, color), "orientation {orientation} at {x},{y}");
            }
        }
    }

    #[test]
    fn transparent_pixels_are_white_in_jpeg_and_stay_in_the_others() {
        let original = fixtures::png_of(&[255, 0, 0, 0].repeat(256), 16, 16, ExtendedColorType::Rgba8);
        let jpeg = decoded(&render(&original, &spec(8, 8, Output::Jpeg)).unwrap()).into_rgb8();
        assert!(is_near(jpeg.get_pixel(4, 4).0, [255, 255, 255]));
        for format in [Output::Png, Output::WebP] {
            let picture = decoded(&render(&original, &spec(8, 8, format)).unwrap()).into_rgba8();
            assert_eq!(picture.get_pixel(4, 4).0[3], 0);
        }
    }

    #[test]
    fn nothing_of_the_metadata_is_left() {
        let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
        let original = fixtures::jpeg_with_profile(&fixtures::rgb(64, 64), 64, 64, ColorType::Rgb, &profile);
        let original = fixtures::with_orientation(&original, 6);
        let original = fixtures::with_segment(&original, 0xFE, b"a comment");
        for format in Output::ALL {
            let rendition = render(&original, &spec(32, 32, format)).unwrap();
            for trace in [&b"Exif"[..], b"ICC", b"iCCP", b"eXIf", b"EXIF", b"XMP", b"tEXt", b"iTXt", b"Cam", b"comment"]
            {
                assert!(!rendition.windows(trace.len()).any(|w| w == trace), "{format}: {}", trace.escape_ascii());
            }
        }
    }

    #[test]
    fn colors_are_converted_to_srgb() {
        let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
        let data = [200, 100, 50].repeat(32 * 32);
        let original = fixtures::jpeg_with_profile(&data, 32, 32, ColorType::Rgb, &profile);
        let picture = decoded(&render(&original, &spec(16, 16, Output::Png)).unwrap()).into_rgb8();
        let [red, green, _] = picture.get_pixel(8, 8).0;
        assert!(red > 207 && green < 99, "{red} {green}");
    }

    #[test]
    fn inks_are_shown_as_colors() {
        // Cyan takes away red, and nothing else.
        let original = fixtures::jpeg_of(&[255, 0, 0, 0].repeat(256), 16, 16, ColorType::CmykAsYcck);
        let picture = decoded(&render(&original, &spec(8, 8, Output::Png)).unwrap()).into_rgb8();
        assert!(is_near(picture.get_pixel(4, 4).0, [0, 255, 255]));
    }

    #[test]
    fn palettes_are_looked_up_with_their_transparency() {
        // Two by one pixels of one bit: the second color, then the first, which is transparent. Stored, not deflated.
        let data = b"\x78\x01\x01\x02\0\xfd\xff\0\x80\0\x82\0\x81";
        let palette = [10, 20, 30, 200, 100, 50];
        let header = fixtures::ihdr(2, 1, 1, 3);
        let original = fixtures::png_of_chunks(&[
            (b"IHDR", &header),
            (b"PLTE", &palette),
            (b"tRNS", &[0]),
            (b"IDAT", data),
            (b"IEND", b""),
        ]);
        let picture = decoded(&render(&original, &spec(2, 1, Output::Png)).unwrap()).into_rgba8();
        assert_eq!(picture.get_pixel(0, 0).0, [200, 100, 50, 255]);
        assert_eq!(picture.get_pixel(1, 0).0[3], 0);
    }

    #[test]
    fn a_size_that_the_picture_does_not_have_is_an_error() {
        let original = fixtures::jpeg(40, 30);
        for (width, height) in [(0, 10), (10, 0), (41, 30), (40, 31)] {
            assert_eq!(render(&original, &spec(width, height, Output::Png)), Err(RenderError::Size));
        }
    }

    #[test]
    fn several_from_one_decode_are_near_to_each_alone() {
        let original = fixtures::jpeg(800, 600);
        let specs = [(100, 75), (400, 300), (50, 38), (800, 600)];
        let specs = specs.map(|(width, height)| spec(width, height, Output::Png));
        for (spec, together) in specs.iter().zip(render_all(&original, &specs).unwrap()) {
            let (alone, together) = (decoded(&render(&original, spec).unwrap()), decoded(&together));
            assert_eq!((alone.width(), alone.height()), (together.width(), together.height()));
            let (alone, together) = (alone.into_rgb8(), together.into_rgb8());
            let difference: u64 = alone.iter().zip(together.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            assert!(difference < 3 * alone.len() as u64, "{spec}: {difference}");
        }
    }

    #[test]
    fn a_jpeg_is_decoded_no_larger_than_it_is_needed() {
        let original = fixtures::with_orientation(&fixtures::jpeg(800, 600), 6);
        let scale = |specs: &[Spec]| plan(&original, specs).unwrap().scale;
        let of = |width, height| Spec::contain(width, height, Output::Jpeg);
        assert_eq!(scale(&[of(37, 50)]), Some(Scale::Eighth));
        assert_eq!(scale(&[of(75, 100)]), Some(Scale::Quarter));
        assert_eq!(scale(&[of(75, 100), of(38, 50), of(300, 400)]), Some(Scale::Half));
        assert_eq!(scale(&[of(301, 401)]), None);
        // Of what covers, the part that is cut off has to be there.
        assert_eq!(scale(&[Spec { fit: Fit::Cover, ..of(300, 50) }]), Some(Scale::Half));
        let png = fixtures::png(800, 600);
        assert_eq!(plan(&png, &[of(80, 60)]).unwrap().scale, None);
    }

    #[test]
    fn a_damaged_original_is_an_error() {
        let original = fixtures::jpeg(40, 30);
        let answer = render(&original[..original.len() / 2], &spec(10, 10, Output::Jpeg));
        assert!(matches!(answer, Err(RenderError::Unreadable(Rejection::Corrupt { .. }))));
    }
}
