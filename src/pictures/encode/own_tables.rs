//! A JPEG with the Huffman codes that suit it best, in place of those that suit pictures in general: the same
//! coefficients in about a twentieth less. The encoder can count by itself, but then writes a scan for each component,
//! which some decoders show in wrong colors; here everything but the codes stays as it is.
//!
//! For baseline files of one scan without restart markers, as the encoder writes them (ITU T.81, annexes B, F and K.2).

use super::codes::Codes;
use super::writer::BitWriter;
use crate::pictures::jpeg::bits::Bits;
use crate::pictures::jpeg::huffman::{Definition, Symbols};

/// A symbol as it stands in the scan.
#[derive(Clone, Copy)]
struct Token {
    /// The number of its code, see [`Head::codes`].
    code: u8,
    symbol: u8,
    /// The bits behind the code; as many as the lower half of the symbol says.
    value: u16,
}

/// What stands before the scan's data.
struct Head<'a> {
    /// Up to the scan's data, without the codes.
    kept: Vec<&'a [u8]>,
    /// Of differences, numbers 0 and 1; of the other coefficients, numbers 2 and 3.
    codes: [Option<Definition<'a>>; 4],
    /// The codes of each block in a unit: of its difference, and of the others.
    unit: Vec<(u8, u8)>,
    units: usize,
    data: &'a [u8],
}

/// `None` where this is not such a file.
pub(super) fn with_own_tables(jpeg: &[u8]) -> Option<Vec<u8>> {
    let head = Head::read(jpeg)?;
    let tokens = tokens(&head)?;
    let mut counts = [[0_u32; 256]; 4];
    for token in &tokens {
        *counts.get_mut(usize::from(token.code))?.get_mut(usize::from(token.symbol))? += 1;
    }
    let codes = counts.map(|counts| Codes::best(&counts));

    let mut written = Vec::with_capacity(jpeg.len());
    let (scan_header, before) = head.kept.split_last()?;
    written.extend(before.iter().copied().flatten());
    for (number, codes) in (0_u8..).zip(&codes).filter(|(_, codes)| !codes.is_empty()) {
        // Differences or not, and which of the two.
        codes.write((number >> 1) << 4 | number & 1, &mut written);
    }
    written.extend_from_slice(scan_header);
    let mut bits = BitWriter::new(written);
    for Token { code, symbol, value } in tokens {
        let (word, length) = codes.get(usize::from(code))?.of(symbol);
        let behind = u32::from(symbol & 15);
        bits.put(word << behind | u32::from(value), length + behind);
    }
    let mut written = bits.finish();
    written.extend([0xFF, 0xD9]);
    Some(written)
}

impl<'a> Head<'a> {
    fn read(jpeg: &'a [u8]) -> Option<Self> {
        let (mut kept, mut codes, mut frame, mut at) = (vec![jpeg.get(..2)?], [None; 4], None, 2);
        loop {
            let [0xFF, marker, high, low] = *jpeg.get(at..)?.first_chunk()? else { return None };
            let segment = at..at + 2 + usize::from(u16::from_be_bytes([high, low]));
            let (whole, body) = (jpeg.get(segment.clone())?, jpeg.get(at + 4..segment.end)?);
            at = segment.end;
            match marker {
                0xC4 => {
                    read_codes(body, &mut codes)?;
                    continue;
                }
                0xC0 => frame = Some(body),
                0xDA => {
                    kept.push(whole);
                    let (unit, units) = units(frame?, body)?;
                    return Some(Self { kept, codes, unit, units, data: jpeg.get(at..)? });
                }
                // Other kinds of frames, and restart markers.
                0xC1..=0xCF | 0xDD => return None,
                _ => {}
            }
            kept.push(whole);
        }
    }
}

fn read_codes<'a>(mut body: &'a [u8], codes: &mut [Option<Definition<'a>>; 4]) -> Option<()> {
    while let Some((place, rest)) = body.split_first() {
        let (lengths, rest) = rest.split_first_chunk::<16>()?;
        let (symbols, rest) = rest.split_at_checked(lengths.iter().copied().map(usize::from).sum())?;
        let number = match place {
            0x00 | 0x01 => place & 1,
            0x10 | 0x11 => 2 + (place & 1),
            _ => return None,
        };
        codes[usize::from(number)] = Some(Definition { lengths, symbols });
        body = rest;
    }
    Some(())
}

