//! The Huffman code that takes the fewest bits for symbols of known number (ITU T.81, annexes C and K.2).

use std::cmp::Reverse;

/// The longest code that a file can have.
const LONGEST: usize = 16;

pub(super) struct Codes {
    /// How many codes have 1 to 16 bits.
    lengths: [u8; LONGEST],
    /// The most frequent first.
    symbols: Vec<u8>,
    /// For each symbol its code and the bits of that; none where it has no code.
    words: [(u16, u8); 256],
}

impl Codes {
    pub(super) fn best(counts: &[u32; 256]) -> Self {
        let mut symbols: Vec<u8> = (0..=u8::MAX).filter(|symbol| counts[usize::from(*symbol)] > 0).collect();
        symbols.sort_by_key(|symbol| Reverse(counts[usize::from(*symbol)]));
        let rarest_first: Vec<u32> = symbols.iter().rev().map(|symbol| counts[usize::from(*symbol)]).collect();
        let lengths = lengths(&rarest_first);
        let (mut words, mut next, mut rest) = ([(0, 0); 256], 0_u16, symbols.iter());
        for (length, count) in (1..).zip(lengths) {
            next <<= 1;
            for symbol in rest.by_ref().take(usize::from(count)) {
                words[usize::from(*symbol)] = (next, length);
                next += 1;
            }
        }
        Self { lengths, symbols, words }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    /// The code of a symbol, and how many bits it has.
    pub(super) fn of(&self, symbol: u8) -> (u32, u32) {
        let (word, length) = self.words[usize::from(symbol)];
        (word.into(), length.into())
    }

    /// Appends a segment that defines it, as the code of this class and number.
    pub(super) fn write(&self, class_and_number: u8, file: &mut Vec<u8>) {
        // At most 256 symbols.
        let length = u16::try_from(2 + 1 + LONGEST + self.symbols.len()).unwrap_or(u16::MAX);
        file.extend([0xFF, 0xC4]);
        file.extend(length.to_be_bytes());
        file.push(class_and_number);
        file.extend(self.lengths);
        file.extend(&self.symbols);
    }
}

/// How many codes have each length. A code of only ones is left out, as files must.
fn lengths(rarest_first: &[u32]) -> [u8; LONGEST] {
    let mut depths = depths(rarest_first);
    // A pair of codes that is too long gives one of them up for the end that they have in common, and the other one
    // moves to where a shorter code makes room for two.
    for depth in (LONGEST + 1..depths.len()).rev() {
        while depths[depth] > 0 {
            let Some(shorter) = depths[..depth - 1].iter().rposition(|count| *count > 0) else { break };
            depths[depth] -= 2;
            depths[depth - 1] += 1;
            depths[shorter + 1] += 2;
            depths[shorter] -= 1;
        }
    }
    if let Some(longest) = depths.iter().rposition(|count| *count > 0) {
        depths[longest] -= 1;
    }
    std::array::from_fn(|index| depths.get(index + 1).and_then(|count| u8::try_from(*count).ok()).unwrap_or(0))
}

/// How many leaves are at each depth of the tree that Huffman's method builds of these, and of one more leaf that is
/// rarer than all, which keeps the place of the code of only ones.
fn depths(rarest_first: &[u32]) -> Vec<usize> {
    let leaves: Vec<u64> = std::iter::once(0).chain(rarest_first.iter().copied().map(u64::from)).collect();
    // The nodes above come in the order of their weights too, so that the two lightest are at the beginning of either.
    let mut weights = leaves.clone();
    let mut parents = vec![0; 2 * leaves.len() - 1];
    let (mut leaf, mut node) = (0, leaves.len());
    while weights.len() < parents.len() {
        let mut weight = 0;
        for _ in 0..2 {
            let from_leaves = match (leaves.get(leaf), weights.get(node)) {
                (Some(leaf), Some(node)) => leaf <= node,
                (there, _) => there.is_some(),
            };
            let lightest = if from_leaves { &mut leaf } else { &mut node };
            weight += weights[*lightest];
            parents[*lightest] = weights.len();
            *lightest += 1;
        }
        weights.push(weight);
    }
    let mut depth_of = vec![0; parents.len()];
    let mut depths = vec![0; leaves.len() + 1];
    for index in (0..parents.len()).rev() {
        if index + 1 < parents.len() {
            depth_of[index] = depth_of[parents[index]] + 1;
        }
        if index < leaves.len() && leaves.len() > 1 {
            depths[depth_of[index]] += 1;
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits of all symbols together.
    fn cost(codes: &Codes, counts: &[u32; 256]) -> u64 {
        (0..=255).map(|symbol| u64::from(counts[usize::from(symbol)]) * u64::from(codes.of(symbol).1)).sum()
    }

    fn counts(of: &[(u8, u32)]) -> [u32; 256] {
        let mut counts = [0; 256];
        for (symbol, count) in of {
            counts[usize::from(*symbol)] = *count;
        }
        counts
    }

    #[test]
    fn frequent_symbols_have_short_codes() {
        let counts = counts(&[(7, 1), (1, 40), (250, 8), (3, 8)]);
        let codes = Codes::best(&counts);
        assert_eq!([1, 3, 250, 7].map(|symbol| codes.of(symbol).1), [1, 2, 3, 4]);
        assert_eq!(cost(&codes, &counts), 40 + 2 * 8 + 3 * 8 + 4);
        assert_eq!(codes.of(9).1, 0);
    }

    #[test]
    fn no_code_begins_with_another_and_none_is_of_only_ones() {
        // Each as frequent as all before together: without a bound, a code of 40 bits.
        let doubling: Vec<(u8, u32)> = (0..32).map(|symbol| (symbol, 1 << symbol)).collect();
        let even: Vec<(u8, u32)> = (0..=255).map(|symbol| (symbol, 9)).collect();
        for of in [&doubling[..], &even, &[(5, 1)], &[(5, 1), (6, 1_000_000)]] {
            let codes = Codes::best(&counts(of));
            let words: Vec<(u32, u32)> = of.iter().map(|(symbol, _)| codes.of(*symbol)).collect();
            for (index, (word, length)) in words.iter().enumerate() {
                assert!((1..=16).contains(length) && *word < (1 << length) - 1, "{word:b} of {length}");
                for (other, longer) in words.iter().skip(index + 1) {
                    let shared = length.min(longer);
                    assert_ne!(word >> (length - shared), other >> (longer - shared));
                }
            }
            assert_eq!(codes.lengths.iter().map(|count| usize::from(*count)).sum::<usize>(), of.len());
        }
    }

    #[test]
    fn without_symbols_there_is_no_code() {
        assert!(Codes::best(&[0; 256]).is_empty());
    }
}
