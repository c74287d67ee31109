//! Reduced pictures against averages of the full ones, every kind of file against every other, and damage.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small pictures"
)]

mod coded;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use self::coded::Coded;
use super::{Scale, decode};
use crate::pictures::decode::{self as full, Channels, DAMAGED, Raster};
use crate::pictures::{Format, container, fixtures};

const SCALES: [Scale; 3] = [Scale::Half, Scale::Quarter, Scale::Eighth];

/// The most that the samples of a reduced picture differ from averages of the full one, in the mean. It is not nothing:
/// an average weakens the higher frequencies and folds in those that are left out here.
const MEAN_DIFFERENCE: f64 = 1.5;

/// The most that they differ from what was encoded, when they are whole.
const COLOR_DIFFERENCE: f64 = 1.5;

/// A picture with long waves of colors, and shorter ones of light.
fn waves(width: u32, height: u32) -> Vec<u8> {
    let wave =
        |x: u32, y: u32, length: f64| ((f64::from(x) * 2.0 + f64::from(y)) / length + f64::from(y * y) / 9000.0).sin();
    let shade = |x, y, length| (127.5 + 70.0 * wave(x, y, length) + 40.0 * wave(y, x, 17.0)) as u8;
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| [90.0, 120.0, 150.0].map(|length| shade(x, y, length))))
        .collect()
}

fn encoded((width, height): (u32, u32), color: ColorType, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut data = waves(width, height);
    if color == ColorType::Luma {
        data = data.as_chunks::<3>().0.iter().map(|pixel| pixel[1]).collect();
    }
    fixtures::encode_jpeg(&data, width, height, color, set)
}

fn in_full(bytes: &[u8]) -> Raster {
    full::decode(bytes, &container::outline(bytes, Format::Jpeg, u64::MAX).unwrap()).unwrap().raster
}

fn reduced(bytes: &[u8], scale: Scale) -> Raster {
    decode(bytes, scale).unwrap().unwrap()
}

/// How much a reduced picture differs from averages of the full one, in the mean of all samples.
fn difference(reduced: &Raster, full: &Raster, scale: Scale) -> f64 {
    let (side, channels) = (scale.divisor(), full.channels.count() as u32);
    let sample = |x: u32, y: u32, channel: u32| full.data[((y * full.width + x) * channels + channel) as usize];
    assert_eq!((reduced.width, reduced.height), (scale.of(full.width), scale.of(full.height)));
    assert_eq!(
        (reduced.channels, reduced.data.len() as u32),
        (full.channels, reduced.width * reduced.height * channels)
    );
    let mut values = reduced.data.iter();
    let mut sum = 0.0;
    for (top, left) in (0..reduced.height).flat_map(|y| (0..reduced.width).map(move |x| (y * side, x * side))) {
        for channel in 0..channels {
            let rows = top..(top + side).min(full.height);
            let samples: Vec<_> = rows
                .flat_map(|y| (left..(left + side).min(full.width)).map(move |x| (x, y)))
                .map(|(x, y)| f64::from(sample(x, y, channel)))
                .collect();
            let average = samples.iter().sum::<f64>() / samples.len() as f64;
            sum += (average - f64::from(*values.next().unwrap())).abs();
        }
    }
    sum / reduced.data.len() as f64
}

const SAMPLINGS: [SamplingFactor; 8] = [
    SamplingFactor::R_4_4_4,
    SamplingFactor::R_4_4_0,
    SamplingFactor::R_4_4_1,
    SamplingFactor::R_4_2_2,
    SamplingFactor::R_4_2_0,
    SamplingFactor::R_4_2_1,
    SamplingFactor::R_4_1_1,
    SamplingFactor::R_4_1_0,
];

fn source((width, height): (u32, u32)) -> Raster {
    Raster { width, height, channels: Channels::Rgb, data: waves(width, height).into() }
}

