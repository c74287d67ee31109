//! JPEG by zune-jpeg: forgiving about headers, as cameras need it, and strict about the picture's data. What is wanted
//! small, and what it has wrong, is decoded by `reduced`.

use std::borrow::Cow;

use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::reduced::{self, Scale};
use super::{Channels, DAMAGED, Decoded, Raster, orientation};
use crate::pictures::buffer::Buffer;
use crate::pictures::container::Outline;
use crate::pictures::rejection::Rejection;

/// What the decoder hands out, and what has to be done with it.
struct Plan {
    output: ColorSpace,
    channels: Channels,
}

pub(super) fn decode(bytes: &[u8], outline: &Outline) -> Result<Decoded, Rejection> {
    if let Some(raster) = reduced::decode_rare(bytes)? {
        return with_metadata(raster, bytes, outline, Scale::Whole);
    }
    let mut decoder = with_headers(bytes)?;
    // The decoder takes Adobe's "no transform" for CMYK even with three components, which are then RGB, and refuses
    // the file. With YCbCr declared, and asked for, it hands the samples out as they are.
    let rgb =
        decoder.info().is_some_and(|info| info.components == 3) && decoder.input_colorspace() == Some(ColorSpace::CMYK);
    let bytes = if rgb { Cow::Owned(declared_ycbcr(bytes)?) } else { Cow::Borrowed(bytes) };
    let plan = if rgb {
        decoder = with_headers(&bytes)?;
        Plan { output: ColorSpace::YCbCr, channels: Channels::Rgb }
    } else {
        plan(&decoder)?
    };

    let (width, height) = (outline.width, outline.height);
    if decoder.dimensions() != Some((width as usize, height as usize)) {
        return Err(DAMAGED);
    }
    let profile = decoder.icc_profile();
    let orientation = orientation(&bytes, outline);

    decoder.set_options(decoder.options().set_strict_mode(true).jpeg_set_out_colorspace(plan.output));
    let mut data = Buffer::zeroed(decoder.output_buffer_size().ok_or(DAMAGED)?);
    decoder.decode_into(&mut data).map_err(reason)?;
    if plan.output == ColorSpace::YCCK {
        ycck_to_cmyk(&mut data);
    }
    Ok(Decoded { raster: Raster { width, height, channels: plan.channels, data }, orientation, profile })
}

/// As `decode`, at a fraction of the size. `None` for the kinds that only `decode` knows.
pub(super) fn decode_reduced(bytes: &[u8], outline: &Outline, scale: Scale) -> Result<Option<Decoded>, Rejection> {
    let Some(raster) = reduced::decode(bytes, scale)? else { return Ok(None) };
    with_metadata(raster, bytes, outline, scale).map(Some)
}

fn with_metadata(raster: Raster, bytes: &[u8], outline: &Outline, scale: Scale) -> Result<Decoded, Rejection> {
    if (raster.width, raster.height) != (scale.of(outline.width), scale.of(outline.height)) {
        return Err(DAMAGED);
    }
    let profile = with_headers(bytes)?.icc_profile();
    Ok(Decoded { raster, orientation: orientation(bytes, outline), profile })
}

fn with_headers(bytes: &[u8]) -> Result<JpegDecoder<ZCursor<&[u8]>>, Rejection> {
    // Dimensions are checked by the caller, from the same header.
    let side = usize::from(u16::MAX);
    let options = DecoderOptions::default().set_strict_mode(false).set_max_width(side).set_max_height(side);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(reason)?;
    Ok(decoder)
}

fn plan(decoder: &JpegDecoder<ZCursor<&[u8]>>) -> Result<Plan, Rejection> {
    let components = decoder.info().map_or(0, |info| info.components);
    let (output, channels) = match (components, decoder.input_colorspace()) {
        (1, _) => (ColorSpace::Luma, Channels::Gray),
        (3, _) => (ColorSpace::RGB, Channels::Rgb),
        (4, Some(ColorSpace::YCCK)) => (ColorSpace::YCCK, Channels::Cmyk),
        (4, Some(ColorSpace::CMYK)) => (ColorSpace::CMYK, Channels::Cmyk),
        _ => return Err(Rejection::Corrupt { reason: "this rare kind of JPEG is not supported" }),
    };
    Ok(Plan { output, channels })
}