/// The codes of each block in a unit, and how many units there are.
fn units(frame: &[u8], scan: &[u8]) -> Option<(Vec<(u8, u8)>, usize)> {
    let [8, h1, h0, w1, w0, count, components @ ..] = frame else { return None };
    let side = |high: u8, low: u8| usize::from(u16::from_be_bytes([high, low]));
    let (components, in_scan) = (components.as_chunks::<3>().0, scan.get(1..)?.as_chunks::<2>().0);
    let all = usize::from(*count);
    if scan.first() != Some(count) || components.len() != all || !matches!(all, 1 | 3) {
        return None;
    }
    let sampling = |[_, sampling, _]: [u8; 3]| (usize::from(sampling >> 4), usize::from(sampling & 15));
    let (mut unit, mut most) = (Vec::new(), (1, 1));
    for (component, [id, tables]) in components.iter().zip(in_scan) {
        let (across, down) = if all == 1 { (1, 1) } else { sampling(*component) };
        if component[0] != *id || tables & !0x11 != 0 {
            return None;
        }
        unit.extend(std::iter::repeat_n((tables >> 4, 2 + (tables & 15)), across * down));
        most = (most.0.max(across), most.1.max(down));
    }
    let blocks = |side: usize, of: usize| side.div_ceil(8 * of);
    Some((unit, blocks(side(*w1, *w0), most.0) * blocks(side(*h1, *h0), most.1)))
}

fn tokens(head: &Head<'_>) -> Option<Vec<Token>> {
    let codes = head.codes.map(|definition| definition.and_then(Symbols::new));
    let mut bits = Bits::new(head.data);
    let mut tokens = Vec::with_capacity(head.data.len() * 3 / 2);
    let mut take = |code: u8, bits: &mut Bits<'_>| {
        bits.ensure(32);
        let symbol = u8::try_from(codes.get(usize::from(code))?.as_ref()?.take(bits)?).ok()?;
        let behind = u32::from(symbol & 15);
        let value = if behind == 0 { 0 } else { u16::try_from(bits.take(behind)).ok()? };
        tokens.push(Token { code, symbol, value });
        Some(symbol)
    };
    for _ in 0..head.units {
        for (difference, others) in &head.unit {
            take(*difference, &mut bits)?;
            let mut next = 1;
            while next < 64 {
                match take(*others, &mut bits)? {
                    0 => break,
                    symbol => next += usize::from(symbol >> 4) + 1,
                }
            }
        }
        if bits.is_overread() {
            return None;
        }
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use image::DynamicImage;
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

    use super::*;
    use crate::pictures::fixtures;

    fn decoded(bytes: &[u8]) -> DynamicImage {
        image::load_from_memory(bytes).unwrap()
    }

    fn encoded(width: u16, height: u16, quality: u8, sampling: SamplingFactor) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, quality);
        encoder.set_sampling_factor(sampling);
        encoder.encode(&fixtures::rgb(width.into(), height.into()), width, height, ColorType::Rgb).unwrap();
        bytes
    }

    #[test]
    fn every_pixel_stays_and_the_file_is_smaller() {
        for sampling in [SamplingFactor::F_2_2, SamplingFactor::F_2_1, SamplingFactor::F_1_1] {
            for (width, height, quality) in [(1, 1, 80), (16, 16, 10), (97, 53, 80), (200, 131, 100), (64, 8, 1)] {
                let usual = encoded(width, height, quality, sampling);
                let own = with_own_tables(&usual).unwrap();
                assert!(own.len() < usual.len(), "{width}x{height} at {quality}: {} of {}", own.len(), usual.len());
                assert!(decoded(&own) == decoded(&usual), "{width}x{height} at {quality}, {sampling:?}");
            }
        }
        let gray = fixtures::jpeg_of(&fixtures::rgb(50, 40)[..2000], 50, 40, ColorType::Luma);
        assert!(decoded(&with_own_tables(&gray).unwrap()) == decoded(&gray));
    }

    #[test]
    fn what_is_of_another_kind_or_cut_off_is_left_alone() {
        let usual = encoded(97, 53, 80, SamplingFactor::F_2_2);
        for end in [0, 1, 3, 20, 300, usual.len() / 2] {
            assert_eq!(with_own_tables(&usual[..end]), None, "{end}");
        }
        let mut progressive = Vec::new();
        let mut encoder = Encoder::new(&mut progressive, 80);
        encoder.set_progressive(true);
        encoder.encode(&fixtures::rgb(32, 32), 32, 32, ColorType::Rgb).unwrap();
        assert_eq!(with_own_tables(&progressive), None);
        assert_eq!(with_own_tables(&fixtures::png(8, 8)), None);
    }
}
