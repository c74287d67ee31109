//! Passing over the coefficients that nothing is made of, several of them by one look at the next bits: a code says how
//! many bits follow, and what they are does not matter.

#![expect(clippy::cast_possible_truncation, reason = "at most 18 bits, and 191 as an advance")]

use crate::pictures::jpeg::bits::Bits;
use crate::pictures::jpeg::huffman::{Coefficients, END_OF_BLOCK, run_and_size};

/// Bits by which they are looked up.
const SKIP: u32 = 12;

/// The most bits that are skipped at once.
const MOST_SKIPPED: u32 = 18;

/// For passing over coefficients, several at once.
pub(super) struct Skips {
    /// The number of bits, and by how many coefficients they advance, plus 128 if the block ends with them. Zero if the
    /// first code is longer than what was looked at.
    entries: Box<[(u8, u8); 1 << SKIP]>,
}

/// What is added to an advance that ends the block.
const ENDED: usize = 128;

impl Skips {
    pub(super) fn new(coefficients: &Coefficients) -> Self {
        let mut entries = Box::new([(0, 0); 1 << SKIP]);
        for (window, entry) in (0_u32..).zip(entries.iter_mut()) {
            *entry = Self::entry(coefficients, window << (16 - SKIP));
        }
        Self { entries }
    }

    fn entry(coefficients: &Coefficients, window: u32) -> (u8, u8) {
        let (mut bits, mut advance) = (0_u32, 0_u32);
        // The last value may reach beyond what is looked at: it does not matter.
        while bits < SKIP {
            let Some((symbol, length)) = coefficients.symbol(window << bits & 0xFFFF) else { break };
            if bits + length > SKIP {
                break;
            }
            let (run, size) = run_and_size(symbol);
            if run == END_OF_BLOCK {
                return ((bits + length) as u8, (advance + ENDED as u32) as u8);
            }
            if advance + run + 1 > 63 || bits + length + size > MOST_SKIPPED {
                break;
            }
            bits += length + size;
            advance += run + 1;
        }
        (bits as u8, advance as u8)
    }

    /// Passes over what is left of a block, from the `next` coefficient on.
    #[inline(always)]
    pub(super) fn pass(&self, bits: &mut Bits<'_>, coefficients: &Coefficients, mut next: usize) -> Option<()> {
        while next < 64 {
            // Enough for three entries.
            bits.refill();
            for _ in 0..3 {
                let (taken, advance) = self.entries[bits.peek::<SKIP>()];
                let after = next + usize::from(advance);
                if after > 63 || taken == 0 {
                    if (ENDED..ENDED + 64).contains(&after) || after == 64 {
                        bits.skip(u32::from(taken));
                        return Some(());
                    }
                    // A long code, or the next block begins within what was looked at.
                    bits.ensure(32);
                    let (run, _) = coefficients.take(bits)?;
                    next += run + 1;
                    break;
                }
                bits.skip(u32::from(taken));
                next = after;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::jpeg::huffman::Definition;

    /// As many codes of each length as the usual table for light has (ITU T.81, K.3.3.2); every run and size.
    fn definition(symbols: &mut Vec<u8>) -> Definition<'_> {
        *symbols = (0..=15).flat_map(|run| (1..=10).map(move |size| run << 4 | size)).collect();
        symbols.splice(3..3, [0x00]);
        symbols.insert(60, 0xF0);
        Definition { lengths: &[0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125], symbols }
    }

    #[test]
    fn several_coefficients_are_passed_as_one_by_one() {
        let mut symbols = Vec::new();
        let coefficients = Coefficients::ac(definition(&mut symbols)).unwrap();
        let skips = Skips::new(&coefficients);
        let mut state = 5_u32;
        for round in 0..3000 {
            let data: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8 & 0x7F
            })
            .take(400)
            .collect();
            let (mut several, mut single) = (Bits::new(&data), Bits::new(&data));
            let from = [1, 5, 25, 60, 63, 64][round % 6];
            let passed = skips.pass(&mut several, &coefficients, from);
            let mut next = from;
            let taken = std::iter::from_fn(|| {
                single.ensure(32);
                (next < 64).then(|| coefficients.take(&mut single).map(|(run, _)| next += run + 1))
            });
            assert_eq!(passed, taken.collect::<Option<()>>());
            if passed.is_some() {
                several.refill();
                single.refill();
                assert_eq!(several.peek::<48>(), single.peek::<48>(), "{round}");
            }
        }
    }
}