/// The file with the color transform of its Adobe segment set to YCbCr.
fn declared_ycbcr(bytes: &[u8]) -> Result<Vec<u8>, Rejection> {
    // Marker, length, "Adobe", version and two flags come before the transform.
    let at = bytes.windows(9).position(|w| w.starts_with(&[0xFF, 0xEE]) && w.ends_with(b"Adobe")).ok_or(DAMAGED)?;
    let mut bytes = bytes.to_vec();
    *bytes.get_mut(at + 15).ok_or(DAMAGED)? = 1;
    Ok(bytes)
}

/// YCCK to CMYK in place, as libjpeg has it: the first three are the complement of JFIF's RGB, K stays as it is. In
/// 16-bit fixed point.
fn ycck_to_cmyk(data: &mut [u8]) {
    let complement = |value: i32| u8::try_from((255 - value).clamp(0, 255)).unwrap_or(u8::MAX);
    for pixel in data.as_chunks_mut::<4>().0 {
        let [y, cb, cr, _] = pixel.map(i32::from);
        let (cb, cr) = (cb - 128, cr - 128);
        pixel[0] = complement(y + ((91_881 * cr + 32_768) >> 16));
        pixel[1] = complement(y - ((22_554 * cb + 46_802 * cr + 32_768) >> 16));
        pixel[2] = complement(y + ((116_130 * cb + 32_768) >> 16));
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn reason(error: DecodeErrors) -> Rejection {
    match error {
        DecodeErrors::Unsupported(_) => Rejection::Corrupt { reason: "this rare kind of JPEG is not supported" },
        _ => DAMAGED,
    }
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::ColorType;

    use super::*;
    use crate::pictures::{Format, container, fixtures};

    fn decoded(bytes: &[u8]) -> Decoded {
        decode(bytes, &container::outline(bytes, Format::Jpeg, u64::MAX).unwrap()).unwrap()
    }

    fn is_near(pixel: &[u8], expected: [u8; 4]) -> bool {
        pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 3)
    }

    #[test]
    fn inks_come_out_the_same_from_cmyk_and_from_ycck() {
        // The encoder is given ink, and inverts it as JPEG files have it.
        let inks: [u8; 4] = [200, 120, 40, 180];
        for color in [ColorType::Cmyk, ColorType::CmykAsYcck] {
            let raster = decoded(&fixtures::jpeg_of(&inks.repeat(16 * 16), 16, 16, color)).raster;
            assert_eq!(raster.channels, Channels::Cmyk);
            assert!(is_near(&raster.data[..4], inks.map(|ink| 255 - ink)), "{:?} of {color:?}", &raster.data[..4]);
        }
    }

    #[test]
    fn adobe_rgb_without_transform_is_rgb() {
        // Three components that the JFIF header would make YCbCr, and Adobe's segment says are not.
        let bytes = fixtures::jpeg_of(&[200, 120, 40].repeat(16 * 16), 16, 16, ColorType::Ycbcr);
        let bytes = fixtures::with_segment(&bytes, 0xEE, b"Adobe\0\x64\0\0\0\0\0");
        let raster = decoded(&bytes).raster;
        assert_eq!(raster.channels, Channels::Rgb);
        assert!(is_near(&raster.data[..3], [200, 120, 40, 0]), "{:?}", &raster.data[..3]);
    }

    #[test]
    fn gray_stays_one_channel() {
        let raster = decoded(&fixtures::jpeg_of(&[77; 64], 8, 8, ColorType::Luma)).raster;
        assert_eq!((raster.channels, raster.data.len()), (Channels::Gray, 64));
    }

    #[test]
    fn a_reduced_picture_has_the_orientation_and_the_profile_of_the_full_one() {
        let profile = b"a profile of no real colors";
        let bytes = fixtures::jpeg_with_profile(&fixtures::rgb(45, 30), 45, 30, ColorType::Rgb, profile);
        let bytes = fixtures::with_orientation(&bytes, 6);
        let outline = container::outline(&bytes, Format::Jpeg, u64::MAX).unwrap();
        let reduced = super::super::decode_reduced(&bytes, &outline, Scale::Quarter);
        let (full, reduced) = (decoded(&bytes), reduced.unwrap().unwrap());
        assert_eq!((reduced.raster.width, reduced.raster.height), (12, 8));
        assert_eq!((reduced.orientation, &reduced.profile), (full.orientation, &full.profile));
        assert_eq!((reduced.shown_size(), reduced.profile.as_deref()), ((8, 12), Some(&profile[..])));
    }
}
