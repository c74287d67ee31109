//! The few colors that a picture is made of, from its small copy in sRGB.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use image::RgbaImage;

/// Most colors of a palette.
const MOST: usize = 6;

/// Colors nearer to each other than this, in Oklab (where black to white is 1), are one.
const SAME: f32 = 0.1;

/// A color with fewer of the pixels, of so many, belongs to its neighbor: it is the soft edge between two others.
const SMALLEST: u32 = 100;

/// Rounds in which colors settle; they change little after the first ones.
const ROUNDS: usize = 8;

/// A color and how much of the picture it covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swatch {
    /// Red, green and blue, in sRGB.
    pub rgb: [u8; 3],
    /// Of the opaque pixels, 0 to 1.
    pub share: f32,
}

/// Pixels that are summed up: a coarse cell of the color space, or a color of the palette.
#[derive(Clone, Copy, Default)]
struct Pixels {
    count: u32,
    sum: [u32; 3],
}

impl Pixels {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        for (sum, more) in self.sum.iter_mut().zip(other.sum) {
            *sum += more;
        }
    }

    /// The mean color; black of none.
    fn mean(&self) -> [u8; 3] {
        let count = self.count.max(1);
        self.sum.map(|sum| u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX))
    }
}

/// At most six colors, the one that covers most first; the same for the same pixels. Empty for a picture without an
/// opaque pixel. Meant for a small copy: thousands of pixels, not millions.
pub(super) fn palette(picture: &RgbaImage) -> Vec<Swatch> {
    let cells = cells(picture);
    let total: u32 = cells.iter().map(|cell| cell.count).sum();
    let lab: Vec<_> = cells.iter().map(|cell| oklab(cell.mean())).collect();
    let mut centers = seeds(&cells, &lab);
    let mut colors = gather(&cells, &lab, &centers);
    for _ in 0..ROUNDS {
        centers = colors.iter().map(|color| oklab(color.mean())).collect();
        colors = gather(&cells, &lab, &centers);
    }
    while let Some((smallest, color)) = colors.iter().enumerate().min_by_key(|(_, color)| color.count)
        && color.count * SMALLEST < total
    {
        colors.remove(smallest);
        centers = colors.iter().map(|color| oklab(color.mean())).collect();
        colors = gather(&cells, &lab, &centers);
    }
    colors.sort_by_key(|color| (Reverse(color.count), color.mean()));
    colors.iter().map(|color| Swatch { rgb: color.mean(), share: share(color.count, total) }).collect()
}

/// The opaque pixels by the upper four bits of their channels, in the order of these.
fn cells(picture: &RgbaImage) -> Vec<Pixels> {
    let mut cells = BTreeMap::<[u8; 3], Pixels>::new();
    for [red, green, blue, alpha] in picture.pixels().map(|pixel| pixel.0) {
        if alpha >= 128 {
            let rgb = [red, green, blue];
            cells.entry(rgb.map(|channel| channel >> 4)).or_default().add(Pixels { count: 1, sum: rgb.map(u32::from) });
        }
    }
    cells.into_values().collect()
}

/// The colors to begin with: the most frequent one, then whatever is most, and farthest from those there are.
fn seeds(cells: &[Pixels], lab: &[[f32; 3]]) -> Vec<[f32; 3]> {
    let mut far = vec![f32::INFINITY; cells.len()];
    let mut seeds = Vec::new();
    while seeds.len() < MOST {
        let weight = |index: usize| weight(cells[index].count) * far[index].min(1.0);
        let candidates = (0..cells.len()).filter(|index| far[*index] >= SAME * SAME);
        // The last of equals, always.
        let Some(next) = candidates.max_by(|a, b| weight(*a).total_cmp(&weight(*b))) else { break };
        for (far, lab_of) in far.iter_mut().zip(lab) {
            *far = far.min(distance(*lab_of, lab[next]));
        }
        seeds.push(lab[next]);
    }
    seeds
}

/// Every cell to its nearest color; colors that got none are gone.
fn gather(cells: &[Pixels], lab: &[[f32; 3]], centers: &[[f32; 3]]) -> Vec<Pixels> {
    let mut colors = vec![Pixels::default(); centers.len()];
    for (cell, lab) in cells.iter().zip(lab) {
        let nearest =
            (0..centers.len()).min_by(|a, b| distance(*lab, centers[*a]).total_cmp(&distance(*lab, centers[*b])));
        if let Some(nearest) = nearest {
            colors[nearest].add(*cell);
        }
    }
    colors.retain(|color| color.count > 0);
    colors
}

