//! The coefficients of a whole picture, for files that have them in several scans: of each block the lowest frequencies
//! that the smaller picture shows, and of the others whether they are zero, without which later scans cannot be read.

use super::Stop;
use super::idct::Block;
use super::layout::{Layout, PlaneLayout, ZIGZAG};
use super::strip::Strip;

pub(super) struct Store {
    planes: Vec<Plane>,
}

/// The coefficients of a component.
pub(super) struct Plane {
    layout: PlaneLayout,
    /// Blocks in a row, with those that fill the last unit.
    pub width: usize,
    /// For each coefficient in the order of the file its place among those of a block that are stored.
    places: [Option<u8>; 64],
    /// The coefficients that have one, as bits.
    shown: u64,
    /// How many of a block are stored.
    per_block: usize,
    values: Vec<i16>,
    /// For each block the coefficients other than zero, as bits.
    filled: Vec<u64>,
    /// What coefficients are multiplied by, in the order of the file; those of the first scan.
    factors: Option<[f32; 64]>,
}

impl Store {
    pub(super) fn new(layout: &Layout) -> Self {
        let planes = layout.planes.iter().map(|plane| {
            let (width, height) = (layout.units.0 * plane.across, layout.units.1 * plane.down);
            let (across, down) = plane.samples;
            let places = ZIGZAG.map(|place| {
                let (row, column) = (usize::from(place / 8), usize::from(place % 8));
                (row < down && column < across).then(|| u8::try_from(row * across + column).ok()).flatten()
            });
            let shown = (0..64).filter(|index| places[*index].is_some()).map(|index| 1 << index).sum();
            let per_block = across * down;
            let (values, filled) = (vec![0; width * height * per_block], vec![0; width * height]);
            Plane { layout: plane.clone(), width, places, shown, per_block, values, filled, factors: None }
        });
        Self { planes: planes.collect() }
    }

    pub(super) fn plane(&mut self, index: usize) -> Option<&mut Plane> {
        self.planes.get_mut(index)
    }

    /// Which coefficients of each component are shown, as bits.
    pub(super) fn shown(&self) -> Vec<u64> {
        self.planes.iter().map(Plane::shown).collect()
    }

    /// Makes samples of a row of units.
    pub(super) fn fill(&self, strip: &mut Strip, unit_row: usize) -> Result<(), Stop> {
        let mut block: Block = [0.0; 64];
        for (index, plane) in self.planes.iter().enumerate() {
            // A component without a scan: what becomes of it is for another decoder to say.
            let factors = plane.factors.ok_or(Stop::Unknown)?;
            let out = strip.plane(index).ok_or(Stop::Damaged)?;
            for row in 0..plane.layout.down {
                for column in 0..plane.width {
                    let place = (unit_row * plane.layout.down + row) * plane.width + column;
                    let from = place * plane.per_block;
                    let values = plane.values.get(from..from + plane.per_block).ok_or(Stop::Damaged)?;
                    // The first coefficient has no bit.
                    let filled = plane.filled.get(place).ok_or(Stop::Damaged)?;
                    if *filled == 0 {
                        out.fill(column, row, f32::from(values[0]) * factors[0]);
                        continue;
                    }
                    for (out, row) in block.chunks_exact_mut(8).zip(values.chunks_exact(plane.layout.samples.0)) {
                        for (out, value) in out.iter_mut().zip(row) {
                            *out = f32::from(*value);
                        }
                    }
                    for (place, factor) in ZIGZAG.iter().zip(factors).take(plane.layout.kept) {
                        block[usize::from(*place)] *= factor;
                    }
                    out.put(column, row, &block, filled >> super::FEW == 0);
                }
            }
        }
        Ok(())
    }
}

impl Plane {
    /// Blocks in a unit, across and down.
    pub(super) fn in_unit(&self) -> (usize, usize) {
        (self.layout.across, self.layout.down)
    }

    /// Blocks of a scan of this component alone, across and down.
    pub(super) fn alone(&self) -> (usize, usize) {
        self.layout.blocks
    }

    /// The coefficients that are shown, as bits.
    pub(super) fn shown(&self) -> u64 {
        self.shown
    }

    pub(super) fn kept(&self) -> usize {
        self.layout.kept
    }

    /// Those of the first scan count.
    pub(super) fn set_factors(&mut self, quantization: [u16; 64]) {
        self.factors.get_or_insert(quantization.map(|value| f32::from(value) / 8.0));
    }

    /// The first coefficient of a block.
    pub(super) fn first(&mut self, block: usize) -> Option<&mut i16> {
        self.values.get_mut(block * self.per_block)
    }

    /// Which coefficients of a block but the first are other than zero, as bits.
    pub(super) fn filled(&self, block: usize) -> Option<u64> {
        self.filled.get(block).copied()
    }

    /// Sets a coefficient but the first.
    #[inline]
    pub(super) fn set(&mut self, block: usize, index: usize, value: i16) -> Option<()> {
        *self.filled.get_mut(block)? |= 1 << index;
        if let Some(place) = self.places.get(index)? {
            *self.values.get_mut(block * self.per_block + usize::from(*place))? = value;
        }
        Some(())
    }

    /// Adds a bit to a coefficient, away from zero.
    #[inline]
    pub(super) fn refine(&mut self, block: usize, index: usize, bit: i16) -> Option<()> {
        if let Some(place) = self.places.get(index)? {
            let value = self.values.get_mut(block * self.per_block + usize::from(*place))?;
            // A bit that is set already was set by a damaged file.
            if *value & bit == 0 {
                *value = if *value < 0 { value.wrapping_sub(bit) } else { value.wrapping_add(bit) };
            }
        }
        Some(())
    }
}
