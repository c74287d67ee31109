//! How the light was measured: focal length, aperture, exposure time, sensitivity.

use super::block::Directory;

const EXPOSURE_TIME: u16 = 0x829A;
const F_NUMBER: u16 = 0x829D;
const SENSITIVITY: u16 = 0x8827;
const STANDARD_OUTPUT_SENSITIVITY: u16 = 0x8831;
const RECOMMENDED_EXPOSURE_INDEX: u16 = 0x8832;
const ISO_SPEED: u16 = 0x8833;
const SHUTTER_SPEED: u16 = 0x9201;
const APERTURE: u16 = 0x9202;
const FOCAL_LENGTH: u16 = 0x920A;

/// Millimeters; 0 is "unknown".
pub(super) fn focal_length(exif: &Directory<'_>) -> Option<f64> {
    exif.ratio(FOCAL_LENGTH).map(hundredths).filter(|length| (0.01..=100_000.0).contains(length))
}

/// The f-number, or what it is by the APEX value: lenses without a contact have 0.
pub(super) fn aperture(exif: &Directory<'_>) -> Option<f64> {
    let plausible = |number: &f64| (0.1..=1000.0).contains(number);
    let by_value = || exif.ratio(APERTURE).map(|value| (value / 2.0).exp2());
    exif.ratio(F_NUMBER).filter(plausible).or_else(by_value).map(hundredths).filter(plausible)
}

/// The exposure time, or what it is by the APEX value.
pub(super) fn time(exif: &Directory<'_>) -> Option<String> {
    let plausible = |seconds: &f64| (1e-7..=1e6).contains(seconds);
    let by_value = || exif.ratio(SHUTTER_SPEED).map(|value| (-value).exp2());
    exif.ratio(EXPOSURE_TIME).filter(plausible).or_else(by_value).filter(plausible).map(written)
}

/// The sensitivity; a number too large for its field is in another one.
pub(super) fn sensitivity(exif: &Directory<'_>) -> Option<u32> {
    let plausible = |iso: &u32| (1..=50_000_000).contains(iso);
    let small = exif.number(SENSITIVITY).filter(plausible);
    let large = || {
        let tags = [ISO_SPEED, RECOMMENDED_EXPOSURE_INDEX, STANDARD_OUTPUT_SENSITIVITY];
        tags.into_iter().find_map(|tag| exif.number(tag).filter(plausible))
    };
    match small {
        Some(iso) if iso < u32::from(u16::MAX) => Some(iso),
        _ => large().or(small),
    }
}

/// Seconds: up to a quarter as one part of so many, longer ones with at most one decimal, as photographers write them.
fn written(seconds: f64) -> String {
    // The form and its limit are ExifTool's.
    if seconds < 0.250_01 {
        return format!("1/{:.0}", 1.0 / seconds);
    }
    let text = format!("{seconds:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::super::Metadata;
    use super::*;
    use crate::pictures::fixtures::exif::{Entries, Value};

    fn read(entries: &[(u16, Value)]) -> Metadata {
        Metadata::read(&Entries { exif: entries.to_vec(), ..Entries::default() }.block(true))
    }

    fn exposure(numerator: u32, denominator: u32) -> Option<String> {
        read(&[(EXPOSURE_TIME, Value::Ratios(vec![(numerator, denominator)]))]).exposure
    }

    #[test]
    fn times_are_written_as_photographers_write_them() {
        for (numerator, denominator, text) in [
            (1, 250, "1/250"),
            (10, 2500, "1/250"),
            (1, 8000, "1/8000"),
            (333, 100_000, "1/300"),
            (1, 4, "1/4"),
            (1, 3, "0.3"),
            (5, 10, "0.5"),
            (25, 10, "2.5"),
            (30, 1, "30"),
        ] {
            assert_eq!(exposure(numerator, denominator).as_deref(), Some(text));
        }
        assert_eq!([exposure(0, 1), exposure(1, 0), exposure(0, 0), exposure(u32::MAX, 1)], [const { None }; 4]);
    }

    #[test]
    fn apex_values_stand_in_for_what_is_missing() {
        let f_zero = (F_NUMBER, Value::Ratios(vec![(0, 1)]));
        let metadata =
            read(&[f_zero.clone(), (SHUTTER_SPEED, Value::SignedRatio(8, 1)), (APERTURE, Value::Ratios(vec![(3, 1)]))]);
        assert_eq!((metadata.exposure.as_deref(), metadata.aperture), (Some("1/256"), Some(2.83)));
        let slow = read(&[f_zero, (SHUTTER_SPEED, Value::SignedRatio(-1, 1))]);
        assert_eq!((slow.exposure.as_deref(), slow.aperture), (Some("2"), None));
    }

    #[test]
    fn numbers_out_of_range_are_left_out() {
        let ratio = |a, b| Value::Ratios(vec![(a, b)]);
        for junk in
            [ratio(0, 1), ratio(0, 0), ratio(7, 0), ratio(u32::MAX, 1), Value::Text("2.8"), Value::Ratios(vec![])]
        {
            let metadata = read(&[(F_NUMBER, junk.clone()), (FOCAL_LENGTH, junk)]);
            assert_eq!((metadata.aperture, metadata.focal_length), (None, None));
        }
        assert_eq!(read(&[(FOCAL_LENGTH, ratio(4250, 1000))]).focal_length, Some(4.25));
    }

    #[test]
    fn a_sensitivity_that_does_not_fit_is_found_where_it_is() {
        assert_eq!(read(&[(SENSITIVITY, Value::Short(800))]).iso, Some(800));
        assert_eq!(read(&[(SENSITIVITY, Value::Short(0))]).iso, None);
        let full = (SENSITIVITY, Value::Short(u16::MAX));
        assert_eq!(read(&[full.clone(), (RECOMMENDED_EXPOSURE_INDEX, Value::Long(204_800))]).iso, Some(204_800));
        assert_eq!(read(&[full]).iso, Some(65_535));
    }
}
