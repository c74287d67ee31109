//! WebP: RIFF chunks (RFC 9649). The sizes inside the chunks must agree with the canvas: the decoder allocates by the
//! inner ones before it compares them.

use super::{CUT_OFF, DAMAGED, Outline, take};
use crate::pictures::format::Format;
use crate::pictures::rejection::Rejection;

/// `RIFF`, size, `WEBP`.
const HEADER: usize = 12;

pub(super) fn dimensions(bytes: &[u8]) -> Result<(u32, u32), Rejection> {
    let chunk = chunk(bytes, HEADER)?;
    match &chunk.kind {
        b"VP8X" => {
            let [w0, w1, w2, h0, h1, h2] = take(bytes, chunk.body + 4)?;
            Ok((u32::from_le_bytes([w0, w1, w2, 0]) + 1, u32::from_le_bytes([h0, h1, h2, 0]) + 1))
        }
        _ => bitstream_dimensions(bytes, &chunk)?.ok_or(DAMAGED),
    }
}

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Rejection> {
    let (width, height) = dimensions(bytes)?;
    let size = usize::try_from(u32::from_le_bytes(take(bytes, 4)?)).map_err(|_| DAMAGED)?;
    let end = size.checked_add(8).ok_or(DAMAGED)?;
    // Some writers count the padding of the last chunk and do not write it.
    if end > bytes.len() + 1 {
        return Err(CUT_OFF);
    }
    let end = end.min(bytes.len());
    let Walked { stills, frames, exif } = walk(bytes, HEADER, end, (width, height))?;
    if stills + frames == 0 {
        return Err(DAMAGED);
    }
    let canvas = u64::from(width) * u64::from(height);
    // Planes, pixels and the lossless decoder's copy; an animation has its canvas besides.
    let decode_memory = canvas * if frames > 0 { 16 } else { 12 };
    Ok(Outline { format: Format::WebP, width, height, frames: frames.max(1), end, exif, decode_memory })
}

/// What lies between two offsets.
struct Walked {
    stills: u32,
    frames: u32,
    exif: Option<(usize, usize)>,
}

/// Still pictures and animation frames between two offsets; each must be of the canvas' size, or inside it.
fn walk(bytes: &[u8], mut at: usize, end: usize, canvas: (u32, u32)) -> Result<Walked, Rejection> {
    let (mut stills, mut frames, mut exif) = (0_u32, 0_u32, None);
    while at < end {
        let chunk = chunk(bytes, at)?;
        if chunk.end > end {
            return Err(CUT_OFF);
        }
        if chunk.kind == *b"EXIF" {
            exif = exif.or(Some((chunk.body, chunk.end)));
        } else if chunk.kind == *b"ANMF" {
            let [w0, w1, w2, h0, h1, h2] = take(bytes, chunk.body + 6)?;
            let frame = (u32::from_le_bytes([w0, w1, w2, 0]) + 1, u32::from_le_bytes([h0, h1, h2, 0]) + 1);
            if frame.0 > canvas.0 || frame.1 > canvas.1 {
                return Err(DAMAGED);
            }
            inside_frame(bytes, chunk.body + 16, chunk.end, frame)?;
            frames = frames.saturating_add(1);
        } else if let Some(size) = bitstream_dimensions(bytes, &chunk)? {
            if size != canvas {
                return Err(DAMAGED);
            }
            stills = stills.saturating_add(1);
        }
        at = chunk.next;
    }
    Ok(Walked { stills, frames, exif })
}

fn inside_frame(bytes: &[u8], mut at: usize, end: usize, frame: (u32, u32)) -> Result<(), Rejection> {
    while at < end {
        let chunk = chunk(bytes, at)?;
        if chunk.end > end || bitstream_dimensions(bytes, &chunk)?.is_some_and(|size| size != frame) {
            return Err(DAMAGED);
        }
        at = chunk.next;
    }
    Ok(())
}

struct Chunk {
    kind: [u8; 4],
    body: usize,
    end: usize,
    /// Where the next one begins: bodies are padded to an even length.
    next: usize,
}

fn chunk(bytes: &[u8], at: usize) -> Result<Chunk, Rejection> {
    let [k0, k1, k2, k3, l0, l1, l2, l3] = take(bytes, at)?;
    let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).map_err(|_| DAMAGED)?;
    let body = at + 8;
    let end = body.checked_add(length).filter(|end| *end < usize::MAX).ok_or(DAMAGED)?;
    Ok(Chunk { kind: [k0, k1, k2, k3], body, end, next: end + length % 2 })
}

/// The size that the header of a lossy or lossless bitstream announces; `None` for any other chunk.
fn bitstream_dimensions(bytes: &[u8], chunk: &Chunk) -> Result<Option<(u32, u32)>, Rejection> {
    match &chunk.kind {
        b"VP8 " => {
            let [w0, w1, h0, h1] = take(bytes, chunk.body + 6)?;
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
            Ok(Some((side(w0, w1), side(h0, h1))))
        }
        b"VP8L" => {
            let packed = u32::from_le_bytes(take(bytes, chunk.body + 1)?);
            Ok(Some(((packed & 0x3FFF) + 1, ((packed >> 14) & 0x3FFF) + 1)))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::fixtures;

    #[test]
    fn a_bitstream_of_another_size_than_its_canvas_is_refused() {
        let simple = fixtures::webp(20, 10);
        let mut extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x13\0\0\x09\0\0".to_vec();
        extended.extend_from_slice(&simple[HEADER..]);
        let size = u32::try_from(extended.len() - 8).unwrap();
        extended[4..8].copy_from_slice(&size.to_le_bytes());
        assert_eq!(outline(&extended).unwrap().width, 20);
        extended[24] = 0x14;
        assert_eq!(outline(&extended), Err(DAMAGED));
    }

    #[test]
    fn bytes_after_the_end_are_left_alone() {
        let mut picture = fixtures::webp(20, 10);
        let end = picture.len();
        picture.extend_from_slice(b"trailing");
        assert_eq!(outline(&picture).unwrap().end, end);
    }
}
