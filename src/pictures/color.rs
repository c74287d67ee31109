//! Colors to sRGB, which is what a picture without a profile is taken for.

use image::{DynamicImage, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::decode::{Channels, Raster};

/// The raster in sRGB: RGBA with `alpha`, else RGB. A profile that is broken or belongs to other colors than the
/// picture's is ignored. `None` if the raster's buffer has not the size it says.
pub(super) fn to_srgb(raster: &Raster, alpha: bool, profile: Option<&[u8]>) -> Option<DynamicImage> {
    let profile = profile.and_then(|bytes| ColorProfile::new_from_slice(bytes).ok());
    let data = profile
        .and_then(|profile| converted(raster, alpha, &profile))
        .unwrap_or_else(|| plain(raster.channels, alpha, &raster.data));
    if alpha {
        RgbaImage::from_raw(raster.width, raster.height, data).map(DynamicImage::ImageRgba8)
    } else {
        RgbImage::from_raw(raster.width, raster.height, data).map(DynamicImage::ImageRgb8)
    }
}

/// RGBA with `alpha`, else RGB, by the profile; `None` if it does not apply.
fn converted(raster: &Raster, alpha: bool, profile: &ColorProfile) -> Option<Vec<u8>> {
    let (source, target) = match (raster.channels, profile.color_space) {
        (Channels::GrayAlpha, DataColorSpace::Gray) if alpha => (Layout::GrayAlpha, Layout::Rgba),
        (Channels::Gray | Channels::GrayAlpha, DataColorSpace::Gray) => (Layout::Gray, Layout::Rgb),
        // Four channels are called RGBA, whichever they are.
        (Channels::Cmyk, DataColorSpace::Cmyk) => (Layout::Rgba, Layout::Rgb),
        // Gray pictures come with RGB profiles too: all three channels are the same then.
        (Channels::GrayAlpha | Channels::Rgba, DataColorSpace::Rgb) if alpha => (Layout::Rgba, Layout::Rgba),
        (Channels::Gray | Channels::GrayAlpha | Channels::Rgb | Channels::Rgba, DataColorSpace::Rgb) => {
            (Layout::Rgb, Layout::Rgb)
        }
        _ => return None,
    };
    let options = TransformOptions { rendering_intent: profile.rendering_intent, ..TransformOptions::default() };
    let transform = profile.create_transform_8bit(source, &ColorProfile::new_srgb(), target, options).ok()?;
    let expanded: Vec<u8>;
    let input: &[u8] = match (raster.channels, source) {
        (Channels::Cmyk, _) => {
            expanded = raster.data.iter().map(|ink| 255 - ink).collect();
            &expanded
        }
        (Channels::GrayAlpha, Layout::Gray) => {
            expanded = raster.data.as_chunks::<2>().0.iter().map(|[gray, _]| *gray).collect();
            &expanded
        }
        (Channels::Gray, Layout::Gray)
        | (Channels::GrayAlpha, Layout::GrayAlpha)
        | (Channels::Rgb, _)
        | (Channels::Rgba, Layout::Rgba) => &raster.data,
        _ => {
            expanded = plain(raster.channels, alpha, &raster.data);
            &expanded
        }
    };
    let pixels = raster.data.len() / raster.channels.count();
    let mut output = vec![0; pixels * if target == Layout::Rgba { 4 } else { 3 }];
    transform.transform(input, &mut output).ok()?;
    Some(output)
}

/// RGBA with `alpha`, else RGB; without a profile.
fn plain(channels: Channels, alpha: bool, data: &[u8]) -> Vec<u8> {
    match channels {
        Channels::Gray => data.iter().flat_map(|gray| [*gray; 3]).collect(),
        Channels::GrayAlpha if alpha => {
            data.as_chunks::<2>().0.iter().flat_map(|[gray, alpha]| [*gray, *gray, *gray, *alpha]).collect()
        }
        Channels::GrayAlpha => data.as_chunks::<2>().0.iter().flat_map(|[gray, _]| [*gray; 3]).collect(),
        Channels::Rgba if !alpha => data.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect(),
        Channels::Rgb | Channels::Rgba => data.to_vec(),
        Channels::Cmyk => {
            data.as_chunks::<4>().0.iter().flat_map(|[c, m, y, k]| [c, m, y].map(|ink| through(*ink, *k))).collect()
        }
    }
}

/// What light is left by a color ink under black, both inverted: their product, with 255 for one.
fn through(ink: u8, black: u8) -> u8 {
    u8::try_from((u32::from(ink) * u32::from(black) + 127) / 255).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(channels: Channels, data: &[u8], profile: Option<&ColorProfile>) -> Vec<u8> {
        let profile = profile.map(|profile| profile.encode().unwrap());
        let raster = Raster { width: 1, height: 1, channels, data: data.to_vec().into() };
        to_srgb(&raster, raster.is_transparent(), profile.as_deref()).unwrap().into_bytes()
    }

    #[test]
    fn a_profile_moves_the_colors() {
        let pure = pixel(Channels::Rgb, &[200, 100, 50], Some(&ColorProfile::new_display_p3()));
        assert!(pure[0] > 205 && pure[1] < 100, "{pure:?}");
        let same = pixel(Channels::Rgb, &[200, 100, 50], Some(&ColorProfile::new_srgb()));
        assert!(same.iter().zip([200, 100, 50]).all(|(a, b)| a.abs_diff(b) <= 1), "{same:?}");
    }

    #[test]
    fn alpha_passes_the_profile_by() {
        let pixel = pixel(Channels::Rgba, &[200, 100, 50, 77], Some(&ColorProfile::new_display_p3()));
        assert!(pixel[0] > 205 && pixel[3] == 77, "{pixel:?}");
    }

    #[test]
    fn gray_profiles_and_gray_with_an_rgb_profile_give_gray() {
        for profile in [ColorProfile::new_gray_with_gamma(1.0), ColorProfile::new_srgb()] {
            let [r, g, b] = pixel(Channels::Gray, &[100], Some(&profile))[..] else { panic!("three channels") };
            assert!(r.abs_diff(g) <= 1 && g.abs_diff(b) <= 1);
        }
        // Linear light is shown lighter.
        assert!(pixel(Channels::Gray, &[100], Some(&ColorProfile::new_gray_with_gamma(1.0)))[0] > 150);
    }

    #[test]
    fn a_profile_that_is_broken_or_of_other_colors_is_ignored() {
        let raster = Raster { width: 1, height: 1, channels: Channels::Rgb, data: vec![200, 100, 50].into() };
        assert_eq!(to_srgb(&raster, false, Some(b"no profile")).unwrap().into_bytes(), [200, 100, 50]);
        let gray = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
        assert_eq!(to_srgb(&raster, false, Some(&gray)).unwrap().into_bytes(), [200, 100, 50]);
    }

    #[test]
    fn inks_without_a_profile_are_multiplied() {
        assert_eq!(pixel(Channels::Cmyk, &[255, 0, 128, 255], None), [255, 0, 128]);
        assert_eq!(pixel(Channels::Cmyk, &[255, 255, 255, 0], None), [0, 0, 0]);
    }

    #[test]
    fn an_alpha_channel_that_says_nothing_is_dropped() {
        assert_eq!(pixel(Channels::Rgba, &[1, 2, 3, 255], None), [1, 2, 3]);
        assert_eq!(pixel(Channels::GrayAlpha, &[9, 255], None), [9, 9, 9]);
        assert_eq!(pixel(Channels::GrayAlpha, &[9, 8], None), [9, 9, 9, 8]);
        let srgb = ColorProfile::new_srgb();
        assert_eq!(pixel(Channels::Rgba, &[0, 0, 0, 255], Some(&srgb)), [0, 0, 0]);
        let gray = ColorProfile::new_gray_with_gamma(1.0);
        assert_eq!(pixel(Channels::GrayAlpha, &[255, 255], Some(&gray)).len(), 3);
        assert_eq!(pixel(Channels::GrayAlpha, &[255, 8], Some(&gray))[3], 8);
    }
}
