//! The parts that a picture's file is made of: what it says of itself, and that there is nothing in it but the picture. All
//! of the file is gone through, and whatever is not known to be pixels or how to read them is an error.

/// What the file says.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub content_type: &'static str,
    pub width: u64,
    pub height: u64,
}

/// The error names what is in the file beside the picture, or where it is broken.
pub fn look(bytes: &[u8]) -> Result<Found, String> {
    if let Some(rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") {
        png(rest)
    } else if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xD8]) {
        jpeg(rest)
    } else if bytes.starts_with(b"RIFF") {
        webp(bytes)
    } else {
        Err("it is no PNG, JPEG or WebP".to_owned())
    }
}

fn broken(what: &str) -> String {
    format!("its {what} is broken")
}

/// The number in these bytes, the most significant first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn length(bytes: &[u8]) -> usize {
    usize::try_from(number(bytes)).unwrap_or(usize::MAX)
}

/// Chunks: length, name, data, checksum (PNG specification, 5.3).
fn png(mut rest: &[u8]) -> Result<Found, String> {
    let mut found = None;
    loop {
        let (head, after) = rest.split_at_checked(8).ok_or_else(|| broken("PNG chunk"))?;
        let (data, after) = after.split_at_checked(length(&head[..4])).ok_or_else(|| broken("PNG chunk"))?;
        rest = after.get(4..).ok_or_else(|| broken("PNG chunk"))?;
        match &head[4..] {
            b"IHDR" if data.len() == 13 => {
                found =
                    Some(Found { content_type: "image/png", width: number(&data[..4]), height: number(&data[4..8]) });
            }
            b"PLTE" | b"tRNS" | b"IDAT" => {}
            b"IEND" => break,
            other => return Err(format!("it has a chunk {}", other.escape_ascii())),
        }
    }
    finished(rest, found)
}

/// Segments: marker, length with itself, data (ITU-T T.81, annex B).
fn jpeg(mut rest: &[u8]) -> Result<Found, String> {
    let mut found = None;
    loop {
        let (marker, after) = rest.split_at_checked(2).ok_or_else(|| broken("JPEG marker"))?;
        if marker == [0xFF, 0xD9] {
            return finished(after, found);
        }
        let size = after.get(..2).map(length).ok_or_else(|| broken("JPEG segment"))?;
        let (segment, after) = after.split_at_checked(size).ok_or_else(|| broken("JPEG segment"))?;
        let data = segment.get(2..).ok_or_else(|| broken("JPEG segment"))?;
        rest = after;
        match (marker[0], marker[1]) {
            // Baseline or progressive.
            (0xFF, 0xC0 | 0xC2) if data.len() > 5 => {
                found =
                    Some(Found { content_type: "image/jpeg", width: number(&data[3..5]), height: number(&data[1..3]) });
            }
            // Tables, and after how many blocks to start anew.
            (0xFF, 0xC4 | 0xDB | 0xDD) => {}
            // JFIF, which has 14 bytes if there is no thumbnail in it.
            (0xFF, 0xE0) if data.len() == 14 && data.starts_with(b"JFIF\0") => {}
            // A scan; its pixels end where a marker is that is neither a stuffed byte nor a restart.
            (0xFF, 0xDA) => {
                let is_end = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7);
                let end = rest.windows(2).position(is_end).ok_or_else(|| broken("JPEG scan"))?;
                rest = &rest[end..];
            }
            (0xFF, other) => return Err(format!("it has a segment {other:X}: {}", beginning(data))),
            _ => return Err(broken("JPEG marker")),
        }
    }
}

