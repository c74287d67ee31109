//! Photographs of a size, each upload of one a different file: only the number in a comment of it changes.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::Outcome;

/// As cameras have it.
const QUALITY: u8 = 90;

/// How far two neighbors differ at the most: this makes about 0.42 bytes a pixel.
const GRAIN: u32 = 43;

pub struct Photo {
    /// Without the comment.
    bytes: Vec<u8>,
}

impl Photo {
    /// A small one, of which many can be taken in.
    pub fn of_2_megapixels() -> Outcome<Self> {
        Self::of(1632, 1224)
    }

    /// 12 megapixels.
    pub fn of_5_mb() -> Outcome<Self> {
        Self::of(4000, 3000)
    }

    /// 48 megapixels.
    pub fn of_20_mb() -> Outcome<Self> {
        Self::of(8000, 6000)
    }

    /// Smooth surfaces with grain, the color in half the resolution.
    fn of(width: u16, height: u16) -> Outcome<Self> {
        let mut noise = 0x9E37_79B9_u32;
        let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
        for y in 0..u32::from(height) {
            for x in 0..u32::from(width) {
                // xorshift32
                noise ^= noise << 13;
                noise ^= noise >> 17;
                noise ^= noise << 5;
                let grain = noise % GRAIN;
                let shade = |value: u32, of: u32| u8::try_from(value * 210 / of + grain).unwrap_or(u8::MAX);
                pixels.push(shade(x, u32::from(width)));
                pixels.push(shade(y, u32::from(height)));
                pixels.push(shade((x + y) % 512, 512));
            }
        }
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, QUALITY);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        encoder.encode(&pixels, width, height, ColorType::Rgb)?;
        Ok(Self { bytes })
    }

    /// A name for the table, such as `5.0 MB`.
    pub fn size(&self) -> String {
        let tenths = self.len() / 100_000;
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }

    pub fn len(&self) -> usize {
        self.bytes.len() + 12
    }

    /// A file of this number, in two parts.
    pub fn file(&self, number: u64) -> (Vec<u8>, &[u8]) {
        let comment = [0xff, 0xfe, 0, 10];
        let (start, rest) = self.bytes.split_at(2);
        ([start, comment.as_slice(), number.to_be_bytes().as_slice()].concat(), rest)
    }

    /// A file as any other.
    pub fn any(&self) -> &[u8] {
        &self.bytes
    }
}

/// Another number each time, for files that nobody has sent before.
pub fn next_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
