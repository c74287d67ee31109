//! JPEG at a half, a quarter or an eighth of its size, for copies that are much smaller than the picture: of each block
//! only the coefficients that the smaller picture can show are kept, and the inverse transform is of its size. Huffman
//! codes have to be read all the same, and are what costs. Also whole, for a kind that the usual decoder shows in wrong
//! colors.
//!
//! In reading order: `header` finds the scans and their tables, `layout` says how large everything becomes, `skips`
//! passes over coefficients, `sequential` makes blocks of them, `idct` samples, and `strip` with `color` pixels. Files of
//! several scans go through `scans`, `progressive` and `store`. Bits and codes are read by `pictures::jpeg`.

#![expect(clippy::inline_always, reason = "the next bits have to stay in registers, as measured")]

mod color;
mod header;
mod idct;
mod layout;
mod progressive;
mod scans;
mod sequential;
mod skips;
mod store;
mod strip;
#[cfg(test)]
mod tests;

use self::header::Picture;
use self::layout::Layout;
use self::strip::Strip;
use super::{Channels, DAMAGED, Raster};
use crate::pictures::buffer::Buffer;
use crate::pictures::rejection::Rejection;

/// How much smaller a picture is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pictures) enum Scale {
    Whole,
    Half,
    Quarter,
    Eighth,
}

impl Scale {
    /// The one to make a copy of `target` pixels from a picture of `whole`: such that twice the copy is left, because
    /// less is seen in it, or else half of the picture. `None` where only the whole is enough.
    pub(in crate::pictures) fn of_copy(whole: (u32, u32), target: (u32, u32)) -> Option<Self> {
        let leaves = |scale: Self, times: u32| {
            let enough = |side: u32, target: u32| scale.of(side) >= target.saturating_mul(times);
            enough(whole.0, target.0) && enough(whole.1, target.1)
        };
        let generous = [Self::Eighth, Self::Quarter, Self::Half].into_iter().find(|scale| leaves(*scale, 2));
        generous.or_else(|| leaves(Self::Half, 1).then_some(Self::Half))
    }

    /// What a side becomes.
    pub(in crate::pictures) fn of(self, side: u32) -> u32 {
        side.div_ceil(self.divisor())
    }

    pub(in crate::pictures) fn divisor(self) -> u32 {
        match self {
            Self::Whole => 1,
            Self::Half => 2,
            Self::Quarter => 4,
            Self::Eighth => 8,
        }
    }
}

/// So many coefficients, in the order of a file, lie in the first four rows and columns of a block.
const FEW: usize = 10;

/// Why there is no picture.
#[derive(Clone, Copy)]
enum Stop {
    /// It is of a kind that is not known here.
    Unknown,
    Damaged,
}

/// The picture, its sides divided and rounded up, in gray or RGB as it is stored. `None` for a kind that is not known
/// here: it may be a good one.
pub(super) fn decode(bytes: &[u8], scale: Scale) -> Result<Option<Raster>, Rejection> {
    known(Picture::read(bytes).and_then(|picture| read(&picture, scale)))
}

/// The whole picture, in gray or RGB as it is stored, where it is of a kind that the usual decoder shows in wrong colors.
/// `None` for all others.
pub(super) fn decode_rare(bytes: &[u8]) -> Result<Option<Raster>, Rejection> {
    match Picture::read(bytes) {
        Ok(picture) if picture.is_rare() => known(read(&picture, Scale::Whole)),
        // The usual decoder says what it thinks of damage.
        _ => Ok(None),
    }
}

fn known(read: Result<Raster, Stop>) -> Result<Option<Raster>, Rejection> {
    match read {
        Ok(raster) => Ok(Some(raster)),
        Err(Stop::Unknown) => Ok(None),
        Err(Stop::Damaged) => Err(DAMAGED),
    }
}

fn read(picture: &Picture<'_>, scale: Scale) -> Result<Raster, Stop> {
    let layout = Layout::new(&picture.frame, scale);
    let channels = if picture.frame.components.len() == 1 { Channels::Gray } else { Channels::Rgb };
    let mut data = Buffer::zeroed(layout.width * layout.height * channels.count());
    let finish = |strip: &mut Strip, row| strip.finish(&layout, picture.rgb, row, &mut data);
    match picture.scans.as_slice() {
        [scan] if scan.is_all_of(&picture.frame) => sequential::decode(&picture.frame, scan, &layout, finish)?,
        _ => scans::decode(picture, &layout, finish)?,
    }
    let side = |side| u32::try_from(side).map_err(|_| Stop::Damaged);
    Ok(Raster { width: side(layout.width)?, height: side(layout.height)?, channels, data })
}