/// Chunks: name, length, data, made even (RFC 9649).
fn webp(bytes: &[u8]) -> Result<Found, String> {
    let little = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let size = |bytes: &[u8]| usize::try_from(little(bytes)).unwrap_or(usize::MAX);
    let head = bytes.get(4..8).ok_or_else(|| broken("RIFF header"))?;
    let (whole, after) = bytes[8..].split_at_checked(size(head)).ok_or_else(|| broken("RIFF header"))?;
    let mut rest = whole.strip_prefix(b"WEBP").ok_or_else(|| broken("RIFF header"))?;
    let mut found = None;
    while !rest.is_empty() {
        let (head, body) = rest.split_at_checked(8).ok_or_else(|| broken("WebP chunk"))?;
        let length = size(&head[4..]);
        let data = body.get(..length).ok_or_else(|| broken("WebP chunk"))?;
        rest = body.get(length + length % 2..).ok_or_else(|| broken("WebP chunk"))?;
        let (width, height) = match (&head[..4], data.len()) {
            // A key frame: its tag, a start code, and both sides in 14 bits.
            (b"VP8 ", 10..) => (little(&data[6..8]) & 0x3FFF, little(&data[8..10]) & 0x3FFF),
            (b"VP8L", 5..) => {
                let bits = little(&data[1..5]);
                ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
            }
            // Of its flags, there may be that of opacity.
            (b"VP8X", 10) if data[0] & !0x10 == 0 => (little(&data[4..7]) + 1, little(&data[7..10]) + 1),
            (b"ALPH", _) => continue,
            (other, _) => return Err(format!("it has a chunk {}: {}", other.escape_ascii(), beginning(data))),
        };
        let new = Found { content_type: "image/webp", width, height };
        if found.as_ref().is_some_and(|found| *found != new) {
            return Err("it has two sizes".to_owned());
        }
        found = Some(new);
    }
    finished(after, found)
}

fn finished(rest: &[u8], found: Option<Found>) -> Result<Found, String> {
    if rest.is_empty() {
        found.ok_or_else(|| "it has no size".to_owned())
    } else {
        Err(format!("there is something behind its end: {}", beginning(rest)))
    }
}

fn beginning(data: &[u8]) -> String {
    data[..data.len().min(24)].escape_ascii().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
        [&u32::try_from(data.len()).unwrap().to_be_bytes(), name.as_slice(), data, &[0; 4]].concat()
    }

    fn png_with(more: &[u8]) -> Vec<u8> {
        let header = [0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0];
        let parts = [chunk(*b"IHDR", &header), chunk(*b"IDAT", b"..."), more.to_vec(), chunk(*b"IEND", b"")];
        [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
    }

    fn jpeg_with(more: &[u8]) -> Vec<u8> {
        let start =
            b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xC0\0\x0B\x08\0\x02\0\x03\x01\x01\x11\0";
        let scan = b"\xFF\xDA\0\x08\x01\x01\0\0\x3F\0..\xFF\0..\xFF\xD0..\xFF\xD9";
        [start.as_slice(), more, scan].concat()
    }

    fn webp_with(more: &[u8]) -> Vec<u8> {
        let body = [b"WEBPVP8L\x06\0\0\0\x2F\x02\x40\0\0.".as_slice(), more].concat();
        [b"RIFF", u32::try_from(body.len()).unwrap().to_le_bytes().as_slice(), &body].concat()
    }

    #[test]
    fn a_picture_alone_has_its_type_and_its_size() {
        for (bytes, content_type) in
            [(png_with(b""), "image/png"), (jpeg_with(b""), "image/jpeg"), (webp_with(b""), "image/webp")]
        {
            assert_eq!(look(&bytes), Ok(Found { content_type, width: 3, height: 2 }));
        }
    }

    #[test]
    fn whatever_else_is_in_it_is_named() {
        let exif = b"\xFF\xE1\0\x0AExif\0\0II".as_slice();
        let cases = [
            (png_with(&chunk(*b"eXIf", b"II")), "eXIf"),
            (png_with(&chunk(*b"iCCP", b"")), "iCCP"),
            (jpeg_with(exif), "Exif"),
            (jpeg_with(b"\xFF\xFE\0\x07hello"), "hello"),
            (webp_with(b"EXIF\x02\0\0\0II"), "EXIF"),
            ([png_with(b""), b"trailer".to_vec()].concat(), "trailer"),
            ([jpeg_with(b""), b"trailer".to_vec()].concat(), "trailer"),
            ([webp_with(b""), b"trailer".to_vec()].concat(), "trailer"),
        ];
        for (bytes, name) in cases {
            assert!(look(&bytes).is_err_and(|error| error.contains(name)), "{name}");
        }
    }

    #[test]
    fn what_is_cut_off_is_broken() {
        for whole in [png_with(b""), jpeg_with(b""), webp_with(b"")] {
            for end in 0..whole.len() {
                assert!(look(&whole[..end]).is_err(), "{end} of {}", whole.len());
            }
        }
    }
}