/// The picture in each order of scans that the encoder has, and with restarts.
fn in_every_order(size: (u32, u32), sampling: SamplingFactor) -> [Vec<u8>; 5] {
    let with = |restart, optimized, progressive| {
        encoded(size, ColorType::Rgb, |encoder| {
            encoder.set_sampling_factor(sampling);
            encoder.set_restart_interval(restart);
            // With tables of its own, each component has a scan. The encoder cannot do that with restarts.
            encoder.set_optimized_huffman_tables(optimized);
            encoder.set_progressive(progressive);
        })
    };
    [with(0, false, false), with(3, false, false), with(0, true, false), with(0, true, true), with(5, false, true)]
}

#[test]
fn every_sampling_and_order_of_scans_is_shown_in_its_colors() {
    for sampling in SAMPLINGS {
        for size in [(128, 96), (61, 43), (17, 70), (8, 8), (1, 1)] {
            for (index, bytes) in in_every_order(size, sampling).iter().enumerate() {
                let difference = difference(&in_full(bytes), &source(size), Scale::Whole);
                assert!(difference < COLOR_DIFFERENCE, "{difference}: {index} of {sampling:?} {size:?}");
            }
        }
    }
}

#[test]
fn every_sampling_scale_and_order_of_scans_gives_the_picture() {
    for sampling in SAMPLINGS {
        for size in [(128, 96), (61, 43), (17, 70), (8, 8), (1, 1)] {
            let [plain, others @ ..] = in_every_order(size, sampling);
            let full = in_full(&plain);
            for scale in SCALES {
                let plain = reduced(&plain, scale);
                let difference = difference(&plain, &full, scale);
                assert!(difference < MEAN_DIFFERENCE, "{difference} of {sampling:?} {size:?} {scale:?}");
                for (index, other) in others.iter().enumerate() {
                    let other = reduced(other, scale);
                    assert!(other.data[..] == plain.data[..], "{index} of {sampling:?} {size:?} {scale:?}");
                }
            }
        }
    }
}

#[test]
fn gray_stays_one_channel() {
    for progressive in [false, true] {
        let bytes = encoded((83, 51), ColorType::Luma, |encoder| encoder.set_progressive(progressive));
        for scale in SCALES {
            let raster = reduced(&bytes, scale);
            assert_eq!(raster.channels, Channels::Gray);
            assert!(difference(&raster, &in_full(&bytes), scale) < MEAN_DIFFERENCE);
        }
    }
}

#[test]
fn components_that_are_red_green_and_blue_stay_so() {
    let bytes = encoded((64, 48), ColorType::Ycbcr, |_| {});
    let adobe = fixtures::with_segment(&bytes, 0xEE, b"Adobe\0\x64\0\0\0\0\0");
    let mut named = bytes.clone();
    let frame = named.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    let scan = named.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    for (index, name) in b"RGB".iter().enumerate() {
        named[frame + 10 + 3 * index] = *name;
        named[scan + 5 + 2 * index] = *name;
    }
    for bytes in [adobe, named] {
        let raster = reduced(&bytes, Scale::Half);
        assert!(difference(&raster, &in_full(&bytes), Scale::Half) < MEAN_DIFFERENCE);
    }
}

#[test]
fn kinds_that_are_not_known_are_left_to_others() {
    let picture = encoded((32, 32), ColorType::Rgb, |_| {});
    let frame = picture.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    let with = |at: usize, value: u8| {
        let mut bytes = picture.clone();
        bytes[frame + at] = value;
        bytes
    };
    let inks = fixtures::jpeg_of(&[90; 16 * 16 * 4], 16, 16, ColorType::Cmyk);
    let lossless = with(1, 0xC3);
    let arithmetic = with(1, 0xC9);
    let twelve_bits = with(4, 12);
    let two_components = with(9, 2);
    let sampled_by_three = with(11, 0x31);
    let without_a_table = with(12, 3);
    for bytes in [inks, lossless, arithmetic, twelve_bits, two_components, sampled_by_three, without_a_table] {
        assert!(matches!(decode(&bytes, Scale::Half), Ok(None)));
    }
}

