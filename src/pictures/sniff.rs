//! What a file is by its bytes. Its name and its declared type say nothing here.

use infer::MatcherType;

use super::format::Format;

/// Bytes looked at to tell text, and SVG within it.
const TEXT_SAMPLE: usize = 1024;

/// Bytes in which the `<svg` of a document that begins like one is looked for: comments and definitions come first.
const SVG_SAMPLE: usize = 64 << 10;

/// Bytes before which a PDF may begin, by what its readers accept.
const PDF_SAMPLE: usize = 1024;

/// The format of the file, or the name of what it is instead, as people call it, where that is recognized.
pub(super) fn sniff(bytes: &[u8]) -> Result<Format, Option<&'static str>> {
    let kind = infer::get(bytes);
    if let Some(format) = kind.as_ref().and_then(|kind| Format::from_content_type(kind.mime_type())) {
        return Ok(format);
    }
    Err(photograph(bytes).or_else(|| kind.and_then(|kind| name(&kind, bytes))).or_else(|| document(bytes)))
}

/// TIFF of either kind, and the pictures that share the container of films.
fn photograph(bytes: &[u8]) -> Option<&'static str> {
    if [b"II+\0", b"MM\0+"].into_iter().any(|start| bytes.starts_with(start)) {
        return Some("TIFF");
    }
    let (size, rest) = bytes.split_first_chunk()?;
    let brands = rest.strip_prefix(b"ftyp")?;
    // The first brand is the file's own, the second four bytes are its version, the others are those it is like.
    let length = usize::try_from(u32::from_be_bytes(*size)).ok()?.saturating_sub(8).min(256);
    let brands = brands.get(..length).unwrap_or(brands).as_chunks::<4>().0;
    let has = |names: &[&[u8; 4]]| brands.iter().any(|brand| names.contains(&brand));
    if has(&[b"avif", b"avis"]) {
        Some("AVIF")
    } else if has(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"]) {
        Some("HEIC")
    } else {
        None
    }
}

/// What has no beginning of its own.
fn document(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.get(..PDF_SAMPLE).unwrap_or(bytes);
    if start.windows(5).any(|window| window == b"%PDF-") { Some("PDF") } else { text(bytes) }
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

/// "SVG" or "text" for bytes that read as UTF-8 without control characters, or as UTF-16 that says so.
fn text(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let narrow: Vec<_> = bytes.iter().take(SVG_SAMPLE).copied().filter(|byte| *byte != 0).collect();
        return Some(if is_svg(&narrow) { "SVG" } else { "text" });
    }
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
    let markup = sample.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let sample = if markup { bytes.get(..SVG_SAMPLE).unwrap_or(bytes) } else { sample.as_bytes() };
    Some(if is_svg(sample) { "SVG" } else { "text" })
}

fn is_svg(sample: &[u8]) -> bool {
    sample.windows(4).any(|window| window.eq_ignore_ascii_case(b"<svg"))
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
        assert_eq!(sniff(b"MM\0*\0\0\0\x08\0\0\0\0\0\0\0\0"), Err(Some("TIFF")));
        assert_eq!(sniff(b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0"), Err(Some("TIFF")));
        assert_eq!(sniff(b"MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10"), Err(Some("TIFF")));
        assert_eq!(sniff(b"\x1f\x8b\x08\0\0\0\0\0\0\x03"), Err(Some("archive")));
        assert_eq!(sniff("Just a few wörds.".as_bytes()), Err(Some("text")));
        assert_eq!(sniff(b"\x01\x02\x03\x04\x05\x06\x07\xff"), Err(None));
    }

    #[test]
    fn a_text_sample_that_ends_within_a_character_is_still_text() {
        let text = format!("{}é and so on", "x".repeat(TEXT_SAMPLE - 1));
        assert_eq!(sniff(text.as_bytes()), Err(Some("text")));
    }

    #[test]
    fn an_svg_is_known_behind_whatever_may_stand_before_it() {
        let comment = format!("<!-- {} -->", "long ".repeat(2000));
        let svg = format!("{comment}<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\">\n<SVG/>");
        let utf16: Vec<u8> = svg.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [
            svg.clone().into_bytes(),
            format!("\u{feff} \n{svg}").into_bytes(),
            format!("<?xml version=\"1.0\"?>{svg}").into_bytes(),
            [&[0xFF, 0xFE], &utf16[..]].concat(),
        ] {
            assert_eq!(sniff(&bytes), Err(Some("SVG")));
        }
        assert_eq!(sniff(format!("{}<svg/>", "words ".repeat(2000)).as_bytes()), Err(Some("text")));
    }

    #[test]
    fn pictures_in_the_container_of_films_are_told_from_films() {
        let brands = |brands: &str| {
            let size = u32::try_from(8 + brands.len()).unwrap().to_be_bytes();
            sniff(&[&size[..], b"ftyp", brands.as_bytes(), b"....mdat"].concat())
        };
        for brand in ["heic", "heix", "hevc", "heim", "heis", "hevm", "hevs", "mif1", "msf1"] {
            assert_eq!(brands(&format!("{brand}\0\0\0\0")), Err(Some("HEIC")), "{brand}");
        }
        assert_eq!(brands("avif\0\0\0\0mif1miaf"), Err(Some("AVIF")));
        assert_eq!(brands("mif1\0\0\0\0mif1avifmiaf"), Err(Some("AVIF")));
        assert_eq!(brands("isom\0\0\0\0isommp42"), Err(Some("video")));
    }

    #[test]
    fn a_pdf_is_known_behind_some_junk() {
        assert_eq!(sniff(b"\x01\x02\xffjunk\n%PDF-1.4\n"), Err(Some("PDF")));
        let far = [&[0xFF; PDF_SAMPLE][..], b"%PDF-1.4"].concat();
        assert_eq!(sniff(&far), Err(None));
    }
}
