//! The colors that a picture consists of.

use async_graphql::SimpleObject;

/// A color of a picture.
#[derive(Debug, PartialEq, SimpleObject)]
pub struct Color {
    /// sRGB, as `#rrggbb`.
    hex: String,
    /// How much of the picture has about this color, from 0 to 1.
    share: f64,
}

/// The colors as they are stored: see `image_metadata.palette`.
pub fn decode(stored: &[u8]) -> Vec<Color> {
    let (colors, _) = stored.as_chunks::<5>();
    let color = |&[red, green, blue, high, low]: &[u8; 5]| Color {
        hex: format!("#{red:02x}{green:02x}{blue:02x}"),
        share: f64::from(u16::from_be_bytes([high, low])) / f64::from(u16::MAX),
    };
    colors.iter().map(color).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_palette_is_read_as_it_is_stored() {
        let color = |hex: &str, share| Color { hex: hex.to_owned(), share };
        let stored = [255, 128, 0, 255, 255, 1, 2, 3, 0x33, 0x33];
        assert_eq!(decode(&stored), [color("#ff8000", 1.0), color("#010203", 0.2)]);
        assert_eq!(decode(&stored[..9]), [color("#ff8000", 1.0)], "half a color is none");
        assert_eq!(decode(&[]), []);
    }
}
