//! Where a picture was taken.

use super::block::{Directory, quotient};

/// A place on the earth, by WGS 84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Location {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
}

const LATITUDE_REF: u16 = 1;
const LATITUDE: u16 = 2;
const LONGITUDE_REF: u16 = 3;
const LONGITUDE: u16 = 4;
const STATUS: u16 = 9;

/// `None` unless both coordinates are whole and on the earth, and for a receiver that says it had no fix. The point
/// 0, 0 in the Atlantic is what cameras write without one.
pub(super) fn read(gps: &Directory<'_>) -> Option<Location> {
    if gps.text(STATUS) == Some(b"V") {
        return None;
    }
    let latitude = coordinate(gps, LATITUDE, LATITUDE_REF, [b'N', b'S'], 90.0)?;
    let longitude = coordinate(gps, LONGITUDE, LONGITUDE_REF, [b'E', b'W'], 180.0)?;
    (latitude != 0.0 || longitude != 0.0).then_some(Location { latitude, longitude })
}

/// Degrees, minutes and seconds, with the letter of the hemisphere.
fn coordinate(gps: &Directory<'_>, tag: u16, reference: u16, [plus, minus]: [u8; 2], most: f64) -> Option<f64> {
    let [degrees, minutes, seconds] = gps.ratios::<3>(tag)?.map(quotient);
    let (degrees, minutes, seconds) = (degrees?, minutes?, seconds?);
    if degrees < 0.0 || !(0.0..=60.0).contains(&minutes) || !(0.0..=60.0).contains(&seconds) {
        return None;
    }
    let value = degrees + minutes / 60.0 + seconds / 3600.0;
    if value > most {
        return None;
    }
    let [letter] = gps.text(reference)?.trim_ascii() else { return None };
    match letter.to_ascii_uppercase() {
        letter if letter == plus => Some(value),
        // Not the negative zero.
        letter if letter == minus => Some(0.0 - value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::fixtures::exif::{Entries, Value};
    use crate::pictures::metadata::Metadata;

    type Ratios = [(u32, u32); 3];

    fn entries(latitude: Ratios, north: &'static str, longitude: Ratios, east: &'static str) -> Vec<(u16, Value)> {
        vec![
            (LATITUDE_REF, Value::Text(north)),
            (LATITUDE, Value::Ratios(latitude.to_vec())),
            (LONGITUDE_REF, Value::Text(east)),
            (LONGITUDE, Value::Ratios(longitude.to_vec())),
        ]
    }

    fn read(gps: Vec<(u16, Value)>) -> Option<(f64, f64)> {
        let metadata = Metadata::read(&Entries { gps, ..Entries::default() }.block(true));
        metadata.location.map(|location| (location.latitude, location.longitude))
    }

    const HALF: Ratios = [(10, 1), (30, 1), (0, 1)];
    const ZERO: Ratios = [(0, 1); 3];

    #[test]
    fn hemispheres_are_signs() {
        assert_eq!(read(entries(HALF, "N", HALF, "E")), Some((10.5, 10.5)));
        assert_eq!(read(entries(HALF, "S", HALF, "W")), Some((-10.5, -10.5)));
        assert_eq!(read(entries(HALF, "s", ZERO, "w")), Some((-10.5, 0.0)));
        assert_eq!(
            read(entries([(90, 1), (0, 1), (0, 1)], "N", [(180, 1), (0, 1), (0, 1)], "W")),
            Some((90.0, -180.0))
        );
    }

    #[test]
    fn places_that_are_nowhere_are_none() {
        let degrees = |n, d| [(n, d), (0, 1), (0, 1)];
        for gps in [
            entries(degrees(91, 1), "N", HALF, "E"),
            entries([(90, 1), (0, 1), (1, 1)], "N", HALF, "E"),
            entries(HALF, "N", degrees(181, 1), "E"),
            entries(degrees(10, 0), "N", HALF, "E"),
            entries([(10, 1), (30, 1), (0, 0)], "N", HALF, "E"),
            entries([(10, 1), (61, 1), (0, 1)], "N", HALF, "E"),
            entries([(10, 1), (0, 1), (61, 1)], "N", HALF, "E"),
            entries(HALF, "E", HALF, "E"),
            entries(HALF, "", HALF, "E"),
            entries(HALF, "N", HALF, "NE"),
            entries(ZERO, "N", ZERO, "E"),
            entries(HALF, "N", HALF, "E")[..3].to_vec(),
            vec![],
        ] {
            assert_eq!(read(gps.clone()), None, "{gps:?}");
        }
    }

    #[test]
    fn a_receiver_without_a_fix_knows_no_place() {
        let with = |status| [entries(HALF, "N", HALF, "E"), vec![(STATUS, Value::Text(status))]].concat();
        assert_eq!(read(with("A")), Some((10.5, 10.5)));
        assert_eq!(read(with("V")), None);
    }
}
