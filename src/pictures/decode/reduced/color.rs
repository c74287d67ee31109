//! Three rows of samples to one of pixels. Several pixels at once and in sixteen bits, which compilers make wide.

#![expect(clippy::cast_sign_loss, reason = "held within the bounds")]

/// Pixels that are made together, and the bytes that they take.
const PIXELS: usize = 8;
const BYTES: usize = 3 * PIXELS;

/// Red, green and blue as they are.
pub(super) fn interleave([red, green, blue]: [&[u8]; 3], out: &mut [u8]) {
    for (((pixel, red), green), blue) in out.as_chunks_mut::<3>().0.iter_mut().zip(red).zip(green).zip(blue) {
        *pixel = [*red, *green, *blue];
    }
}

/// YCbCr to RGB (ITU T.871, section 7).
pub(super) fn to_rgb([luma, cb, cr]: [&[u8]; 3], out: &mut [u8]) {
    let (many, few) = out.as_chunks_mut::<BYTES>();
    let ((luma, lumas), (cb, cbs), (cr, crs)) =
        (luma.as_chunks::<PIXELS>(), cb.as_chunks::<PIXELS>(), cr.as_chunks::<PIXELS>());
    for (((pixels, luma), cb), cr) in many.iter_mut().zip(luma).zip(cb).zip(cr) {
        *pixels = packed(pixels_of(luma, cb, cr));
    }
    // What is left of the rows begins behind as many as were taken, or they end there with it.
    let done = many.len();
    let sample = |chunks: &[[u8; PIXELS]], rest: &[u8], index: usize| match chunks.get(done) {
        Some(chunk) => chunk[index],
        None => rest.get(index).copied().unwrap_or_default(),
    };
    for (index, pixel) in few.as_chunks_mut::<3>().0.iter_mut().enumerate() {
        let samples = (sample(luma, lumas, index), sample(cb, cbs, index), sample(cr, crs, index));
        let [rgb] = pixels_of(&[samples.0], &[samples.1], &[samples.2]);
        pixel.copy_from_slice(&rgb.to_le_bytes()[..3]);
    }
}

/// Each pixel with red in its lowest byte, and nothing in its highest one.
#[inline(always)]
fn pixels_of<const N: usize>(luma: &[u8; N], cb: &[u8; N], cr: &[u8; N]) -> [u32; N] {
    let mut pixels = [0; N];
    for index in 0..N {
        let y = i16::from(luma[index]);
        let (cb, cr) = (i16::from(cb[index]) - 128, i16::from(cr[index]) - 128);
        // Seven bits for the fraction. What does not fit the factors is added as a whole: 1.402 is 1 + 0.402, and so on.
        let (cb7, cr7) = (cb << 7, cr << 7);
        let red = y + cr + ((high(cr7, 26_345) + 64) >> 7);
        let green = y - cr + ((high(cr7, 18_734) - high(cb7, 22_554) + 64) >> 7);
        let blue = y + 2 * cb + ((64 - high(cb7, 14_942)) >> 7);
        let [red, green, blue] = [red, green, blue].map(|value| u32::from(value.clamp(0, 255) as u8));
        pixels[index] = red | green << 8 | blue << 16;
    }
    pixels
}

/// The product with so many 65,536ths.
#[inline(always)]
fn high(value: i16, factor: i16) -> i16 {
    ((i32::from(value) * i32::from(factor)) >> 16) as i16
}

#[inline(always)]
fn packed(pixels: [u32; PIXELS]) -> [u8; BYTES] {
    let two = |index: usize| u64::from(pixels[index]) | u64::from(pixels[index + 1]) << 24;
    let (first, second, third, fourth) = (two(0), two(2), two(4), two(6));
    let words = [first | second << 48, second >> 16 | third << 32, third >> 32 | fourth << 16];
    let mut bytes = [0; BYTES];
    for (bytes, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    bytes
}
