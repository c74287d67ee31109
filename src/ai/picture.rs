//! The last look at a picture before it leaves the house: a JPEG, small, and without anything that tells where, when
//! or with what it was taken. The caller has made it so; this holds it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::AiError;

/// Far above any 1,024-pixel JPEG, and below what providers refuse.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The picture as a `data:` URL.
pub(super) fn data_url(jpeg: &[u8]) -> Result<String, AiError> {
    if jpeg.len() > MAX_BYTES {
        return Err(AiError::UnfitPicture("it is too large"));
    }
    check_segments(jpeg).map_err(AiError::UnfitPicture)?;
    Ok(format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg)))
}

/// Walks the segments before the pixels. Of the application segments only JFIF, ICC profiles and Adobe's color
/// transform are needed to show a picture; EXIF, XMP, IPTC and comments are not.
fn check_segments(jpeg: &[u8]) -> Result<(), &'static str> {
    const BROKEN: &str = "it is not a whole JPEG";
    let mut rest = jpeg.strip_prefix(&[0xFF, 0xD8]).ok_or("it is not a JPEG")?;
    loop {
        let [0xFF, marker, after @ ..] = rest else { return Err(BROKEN) };
        let (size, payload) = match (marker, after) {
            // Fill bytes may stand before a marker.
            (0xFF, _) => {
                rest = &rest[1..];
                continue;
            }
            (0xDA, _) => return Ok(()),
            (_, [high, low, payload @ ..]) => (usize::from(u16::from_be_bytes([*high, *low])), payload),
            _ => return Err(BROKEN),
        };
        let end = size.checked_sub(2).filter(|end| *end <= payload.len()).ok_or(BROKEN)?;
        let (content, next) = payload.split_at(end);
        let harmless = match marker {
            0xE0 | 0xEE => true,
            0xE2 => content.starts_with(b"ICC_PROFILE\0"),
            0xE1..=0xEF | 0xFE => false,
            _ => true,
        };
        if !harmless {
            return Err("it still carries metadata");
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        for (marker, content) in segments {
            let size = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
            bytes.extend([&[0xFF, *marker][..], &size, content].concat());
        }
        bytes.extend([0xFF, 0xDA, 0, 2, 0xFF, 0xD9]);
        bytes
    }

    #[test]
    fn a_clean_jpeg_becomes_a_data_url_of_its_bytes() {
        let clean = jpeg(&[(0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0\x01\x01"), (0xDB, b"tables")]);
        let url = data_url(&clean).unwrap();
        let encoded = url.strip_prefix("data:image/jpeg;base64,").unwrap();
        assert_eq!(STANDARD.decode(encoded).unwrap(), clean);
    }

    #[test]
    fn a_picture_with_metadata_does_not_leave() {
        let metadata: [(u8, &[u8]); 4] =
            [(0xE1, b"Exif\0\0"), (0xED, b"Photoshop 3.0\0"), (0xFE, b"hello"), (0xE2, b"MPF\0")];
        for segment in metadata {
            let error = data_url(&jpeg(&[(0xE0, b"JFIF\0"), segment])).unwrap_err();
            assert_eq!(error, AiError::UnfitPicture("it still carries metadata"), "{:x}", segment.0);
        }
    }

    #[test]
    fn metadata_behind_fill_bytes_is_found() {
        let mut bytes = jpeg(&[(0xE1, b"Exif\0\0")]);
        bytes.insert(2, 0xFF);
        assert_eq!(data_url(&bytes), Err(AiError::UnfitPicture("it still carries metadata")));
    }

    #[test]
    fn only_a_jpeg_of_a_few_megabytes_leaves() {
        assert!(data_url(b"\x89PNG\r\n\x1a\n").is_err());
        assert!(data_url(b"").is_err());
        assert!(data_url(&jpeg(&[(0xDB, b"tables")])[..5]).is_err());
        let mut large = jpeg(&[]);
        large.resize(MAX_BYTES + 1, 0);
        assert_eq!(data_url(&large), Err(AiError::UnfitPicture("it is too large")));
    }
}
