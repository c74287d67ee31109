//! JPEG: segments, entropy-coded scans between them, an end-of-image marker (ITU T.81, annex B).

use super::{CUT_OFF, DAMAGED, Outline, byte, take};
use crate::pictures::format::Format;
use crate::pictures::rejection::Rejection;

/// Each scan makes the decoder pass over the whole picture again, and may have only a few bytes. Encoders write about
/// ten, and 18 for four components.
const USUAL_SCANS: u64 = 20;

/// What more scans may come to, as their number times the pixels.
const MAX_SCANNED: u64 = 250_000_000;

/// More than that nobody writes even for a small picture.
const MAX_SCANS: u64 = 100;

const SOI: usize = 2;
const START_OF_SCAN: u8 = 0xDA;
const END_OF_IMAGE: u8 = 0xD9;
const APP1: u8 = 0xE1;
/// What the Exif segment begins with; others share its marker.
const EXIF: &[u8] = b"Exif\0\0";

/// The frame header.
#[derive(Clone, Copy)]
struct Frame {
    progressive: bool,
    width: u32,
    height: u32,
    components: u8,
}

pub(super) fn dimensions(bytes: &[u8]) -> Result<(u32, u32), Rejection> {
    let mut at = SOI;
    loop {
        let (marker, body) = next_marker(bytes, at)?;
        if let Some(frame) = frame(bytes, marker, body)? {
            return Ok((frame.width, frame.height));
        }
        match marker {
            START_OF_SCAN | END_OF_IMAGE => return Err(DAMAGED),
            _ => at = after_segment(bytes, marker, body)?,
        }
    }
}

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Rejection> {
    let (mut at, mut scans, mut header, mut buffered, mut exif) = (SOI, 0_u64, None, false, None);
    loop {
        let (marker, body) = next_marker(bytes, at)?;
        if let Some(frame) = frame(bytes, marker, body)?
            && header.replace(frame).is_some()
        {
            return Err(DAMAGED);
        }
        if marker == END_OF_IMAGE {
            let frame = header.filter(|_| scans > 0).ok_or(DAMAGED)?;
            let decode_memory = decode_memory(frame, buffered);
            let Frame { width, height, .. } = frame;
            return Ok(Outline { format: Format::Jpeg, width, height, frames: 1, end: body, exif, decode_memory });
        }
        at = after_segment(bytes, marker, body)?;
        if marker == APP1 && exif.is_none() && bytes.get(body + 2..at).is_some_and(|data| data.starts_with(EXIF)) {
            exif = Some((body + 2 + EXIF.len(), at));
        }
        if marker == START_OF_SCAN {
            let frame = header.ok_or(DAMAGED)?;
            scans += 1;
            let scanned = scans * u64::from(frame.width) * u64::from(frame.height);
            if scans > MAX_SCANS || (scans > USUAL_SCANS && scanned > MAX_SCANNED) {
                return Err(Rejection::Corrupt { reason: "it has too many scans" });
            }
            // The components of the scan: fewer than the frame's means that all of it is held until the last scan.
            buffered |= frame.progressive || byte(bytes, body + 2)? < frame.components;
            at = after_scan(bytes, at)?;
        }
    }
}

/// The marker at or after an offset, and where its body begins. Cameras put stray bytes between segments, and any
/// number of fill bytes before a marker; every decoder skips them.
fn next_marker(bytes: &[u8], mut at: usize) -> Result<(u8, usize), Rejection> {
    loop {
        at += bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xFF)).ok_or(CUT_OFF)?;
        at += bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte != 0xFF)).ok_or(CUT_OFF)?;
        match byte(bytes, at)? {
            0 => at += 1,
            marker => return Ok((marker, at + 1)),
        }
    }
}

/// Where the segment ends whose body (length first) begins at `body`.
fn after_segment(bytes: &[u8], marker: u8, body: usize) -> Result<usize, Rejection> {
    // TEM, RST0 to RST7 and SOI stand alone.
    if matches!(marker, 0x01 | 0xD0..=0xD8) {
        return Ok(body);
    }
    let length = usize::from(u16::from_be_bytes(take(bytes, body)?));
    if length < 2 {
        return Err(DAMAGED);
    }
    let end = body + length;
    if end > bytes.len() { Err(CUT_OFF) } else { Ok(end) }
}

