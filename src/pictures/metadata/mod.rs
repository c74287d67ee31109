//! What a camera wrote about a picture, from its Exif block (CIPA DC-008, "Exif 3.0"). None of it is trusted: what is
//! out of range, empty or junk is left out, and a broken block gives what can be read of it. It never refuses a
//! picture.

mod block;
mod exposure;
mod location;
mod taken;
mod words;

use block::Block;
pub use location::Location;
pub use taken::Taken;

/// What a picture's metadata says about its making.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Maker and model as people write them: "Canon EOS R5", "Apple iPhone 15".
    pub camera: Option<String>,
    /// The lens' model.
    pub lens: Option<String>,
    /// Millimeters, of the lens itself.
    pub focal_length: Option<f64>,
    /// The f-number: 2.8 is f/2.8.
    pub aperture: Option<f64>,
    /// Seconds, as people write them: "1/250", "2.5".
    pub exposure: Option<String>,
    /// The sensitivity by ISO 12232.
    pub iso: Option<u32>,
    /// When the shutter was released.
    pub taken: Option<Taken>,
    /// Where the camera was.
    pub location: Option<Location>,
}

/// Most bytes of a block that are looked at; what lies beyond is as good as cut off. A JPEG cannot hold more than
/// 64 KiB of it.
const MAX_BLOCK: usize = 1 << 20;

const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
const MAKE: u16 = 0x010F;
const MODEL: u16 = 0x0110;
const LENS_MODEL: u16 = 0xA434;

impl Metadata {
    /// What an Exif block says: a TIFF header and the directories behind it.
    pub(super) fn read(exif: &[u8]) -> Self {
        let exif = exif.get(..MAX_BLOCK).unwrap_or(exif);
        let Some(block) = Block::new(exif) else { return Self::default() };
        // Each directory is gone to once, whatever points to it: a block that points in circles costs nothing.
        let main = block.first_directory();
        let exif = main.child(EXIF_DIRECTORY);
        Self {
            camera: words::camera(main.text(MAKE), main.text(MODEL)),
            lens: exif.text(LENS_MODEL).and_then(words::lens),
            focal_length: exposure::focal_length(&exif),
            aperture: exposure::aperture(&exif),
            exposure: exposure::time(&exif),
            iso: exposure::sensitivity(&exif),
            taken: taken::read(&exif),
            location: location::read(&main.child(GPS_DIRECTORY)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::fixtures::exif::{Entries, photograph};

    fn read(exif: &Entries) -> Metadata {
        let [little, big] = [true, false].map(|little| Metadata::read(&exif.block(little)));
        assert_eq!(little, big);
        big
    }

    #[test]
    fn a_photograph_says_how_when_and_where_it_was_made() {
        let metadata = read(&photograph());
        assert_eq!(metadata.camera.as_deref(), Some("Canon EOS R5"));
        assert_eq!(metadata.lens.as_deref(), Some("RF24-70mm F2.8 L IS USM"));
        assert_eq!((metadata.focal_length, metadata.aperture), (Some(35.0), Some(2.8)));
        assert_eq!((metadata.exposure.as_deref(), metadata.iso), (Some("1/250"), Some(400)));
        let taken = metadata.taken.unwrap();
        assert_eq!((&*taken.local, taken.utc_offset.as_deref()), ("2024-05-17T14:03:22.25", Some("+02:00")));
        let place = metadata.location.unwrap();
        assert!((place.latitude - 52.516_275).abs() < 1e-6 && (place.longitude + 13.377_7).abs() < 1e-6, "{place:?}");
    }

    #[test]
    fn a_block_without_any_of_it_says_nothing() {
        assert_eq!(read(&Entries::default()), Metadata::default());
        for junk in [&b""[..], b"MM", b"II*\0", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08", b"not a block at all"] {
            assert_eq!(Metadata::read(junk), Metadata::default());
        }
    }

    #[test]
    fn a_block_cut_off_anywhere_gives_what_is_left() {
        let block = photograph().block(true);
        let whole = Metadata::read(&block);
        for length in 0..block.len() {
            let metadata = Metadata::read(&block[..length]);
            // The maker is there before the model is.
            assert!([None, Some("Canon"), whole.camera.as_deref()].contains(&metadata.camera.as_deref()), "{length}");
            assert!(metadata.aperture.is_none() || metadata.aperture == whole.aperture, "{length}: {metadata:?}");
            assert!(metadata.location.is_none() || metadata.location == whole.location, "{length}: {metadata:?}");
        }
        assert_eq!(Metadata::read(&block[..block.len() - 1]).camera, whole.camera);
    }

    #[test]
    fn no_byte_set_to_anything_makes_it_fail() {
        let block = photograph().block(false);
        for at in 0..block.len() {
            for value in [0, 1, 0x7F, 0xFF] {
                let mut block = block.clone();
                block[at] = value;
                let metadata = Metadata::read(&block);
                let numbers = [metadata.focal_length, metadata.aperture, metadata.location.map(|at| at.latitude)];
                assert!(numbers.into_iter().flatten().all(f64::is_finite));
            }
        }
    }

    #[test]
    fn directories_that_point_to_each_other_are_read_once() {
        // 5,000 entries of which each points back to the directory that holds them: read as they say, they would be
        // 5,000 by 5,000 by 5,000 entries.
        let mut block = b"II*\0\x08\0\0\0".to_vec();
        block.extend_from_slice(&5000_u16.to_le_bytes());
        for index in 0..5000_u16 {
            let tag = if index % 2 == 0 { EXIF_DIRECTORY } else { GPS_DIRECTORY };
            block.extend_from_slice(&tag.to_le_bytes());
            block.extend_from_slice(b"\x04\0\x01\0\0\0\x08\0\0\0");
        }
        block.extend_from_slice(b"\x08\0\0\0");
        assert_eq!(Metadata::read(&block), Metadata::default());
    }

    #[test]
    fn only_the_beginning_of_a_huge_block_is_looked_at() {
        let mut exif = photograph();
        exif.padding = MAX_BLOCK;
        assert_eq!(read(&exif), Metadata::default());
        exif.padding = MAX_BLOCK / 2;
        assert!(read(&exif).camera.is_some());
    }
}
