//! Pictures for the tests, made by the encoders: a gradient of two directions with a checkerboard over it, so that
//! there is something to compress, and no two corners are alike.

pub(super) mod exif;

use image::codecs::gif::GifEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, Frame, ImageEncoder, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, Encoder};

pub(super) fn rgb(width: u32, height: u32) -> Vec<u8> {
    let shade = |at: u32, side: u32| u8::try_from(at * 255 / side).unwrap();
    let pixel = |x, y| [shade(x, width), shade(y, height), if (x / 4 + y / 4) % 2 == 0 { 200 } else { 40 }];
    (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect()
}

/// One color a quarter, clockwise from the left upper: red, green, blue, white.
pub(super) fn quarters(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => [230, 20, 20],
        (false, true) => [20, 230, 20],
        (false, false) => [20, 20, 230],
        (true, false) => [230, 230, 230],
    };
    (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect()
}

pub(super) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    jpeg_of(&rgb(width, height), width, height, ColorType::Rgb)
}

pub(super) fn jpeg_of(data: &[u8], width: u32, height: u32, color: ColorType) -> Vec<u8> {
    encode_jpeg(data, width, height, color, |_| {})
}

pub(super) fn progressive_jpeg(width: u32, height: u32) -> Vec<u8> {
    encode_jpeg(&rgb(width, height), width, height, ColorType::Rgb, |encoder| encoder.set_progressive(true))
}

/// A JPEG of the data with an ICC profile.
pub(super) fn jpeg_with_profile(data: &[u8], width: u32, height: u32, color: ColorType, profile: &[u8]) -> Vec<u8> {
    encode_jpeg(data, width, height, color, |encoder| encoder.add_icc_profile(profile).unwrap())
}

pub(super) fn encode_jpeg(
    data: &[u8],
    width: u32,
    height: u32,
    color: ColorType,
    set: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 92);
    set(&mut encoder);
    encoder.encode(data, u16::try_from(width).unwrap(), u16::try_from(height).unwrap(), color).unwrap();
    bytes
}

/// The JPEG with a segment more, right after its beginning.
pub(super) fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, body, &jpeg[2..]].concat()
}

/// The JPEG with Exif metadata that says this orientation, 1 to 8, and a camera's name.
pub(super) fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend_from_slice(b"\x01\x0f\0\x02\0\0\0\x04Cam\0");
    exif.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    exif.extend_from_slice(&[0; 4]);
    with_segment(jpeg, 0xE1, &exif)
}

pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    png_of(&rgb(width, height), width, height, ExtendedColorType::Rgb8)
}

pub(super) fn png_of(data: &[u8], width: u32, height: u32, color: ExtendedColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(data, width, height, color).unwrap();
    bytes
}

/// One row of gray.
pub(super) fn png_16_bit(samples: &[u16]) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_ne_bytes()).collect();
    png_of(&data, u32::try_from(samples.len()).unwrap(), 1, ExtendedColorType::L16)
}

/// A PNG of hand-made chunks, with right checksums.
pub(super) fn png_of_chunks(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in chunks {
        bytes.extend_from_slice(&u32::try_from(body.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(*kind);
        bytes.extend_from_slice(body);
        bytes.extend_from_slice(&crc32(&[kind.as_slice(), body].concat()).to_be_bytes());
    }
    bytes
}

/// The body of an IHDR chunk.
pub(super) fn ihdr(width: u32, height: u32, depth: u8, color: u8) -> Vec<u8> {
    [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, 0]].concat()
}

/// The PNG with a chunk more, right before its end.
pub(super) fn png_with_chunk(png: &[u8], kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let chunk = png_of_chunks(&[(&kind, body)]);
    let end = png.len() - 12;
    [&png[..end], &chunk[8..], &png[end..]].concat()
}

/// The still lossy WebP, in the extended form, with a chunk more after its picture.
pub(super) fn webp_with_chunk(width: u32, height: u32, kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let minus_one = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    let mut bytes = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0".to_vec();
    // The flags: it has Exif metadata.
    bytes.extend([[0x08, 0, 0, 0].to_vec(), minus_one(width), minus_one(height)].concat());
    bytes.extend_from_slice(&webp(width, height)[12..]);
    bytes.extend_from_slice(&kind);
    bytes.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    let size = u32::try_from(bytes.len() - 8).unwrap();
    bytes[4..8].copy_from_slice(&size.to_le_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    })
}

