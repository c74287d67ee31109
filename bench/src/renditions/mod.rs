//! Renditions of a photograph of 12 megapixels, ours against those that sharp makes in one thread: images a CPU second,
//! how good they look, and their bytes; and the memory that it takes. `mosaic` makes the photograph, a `maker` is one
//! side's process, `quality` looks.

pub mod maker;
mod mosaic;
mod quality;
mod sharp;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::RgbImage;
use tempfile::TempDir;

use crate::Outcome;
use crate::report::{Row, Spread};
use crate::usage;
use maker::{Maker, Size};

/// Where the photographs are: not in the project. `PHOTOS` names another folder.
const PHOTOS: &str = "../shared/corpus/photos";

/// sharp's own, if nothing else is asked for.
const SHARP_QUALITY: u8 = 80;

const ROUNDS: u32 = 9;
/// Of CPU time, of one side in one round; about.
const TURN: Duration = Duration::from_millis(1500);

/// Megabytes, of millions.
const MEMORY_TARGET: f64 = 60.0;
const MEMORY_RUNS: usize = 3;

struct Case {
    what: &'static str,
    /// The largest first.
    sizes: &'static [Size],
    /// What sharp does it by, as its documentation has it; the one that takes the least CPU time counts.
    ways: &'static [&'static str],
    /// What can be made of sharp by hand.
    by_hand: Option<&'static str>,
    target: f64,
}

const CASES: [Case; 2] = [
    Case { what: "12 MP to 400 px", sizes: &[(400, 300)], ways: &["separate"], by_hand: None, target: 0.8 },
    Case {
        what: "12 MP to 1600, 800 and 400 px",
        sizes: &[(1600, 1200), (800, 600), (400, 300)],
        ways: &["separate", "clone"],
        by_hand: Some("cascade"),
        target: 1.0,
    },
];

pub fn measure() -> Outcome<Vec<Row>> {
    let photos = env::var_os("PHOTOS").map_or_else(|| PathBuf::from(PHOTOS), PathBuf::from);
    if !photos.is_dir() {
        println!("there are no photographs in {} (PHOTOS names a folder): not measured", photos.display());
        return Ok(Vec::new());
    }
    sharp::install()?;
    let folder = tempfile::tempdir()?;
    let (bytes, path) = (mosaic::photo(&photos)?, folder.path().join("photo.jpg"));
    fs::write(&path, &bytes)?;
    println!("a photograph of {} by {} pixels, {} bytes", mosaic::WIDTH, mosaic::HEIGHT, bytes.len());
    let original = image::load_from_memory(&bytes)?.into_rgb8();
    let mut rows = Vec::new();
    for case in &CASES {
        rows.extend(speed(case, &path)?);
        rows.extend(looks(case, &path, &original, &folder)?);
    }
    for case in &CASES {
        rows.extend(memory(case, &path)?);
    }
    Ok(rows)
}

/// A side, and the CPU time of one image of each size in every round, in milliseconds.
struct Side {
    maker: Maker,
    /// How many a round.
    times: u32,
    milliseconds: Vec<f64>,
}

impl Side {
    fn new(mut maker: Maker) -> Outcome<Self> {
        // What is slow at first does not count.
        maker.make(3)?;
        let one = maker.make(3)? / 3;
        let times = u32::try_from(TURN.as_micros() / one.as_micros().max(1))?.max(1);
        Ok(Self { maker, times, milliseconds: Vec::new() })
    }

    fn turn(&mut self) -> Outcome<()> {
        self.milliseconds.push(self.maker.make(self.times)?.as_secs_f64() * 1000.0 / f64::from(self.times));
        Ok(())
    }
}

fn speed(case: &Case, photo: &Path) -> Outcome<Vec<Row>> {
    let mut sides = vec![Side::new(Maker::ours(photo, case.sizes)?)?];
    for way in case.ways.iter().chain(&case.by_hand) {
        sides.push(Side::new(Maker::sharp(photo, way, SHARP_QUALITY, case.sizes)?)?);
    }
    for round in 0..ROUNDS {
        // Who goes first changes, so that what drifts hits all alike.
        if round % 2 == 0 {
            sides.iter_mut().try_for_each(Side::turn)?;
        } else {
            sides.iter_mut().rev().try_for_each(Side::turn)?;
        }
    }
    let mut times = sides.into_iter().map(|side| side.milliseconds);
    let ours = times.next().ok_or("we made nothing")?;
    let sharps: Vec<_> = case.ways.iter().chain(&case.by_hand).zip(times).collect();
    let median = |times: &[f64]| Spread::of(times.to_vec()).median;
    let best = sharps.iter().take(case.ways.len()).min_by(|(_, one), (_, other)| median(one).total_cmp(&median(other)));
    let (_, best) = best.ok_or("sharp made nothing")?;
    let ratio = |sharp: &[f64]| Spread::of(sharp.iter().zip(&ours).map(|(sharp, ours)| sharp / ours).collect());
    let result = ratio(best);
    let mut rows = vec![Row {
        target: format!("at least {}", case.target),
        met: Some(result.median >= case.target),
        ..row(format!("{}, images a CPU second, ours : sharp", case.what), result, "", 2)
    }];
    for (way, times) in sharps.iter().skip(case.ways.len()) {
        rows.push(row(format!("  against sharp's {way} by hand"), ratio(times), "", 2));
    }
    rows.push(row("  ours".to_owned(), Spread::of(ours.clone()), " ms", 1));
    rows.extend(sharps.into_iter().map(|(way, times)| row(format!("  sharp, {way}"), Spread::of(times), " ms", 1)));
    Ok(rows)
}

