//! What a file is by its bytes. Its name and its declared type say nothing here.

use infer::MatcherType;

use super::format::Format;

/// Bytes looked at to tell text, and SVG within it.
const TEXT_SAMPLE: usize = 1024;

/// The format of the file, or the name of what it is instead, as people call it, where that is recognized.
pub(super) fn sniff(bytes: &[u8]) -> Result<Format, Option<&'static str>> {
    match infer::get(bytes) {
        Some(kind) => match Format::from_content_type(kind.mime_type()) {
            Some(format) => Ok(format),
            None => Err(name(&kind, bytes)),
        },
        None => Err(text(bytes)),
    }
}

fn name(kind: &infer::Type, bytes: &[u8]) -> Option<&'static str> {
    Some(match kind.mime_type() {
        "image/tiff" => "TIFF",
        "image/bmp" => "BMP",
        "image/heif" => "HEIC",
        "image/avif" => "AVIF",
        "image/jxl" => "JPEG XL",
        "image/jp2" => "JPEG 2000",
        "image/vnd.ms-photo" => "JPEG XR",
        "image/vnd.adobe.photoshop" => "Photoshop",
        "image/vnd.microsoft.icon" => "icon",
        "image/x-canon-cr2" => "camera raw",
        "image/vnd.djvu" => "DjVu",
        "application/pdf" => "PDF",
        "application/postscript" => "PostScript",
        "application/zip" => "ZIP",
        "text/xml" | "text/html" if text(bytes) == Some("SVG") => "SVG",
        "text/xml" => "XML",
        "text/html" => "HTML",
        "text/x-shellscript" => "text",
        _ => match kind.matcher_type() {
            MatcherType::Video => "video",
            MatcherType::Audio => "audio",
            MatcherType::Archive => "archive",
            MatcherType::Book | MatcherType::Doc => "document",
            MatcherType::Font => "font",
            MatcherType::App => "program",
            MatcherType::Image | MatcherType::Text | MatcherType::Custom => return None,
        },
    })
}

/// "SVG" or "text" for bytes that read as UTF-8 without control characters.
fn text(bytes: &[u8]) -> Option<&'static str> {
    let sample = bytes.get(..TEXT_SAMPLE).unwrap_or(bytes);
    let sample = match std::str::from_utf8(sample) {
        Ok(text) => text,
        // The sample may end within a character.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(sample.get(..error.valid_up_to())?).ok()?,
        Err(_) => return None,
    };
    if sample.is_empty() || sample.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c')) {
        return None;
    }
    Some(if sample.to_ascii_lowercase().contains("<svg") { "SVG" } else { "text" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::fixtures;

    #[test]
    fn each_format_is_recognized_by_its_bytes() {
        assert_eq!(sniff(&fixtures::jpeg(8, 8)), Ok(Format::Jpeg));
        assert_eq!(sniff(&fixtures::png(8, 8)), Ok(Format::Png));
        assert_eq!(sniff(&fixtures::gif(8, 8, 1)), Ok(Format::Gif));
        assert_eq!(sniff(&fixtures::webp(8, 8)), Ok(Format::WebP));
    }

    #[test]
    fn what_is_not_accepted_is_called_by_its_name() {
        let svg = "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
        assert_eq!(sniff(svg.as_bytes()), Err(Some("SVG")));
        assert_eq!(sniff(b"<svg/>"), Err(Some("SVG")));
        assert_eq!(sniff(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"), Err(Some("PDF")));
        assert_eq!(sniff(b"II*\0\x08\0\0\0\0\0\0\0\0\0\0\0"), Err(Some("TIFF")));
        assert_eq!(sniff(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Err(Some("HEIC")));
        assert_eq!(sniff("Just a few wörds.".as_bytes()), Err(Some("text")));
        assert_eq!(sniff(b"\x01\x02\x03\x04\x05\x06\x07\xff"), Err(None));
    }

    #[test]
    fn a_text_sample_that_ends_within_a_character_is_still_text() {
        let text = format!("{}é and so on", "x".repeat(TEXT_SAMPLE - 1));
        assert_eq!(sniff(text.as_bytes()), Err(Some("text")));
    }
}