/// Frames of one color each, with a stripe.
pub(super) fn gif(width: u32, height: u32, frames: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for frame in 0..frames {
        let stripe = |x, y| if (x + y) % 5 == 4 { [0, 0, 0, 255] } else { frame_color(frame) };
        encoder.encode_frame(Frame::new(RgbaImage::from_fn(width, height, |x, y| Rgba(stripe(x, y))))).unwrap();
    }
    drop(encoder);
    bytes
}

/// A GIF of many frames of one color and the same size.
pub(super) fn animation(width: u16, height: u16, frames: usize) -> Vec<u8> {
    let one = gif(2, 2, 1);
    let frame = one.windows(2).position(|pair| pair == [0x21, 0xF9]).unwrap();
    let end = one.len() - 1;
    let mut head = one[..frame].to_vec();
    head[6..10].copy_from_slice(&[width.to_le_bytes(), height.to_le_bytes()].concat());
    [&head, &one[frame..end].repeat(frames), &one[end..]].concat()
}

/// So many zeros in the zlib format, by the simplest of its codes: each 13 bits stand for 258 of them.
pub(super) fn compressed_zeros(length: usize) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (vec![0x78, 0x01], 0_u64, 0);
    let mut put = |value: u64, count: u32| {
        bits |= value << held;
        held += count;
        while held >= 8 {
            bytes.push(bits.to_le_bytes()[0]);
            bits >>= 8;
            held -= 8;
        }
    };
    // The last block, of fixed codes; a zero; as many times "258 from one back" as fit; zeros.
    put(0b011, 3);
    let zero = u64::from(0x30_u8.reverse_bits());
    put(zero, 8);
    for _ in 0..(length - 1) / 258 {
        put(u64::from(0b1100_0101_u8.reverse_bits()), 8);
        put(0, 5);
    }
    for _ in 0..(length - 1) % 258 {
        put(zero, 8);
    }
    put(0, 7 + 7);
    let sum = u32::try_from(length % 65_521).unwrap() << 16 | 1;
    bytes.extend(sum.to_be_bytes());
    bytes
}

pub(super) fn frame_color(frame: u8) -> [u8; 4] {
    [250 - frame * 20, 40 + frame * 20, 90, 255]
}

pub(super) fn webp(width: u32, height: u32) -> Vec<u8> {
    webp::Encoder::from_rgb(&rgb(width, height), width, height).encode(80.0).to_vec()
}

/// A still WebP of lossless pixels.
pub(super) fn lossless_webp(width: u32, height: u32) -> Vec<u8> {
    webp::Encoder::from_rgb(&rgb(width, height), width, height).encode_lossless().to_vec()
}

/// An animation.
pub(super) fn animated_webp(width: u32, height: u32, frames: u8) -> Vec<u8> {
    let pictures: Vec<_> =
        (0..frames).map(|frame| RgbaImage::from_fn(width, height, |_, _| Rgba(frame_color(frame)))).collect();
    let config = webp::WebPConfig::new().unwrap();
    let mut encoder = webp::AnimEncoder::new(width, height, &config);
    for (index, picture) in pictures.iter().enumerate() {
        let at = i32::try_from(index).unwrap() * 100;
        encoder.add_frame(webp::AnimFrame::from_rgba(picture.as_raw(), width, height, at));
    }
    encoder.encode().to_vec()
}
