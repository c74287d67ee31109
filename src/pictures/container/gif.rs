//! GIF: a screen descriptor, and blocks up to the trailer (`GIF89a` specification).

use super::{CUT_OFF, DAMAGED, Outline, byte, take};
use crate::pictures::format::Format;
use crate::pictures::rejection::Rejection;

pub(super) fn dimensions(bytes: &[u8]) -> Result<(u32, u32), Rejection> {
    let [w0, w1, h0, h1] = take(bytes, 6)?;
    Ok((u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into()))
}

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Rejection> {
    let (width, height) = dimensions(bytes)?;
    let (mut at, mut frames, mut largest) = (13 + color_table(byte(bytes, 10)?), 0_u32, 0_u64);
    loop {
        match byte(bytes, at)? {
            // Extension: a label, then sub-blocks.
            0x21 => at = after_sub_blocks(bytes, at + 2)?,
            // Image: a descriptor, perhaps a color table, the code size, then sub-blocks.
            0x2C => {
                let [w0, w1, h0, h1, flags] = take(bytes, at + 5)?;
                let pixels = u64::from(u16::from_le_bytes([w0, w1])) * u64::from(u16::from_le_bytes([h0, h1]));
                frames = frames.saturating_add(1);
                largest = largest.max(pixels);
                at = after_sub_blocks(bytes, at + 11 + color_table(flags))?;
            }
            0x3B => break,
            _ => return Err(DAMAGED),
        }
    }
    let canvas = u64::from(width) * u64::from(height);
    // A frame that is larger than the canvas is not a picture anybody drew, but memory somebody wants to be taken.
    if frames == 0 || largest > canvas.max(1 << 20) {
        return Err(DAMAGED);
    }
    // The canvas and the frame in RGBA; an animation keeps the previous canvas too, and hands out a copy.
    let decode_memory = 4 * (canvas * if frames > 1 { 3 } else { 1 } + largest);
    Ok(Outline { format: Format::Gif, width, height, frames, end: at + 1, exif: None, decode_memory })
}

/// Bytes of the color table that the flags announce.
fn color_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where the next block begins, after sub-blocks that end with an empty one.
fn after_sub_blocks(bytes: &[u8], mut at: usize) -> Result<usize, Rejection> {
    loop {
        let length = usize::from(bytes.get(at).copied().ok_or(CUT_OFF)?);
        at += 1 + length;
        if length == 0 {
            return Ok(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::fixtures;

    #[test]
    fn the_frames_are_counted() {
        assert_eq!(outline(&fixtures::gif(20, 10, 1)).unwrap().frames, 1);
        assert_eq!(outline(&fixtures::gif(20, 10, 3)).unwrap().frames, 3);
    }

    #[test]
    fn a_frame_far_larger_than_its_canvas_is_refused() {
        let mut picture = fixtures::gif(20, 10, 1);
        let frame = picture.windows(9).position(|w| w == [0x2C, 0, 0, 0, 0, 20, 0, 10, 0]).unwrap();
        picture[frame + 5..frame + 9].fill(0xFF);
        assert_eq!(outline(&picture), Err(DAMAGED));
    }
}