/// Where the marker is that ends the entropy-coded data: restart markers and stuffed bytes belong to it.
fn after_scan(bytes: &[u8], mut at: usize) -> Result<usize, Rejection> {
    loop {
        at += bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xFF)).ok_or(CUT_OFF)?;
        match byte(bytes, at + 1)? {
            0 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Ok(at),
        }
    }
}

/// The frame header, if the marker is one.
fn frame(bytes: &[u8], marker: u8, body: usize) -> Result<Option<Frame>, Rejection> {
    match marker {
        0xC0..=0xC2 => {}
        // DHT, JPG and DAC share the range.
        0xC4 | 0xC8 | 0xCC => return Ok(None),
        0xC3..=0xCF => return Err(Rejection::Corrupt { reason: "this rare kind of JPEG is not supported" }),
        _ => return Ok(None),
    }
    let [_, _, _precision, h1, h0, w1, w0, components] = take(bytes, body)?;
    let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
    Ok(Some(Frame { progressive: marker == 0xC2, width: width.into(), height: height.into(), components }))
}

/// The output and, where the decoder has to hold the coefficients, two bytes for each of them.
fn decode_memory(frame: Frame, buffered: bool) -> u64 {
    let components = u64::from(frame.components);
    let output = u64::from(frame.width) * u64::from(frame.height) * components;
    // Sides are padded to whole blocks of the coarsest sampling.
    let padded = u64::from(frame.width.next_multiple_of(32)) * u64::from(frame.height.next_multiple_of(32));
    output + if buffered { 2 * padded * components } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::fixtures;

    #[test]
    fn what_follows_the_end_of_the_picture_is_left_alone() {
        let picture = fixtures::jpeg(32, 16);
        let mut motion_photo = picture.clone();
        motion_photo.extend_from_slice(b"\0\0\0\x18ftypmp42 and a movie \xff\xd8\xff");
        assert_eq!(outline(&motion_photo).unwrap().end, picture.len());
    }

    #[test]
    fn a_thumbnail_in_the_metadata_is_not_taken_for_the_picture() {
        let mut exif = b"Exif\0\0".to_vec();
        exif.extend(fixtures::jpeg(16, 16));
        let picture = fixtures::with_segment(&fixtures::jpeg(64, 48), 0xE1, &exif);
        let outline = outline(&picture).unwrap();
        assert_eq!((outline.width, outline.height, outline.end), (64, 48, picture.len()));
    }

    #[test]
    fn stray_and_fill_bytes_between_segments_are_skipped() {
        let mut picture = fixtures::jpeg(16, 16);
        picture.splice(2..2, [0, 0, 7, 0, 0, 0xFF, 0xFF]);
        assert!(outline(&picture).is_ok());
    }

    /// The picture with its data so many times.
    fn scanned(picture: &[u8], times: u64) -> Vec<u8> {
        let scan = picture.windows(2).position(|pair| pair == [0xFF, START_OF_SCAN]).unwrap();
        let end = picture.len() - 2;
        let data = picture[scan..end].repeat(usize::try_from(times).unwrap());
        [&picture[..scan], &data, &picture[end..]].concat()
    }

    #[test]
    fn endless_scans_are_refused() {
        let many = Err(Rejection::Corrupt { reason: "it has too many scans" });
        let picture = fixtures::jpeg(16, 16);
        assert!(outline(&scanned(&picture, MAX_SCANS)).is_ok());
        assert_eq!(outline(&scanned(&picture, MAX_SCANS + 1)), many);
        // Fifty megapixels, by its header.
        let mut large = picture;
        let header = large.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        large[header + 5..header + 9].copy_from_slice(&[0x1B, 0xBC, 0x1B, 0xBC]);
        assert!(outline(&scanned(&large, USUAL_SCANS)).is_ok());
        assert_eq!(outline(&scanned(&large, USUAL_SCANS + 1)), many);
    }

    #[test]
    fn a_progressive_picture_is_known_to_take_more_memory() {
        let plain = outline(&fixtures::jpeg(64, 64)).unwrap();
        let progressive = outline(&fixtures::progressive_jpeg(64, 64)).unwrap();
        assert_eq!(plain.decode_memory, 64 * 64 * 3);
        assert_eq!(progressive.decode_memory, 64 * 64 * 9);
    }
}
