//! What a rendition is to be like, to the pixel and to the byte; and its name, which says all of it.

use std::fmt;
use std::str::FromStr;

use super::output::Output;
use super::size::Fit;

/// A rendition to make. One picture and one `Spec` always give the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spec {
    /// Pixels, exactly; see [`fit`](super::fit).
    pub width: u32,
    /// Pixels, exactly.
    pub height: u32,
    /// What happens to a picture of another aspect: for CONTAIN, the little that rounding makes of it.
    pub fit: Fit,
    pub format: Output,
    /// None: the format's own.
    pub quality: Option<Quality>,
}

impl Spec {
    /// The whole picture, in the format's own quality.
    pub fn contain(width: u32, height: u32, format: Output) -> Self {
        Self { width, height, fit: Fit::Contain, format, quality: None }
    }
}

/// How much of a picture's detail an encoder keeps: 10, 20, and so on up to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quality(u8);

impl Quality {
    const STEP: u8 = 10;

    /// The next step up from what is asked for; None where that is not from 1 to 100.
    pub fn at_least(asked: u32) -> Option<Self> {
        let asked = u8::try_from(asked).ok().filter(|asked| (1..=100).contains(asked))?;
        Some(Self(asked.next_multiple_of(Self::STEP)))
    }

    pub fn get(self) -> u8 {
        self.0
    }
}

/// Such as `400x300.jpg`, `300x300-cover.webp`, `400x300-q90.jpg`.
impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)?;
        if self.fit == Fit::Cover {
            f.write_str("-cover")?;
        }
        if let Some(Quality(quality)) = self.quality {
            write!(f, "-q{quality}")?;
        }
        write!(f, ".{}", self.format)
    }
}

/// A name that no rendition has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("renditions have names like 400x300.jpg")]
pub struct UnknownSpec;

impl FromStr for Spec {
    type Err = UnknownSpec;

    /// Reads a name exactly as it is written: a rendition has one.
    fn from_str(name: &str) -> Result<Self, UnknownSpec> {
        parse(name).filter(|spec| spec.to_string() == name).ok_or(UnknownSpec)
    }
}

fn parse(name: &str) -> Option<Spec> {
    let (stem, extension) = name.split_once('.')?;
    let mut parts = stem.split('-');
    let (width, height) = parts.next()?.split_once('x')?;
    let mut spec = Spec::contain(width.parse().ok()?, height.parse().ok()?, extension.parse().ok()?);
    for part in parts {
        match part.strip_prefix('q') {
            Some(quality) => spec.quality = Some(Quality::at_least(quality.parse().ok()?)?),
            None => spec.fit = Fit::Cover,
        }
    }
    Some(spec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_everything_and_only_one_name_does() {
        for name in ["400x300.jpg", "1x1.png", "300x300-cover.webp", "400x300-q90.jpg", "64x64-cover-q100.webp"] {
            assert_eq!(name.parse::<Spec>().map(|spec| spec.to_string()), Ok(name.to_owned()));
        }
        for name in [
            "",
            "400x300",
            "400.jpg",
            "400x300.jpeg",
            "0400x300.jpg",
            "+4x3.jpg",
            "4x3-q85.jpg",
            "4x3-q0.jpg",
            "4x3-q110.jpg",
            "4x3-q90-cover.jpg",
            "4x3-fill.jpg",
            "4x3-cover-cover.jpg",
            "4x3-.jpg",
            "4x3.jpg.png",
        ] {
            assert_eq!(name.parse::<Spec>(), Err(UnknownSpec), "{name}");
        }
    }

    #[test]
    fn a_quality_snaps_up_and_is_from_1_to_100() {
        let snapped = [0, 1, 10, 11, 85, 91, 100, 101, 256, u32::MAX].map(Quality::at_least);
        let expected = [None, Some(10), Some(10), Some(20), Some(90), Some(100), Some(100), None, None, None];
        assert_eq!(snapped.map(|quality| quality.map(Quality::get)), expected);
    }
}
