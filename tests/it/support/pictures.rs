//! Pictures made for tests.

use std::io::Cursor;
use std::sync::atomic::{AtomicU64, Ordering};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

/// A photograph-like JPEG, the same for the same size.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encode(&DynamicImage::ImageRgb8(gradient(width, height)), ImageFormat::Jpeg)
}

/// The same picture in other bytes than ever before: with a number behind its end, which no decoder looks at.
pub fn another(mut picture: Vec<u8>) -> Vec<u8> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    picture.extend(COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    picture
}

/// A JPEG that differs from others by its seed.
pub fn jpeg_of(seed: u8, width: u32, height: u32) -> Vec<u8> {
    let mut picture = gradient(width, height);
    for pixel in picture.pixels_mut() {
        pixel.0[2] = seed;
    }
    encode(&DynamicImage::ImageRgb8(picture), ImageFormat::Jpeg)
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    encode(&DynamicImage::ImageRgb8(gradient(width, height)), ImageFormat::Png)
}

/// A PNG that nothing makes smaller.
pub fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let picture = RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, red, green, blue] = state.to_le_bytes();
        Rgb([red, green, blue])
    });
    encode(&DynamicImage::ImageRgb8(picture), ImageFormat::Png)
}

/// A PNG whose left half cannot be seen.
pub fn transparent_png(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbaImage::from_fn(width, height, |x, _| Rgba([200, 40, 90, if x < width / 2 { 0 } else { 255 }]));
    encode(&DynamicImage::ImageRgba8(picture), ImageFormat::Png)
}

pub fn gif(width: u32, height: u32) -> Vec<u8> {
    encode(&DynamicImage::ImageRgb8(gradient(width, height)).to_rgba8().into(), ImageFormat::Gif)
}

pub fn webp(width: u32, height: u32) -> Vec<u8> {
    encode(&DynamicImage::ImageRgb8(gradient(width, height)), ImageFormat::WebP)
}

/// A PNG that says in its header that it is huge, filled up to `bytes` with a chunk that nobody reads.
pub fn png_that_claims(width: u32, height: u32, bytes: usize) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &vec![0; bytes]);
    chunk(&mut png, *b"IEND", &[]);
    png
}

/// A PNG of exactly this many bytes, small as a picture.
pub fn png_of_bytes(bytes: usize) -> Vec<u8> {
    let small = png(8, 8);
    let (head, end) = small.split_at(small.len() - 12);
    let mut png = head.to_vec();
    let comment = bytes - small.len() - 12;
    chunk(&mut png, *b"prVt", &vec![b' '; comment]);
    png.extend(end);
    png
}

/// What [`with_exif`] writes into a picture.
pub const SECRET_PLACE: &[u8] = b"At home, 52.5163 N 13.3777 E\0\0";

/// The JPEG with an EXIF segment: where it was taken, in words and as GPS, and this orientation (1 to 8).
pub fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let gps_at = 50 + u8::try_from(SECRET_PLACE.len()).unwrap();
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x03\0".to_vec();
    exif.extend([0x0e, 0x01, 2, 0, u8::try_from(SECRET_PLACE.len()).unwrap(), 0, 0, 0, 50, 0, 0, 0]);
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, gps_at, 0, 0, 0]);
    exif.extend([0; 4]);
    exif.extend(SECRET_PLACE);
    exif.extend([1, 0, 1, 0, 2, 0, 2, 0, 0, 0, b'N', 0, 0, 0, 0, 0, 0, 0]);
    let mut with = vec![0xff, 0xd8, 0xff, 0xe1];
    with.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    with.extend(exif);
    with.extend(&jpeg[2..]);
    with
}

/// The JPEG with a comment of one byte, which is no part of the picture: the same length whatever the comment.
pub fn with_comment(jpeg: &[u8], comment: u8) -> Vec<u8> {
    [&[0xff, 0xd8, 0xff, 0xfe, 0, 3, comment], &jpeg[2..]].concat()
}

/// True where the bytes hold any of what [`with_exif`] wrote.
pub fn tells_where(bytes: &[u8]) -> bool {
    [b"Exif\0\0".as_slice(), b"52.5163"].iter().any(|trace| bytes.windows(trace.len()).any(|part| part == *trace))
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
    let mut crc = crc32fast::Hasher::new();
    crc.update(&kind);
    crc.update(data);
    png.extend(kind);
    png.extend(data);
    png.extend(crc.finalize().to_be_bytes());
}

fn gradient(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let shade = |value: u32, of: u32| u8::try_from(value * 255 / of.max(1)).unwrap();
        Rgb([shade(x, width), shade(y, height), 120])
    })
}

fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
