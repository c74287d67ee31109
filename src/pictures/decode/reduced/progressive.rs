//! Progressive scans: a band of the coefficients, or a bit more of those that are known (ITU T.81, annex G).

#![expect(clippy::cast_possible_truncation, reason = "values have sixteen bits")]

use super::Stop;
use super::header::Scan;
use super::layout::Layout;
use super::scans::{Progress, each_block};
use super::store::{Plane, Store};
use crate::pictures::jpeg::bits::Bits;
use crate::pictures::jpeg::huffman::{Coefficients, Symbols};

pub(super) fn read(scan: &Scan<'_>, layout: &Layout, store: &mut Store) -> Result<(), Stop> {
    match (scan.from, scan.before) {
        (0, 0) => {
            let codes =
                scan.components.iter().map(|part| Coefficients::dc(scan.tables.dc(*part)?).ok_or(Stop::Damaged));
            let codes = codes.collect::<Result<Vec<_>, _>>()?;
            each_block(scan, layout, store, |progress, plane, number, block| {
                progress.bits.refill();
                let (_, difference) = codes.get(number)?.take(&mut progress.bits)?;
                let last = progress.last.get_mut(number)?;
                *last = last.wrapping_add(difference);
                *plane.first(block)? = last.wrapping_shl(scan.bit);
                Some(())
            })
        }
        (0, _) => each_block(scan, layout, store, |progress, plane, _, block| {
            if take_bit(&mut progress.bits) {
                *plane.first(block)? |= 1 << scan.bit;
            }
            Some(())
        }),
        (_, before) => {
            let part = scan.components.first().ok_or(Stop::Damaged)?;
            let code = Symbols::new(scan.tables.ac(*part)?).ok_or(Stop::Damaged)?;
            if before == 0 {
                each_block(scan, layout, store, |progress, plane, _, block| first(scan, &code, progress, plane, block))
            } else {
                each_block(scan, layout, store, |progress, plane, _, block| refine(scan, &code, progress, plane, block))
            }
        }
    }
}

#[inline]
fn take_bit(bits: &mut Bits<'_>) -> bool {
    bits.ensure(1);
    bits.take(1) == 1
}

/// The highest bits of a band (G.1.2.2).
#[inline]
fn first(scan: &Scan<'_>, code: &Symbols, progress: &mut Progress<'_>, plane: &mut Plane, block: usize) -> Option<()> {
    if progress.ended > 0 {
        progress.ended -= 1;
        return Some(());
    }
    let mut bits = progress.bits;
    let mut index = scan.from;
    while index <= scan.to {
        bits.ensure(32);
        let symbol = code.take(&mut bits)?;
        let (run, size) = (symbol >> 4, symbol & 15);
        if size > 0 {
            index += run as usize;
            let value = bits.take_signed(size) as i16;
            plane.set(block, index & 63, value.wrapping_shl(scan.bit))?;
            index += 1;
        } else if run < 15 {
            progress.ended = ended(&mut bits, run) - 1;
            break;
        } else {
            index += 16;
        }
    }
    progress.bits = bits;
    Some(())
}

/// How many blocks, with this one, have no more coefficients.
#[inline]
fn ended(bits: &mut Bits<'_>, size: u32) -> u32 {
    (1 << size) + if size > 0 { bits.take(size) } else { 0 }
}

/// One more bit of a band (G.1.2.3): of each coefficient that is known, as it is passed; and coefficients that this bit
/// makes other than zero.
fn refine(scan: &Scan<'_>, code: &Symbols, progress: &mut Progress<'_>, plane: &mut Plane, block: usize) -> Option<()> {
    let bit = 1 << scan.bit;
    let mut bits = progress.bits;
    // What becomes known in this scan is not passed again.
    let known = plane.filled(block)?;
    let mut left = scan.band();
    while progress.ended == 0 && left != 0 {
        bits.ensure(32);
        let symbol = code.take(&mut bits)?;
        let (run, size) = (symbol >> 4, symbol & 15);
        let value = match size {
            0 if run < 15 => {
                progress.ended = ended(&mut bits, run);
                break;
            }
            0 => 0,
            // Other sizes than 1 are taken for it.
            _ if bits.take(1) == 1 => bit,
            _ => -bit,
        };
        let mut zeros = left & !known;
        for _ in 0..run {
            zeros &= zeros.wrapping_sub(1);
        }
        // The zero behind the run, which may be none, and all that comes before it.
        let next = zeros & zeros.wrapping_neg();
        let before = next.wrapping_sub(1);
        add(&mut bits, plane, block, known & left & before, bit)?;
        if value != 0 && next != 0 {
            plane.set(block, next.trailing_zeros() as usize, value)?;
        }
        left &= !(before | next);
    }
    if progress.ended > 0 {
        progress.ended -= 1;
        add(&mut bits, plane, block, known & left, bit)?;
    }
    progress.bits = bits;
    Some(())
}

/// Takes a bit for each of these coefficients, and adds it.
#[inline]
fn add(bits: &mut Bits<'_>, plane: &mut Plane, block: usize, passed: u64, bit: i16) -> Option<()> {
    if passed == 0 {
        return Some(());
    }
    let count = passed.count_ones();
    if count > 32 {
        // No more than can be taken at once.
        let first = passed & u64::from(u32::MAX);
        add(bits, plane, block, first, bit)?;
        return add(bits, plane, block, passed & !first, bit);
    }
    bits.ensure(count);
    let added = bits.take(count);
    let mut shown = passed & plane.shown();
    while shown != 0 {
        let lowest = shown & shown.wrapping_neg();
        let order = (passed & (lowest - 1)).count_ones();
        if added >> (count - 1 - order) & 1 == 1 {
            plane.refine(block, lowest.trailing_zeros() as usize, bit)?;
        }
        shown ^= lowest;
    }
    Some(())
}