#[test]
fn what_is_cut_off_is_damaged() {
    // With several components, one that has lost its scan would be left to others.
    for (color, progressive) in [(ColorType::Rgb, false), (ColorType::Luma, true)] {
        let bytes = encoded((40, 40), color, |encoder| encoder.set_progressive(progressive));
        // Without later scans a progressive picture is coarse, and ends all the same.
        let mut scans = (0..bytes.len() - 1).filter(|at| bytes[*at..].starts_with(&[0xFF, 0xDA]));
        let end = scans.nth(1).map_or(bytes.len() - 8, |second| second - 2);
        for scale in SCALES {
            for length in (2..bytes.len() - 8).step_by(7) {
                assert!(!matches!(decode(&bytes[..length], scale), Ok(Some(_))), "{length} {scale:?}");
            }
            for length in (2..end).rev().step_by(7) {
                let ended = [&bytes[..length], &[0xFF, 0xD9]].concat();
                assert!(!matches!(decode(&ended, scale), Ok(Some(_))), "{length} {scale:?}");
            }
        }
    }
}

#[test]
fn damage_is_survived() {
    let mut pictures: Vec<_> = [SamplingFactor::R_4_2_0, SamplingFactor::R_4_1_1]
        .into_iter()
        .flat_map(|sampling| {
            [(false, false), (true, false), (false, true)].map(|(optimized, progressive)| {
                encoded((70, 50), ColorType::Rgb, |encoder| {
                    encoder.set_sampling_factor(sampling);
                    encoder.set_restart_interval(if optimized { 0 } else { 4 });
                    encoder.set_optimized_huffman_tables(optimized);
                    encoder.set_progressive(progressive);
                })
            })
        })
        .collect();
    pictures.push(Coded::of_waves(9, 7).refined(3));
    // A linear congruential generator (Knuth, MMIX).
    let mut state = 7_u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    let (mut whole, mut broken) = (0, 0);
    for round in 0..6000 {
        let mut bytes = pictures[round % pictures.len()].clone();
        for _ in 0..=below(3) {
            let at = below(bytes.len());
            bytes[at] ^= 1 << below(8);
        }
        // Without a side that is longer, which only takes time.
        match container::outline(&bytes, Format::Jpeg, 100_000).map(|_| decode(&bytes, SCALES[below(3)])) {
            Ok(Ok(Some(_))) => whole += 1,
            _ => broken += 1,
        }
    }
    assert!(whole > 1000 && broken > 1000, "{whole} {broken}");
}

#[test]
fn a_code_that_is_none_is_damage() {
    let mut bytes = Coded::of_waves(4, 4).plain();
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    // A symbol that the table does not have, stuffed.
    bytes[scan + 10..scan + 12].copy_from_slice(&[0xFF, 0]);
    assert_eq!(decode(&bytes, Scale::Eighth).err(), Some(DAMAGED));
}

#[test]
fn bits_that_are_added_by_later_scans_are_found() {
    for size in [(9, 7), (1, 1), (40, 3)] {
        let coded = Coded::of_waves(size.0, size.1);
        let plain = coded.plain();
        for (restart, scale) in [0, 3].into_iter().flat_map(|restart| SCALES.map(|scale| (restart, scale))) {
            let (plain, refined) = (reduced(&plain, scale), reduced(&coded.refined(restart), scale));
            assert!(plain.data[..] == refined.data[..], "{size:?} {restart} {scale:?}");
        }
        let full = in_full(&plain);
        assert!(full.data[..] == in_full(&coded.refined(0)).data[..]);
    }
}

#[test]
fn scans_of_what_is_not_shown_are_not_read() {
    let coded = Coded::of_waves(6, 5);
    let bytes = coded.refined(0);
    let mut damaged = bytes.clone();
    let scans: Vec<_> =
        (0..bytes.len() - 1).filter(|at| bytes[*at..].starts_with(&[0xFF, 0xDA])).map(|at| at + 10).collect();
    // All but the first and the last, which are of the first coefficient, begin with a code that is none.
    for at in &scans[1..scans.len() - 1] {
        damaged[*at..at + 2].copy_from_slice(&[0xFF, 0]);
    }
    assert!(reduced(&damaged, Scale::Eighth).data[..] == reduced(&bytes, Scale::Eighth).data[..]);
    assert_eq!(decode(&damaged, Scale::Half).err(), Some(DAMAGED));
}
