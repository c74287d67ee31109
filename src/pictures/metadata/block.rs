//! The TIFF structure that Exif is written in (TIFF 6.0, section 2): a header, and directories of entries of twelve
//! bytes that hold their values or point to them. Read where it lies: nothing is allocated, and no offset is believed.

/// An Exif block with its byte order known.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    bytes: &'a [u8],
    little: bool,
}

/// A directory: its entries as they lie in the block, as many of those it announces as are there. One that is missing
/// has none.
#[derive(Clone, Copy)]
pub(super) struct Directory<'a> {
    block: Block<'a>,
    entries: &'a [[u8; 12]],
}

/// The value of an entry.
struct Value<'a> {
    block: Block<'a>,
    kind: u16,
    bytes: &'a [u8],
}

/// A fraction as it is stored; the denominator may be zero.
pub(super) type Ratio = (i64, i64);

const BYTE: u16 = 1;
const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;
const UNDEFINED: u16 = 7;
const SIGNED_RATIONAL: u16 = 10;
const UTF8: u16 = 129;

impl<'a> Block<'a> {
    /// `None` if the bytes do not begin like a block. Some writers keep the prefix of the JPEG segment elsewhere too.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
        match bytes.first_chunk()? {
            b"II*\0" => Some(Self { bytes, little: true }),
            b"MM\0*" => Some(Self { bytes, little: false }),
            _ => None,
        }
    }

    pub(super) fn first_directory(self) -> Directory<'a> {
        self.bytes.get(4..8).map_or(self.no_directory(), |at| self.directory(self.long(at)))
    }

    fn directory(self, at: u32) -> Directory<'a> {
        let read = || {
            let (count, rest) = self.bytes.get(usize::try_from(at).ok()?..)?.split_at_checked(2)?;
            let entries = rest.as_chunks().0;
            Some(entries.get(..self.short(count).into()).unwrap_or(entries))
        };
        read().map_or(self.no_directory(), |entries| Directory { block: self, entries })
    }

    fn no_directory(self) -> Directory<'a> {
        Directory { block: self, entries: &[] }
    }

    /// Of two bytes; 0 for any other number of them.
    fn short(self, bytes: &[u8]) -> u16 {
        let Ok(bytes) = bytes.try_into() else { return 0 };
        if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) }
    }

    /// Of four bytes; 0 for any other number of them.
    fn long(self, bytes: &[u8]) -> u32 {
        let Ok(bytes) = bytes.try_into() else { return 0 };
        if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }
    }
}

impl<'a> Directory<'a> {
    /// The directory that an entry points to.
    pub(super) fn child(&self, tag: u16) -> Directory<'a> {
        self.number(tag).map_or(self.block.no_directory(), |at| self.block.directory(at))
    }

    /// Characters up to the first zero.
    pub(super) fn text(&self, tag: u16) -> Option<&'a [u8]> {
        let value = self.value(tag)?;
        let end = value.bytes.iter().position(|byte| *byte == 0).unwrap_or(value.bytes.len());
        if matches!(value.kind, BYTE | ASCII | UNDEFINED | UTF8) { value.bytes.get(..end) } else { None }
    }

    /// The first of one or more whole numbers.
    pub(super) fn number(&self, tag: u16) -> Option<u32> {
        let Value { block, kind, bytes } = self.value(tag)?;
        match kind {
            BYTE => bytes.first().map(|byte| u32::from(*byte)),
            SHORT => bytes.get(..2).map(|bytes| block.short(bytes).into()),
            LONG => bytes.get(..4).map(|bytes| block.long(bytes)),
            _ => None,
        }
    }

    /// The first `N` fractions.
    pub(super) fn ratios<const N: usize>(&self, tag: u16) -> Option<[Ratio; N]> {
        let Value { block, kind, bytes } = self.value(tag)?;
        let side = |bytes: &[u8]| match kind {
            RATIONAL => Some(i64::from(block.long(bytes))),
            SIGNED_RATIONAL => Some(i64::from(block.long(bytes).cast_signed())),
            _ => None,
        };
        let mut ratios = [(0, 0); N];
        let mut stored = bytes.as_chunks::<8>().0.iter();
        for ratio in &mut ratios {
            let [n0, n1, n2, n3, denominator @ ..] = stored.next()?;
            *ratio = (side(&[*n0, *n1, *n2, *n3])?, side(denominator)?);
        }
        Some(ratios)
    }

    /// The first fraction as a number; `None` without a denominator.
    pub(super) fn ratio(&self, tag: u16) -> Option<f64> {
        self.ratios::<1>(tag).and_then(|[ratio]| quotient(ratio))
    }

    /// The value of the first entry of that tag whose value lies within the block.
    fn value(&self, tag: u16) -> Option<Value<'a>> {
        let block = self.block;
        self.entries.iter().filter(|[t0, t1, ..]| block.short(&[*t0, *t1]) == tag).find_map(|entry| {
            let ([_, _, k0, k1], [c0, c1, c2, c3], inline) =
                (entry.first_chunk()?, entry[4..].first_chunk()?, &entry[8..]);
            let kind = block.short(&[*k0, *k1]);
            let count = usize::try_from(block.long(&[*c0, *c1, *c2, *c3])).ok()?;
            let length = size(kind)?.checked_mul(count)?;
            let bytes = match inline.get(..length) {
                Some(bytes) => bytes,
                None => block.bytes.get(usize::try_from(block.long(inline)).ok()?..)?.get(..length)?,
            };
            Some(Value { block, kind, bytes })
        })
    }
}

/// A fraction's value; `None` without a denominator. Both sides have 32 bits, which a double holds exactly.
pub(super) fn quotient((numerator, denominator): Ratio) -> Option<f64> {
    let [numerator, denominator] = [numerator, denominator].map(|side| {
        let positive = u32::try_from(side.unsigned_abs()).map_or(f64::NAN, f64::from);
        if side < 0 { -positive } else { positive }
    });
    Some(numerator / denominator).filter(|value| value.is_finite())
}

/// Bytes of one value of a kind that is read here.
fn size(kind: u16) -> Option<usize> {
    match kind {
        BYTE | ASCII | UNDEFINED | UTF8 => Some(1),
        SHORT => Some(2),
        LONG => Some(4),
        RATIONAL | SIGNED_RATIONAL => Some(8),
        _ => None,
    }
}
