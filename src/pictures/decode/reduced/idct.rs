//! Blocks of coefficients to samples, at any of the sizes 1, 2, 4 and 8 in each direction: of the lowest frequencies as
//! many as samples are wanted, transformed by the inverse cosine transform of that size, as libjpeg does it. The
//! frequencies left out are those that the smaller picture cannot hold.

use std::f32::consts::SQRT_2;

/// A block of coefficients, dequantized and divided by eight, row by row.
pub(super) type Block = [f32; 64];

/// Writes the samples of a block into a plane, at its beginning. The number says in how many rows and columns from the
/// first on coefficients can be other than zero: at most four, or all.
pub(super) type Transform = fn(&Block, &mut [u8], usize, Few);

/// Whether only the first four rows and columns have coefficients.
pub(super) type Few = bool;

/// The transform that gives blocks of this width and height.
pub(super) fn transform(width: usize, height: usize) -> Transform {
    fn of_height<const H: usize>(width: usize) -> Transform {
        match width {
            1 => inverse::<1, H>,
            2 => inverse::<2, H>,
            4 => inverse::<4, H>,
            _ => inverse::<8, H>,
        }
    }
    match height {
        1 => of_height::<1>(width),
        2 => of_height::<2>(width),
        4 => of_height::<4>(width),
        _ => of_height::<8>(width),
    }
}

fn inverse<const W: usize, const H: usize>(block: &Block, plane: &mut [u8], stride: usize, few: Few) {
    let (across, down) = (std::hint::black_box(basis::<W>()), basis::<H>());
    if few {
        columns_and_rows(block, plane, stride, (across, down), (W.min(4), H.min(4)));
    } else {
        columns_and_rows(block, plane, stride, (across, down), (W, H));
    }
}

#[inline(always)]
fn columns_and_rows<const W: usize, const H: usize>(
    block: &Block,
    mut plane: &mut [u8],
    stride: usize,
    (across, down): (&[[f32; W]; W], &[[f32; H]; H]),
    (columns, rows): (usize, usize),
) {
    let mut halves = [[0.0_f32; W]; H];
    for (y, half) in halves.iter_mut().enumerate() {
        for frequency in 0..rows {
            for x in 0..columns {
                half[x] += down[frequency][y] * block[8 * frequency + x];
            }
        }
    }
    for half in &halves {
        let mut sums = [128.0_f32; W];
        for frequency in 0..columns {
            for x in 0..W {
                sums[x] += half[frequency] * across[frequency][x];
            }
        }
        let Some(out) = plane.first_chunk_mut::<W>() else { return };
        *out = sums.map(sample);
        plane = plane.get_mut(stride..).unwrap_or_default();
    }
}

/// Rounded to the nearest, and within 0 and 255.
#[inline(always)]
pub(super) fn sample(value: f32) -> u8 {
    /// Where floats are whole numbers, the lowest bits of which are the value's.
    const WHOLE: f32 = 8_388_608.0;
    let value = if value > 0.0 { value } else { 0.0 };
    let value = if value < 255.0 { value } else { 255.0 };
    (value + WHOLE).to_bits().to_le_bytes()[0]
}

/// For each frequency the cosine at each of the `N` samples, times the square root of two but for the first.
const fn basis<const N: usize>() -> &'static [[f32; N]; N] {
    const { &table::<N>() }
}

const fn table<const N: usize>() -> [[f32; N]; N] {
    let mut table = [[1.0; N]; N];
    let mut frequency = 1;
    while frequency < N {
        let mut x = 0;
        while x < N {
            // In sixteenths of a half turn.
            table[frequency][x] = cosine((2 * x + 1) * frequency * (8 / N));
            x += 1;
        }
        frequency += 1;
    }
    table
}

/// The square root of two times the cosine of so many sixteenths of a half turn.
const fn cosine(sixteenths: usize) -> f32 {
    const QUARTER: [f32; 9] =
        [SQRT_2, 1.387_039_8, 1.306_563, 1.175_875_6, 1.0, 0.785_694_96, 0.541_196_1, 0.275_899_38, 0.0];
    match sixteenths % 32 {
        first @ 0..=8 => QUARTER[first],
        second @ 9..=16 => -QUARTER[16 - second],
        third @ 17..=24 => -QUARTER[third - 16],
        fourth => QUARTER[32 - fourth],
    }
}
