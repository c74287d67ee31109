//! Files of several scans: which of them matter, and the way of a scan over the blocks (ITU T.81, A.2).

use super::Stop;
use super::header::{Picture, Scan};
use super::layout::Layout;
use super::progressive;
use super::sequential;
use super::store::Store;
use super::strip::Strip;
use crate::pictures::jpeg::bits::Bits;

/// What a scan carries from block to block.
pub(super) struct Progress<'a> {
    pub bits: Bits<'a>,
    /// The first coefficient of the last block of each component in the scan.
    pub last: [i16; 4],
    /// Blocks to come that have no more coefficients.
    pub ended: u32,
}

/// Decodes all scans that matter, and hands each row of units over.
pub(super) fn decode(
    picture: &Picture<'_>,
    layout: &Layout,
    mut finish: impl FnMut(&mut Strip, usize),
) -> Result<(), Stop> {
    let mut store = Store::new(layout);
    let matters = matter(picture, store.shown());
    for (scan, _) in picture.scans.iter().zip(matters).filter(|(_, matters)| *matters) {
        for part in &scan.components {
            let component = picture.frame.components.get(part.index).ok_or(Stop::Damaged)?;
            let plane = store.plane(part.index).ok_or(Stop::Damaged)?;
            plane.set_factors(scan.tables.quantization(component)?);
        }
        if picture.frame.progressive {
            progressive::read(scan, layout, &mut store)?;
        } else {
            sequential::read(scan, layout, &mut store)?;
        }
    }
    let mut strip = Strip::new(layout);
    for unit_row in 0..layout.units.1 {
        store.fill(&mut strip, unit_row)?;
        finish(&mut strip, unit_row);
    }
    Ok(())
}

/// Which scans have to be read: from the last one back, those that have something to be shown, or without which one of
/// those cannot be read, because it adds bits to coefficients that it expects to be known.
fn matter(picture: &Picture<'_>, mut wanted: Vec<u64>) -> Vec<bool> {
    let mut matters: Vec<bool> = picture
        .scans
        .iter()
        .rev()
        .map(|scan| {
            let band = scan.band();
            let mut any = false;
            for part in &scan.components {
                if let Some(wanted) = wanted.get_mut(part.index).filter(|wanted| **wanted & band != 0) {
                    any = true;
                    if scan.before > 0 {
                        *wanted |= band;
                    }
                }
            }
            any
        })
        .collect();
    matters.reverse();
    matters
}

/// Goes over the blocks of a scan in its order, with the number of the component in the scan and that of the block.
pub(super) fn each_block<'a>(
    scan: &Scan<'a>,
    layout: &Layout,
    store: &mut Store,
    mut visit: impl FnMut(&mut Progress<'a>, &mut super::store::Plane, usize, usize) -> Option<()>,
) -> Result<(), Stop> {
    let mut progress = Progress { bits: Bits::new(scan.data), last: [0; 4], ended: 0 };
    let mut left = scan.tables.restart;
    let alone = scan.components.len() == 1;
    let (across, down) = match scan.components.as_slice() {
        [part] => store.plane(part.index).ok_or(Stop::Damaged)?.alone(),
        _ => layout.units,
    };
    for y in 0..down {
        for x in 0..across {
            if scan.tables.restart > 0 {
                if left == 0 {
                    progress.bits.restart().ok_or(Stop::Damaged)?;
                    (progress.last, progress.ended) = ([0; 4], 0);
                    left = scan.tables.restart;
                }
                left -= 1;
            }
            for (number, part) in scan.components.iter().enumerate() {
                let plane = store.plane(part.index).ok_or(Stop::Damaged)?;
                let in_unit = if alone { (1, 1) } else { plane.in_unit() };
                for row in y * in_unit.1..(y + 1) * in_unit.1 {
                    for column in x * in_unit.0..(x + 1) * in_unit.0 {
                        let block = row * plane.width + column;
                        visit(&mut progress, plane, number, block).ok_or(Stop::Damaged)?;
                    }
                }
            }
        }
        if progress.bits.is_overread() {
            return Err(Stop::Damaged);
        }
    }
    Ok(())
}
