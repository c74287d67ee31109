//! Why a file is refused, in words for the person who sent it.

use super::format::Format;

/// Why a file is refused; the texts are for the person who sent it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It is something else than the formats accepted.
    #[error("{}", unsupported(*found, accepted))]
    UnsupportedType {
        /// What it is, as people call it ("SVG", "PDF", "text"), where that was recognized.
        found: Option<&'static str>,
        /// What would be accepted.
        accepted: Vec<Format>,
    },
    /// It has too many bytes.
    #[error("The file is larger than {}, the most that is accepted.", bytesize::ByteSize(*max).display().si())]
    TooLarge {
        /// Most bytes accepted.
        max: u64,
    },
    /// Its header announces too many pixels; it was not decoded.
    #[error("The picture has {} megapixels; at most {} are accepted.", megapixels(*pixels), megapixels(*max))]
    TooManyPixels { pixels: u64, max: u64 },
    /// A side of it is longer than any camera or screen has it; it was not decoded.
    #[error("A side of the picture has {side} pixels; at most {max} are accepted.")]
    TooLong { side: u32, max: u32 },
    /// It is empty, cut off, or damaged.
    #[error("The picture cannot be read: {reason}.")]
    Corrupt {
        /// A few words, without a full stop.
        reason: &'static str,
    },
}

fn unsupported(found: Option<&str>, accepted: &[Format]) -> String {
    let titles: Vec<_> = accepted.iter().map(|format| format.title()).collect();
    let accepted = match titles.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => titles.concat(),
    };
    match found {
        Some(found) => format!("The file is of another type ({found}); pictures in {accepted} are accepted."),
        None => format!("The file is not a picture of a known type; pictures in {accepted} are accepted."),
    }
}

/// Millions, with one decimal, rounded up so that what is over a limit never reads as the limit.
fn megapixels(pixels: u64) -> String {
    let tenths = pixels.div_ceil(100_000);
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}