/// Of every size: what the two sides made, side by side.
fn looks(case: &Case, photo: &Path, original: &RgbImage, folder: &TempDir) -> Outcome<Vec<Row>> {
    let count = case.sizes.len();
    let ours = Maker::ours(photo, case.sizes)?.keep(folder.path(), count)?;
    let way = *case.ways.first().ok_or("no way")?;
    let theirs = Maker::sharp(photo, way, SHARP_QUALITY, case.sizes)?.keep(folder.path(), count)?;
    let lossless = Maker::sharp(photo, "reference", SHARP_QUALITY, case.sizes)?.keep(folder.path(), count)?;
    let mut rows = Vec::new();
    for (((size, ours), theirs), lossless) in case.sizes.iter().zip(ours).zip(theirs).zip(lossless) {
        let references = [decoded(&lossless)?, quality::reference(original, *size)?];
        let [ours_score, sharp_score] = [decoded(&ours)?, decoded(&theirs)?]
            .map(|made| references.each_ref().map(|reference| quality::ssimulacra2(reference, &made)));
        let (ours_score, sharp_score) = (both(ours_score)?, both(sharp_score)?);
        let better = f64::midpoint(ours_score.0 - sharp_score.0, ours_score.1 - sharp_score.1);
        let one = |value| Spread::of(vec![value]);
        rows.push(Row {
            target: "at least 0".to_owned(),
            met: Some(better >= 0.0),
            ..row(format!("  SSIMULACRA2 at {} px, ours - sharp", size.0), one(better), "", 2)
        });
        for (who, (sharp, lanczos)) in [("ours", ours_score), ("sharp", sharp_score)] {
            rows.push(row(format!("    {who}, by sharp's reference"), one(sharp), "", 1));
            rows.push(row(format!("    {who}, by that of Lanczos"), one(lanczos), "", 1));
        }
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).map(f64::from);
        let (ours, theirs) = (length(&ours)?, length(&theirs)?);
        rows.push(Row {
            target: "at most 1".to_owned(),
            met: Some(ours <= theirs),
            ..row(format!("  bytes at {} px, ours : sharp", size.0), one(ours / theirs), "", 3)
        });
        rows.push(row("    ours".to_owned(), one(ours), "", 0));
        rows.push(row("    sharp".to_owned(), one(theirs), "", 0));
    }
    Ok(rows)
}

fn both([one, other]: [Outcome<f64>; 2]) -> Outcome<(f64, f64)> {
    Ok((one?, other?))
}

fn decoded(bytes: &[u8]) -> Outcome<RgbImage> {
    Ok(image::load_from_memory(bytes)?.into_rgb8())
}

/// In a new process, which holds the file and nothing else.
fn memory(case: &Case, photo: &Path) -> Outcome<Vec<Row>> {
    let (mut grown, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..MEMORY_RUNS {
        let mut maker = Maker::ours(photo, case.sizes)?;
        maker.make(0)?;
        let idle = usage::memory(maker.id(), "VmRSS")?;
        usage::forget_peak(maker.id())?;
        maker.make(1)?;
        let most = usage::memory(maker.id(), "VmHWM")?;
        grown.push((most - idle) * MEGABYTES);
        whole.push(most * MEGABYTES);
    }
    let (grown, whole) = (Spread::of(grown), Spread::of(whole));
    Ok(vec![
        Row {
            target: format!("at most {MEMORY_TARGET} MB"),
            met: Some(grown.median <= MEMORY_TARGET),
            ..row(format!("{}, memory above that of the idle process", case.what), grown, " MB", 1)
        },
        row("  the whole process, with the file".to_owned(), whole, " MB", 1),
    ])
}

/// In a mebibyte.
const MEGABYTES: f64 = 1.048_576;

fn row(what: String, result: Spread, unit: &'static str, decimals: usize) -> Row {
    Row { what, target: "-".to_owned(), result, unit, decimals, met: None }
}
