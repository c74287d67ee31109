//! The bits of a scan, written: most significant first, with a zero stuffed after each byte 0xFF (ITU T.81, F.1.2.3).

pub(super) struct BitWriter {
    file: Vec<u8>,
    /// The bits that are not written yet, the last one in the least significant place. Behind them may be others.
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Writes behind what is in the file.
    pub(super) fn new(file: Vec<u8>) -> Self {
        Self { file, held: 0, count: 0 }
    }

    /// At most 32 bits.
    #[inline]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.held = self.held << count | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            let whole = (self.held >> self.count).to_be_bytes();
            let [.., a, b, c, d] = whole;
            if [a, b, c, d].contains(&0xFF) {
                for byte in [a, b, c, d] {
                    self.put_byte(byte);
                }
            } else {
                self.file.extend([a, b, c, d]);
            }
        }
    }

    fn put_byte(&mut self, byte: u8) {
        self.file.push(byte);
        if byte == 0xFF {
            self.file.push(0);
        }
    }

    /// The file, the last byte filled up with ones.
    pub(super) fn finish(mut self) -> Vec<u8> {
        while self.count > 0 {
            let missing = 8_u32.saturating_sub(self.count);
            self.held = self.held << missing | ((1 << missing) - 1);
            self.count += missing;
            self.count -= 8;
            let [.., byte] = (self.held >> self.count).to_be_bytes();
            self.put_byte(byte);
        }
        self.file
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::jpeg::bits::Bits;

    #[test]
    fn what_is_written_is_read_again() {
        let mut state = 9_u32;
        let pieces: Vec<(u32, u32)> = (0..5000)
            .map(|round| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let count = 1 + (state >> 8) % 31;
                // Every fourth of ones, so that there are bytes to be stuffed.
                let bits = if round % 4 == 0 { u32::MAX } else { state };
                (bits >> (32 - count), count)
            })
            .collect();
        for length in (4900..=pieces.len()).step_by(7) {
            let mut writer = BitWriter::new(b"before".to_vec());
            for (bits, count) in &pieces[..length] {
                writer.put(*bits, *count);
            }
            let mut written = writer.finish();
            assert!(written.starts_with(b"before"));
            written.extend([0xFF, 0xD9]);
            let mut bits = Bits::new(&written[6..]);
            for (expected, count) in &pieces[..length] {
                bits.ensure(32);
                assert_eq!(bits.take(*count), *expected);
            }
            assert!(!bits.is_overread());
            // Less than a byte is left, of ones.
            bits.ensure(8);
            let rest = (1..=8).find(|rest| {
                let mut bits = bits;
                bits.skip(*rest);
                bits.is_overread()
            });
            let rest = rest.unwrap() - 1;
            assert!(rest < 8 && (rest == 0 || bits.take(rest) == (1 << rest) - 1));
        }
    }
}