/// The square of it, in Oklab.
fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Lightness and two color axes in which equal distances look alike (<https://bottosson.github.io/posts/oklab/>).
fn oklab(rgb: [u8; 3]) -> [f32; 3] {
    let light = rgb.map(|channel| {
        let value = f32::from(channel) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let cones = CONES.map(|row| dot(row, light).cbrt());
    AXES.map(|row| dot(row, cones))
}

/// From linear sRGB to what the three cones see.
const CONES: [[f32; 3]; 3] = [
    [0.412_221_46, 0.536_332_55, 0.051_445_995],
    [0.211_903_5, 0.680_699_5, 0.107_396_96],
    [0.088_302_46, 0.281_718_85, 0.629_978_7],
];

/// From the cube roots of that to lightness and the two axes.
const AXES: [[f32; 3]; 3] = [
    [0.210_454_26, 0.793_617_8, -0.004_072_047],
    [1.977_998_5, -2.428_592_2, 0.450_593_7],
    [0.025_904_037, 0.782_771_77, -0.808_675_77],
];

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A count as a weight; more than a `u16` holds makes no difference.
fn weight(count: u32) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Exact to a ten-thousandth.
fn share(count: u32, total: u32) -> f32 {
    let parts = (u64::from(count) * 10_000 + u64::from(total) / 2) / u64::from(total.max(1));
    f32::from(u16::try_from(parts).unwrap_or(10_000)) / 10_000.0
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    fn picture(color: impl Fn(u32, u32) -> [u8; 4]) -> RgbaImage {
        RgbaImage::from_fn(100, 60, |x, y| Rgba(color(x, y)))
    }

    #[test]
    fn one_color_is_one_swatch() {
        for rgb in [[0, 0, 0], [255, 255, 255], [17, 200, 93]] {
            let [r, g, b] = rgb;
            assert_eq!(palette(&picture(|_, _| [r, g, b, 255])), [Swatch { rgb, share: 1.0 }]);
        }
    }

    #[test]
    fn colors_come_with_their_shares_largest_first() {
        let halves = picture(|x, _| if x < 50 { [200, 10, 10, 255] } else { [10, 10, 200, 255] });
        let swatch = |rgb, share| Swatch { rgb, share };
        assert_eq!(palette(&halves), [swatch([10, 10, 200], 0.5), swatch([200, 10, 10], 0.5)]);
        let flag = picture(|x, _| match x {
            0..20 => [0, 100, 0, 255],
            20..50 => [255, 255, 255, 255],
            _ => [200, 10, 10, 255],
        });
        let expected = [swatch([200, 10, 10], 0.5), swatch([255, 255, 255], 0.3), swatch([0, 100, 0], 0.2)];
        assert_eq!(palette(&flag), expected);
    }

    #[test]
    fn shades_that_look_alike_are_one_color() {
        let noisy = picture(|x, y| [100 + u8::try_from((x * 7 + y * 13) % 30).unwrap(), 150, 60, 255]);
        let colors = palette(&noisy);
        assert!(matches!(colors[..], [Swatch { rgb: [110..=119, 150, 60], .. }]), "{colors:?}");
    }

    #[test]
    fn a_soft_edge_is_no_color() {
        let edge = picture(|x, y| match (x, y) {
            (50, 0..40) => [100, 100, 100, 255],
            (0..50, _) => [0, 0, 0, 255],
            _ => [255, 255, 255, 255],
        });
        assert_eq!(palette(&edge).len(), 2);
    }

    #[test]
    fn a_picture_of_all_colors_has_six_that_make_it_up() {
        let byte = |value: u32| u8::try_from(value).unwrap();
        let rainbow = picture(|x, y| [byte(x * 255 / 99), byte(y * 255 / 59), byte((x * 31 + y * 17) % 256), 255]);
        let colors = palette(&rainbow);
        assert_eq!(colors.len(), MOST);
        assert!((colors.iter().map(|color| color.share).sum::<f32>() - 1.0).abs() < 0.001);
        assert!(colors.is_sorted_by(|a, b| a.share >= b.share));
        assert_eq!(palette(&rainbow), colors);
    }

    #[test]
    fn what_shines_through_does_not_count() {
        let half = picture(|x, _| if x < 50 { [200, 10, 10, 255] } else { [10, 10, 200, 127] });
        assert_eq!(palette(&half), [Swatch { rgb: [200, 10, 10], share: 1.0 }]);
        assert_eq!(palette(&picture(|_, _| [200, 10, 10, 0])), []);
    }
}
