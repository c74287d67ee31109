//! PNG: a signature, and chunks up to IEND.

use super::{CUT_OFF, DAMAGED, Outline, take};
use crate::pictures::format::Format;
use crate::pictures::rejection::Rejection;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Bytes of a color profile and its copy, beyond which the decoder gives up.
const MAX_PROFILES: u64 = 32 << 20;

pub(super) fn dimensions(bytes: &[u8]) -> Result<(u32, u32), Rejection> {
    if take(bytes, 0)? != SIGNATURE || take(bytes, 8)? != *b"\0\0\0\x0dIHDR" {
        return Err(DAMAGED);
    }
    Ok((u32::from_be_bytes(take(bytes, 16)?), u32::from_be_bytes(take(bytes, 20)?)))
}

pub(super) fn outline(bytes: &[u8]) -> Result<Outline, Rejection> {
    let (width, height) = dimensions(bytes)?;
    let [depth, color] = take(bytes, 24)?;
    // As decoded: palettes are expanded, and a transparent color (tRNS) becomes a channel.
    let channels = match color {
        0 | 4 => 2,
        2 | 3 | 6 => 4,
        _ => return Err(DAMAGED),
    };
    let decode_memory = u64::from(width) * u64::from(height) * channels * if depth == 16 { 2 } else { 1 };
    let (mut at, mut has_data, mut exif) = (SIGNATURE.len(), false, None);
    let mut profile = 0;
    loop {
        let [l3, l2, l1, l0, kind @ ..]: [u8; 8] = take(bytes, at)?;
        let length = u32::from_be_bytes([l3, l2, l1, l0]);
        let body = at + 8;
        // Length, kind and checksum are four bytes each.
        at = usize::try_from(length).ok().and_then(|length| at.checked_add(12)?.checked_add(length)).ok_or(DAMAGED)?;
        if at > bytes.len() {
            return Err(CUT_OFF);
        }
        if kind == *b"iCCP" {
            // The decoder's copy and ours; nothing inflates to more than 1032 times its size.
            profile = u64::from(length).saturating_mul(2 * 1032).min(MAX_PROFILES);
        }
        has_data |= kind == *b"IDAT";
        if kind == *b"eXIf" {
            // The last four bytes are its checksum.
            exif = exif.or(Some((body, at - 4)));
        }
        if kind == *b"IEND" {
            break;
        }
    }
    if !has_data {
        return Err(DAMAGED);
    }
    let decode_memory = decode_memory.saturating_add(profile);
    Ok(Outline { format: Format::Png, width, height, frames: 1, end: at, exif, decode_memory })
}
