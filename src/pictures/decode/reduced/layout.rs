//! How large everything is: units and blocks of the file, and samples that a block gives at a scale.

use super::Scale;
use super::header::{Component, Frame};
use super::idct::{self, Transform};

/// The side of a block.
const BLOCK: usize = 8;

/// The order of coefficients in a file, as places in a block.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

pub(super) struct Layout {
    /// Of the smaller picture.
    pub width: usize,
    pub height: usize,
    /// Units across and down.
    pub units: (usize, usize),
    /// Rows of samples that a row of units gives.
    pub unit_rows: usize,
    pub planes: Vec<PlaneLayout>,
}

/// What a component has.
#[derive(Clone)]
pub(super) struct PlaneLayout {
    /// Blocks in a unit, across and down.
    pub across: usize,
    pub down: usize,
    /// Blocks that a scan of this component alone has, across and down: those in which there is something to see.
    pub blocks: (usize, usize),
    /// Samples that a block gives, across and down.
    pub samples: (usize, usize),
    /// How often each of them is shown, across and down. Most sampling is undone by larger blocks.
    pub repeat: (usize, usize),
    /// In the order of the file, the number of coefficients after which none matters.
    pub kept: usize,
    pub transform: Transform,
}

impl Layout {
    pub(super) fn new(frame: &Frame, scale: Scale) -> Self {
        let most = |of: fn(&Component) -> usize| frame.components.iter().map(of).max().unwrap_or(1);
        let (across, down) = (most(|component| component.across), most(|component| component.down));
        let units = (frame.width.div_ceil(BLOCK * across), frame.height.div_ceil(BLOCK * down));
        let divisor = scale.divisor() as usize;
        let side = BLOCK / divisor;
        let planes = frame.components.iter().map(|component| {
            let ratios = (across / component.across, down / component.down);
            let samples = (BLOCK.min(side * ratios.0), BLOCK.min(side * ratios.1));
            PlaneLayout {
                across: component.across,
                down: component.down,
                blocks: (frame.width.div_ceil(BLOCK * ratios.0), frame.height.div_ceil(BLOCK * ratios.1)),
                samples,
                repeat: (side * ratios.0 / samples.0, side * ratios.1 / samples.1),
                kept: kept(samples),
                transform: idct::transform(samples.0, samples.1),
            }
        });
        Self {
            width: frame.width.div_ceil(divisor),
            height: frame.height.div_ceil(divisor),
            units,
            unit_rows: side * down,
            planes: planes.collect(),
        }
    }
}

fn kept((width, height): (usize, usize)) -> usize {
    let matters = |place: &u8| usize::from(place % 8) < width && usize::from(place / 8) < height;
    ZIGZAG.iter().rposition(matters).map_or(1, |last| last + 1)
}

impl PlaneLayout {
    /// Samples in a row of the component.
    pub(super) fn stride(&self, units: usize) -> usize {
        units * self.across * self.samples.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::FEW;
    use super::*;

    #[test]
    fn few_coefficients_are_in_few_rows_and_columns() {
        let few = ZIGZAG.map(|place| place % 8 < 4 && place / 8 < 4);
        assert!(few[..FEW].iter().all(|few| *few));
        assert!(!few[FEW]);
    }

    #[test]
    fn what_comes_after_the_last_coefficient_of_a_corner_does_not_matter() {
        let sizes = [(1, 1), (2, 1), (1, 2), (2, 2), (4, 4), (8, 8)];
        assert_eq!(sizes.map(kept), [1, 2, 3, 5, 25, 64]);
    }
}
