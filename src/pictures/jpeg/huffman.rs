//! Huffman codes of JPEG (ITU T.81, annexes C and F.2.2.3), and tables that find a coefficient by one look at the next
//! bits.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "symbols have eight bits, and values sixteen"
)]

use super::bits::{Bits, extended};

/// Bits by which a coefficient is looked up.
const LOOK: u32 = 10;

/// A run that ends the block.
pub(in crate::pictures) const END_OF_BLOCK: u32 = 64;

/// A code as a file has it: how many codes have 1 to 16 bits, and their symbols.
#[derive(Clone, Copy)]
pub(in crate::pictures) struct Definition<'a> {
    pub lengths: &'a [u8; 16],
    pub symbols: &'a [u8],
}

/// A code to look symbols up in.
struct Code {
    /// For each length from 1 on, the first sixteen bits that are behind its codes.
    ends: [u32; 16],
    /// What gives the place of the symbol from a code of this length.
    offsets: [u32; 16],
    symbols: [u8; 256],
}

impl Code {
    /// `None` if there are more codes than bits allow.
    fn new(definition: Definition<'_>) -> Option<Self> {
        let mut code = Self { ends: [0; 16], offsets: [0; 16], symbols: [0; 256] };
        code.symbols.get_mut(..definition.symbols.len())?.copy_from_slice(definition.symbols);
        let (mut next, mut place) = (0_u32, 0_u32);
        for (length, count) in (1_u32..).zip(definition.lengths) {
            let index = length as usize - 1;
            code.offsets[index] = place.wrapping_sub(next);
            next += u32::from(*count);
            place += u32::from(*count);
            if next > 1 << length {
                return None;
            }
            code.ends[index] = next << (16 - length);
            next <<= 1;
        }
        Some(code)
    }

    /// The symbol that sixteen bits begin with, and the length of its code.
    #[inline]
    fn find(&self, window: u32) -> Option<(u32, u32)> {
        let index = self.ends.iter().position(|end| window < *end)?;
        let length = index as u32 + 1;
        let place = (window >> (16 - length)).wrapping_add(self.offsets[index]);
        Some((u32::from(self.symbols[place as usize & 255]), length))
    }
}

/// A code for symbols alone.
pub(in crate::pictures) struct Symbols {
    code: Code,
    /// The symbol and the length of its code; no length if it is longer than what was looked at.
    entries: Box<[(u8, u8); 1 << LOOK]>,
}

impl Symbols {
    pub(in crate::pictures) fn new(definition: Definition<'_>) -> Option<Self> {
        let code = Code::new(definition)?;
        let mut entries = Box::new([(0, 0); 1 << LOOK]);
        for (window, entry) in (0_u32..).zip(entries.iter_mut()) {
            if let Some((symbol, length)) = code.find(window << (16 - LOOK)).filter(|(_, length)| *length <= LOOK) {
                *entry = (symbol as u8, length as u8);
            }
        }
        Some(Self { code, entries })
    }

    /// Takes a symbol; 16 bits have to be available.
    #[inline]
    pub(in crate::pictures) fn take(&self, bits: &mut Bits<'_>) -> Option<u32> {
        let (symbol, length) = match self.entries[bits.peek::<LOOK>()] {
            (_, 0) => self.code.find(bits.peek::<16>() as u32)?,
            (symbol, length) => (symbol.into(), length.into()),
        };
        bits.skip(length);
        Some(symbol)
    }
}

/// A code for coefficients: how many zeros come before it, and its value.
pub(in crate::pictures) struct Coefficients {
    code: Code,
    entries: Box<[Entry; 1 << LOOK]>,
    dc: bool,
}

/// From the least significant bit on: bits to be taken (5), run (7), size of the value that has still to be taken (4),
/// the value (16). Zero if the code is longer than what was looked at.
#[derive(Clone, Copy)]
struct Entry(u32);

impl Coefficients {
    pub(in crate::pictures) fn dc(definition: Definition<'_>) -> Option<Self> {
        // Differences have at most 15 bits.
        if definition.symbols.iter().any(|size| *size > 15) {
            return None;
        }
        Self::new(definition, true)
    }

    pub(in crate::pictures) fn ac(definition: Definition<'_>) -> Option<Self> {
        Self::new(definition, false)
    }

    fn new(definition: Definition<'_>, dc: bool) -> Option<Self> {
        let code = Code::new(definition)?;
        let mut entries = Box::new([Entry(0); 1 << LOOK]);
        for (window, entry) in (0_u32..).zip(entries.iter_mut()) {
            let Some((symbol, length)) = code.find(window << (16 - LOOK)).filter(|(_, length)| *length <= LOOK) else {
                continue;
            };
            *entry = Entry::new(symbol, length, window, dc);
        }
        Some(Self { code, entries, dc })
    }

    /// Takes a coefficient: the zeros before it, 64 if it is none and the block ends; its value. 32 bits have to be
    /// available.
    #[inline(always)]
    pub(in crate::pictures) fn take(&self, bits: &mut Bits<'_>) -> Option<(usize, i16)> {
        let mut entry = self.entries[bits.peek::<LOOK>()];
        if entry.0 == 0 {
            entry = self.long(*bits)?;
        }
        bits.skip(entry.0 & 31);
        let run = (entry.0 >> 5 & 127) as usize;
        let size = entry.0 >> 12 & 15;
        if size == 0 {
            return Some((run, (entry.0 >> 16) as u16 as i16));
        }
        Some((run, bits.take_signed(size) as i16))
    }

    /// The symbol that sixteen bits begin with, and the length of its code.
    pub(in crate::pictures) fn symbol(&self, window: u32) -> Option<(u32, u32)> {
        self.code.find(window)
    }

    #[cold]
    #[inline(never)]
    fn long(&self, bits: Bits<'_>) -> Option<Entry> {
        let (symbol, length) = self.code.find(bits.peek::<16>() as u32)?;
        Some(Entry::new(symbol, length, 0, self.dc))
    }
}

impl Entry {
    fn new(symbol: u32, length: u32, window: u32, dc: bool) -> Self {
        let (run, size) = run_and_size(symbol);
        let run = if dc { 0 } else { run };
        if size == 0 {
            return Self(run << 5 | length);
        }
        let taken = length + size;
        if taken > LOOK {
            return Self(size << 12 | run << 5 | length);
        }
        let value = extended(window >> (LOOK - taken) & ((1 << size) - 1), size);
        Self(u32::from(value as u16) << 16 | run << 5 | taken)
    }
}

/// How many zeros a symbol stands for, and how many bits the value behind it has. Sixteen zeros are fifteen and one
/// of value zero.
pub(in crate::pictures) fn run_and_size(symbol: u32) -> (u32, u32) {
    match (symbol >> 4, symbol & 15) {
        (15, 0) => (15, 0),
        (_, 0) => (END_OF_BLOCK, 0),
        run_and_size => run_and_size,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_codes_than_bits_allow_are_refused() {
        let mut lengths = [0; 16];
        lengths[0] = 3;
        assert!(Coefficients::ac(Definition { lengths: &lengths, symbols: &[1, 2, 3] }).is_none());
        lengths[0] = 2;
        assert!(Coefficients::ac(Definition { lengths: &lengths, symbols: &[1, 2] }).is_some());
        // Differences of the first coefficient have at most fifteen bits.
        assert!(Coefficients::dc(Definition { lengths: &lengths, symbols: &[1, 16] }).is_none());
    }
}
