//! One row of units as samples, and from there into the picture.

use super::idct::{Block, sample};
use super::layout::{Layout, PlaneLayout};
use crate::pictures::buffer::Buffer;

/// The samples of a row of units.
pub(super) struct Strip {
    planes: Vec<Plane>,
}

pub(super) struct Plane {
    layout: PlaneLayout,
    stride: usize,
    samples: Vec<u8>,
    /// A row with its samples repeated; empty where none are.
    repeated: Vec<u8>,
}

impl Strip {
    pub(super) fn new(layout: &Layout) -> Self {
        let planes = layout.planes.iter().map(|plane| {
            let stride = plane.stride(layout.units.0);
            let repeated = if plane.repeat.0 > 1 { vec![0; stride * plane.repeat.0] } else { Vec::new() };
            let samples = vec![0; stride * plane.down * plane.samples.1];
            Plane { layout: plane.clone(), stride, samples, repeated }
        });
        Self { planes: planes.collect() }
    }

    #[inline]
    pub(super) fn plane(&mut self, index: usize) -> Option<&mut Plane> {
        self.planes.get_mut(index)
    }

    /// Writes the rows of the picture that this row of units has.
    pub(super) fn finish(&mut self, layout: &Layout, rgb: bool, unit_row: usize, data: &mut Buffer) {
        let channels = if self.planes.len() == 1 { 1 } else { 3 };
        let length = layout.width * channels;
        let from = unit_row * layout.unit_rows;
        let rows = data.chunks_exact_mut(length).skip(from).take(layout.unit_rows);
        for (y, out) in rows.enumerate() {
            match self.planes.as_mut_slice() {
                [gray] => out.copy_from_slice(&gray.row(y)[..length]),
                [first, second, third] => {
                    let rows = [first.row(y), second.row(y), third.row(y)];
                    if rgb {
                        super::color::interleave(rows, out);
                    } else {
                        super::color::to_rgb(rows, out);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Plane {
    /// Blocks in a unit, across and down.
    #[inline]
    pub(super) fn in_unit(&self) -> (usize, usize) {
        (self.layout.across, self.layout.down)
    }

    /// Writes a block: its place in the row of units, counted in blocks. Without coefficients but the first, which is
    /// cheap, and not rare.
    #[inline]
    pub(super) fn fill(&mut self, column: usize, row: usize, first: f32) {
        let value = sample(first + 128.0);
        let (width, height) = self.layout.samples;
        let Some(plane) = self.samples.get_mut((row * height * self.stride) + column * width..) else { return };
        match (width, height) {
            (1, 1) => {
                if let Some(out) = plane.first_mut() {
                    *out = value;
                }
            }
            (2, 2) => fill::<2>(plane, self.stride, height, value),
            (4, 4) => fill::<4>(plane, self.stride, height, value),
            (8, 8) => fill::<8>(plane, self.stride, height, value),
            _ => {
                for y in 0..height {
                    if let Some(out) = plane.get_mut(y * self.stride..y * self.stride + width) {
                        out.fill(value);
                    }
                }
            }
        }
    }

    /// Writes a block: its place in the row of units, counted in blocks.
    #[inline]
    pub(super) fn put(&mut self, column: usize, row: usize, block: &Block, few: bool) {
        let (width, height) = self.layout.samples;
        let Some(plane) = self.samples.get_mut((row * height * self.stride) + column * width..) else { return };
        (self.layout.transform)(block, plane, self.stride, few);
    }

    fn row(&mut self, y: usize) -> &[u8] {
        let from = y / self.layout.repeat.1 * self.stride;
        let row = self.samples.get(from..from + self.stride).unwrap_or_default();
        if self.repeated.is_empty() {
            return row;
        }
        let times = self.layout.repeat.0;
        for (out, value) in self.repeated.chunks_exact_mut(times).zip(row) {
            out.fill(*value);
        }
        &self.repeated
    }
}

fn fill<const W: usize>(mut plane: &mut [u8], stride: usize, height: usize, value: u8) {
    for _ in 0..height {
        let Some(out) = plane.first_chunk_mut::<W>() else { return };
        *out = [value; W];
        plane = plane.get_mut(stride..).unwrap_or_default();
    }
}
