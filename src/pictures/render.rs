//! Renditions: what is shown instead of the original. Upright, in sRGB, without any metadata.

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::container::{self, Outline};
use super::decode::decode;
use super::format::Format;
use super::output::Output;
use super::rejection::Rejection;
use super::scale::upright;
use super::size::MAX_SIDE;
use super::sniff::sniff;

const JPEG_QUALITY: u8 = 82;
const WEBP_QUALITY: f32 = 80.0;

/// A rendition to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Pixels, exactly; see [`fit`](super::fit).
    pub width: u32,
    /// Pixels, exactly.
    pub height: u32,
    pub format: Output,
}

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
    make(bytes, &outline(bytes)?, spec)
}

/// The cheap half of [`render`]: everything that can be told without decoding.
pub(super) fn outline(bytes: &[u8]) -> Result<Outline, RenderError> {
    let format = sniff(bytes).map_err(|found| Rejection::UnsupportedType { found, accepted: Format::ALL.to_vec() })?;
    // It was within the limits when it came in; lower ones since then do not make it disappear.
    Ok(container::outline(bytes, format, u64::MAX)?)
}

/// The costly half of [`render`].
pub(super) fn make(bytes: &[u8], outline: &Outline, spec: &Spec) -> Result<Vec<u8>, RenderError> {
    let decoded = decode(bytes, outline)?;
    let (width, height) = decoded.shown_size();
    if !(1..=width.min(MAX_SIDE)).contains(&spec.width) || !(1..=height.min(MAX_SIDE)).contains(&spec.height) {
        return Err(RenderError::Size);
    }
    let picture = upright(decoded, (spec.width, spec.height))?;
    match spec.format {
        Output::Jpeg => jpeg(picture),
        Output::Png => png(&picture),
        Output::WebP => webp(&picture),
    }
}

fn jpeg(picture: DynamicImage) -> Result<Vec<u8>, RenderError> {
    let picture = on_white(picture);
    let side = |side: u32| u16::try_from(side).map_err(|_| RenderError::Size);
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, JPEG_QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
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

fn webp(picture: &DynamicImage) -> Result<Vec<u8>, RenderError> {
    let (width, height) = (picture.width(), picture.height());
    let encoder = if picture.color().has_alpha() {
        webp::Encoder::from_rgba(picture.as_bytes(), width, height)
    } else {
        webp::Encoder::from_rgb(picture.as_bytes(), width, height)
    };
    encoder.encode_simple(false, WEBP_QUALITY).map(|bytes| bytes.to_vec()).map_err(|_| RenderError::Encode)
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

    fn decoded(bytes: &[u8]) -> DynamicImage {
        image::load_from_memory(bytes).unwrap()
    }

    fn spec(width: u32, height: u32, format: Output) -> Spec {
        Spec { width, height, format }
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
    fn a_damaged_original_is_an_error() {
        let original = fixtures::jpeg(40, 30);
        let answer = render(&original[..original.len() / 2], &spec(10, 10, Output::Jpeg));
        assert!(matches!(answer, Err(RenderError::Unreadable(Rejection::Corrupt { .. }))));
    }
}
