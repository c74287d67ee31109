//! The sizes of renditions: pure arithmetic, so that a URL can be made without touching a pixel.

/// The sides, in pixels, that renditions come in. What is asked for is rounded up to the next one, so that a picture
/// has few renditions however many sizes its viewers ask for; beyond the last one it is the last one.
pub const LADDER: [u32; 15] = [64, 128, 256, 320, 400, 512, 640, 800, 1024, 1280, 1600, 2048, 2560, 3200, 4096];

/// The longest side of a rendition of which the other side was asked for only; what WebP can hold.
pub(super) const MAX_SIDE: u32 = 16_383;

/// How a picture gets into a box of another aspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fit {
    /// The whole picture, as large as it is inside the box.
    Contain,
    /// The box filled; what is too much of the picture is cut off, alike on both sides.
    Cover,
}

/// The box, in pixels, that a rendition is made for. A side that is `None` is as long as it comes out; with both `None`
/// the box is the top of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// Without both sides there is nothing to cut off.
    pub fit: Fit,
}

/// The size of the rendition of a picture of `source` pixels, with the box snapped up to the ladder: for CONTAIN the
/// largest of the picture's aspect inside the box, for COVER the largest of the box's aspect inside box and picture, of
/// which the longer side is snapped. Never larger than the source, never under one pixel a side.
pub fn fit(source: (u32, u32), target: &Target) -> (u32, u32) {
    let sides = match (target.width, target.height) {
        (Some(width), Some(height)) if target.fit == Fit::Cover => return cover(source, (width, height)),
        (None, None) => (snap(u32::MAX), snap(u32::MAX)),
        (width, height) => (width.map_or(MAX_SIDE, snap), height.map_or(MAX_SIDE, snap)),
    };
    contain(source, sides)
}

/// As [`fit`] for CONTAIN, with a box of `max_side` by `max_side` pixels that is not snapped.
pub fn fit_within(source: (u32, u32), max_side: u32) -> (u32, u32) {
    contain(source, (max_side, max_side))
}

fn snap(side: u32) -> u32 {
    LADDER.into_iter().find(|step| *step >= side).unwrap_or(LADDER[LADDER.len() - 1])
}

fn contain((width, height): (u32, u32), (box_width, box_height): (u32, u32)) -> (u32, u32) {
    let (width, height) = (width.max(1), height.max(1));
    largest((width, height), (box_width.clamp(1, width), box_height.clamp(1, height)))
}

fn cover((width, height): (u32, u32), (box_width, box_height): (u32, u32)) -> (u32, u32) {
    let (box_width, box_height) = (box_width.max(1), box_height.max(1));
    let longer = snap(box_width.max(box_height));
    largest((box_width, box_height), (longer.min(width.max(1)), longer.min(height.max(1))))
}

/// The largest size of an aspect inside a box.
fn largest((width, height): (u32, u32), (box_width, box_height): (u32, u32)) -> (u32, u32) {
    // Which side touches the box first, compared as fractions to stay exact.
    if u64::from(box_width) * u64::from(height) <= u64::from(box_height) * u64::from(width) {
        (box_width, scaled(height, box_width, width).min(box_height))
    } else {
        (scaled(width, box_height, height).min(box_width), box_height)
    }
}

/// `length * numerator / denominator`, rounded to the nearest, at least 1.
fn scaled(length: u32, numerator: u32, denominator: u32) -> u32 {
    let rounded = (u64::from(length) * u64::from(numerator) + u64::from(denominator) / 2) / u64::from(denominator);
    u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(width: u32) -> Target {
        Target { width: Some(width), height: None, fit: Fit::Contain }
    }

    #[test]
    fn a_width_gives_the_height_and_the_other_way_round() {
        assert_eq!(fit((4000, 3000), &wide(400)), (400, 300));
        assert_eq!(fit((3000, 4000), &wide(400)), (400, 533));
        assert_eq!(fit((4000, 3000), &Target { width: None, height: Some(1024), fit: Fit::Contain }), (1365, 1024));
    }

    #[test]
    fn the_picture_is_inside_the_box() {
        let target = Target { width: Some(800), height: Some(400), fit: Fit::Contain };
        assert_eq!(fit((4000, 3000), &target), (533, 400));
        assert_eq!(fit((4000, 1000), &target), (800, 200));
        assert_eq!(fit_within((4000, 3000), 1000), (1000, 750));
        assert_eq!(fit_within((30, 4000), 1000), (8, 1000));
    }

    #[test]
    fn what_is_asked_for_snaps_up_to_the_ladder() {
        assert_eq!(fit((5000, 5000), &wide(0)), (64, 64));
        assert_eq!(fit((5000, 5000), &wide(65)), (128, 128));
        assert_eq!(fit((5000, 5000), &wide(401)), (512, 512));
        assert_eq!(fit((5000, 5000), &wide(512)), (512, 512));
        assert_eq!(fit((5000, 5000), &wide(100_000)), (4096, 4096));
        assert_eq!(fit((5000, 5000), &Target { width: None, height: None, fit: Fit::Cover }), (4096, 4096));
        assert!(LADDER.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn sizes_that_snap_to_one_step_give_one_rendition() {
        let sizes: std::collections::HashSet<_> = (257..=320).map(|width| fit((4032, 3024), &wide(width))).collect();
        assert_eq!(sizes.len(), 1);
    }

    #[test]
    fn it_is_never_enlarged_and_keeps_its_aspect() {
        let sides = [1, 2, 3, 63, 64, 65, 99, 640, 1000, 1333, 4095, 9000, 65_535, 1_000_000];
        for width in sides {
            for height in sides {
                for asked in [1, 64, 333, 1024, 5000] {
                    let targets = [
                        wide(asked),
                        Target { width: None, height: Some(asked), fit: Fit::Cover },
                        Target { width: Some(asked), height: Some(777), fit: Fit::Contain },
                    ];
                    for (w, h) in targets.iter().map(|target| fit((width, height), target)) {
                        assert!((1..=width.min(MAX_SIDE)).contains(&w) && (1..=height.min(MAX_SIDE)).contains(&h));
                        // Within half a pixel of the exact aspect on the side that was rounded, or the one-pixel floor.
                        let cross = (i128::from(w) * i128::from(height) - i128::from(h) * i128::from(width)).abs();
                        assert!(2 * cross <= i128::from(width.max(height)) || w == 1 || h == 1, "{width}x{height}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_covers_has_the_aspect_that_was_asked_for_and_is_inside_the_picture() {
        let cover =
            |source, width, height| fit(source, &Target { width: Some(width), height: Some(height), fit: Fit::Cover });
        assert_eq!(cover((4000, 3000), 400, 400), (400, 400));
        assert_eq!(cover((4000, 3000), 300, 200), (320, 213));
        assert_eq!(cover((4000, 3000), 9, 16), (36, 64));
        assert_eq!(cover((4000, 3000), 1_000_000_000, 1_000_000_000), (3000, 3000));
        assert_eq!(cover((5000, 5000), 1_000_000_000, 1), (4096, 1));
        assert_eq!(cover((100, 50), 1, 4_000_000_000), (1, 50));
        assert_eq!(cover((100, 50), 300, 200), (75, 50));
        assert_eq!(cover((1, 1), 300, 200), (1, 1));
    }

    #[test]
    fn a_picture_that_is_smaller_than_the_box_stays_as_it_is() {
        assert_eq!(fit((10, 20), &wide(4096)), (10, 20));
        assert_eq!(fit_within((10, 20), 2000), (10, 20));
    }
}
