//! The formats that go out.

use std::fmt;
use std::str::FromStr;

use super::format::Format;

/// A format that renditions are made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// Transparent pixels are shown on white.
    Jpeg,
    Png,
    WebP,
}

impl Output {
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::WebP];

    pub(super) fn format(self) -> Format {
        match self {
            Self::Jpeg => Format::Jpeg,
            Self::Png => Format::Png,
            Self::WebP => Format::WebP,
        }
    }

    /// The media type, as in a `Content-Type` header.
    pub fn content_type(self) -> &'static str {
        self.format().content_type()
    }

    /// The file name extension, without the dot; what [`FromStr`] reads.
    pub fn extension(self) -> &'static str {
        self.format().extension()
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.extension())
    }
}

/// An extension that no rendition has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("renditions are jpg, png or webp")]
pub struct UnknownOutput;

impl FromStr for Output {
    type Err = UnknownOutput;

    /// Reads an extension exactly as [`Output::extension`] writes it: one URL a rendition.
    fn from_str(extension: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|output| output.extension() == extension).ok_or(UnknownOutput)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_names_exactly_one_output() {
        for output in Output::ALL {
            assert_eq!(output.extension().parse(), Ok(output));
        }
        assert_eq!("jpeg".parse::<Output>(), Err(UnknownOutput));
        assert_eq!("JPG".parse::<Output>(), Err(UnknownOutput));
    }
}
