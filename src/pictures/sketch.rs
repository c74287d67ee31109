//! A sketch: a picture much smaller than the original, of which nobody looks at the details. Its placeholder and its
//! palette are made of it.

use image::DynamicImage;

use super::decode::{Decoded, Raster, turned};
use super::rejection::Rejection;
use super::scale::Scaler;
use super::size::Fit;

/// Rows that a row of a sketch is made of, at least: so not every pixel is gone through once more.
const ROWS: u32 = 8;

/// The picture at `size`, upright, in sRGB.
pub(super) fn sketch(mut decoded: Decoded, size: (u32, u32)) -> Result<DynamicImage, Rejection> {
    let (_, height) = turned(decoded.orientation, size);
    decoded.raster = thinned(decoded.raster, height.saturating_mul(ROWS));
    Scaler::new(decoded).upright(size, Fit::Contain)
}

/// At least so many of its rows, evenly; all, where it has not twice as many.
fn thinned(mut raster: Raster, rows: u32) -> Raster {
    let every = raster.height / rows.max(1);
    if every < 2 {
        return raster;
    }
    let (row, every) = (raster.channels.count() * index(raster.width), index(every));
    let mut kept = 0;
    // In place, for the memory. From the middle of each group; a last one that is short is left out.
    for at in (every / 2..index(raster.height)).step_by(every) {
        raster.data.copy_within(at * row..(at + 1) * row, kept * row);
        kept += 1;
    }
    raster.data.truncate(kept * row);
    raster.height = u32::try_from(kept).unwrap_or(raster.height);
    raster
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::decode::Channels;

    #[test]
    fn a_sketch_is_of_rows_from_everywhere_and_of_all_where_there_are_few() {
        let data: Vec<u8> = (0..100).flat_map(|row| [row, row]).collect();
        let raster = || Raster { width: 2, height: 100, channels: Channels::Gray, data: data.clone().into() };
        let thin = thinned(raster(), 10);
        assert_eq!((thin.height, thin.data.len()), (10, 20));
        assert_eq!(thin.data.iter().step_by(2).copied().collect::<Vec<_>>(), [5, 15, 25, 35, 45, 55, 65, 75, 85, 95]);
        assert_eq!(thinned(raster(), 51).height, 100);
    }
}
