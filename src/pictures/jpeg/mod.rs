//! What reading and writing JPEG share: the bits of a scan, and the Huffman codes in them.

#![expect(clippy::inline_always, reason = "the next bits have to stay in registers, as measured")]

pub(super) mod bits;
pub(super) mod huffman;
