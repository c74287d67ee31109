//! PNG without what is not needed for its pixels. The decoder reads texts and metadata into memory, and inflates color
//! profiles, before anybody asks for them.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use image::codecs::png::PngDecoder;

use super::{Rejection, limits, reason};
use crate::pictures::container::Outline;

/// Most bytes of a color profile, inflated. The largest that are in use, of printers, have about three million.
const MAX_PROFILE: u64 = 4 << 20;

/// Chunks that the decoder does not get to see.
const LEFT_OUT: [&[u8]; 4] = [b"tEXt", b"zTXt", b"iTXt", b"eXIf"];

const SIGNATURE: usize = 8;

pub(super) fn decoder<'a>(bytes: &'a [u8], outline: &Outline) -> Result<PngDecoder<Needed<'a>>, Rejection> {
    let mut limits = limits(outline);
    // Of what this bounds, only two rows and the profile, still compressed and inflated, are left; a pixel of a row
    // has eight bytes at most.
    limits.max_alloc = Some(2 * MAX_PROFILE + 16 * u64::from(outline.width));
    PngDecoder::with_limits(Needed::new(bytes), limits).map_err(reason)
}

/// Reads a PNG, whose chunks were seen to be whole, without some of them.
pub(super) struct Needed<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Up to where everything is needed.
    end: usize,
}

impl<'a> Needed<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, end: SIGNATURE }
    }

    /// Bytes of the chunk that begins at `end`, and whether it is needed; `None` at the end of the file.
    fn next(&self) -> Option<(usize, bool)> {
        let (length, rest) = self.bytes.get(self.end..)?.split_first_chunk::<4>()?;
        let kind = rest.get(..4)?;
        let length = u32::from_be_bytes(*length);
        // Length, kind and checksum are four bytes each.
        let whole = usize::try_from(length).ok()?.checked_add(12)?;
        let huge_profile = kind == b"iCCP" && u64::from(length) > MAX_PROFILE;
        Some((whole, !huge_profile && !LEFT_OUT.contains(&kind)))
    }
}

impl BufRead for Needed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at >= self.end
            && let Some((length, needed)) = self.next()
        {
            self.end = self.end.saturating_add(length);
            if !needed {
                self.at = self.end;
            }
        }
        Ok(self.bytes.get(self.at..self.end).or_else(|| self.bytes.get(self.at..)).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at = self.at.saturating_add(amount);
    }
}

impl Read for Needed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

/// The decoder asks for it, and reads from the beginning to the end.
impl Seek for Needed<'_> {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::decode::decode;
    use crate::pictures::{Format, container, fixtures};

    #[test]
    fn only_what_the_pixels_need_is_read() {
        let plain = fixtures::png(20, 10);
        let mut bytes = plain.clone();
        let huge = vec![0; usize::try_from(MAX_PROFILE).unwrap() + 1];
        for (kind, body) in
            [(*b"iTXt", &b"x"[..]), (*b"tEXt", b""), (*b"zTXt", &[7; 3000]), (*b"eXIf", b"MM"), (*b"iCCP", &huge)]
        {
            bytes = fixtures::png_with_chunk(&bytes, kind, body);
        }
        assert!(bytes.len() > plain.len() + huge.len());
        let mut read = Vec::new();
        Needed::new(&bytes).read_to_end(&mut read).unwrap();
        assert!(read == plain);
        let kept = fixtures::png_with_chunk(&plain, *b"iCCP", b"profile");
        let mut read = Vec::new();
        Needed::new(&kept).read_to_end(&mut read).unwrap();
        assert!(read == kept);
    }

    #[test]
    fn a_color_profile_that_never_ends_is_not_inflated() {
        let (header, row) = (fixtures::ihdr(8, 1, 8, 0), fixtures::compressed_zeros(9));
        let inflated = |length| {
            let profile = [b"x\0\0", &fixtures::compressed_zeros(length)[..]].concat();
            let chunks: [(&[u8; 4], &[u8]); 4] =
                [(b"IHDR", &header), (b"iCCP", &profile), (b"IDAT", &row), (b"IEND", b"")];
            let bytes = fixtures::png_of_chunks(&chunks);
            let outline = container::outline(&bytes, Format::Png, u64::MAX).unwrap();
            decode(&bytes, &outline).unwrap().profile.map(|profile| profile.len())
        };
        assert_eq!((inflated(3_000_000), inflated(100_000_000)), (Some(3_000_000), None));
    }

    #[test]
    fn a_file_cut_off_is_read_up_to_its_end() {
        let whole = fixtures::png(20, 10);
        for length in 0..whole.len() {
            let mut read = Vec::new();
            Needed::new(&whole[..length]).read_to_end(&mut read).unwrap();
            assert!(read.len() <= length && whole.starts_with(&read));
        }
    }
}
