//! Sequential scans: whole blocks, one after the other (ITU T.81, annex F).

use super::header::{Frame, Scan, ScanComponent};
use super::idct::Block;
use super::layout::{Layout, ZIGZAG};
use super::scans::each_block;
use super::skips::Skips;
use super::store::Store;
use super::strip::{Plane, Strip};
use super::{FEW, Stop};
use crate::pictures::jpeg::bits::Bits;
use crate::pictures::jpeg::huffman::Coefficients;

/// What the blocks of a component in a scan are decoded with.
struct Decoder {
    dc: Coefficients,
    ac: Coefficients,
    skips: Skips,
    kept: usize,
}

/// What the blocks of a component become.
struct Target {
    decoder: Decoder,
    /// What coefficients are multiplied by, in the order of the file.
    factors: [f32; 64],
    /// The first coefficient of the last block.
    last: i16,
    /// Zero between two blocks, but for the first coefficient.
    block: Block,
}

/// Decodes the only scan of a picture, and hands each row of units over.
pub(super) fn decode(
    frame: &Frame,
    scan: &Scan<'_>,
    layout: &Layout,
    mut finish: impl FnMut(&mut Strip, usize),
) -> Result<(), Stop> {
    let mut targets = Vec::with_capacity(3);
    for part in &scan.components {
        let component = frame.components.get(part.index).ok_or(Stop::Damaged)?;
        let plane = layout.planes.get(part.index).ok_or(Stop::Damaged)?;
        let factors = scan.tables.quantization(component)?.map(|value| f32::from(value) / 8.0);
        let decoder = Decoder::new(scan, *part, plane.kept)?;
        targets.push(Target { decoder, factors, last: 0, block: [0.0; 64] });
    }
    let mut strip = Strip::new(layout);
    let mut bits = Bits::new(scan.data);
    let mut left = scan.tables.restart;
    for unit_row in 0..layout.units.1 {
        for unit in 0..layout.units.0 {
            if scan.tables.restart > 0 {
                if left == 0 {
                    bits.restart().ok_or(Stop::Damaged)?;
                    for target in &mut targets {
                        target.last = 0;
                    }
                    left = scan.tables.restart;
                }
                left -= 1;
            }
            for (part, target) in scan.components.iter().zip(&mut targets) {
                let plane = strip.plane(part.index).ok_or(Stop::Damaged)?;
                let (across, down) = plane.in_unit();
                for row in 0..down {
                    for column in unit * across..(unit + 1) * across {
                        target.block(&mut bits, plane, column, row).ok_or(Stop::Damaged)?;
                    }
                }
            }
        }
        if bits.is_overread() {
            return Err(Stop::Damaged);
        }
        finish(&mut strip, unit_row);
    }
    Ok(())
}

/// Reads one of several scans.
pub(super) fn read(scan: &Scan<'_>, layout: &Layout, store: &mut Store) -> Result<(), Stop> {
    let mut decoders = Vec::with_capacity(3);
    for part in &scan.components {
        let kept = store.plane(part.index).ok_or(Stop::Damaged)?.kept();
        decoders.push(Decoder::new(scan, *part, kept)?);
    }
    each_block(scan, layout, store, |progress, plane, number, block| {
        let difference = decoders.get(number)?.block(&mut progress.bits, |index, value| {
            // What is not kept is not handed over, and nothing is out of reach.
            let _ = plane.set(block, index, value);
        })?;
        let last = progress.last.get_mut(number)?;
        *last = last.wrapping_add(difference);
        *plane.first(block)? = *last;
        Some(())
    })
}

impl Target {
    #[inline(always)]
    fn block(&mut self, bits: &mut Bits<'_>, plane: &mut Plane, column: usize, row: usize) -> Option<()> {
        let mut highest = 0;
        let difference = self.decoder.block(bits, |index, value| {
            highest = index;
            self.block[usize::from(ZIGZAG[index]) & 63] = f32::from(value) * self.factors[index];
        })?;
        self.last = self.last.wrapping_add(difference);
        self.block[0] = f32::from(self.last) * self.factors[0];
        if highest == 0 {
            plane.fill(column, row, self.block[0]);
        } else {
            plane.put(column, row, &self.block, highest < FEW);
            self.block = [0.0; 64];
        }
        Some(())
    }
}

impl Decoder {
    fn new(scan: &Scan<'_>, part: ScanComponent, kept: usize) -> Result<Self, Stop> {
        let dc = Coefficients::dc(scan.tables.dc(part)?).ok_or(Stop::Damaged)?;
        let ac = Coefficients::ac(scan.tables.ac(part)?).ok_or(Stop::Damaged)?;
        let skips = Skips::new(&ac);
        Ok(Self { dc, ac, skips, kept })
    }

    /// Decodes a block: the difference of its first coefficient comes back, the others that are kept are handed over.
    #[inline(always)]
    fn block(&self, reader: &mut Bits<'_>, mut put: impl FnMut(usize, i16)) -> Option<i16> {
        // In registers.
        let mut bits = *reader;
        bits.refill();
        let (_, difference) = self.dc.take(&mut bits)?;
        let mut next = 1;
        while next < self.kept {
            bits.ensure(32);
            let (run, value) = self.ac.take(&mut bits)?;
            next += run;
            if next < self.kept {
                put(next & 63, value);
            }
            next += 1;
        }
        self.skips.pass(&mut bits, &self.ac, next)?;
        *reader = bits;
        Some(difference)
    }
}
