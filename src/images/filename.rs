//! File names: what is kept of one to show it, and what lists are ordered by.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a file name.
const MAX_LENGTH: usize = 255;

/// Bytes of a key; what differs only behind that is ordered by age.
const MAX_KEY: usize = 400;

/// A name to show: the last part of a path, without control characters, at most 255 characters.
pub fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = last.chars().filter(|c| !c.is_control() && !is_direction_mark(*c)).take(MAX_LENGTH).collect();
    let clean = clean.trim();
    if clean.is_empty() || clean == "." || clean == ".." { "untitled".to_owned() } else { clean.to_owned() }
}

/// What names are ordered by, byte by byte and so alike on every database: without regard to case and accents, and
/// numbers by their value (`IMG_9` before `IMG_10`).
pub fn key(name: &str) -> Vec<u8> {
    let plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let (mut key, mut rest) = (Vec::new(), plain.as_str());
    while let Some(first) = rest.chars().next() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits == 0 {
            let (other, after) = rest.split_at(first.len_utf8());
            key.extend_from_slice(other.as_bytes());
            rest = after;
        } else {
            let (number, after) = rest.split_at(digits);
            let number = number.trim_start_matches('0');
            // A digit, so that numbers stay among the digits; then how long the number is; then the number.
            key.push(b'0');
            key.push(u8::try_from(number.len()).unwrap_or(u8::MAX));
            key.extend_from_slice(number.as_bytes());
            rest = after;
        }
    }
    key.truncate(MAX_KEY);
    key
}

/// The marks that make `photo<RLO>gpj.exe` look like a picture.
pub fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_reduced_to_something_to_show() {
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("C:\\photos\\cat.jpg"), "cat.jpg");
        assert_eq!(clean("a\n\0b\u{202e}gpj.exe"), "abgpj.exe");
        assert_eq!(clean(".."), "untitled");
        assert_eq!(clean(""), "untitled");
        assert_eq!(clean(&"ä".repeat(4000)).chars().count(), 255);
    }

    #[test]
    fn names_are_ordered_as_people_order_them() {
        let ordered =
            ["", "(1).jpg", "1.jpg", "02.jpg", "IMG_9.jpg", "img_10.JPG", "IMG_0100.jpg", "Über.png", "z.gif"];
        for pair in ordered.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
        assert_eq!(key("ÉTÉ 007.jpg"), key("e\u{301}te\u{301} 7.JPG"));
        assert_eq!(key("ﬁle"), key("FILE"));
    }

    #[test]
    fn a_key_is_no_longer_than_its_column() {
        assert_eq!(key(&"ﷺ".repeat(255)).len(), MAX_KEY);
        assert!(key(&"7".repeat(255)).len() <= MAX_KEY);
    }
}
