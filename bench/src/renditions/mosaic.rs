//! A photograph of 12 megapixels, as a camera makes them: nine real ones side by side in about their own size, since those
//! that may be given away are small.

use std::fs;
use std::path::Path;

use image::imageops::{self, FilterType};
use image::{ImageReader, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::Outcome;

pub const WIDTH: u32 = 4000;
pub const HEIGHT: u32 = 3000;

/// Tiles a side.
const SIDE: u32 = 3;

/// Makes nearly 3 MB of the photographs of the corpus.
const QUALITY: u8 = 94;

/// A baseline JPEG, its color in half the resolution, of the first photographs in `folder`.
pub fn photo(folder: &Path) -> Outcome<Vec<u8>> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<Vec<_>>>()?;
    let mut paths: Vec<_> =
        paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "jpg")).collect();
    paths.sort();
    let places = (0..SIDE * SIDE).map(|index| (index % SIDE, index / SIDE));
    if paths.len() < places.len() {
        return Err(format!("there are only {} photographs in {}", paths.len(), folder.display()).into());
    }
    let (width, height) = (WIDTH.div_ceil(SIDE), HEIGHT.div_ceil(SIDE));
    let mut mosaic = RgbImage::new(WIDTH, HEIGHT);
    for ((column, row), path) in places.zip(paths) {
        let tile = tile(&path, width, height)?;
        imageops::replace(&mut mosaic, &tile, (column * width).into(), (row * height).into());
    }
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&mosaic, u16::try_from(WIDTH)?, u16::try_from(HEIGHT)?, ColorType::Rgb)?;
    Ok(bytes)
}

/// The middle of a photograph, in this size.
fn tile(path: &Path, width: u32, height: u32) -> Outcome<RgbImage> {
    let photo = ImageReader::open(path)?.decode()?.into_rgb8();
    let across = photo.width().min(photo.height() * width / height);
    let down = across * height / width;
    let (x, y) = ((photo.width() - across) / 2, (photo.height() - down) / 2);
    let middle = imageops::crop_imm(&photo, x, y, across, down).to_image();
    Ok(imageops::resize(&middle, width, height, FilterType::Lanczos3))
}
