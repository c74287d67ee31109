//! Memory for whole pictures, which are large and gone soon: mapped by itself, so that all of it goes back to the system
//! at once, and in huge pages where the system gives any, since taking 36 MB in small ones costs as much time as a
//! fifth of the decode.

use std::ops::{Deref, DerefMut};

use memmap2::MmapMut;

/// Bytes from which on memory is mapped: a huge page.
const LARGE: usize = 2 << 20;

/// Bytes that begin as zeros.
pub(super) struct Buffer {
    memory: Memory,
    len: usize,
}

enum Memory {
    Usual(Vec<u8>),
    Mapped(MmapMut),
}

impl Buffer {
    pub(super) fn zeroed(len: usize) -> Self {
        let mapped = (len >= LARGE).then(|| MmapMut::map_anon(len).ok()).flatten();
        let Some(map) = mapped else { return vec![0; len].into() };
        // Without huge pages it is slower, and as good.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        Self { memory: Memory::Mapped(map), len }
    }

    /// Leaves the bytes behind `len` out; their memory stays.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self { len: bytes.len(), memory: Memory::Usual(bytes) }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let all: &[u8] = match &self.memory {
            Memory::Usual(bytes) => bytes,
            Memory::Mapped(map) => map,
        };
        &all[..self.len]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        let all: &mut [u8] = match &mut self.memory {
            Memory::Usual(bytes) => bytes,
            Memory::Mapped(map) => map,
        };
        &mut all[..self.len]
    }
}

/// For what owns its bytes by this, as `Bytes` does.
impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_zeros_until_they_are_written_whatever_their_number() {
        for len in [0, 1, LARGE - 1, LARGE, 3 * LARGE + 5] {
            let mut buffer = Buffer::zeroed(len);
            assert_eq!((buffer.len(), buffer.iter().any(|byte| *byte != 0)), (len, false));
            assert_eq!(matches!(buffer.memory, Memory::Mapped(_)), len >= LARGE);
            buffer.fill(7);
            assert!(buffer.iter().all(|byte| *byte == 7));
            buffer.truncate(1);
            assert_eq!(*buffer, vec![7; len.min(1)]);
        }
    }
}
