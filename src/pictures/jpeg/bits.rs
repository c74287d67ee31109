//! The bits of a scan: bytes with a zero stuffed after each 0xFF, up to the next marker (ITU T.81, F.1.2.3 and B.1.1.5).

#![expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "as many bits as were asked for")]

/// Reads bits, most significant first. It is small and copied, so that a loop can hold it in registers.
#[derive(Clone, Copy)]
pub(in crate::pictures) struct Bits<'a> {
    /// The file from the scan's data on.
    data: &'a [u8],
    /// Where the next byte is taken.
    at: usize,
    /// The next bits, from the most significant on. What lies behind `count` is either zero or what will come there.
    held: u64,
    count: u32,
    /// Zero bytes that were made up because the data had ended.
    made_up: usize,
}

impl<'a> Bits<'a> {
    pub(in crate::pictures) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, held: 0, count: 0, made_up: 0 }
    }

    /// Makes at least 56 bits available.
    #[inline(always)]
    pub(in crate::pictures) fn refill(&mut self) {
        if let Some(bytes) = self.data.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_be_bytes(*bytes);
            if !has_ff(word) {
                self.held |= word >> self.count;
                self.at += ((63 - self.count) >> 3) as usize;
                // As many more as were taken, in whole bytes.
                self.count |= 0b11_1000;
                return;
            }
        }
        *self = self.refilled();
    }

    /// Makes at least `needed` bits available; 32 are enough for any code with the bits behind it.
    #[inline(always)]
    pub(in crate::pictures) fn ensure(&mut self, needed: u32) {
        if self.count < needed {
            self.refill();
        }
    }

    /// Byte by byte; by value, so that the reader stays in registers elsewhere.
    #[cold]
    #[inline(never)]
    fn refilled(mut self) -> Self {
        // Keeps only what counts.
        self.held &= !(u64::MAX >> self.count);
        while self.count < 56 {
            let byte = match self.data.get(self.at) {
                Some(0xFF) => match self.after_fill() {
                    Some(0) => {
                        self.at += 1;
                        0xFF
                    }
                    _ => self.end(),
                },
                Some(byte) => {
                    self.at += 1;
                    *byte
                }
                None => self.end(),
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
        self
    }

    /// The byte after any number of 0xFF. If it is a stuffed zero, they are passed, but not the zero itself.
    fn after_fill(&mut self) -> Option<u8> {
        let fill = self.data.get(self.at..)?.iter().position(|byte| *byte != 0xFF)?;
        let byte = self.data.get(self.at + fill).copied();
        if byte == Some(0) {
            self.at += fill;
        }
        byte
    }

    fn end(&mut self) -> u8 {
        self.made_up += 1;
        0
    }

    /// The next `N` bits, which have to be available.
    #[inline(always)]
    pub(in crate::pictures) fn peek<const N: u32>(&self) -> usize {
        (self.held >> (64 - N)) as usize
    }

    #[inline(always)]
    pub(in crate::pictures) fn skip(&mut self, count: u32) {
        self.held <<= count & 63;
        self.count = self.count.wrapping_sub(count);
    }

    /// 1 to 32 bits as a number.
    #[inline(always)]
    pub(in crate::pictures) fn take(&mut self, count: u32) -> u32 {
        let value = (self.held >> ((64 - count) & 63)) as u32;
        self.skip(count);
        value
    }

    /// The value of a coefficient of so many bits, 1 to 15: those that begin with 0 are negative (ITU T.81, F.2.2.1).
    #[inline(always)]
    pub(in crate::pictures) fn take_signed(&mut self, count: u32) -> i32 {
        extended(self.take(count), count)
    }

    /// Whether more was read than there is.
    pub(in crate::pictures) fn is_overread(&self) -> bool {
        self.made_up * 8 > self.count as usize
    }

    /// Passes a restart marker, whichever number it has, and what stands before it. `None` if there is none, or more was
    /// read than there is before it.
    pub(in crate::pictures) fn restart(&mut self) -> Option<()> {
        if self.is_overread() {
            return None;
        }
        // No byte behind a marker was taken yet.
        let mut at = self.at;
        loop {
            at += self.data.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
            at += self.data.get(at..)?.iter().position(|byte| *byte != 0xFF)?;
            match self.data.get(at)? {
                0 => at += 1,
                0xD0..=0xD7 => break,
                _ => return None,
            }
        }
        *self = Self { at: at + 1, ..Self::new(self.data) };
        Some(())
    }
}

#[inline(always)]
pub(in crate::pictures) fn extended(value: u32, count: u32) -> i32 {
    let value = value as i32;
    let negative = (value >> (count - 1)) - 1;
    value + (negative & (1 - (1 << count)))
}

/// Whether any byte is 0xFF: adding one to it carries its top bit away.
#[inline(always)]
fn has_ff(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    // It may say yes once too often, because of a carry from the byte before, and never no.
    word & TOPS & !word.wrapping_add(ONES) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffed_and_fill_bytes_are_passed_wherever_they_are() {
        for before in 0..20 {
            let plain: Vec<u8> = (0..before).chain([0xFF, 7, 0xFF, 0xFF, 9]).chain(20..40).collect();
            let written = [[0xFF, 0].as_slice(), &[7], &[0xFF, 0xFF, 0], &[0xFF, 0, 9]].concat();
            let written: Vec<u8> = (0..before).chain(written).chain(20..40).chain([0xFF, 0xD9]).collect();
            let mut bits = Bits::new(&written);
            for (index, byte) in plain.iter().enumerate() {
                bits.ensure(32);
                // In two pieces, of which none is a byte.
                let piece = 1 + index as u32 % 7;
                assert_eq!((bits.take(piece) << (8 - piece) | bits.take(8 - piece)) as u8, *byte);
            }
            assert!(!bits.is_overread());
            bits.ensure(1);
            bits.skip(1);
            assert!(bits.is_overread());
        }
    }

    #[test]
    fn a_restart_begins_behind_its_marker_and_needs_one() {
        let mut bits = Bits::new(&[1, 2, 0xFF, 0, 0xFF, 0xD3, 4, 0xFF, 0xD9]);
        bits.ensure(8);
        assert_eq!(bits.take(8), 1);
        assert_eq!(bits.restart(), Some(()));
        bits.ensure(8);
        assert_eq!(bits.take(8), 4);
        assert_eq!(bits.restart(), None);
    }

    #[test]
    fn values_that_begin_with_zero_are_negative() {
        let values =
            [(0, 1), (1, 1), (0, 3), (3, 3), (4, 3), (7, 3), (0, 15)].map(|(value, count)| extended(value, count));
        assert_eq!(values, [-1, 1, -7, -4, 4, 7, -32_767]);
    }
}
