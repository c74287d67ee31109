//! Names of cameras and lenses as people write them.

/// Most characters kept of a name.
const MAX_CHARS: usize = 100;

/// What companies append to their name and nobody says.
const COMPANY: [&str; 16] = [
    "ag",
    "camera",
    "co",
    "co.",
    "co.,",
    "co.,ltd",
    "co.,ltd.",
    "company",
    "computer",
    "corp",
    "corp.",
    "corporation",
    "electronics",
    "imaging",
    "inc.",
    "ltd.",
];

/// Maker and model, without the maker where the model begins with it.
pub(super) fn camera(make: Option<&[u8]>, model: Option<&[u8]>) -> Option<String> {
    let (make, model) = (make.and_then(clean), model.and_then(clean));
    let Some(make) = make else { return model };
    let Some(model) = model else { return Some(short(&make)) };
    let first = model.split([' ', '-', '_']).next().unwrap_or_default();
    let repeats = make.split(' ').any(|word| word.eq_ignore_ascii_case(first));
    if repeats { Some(model) } else { Some(cut(&format!("{} {model}", short(&make)))) }
}

/// A lens' model. Cameras write "0.0 mm f/0.0" for one that they do not know.
pub(super) fn lens(model: &[u8]) -> Option<String> {
    let mut digits = model.iter().filter(|byte| byte.is_ascii_digit()).peekable();
    let unknown = digits.peek().is_some() && digits.all(|digit| *digit == b'0');
    if unknown { None } else { clean(model) }
}

/// A maker's name without what companies append.
fn short(make: &str) -> String {
    let mut words: Vec<_> = make.split(' ').collect();
    while let [_, .., last] = words[..]
        && COMPANY.iter().any(|word| last.eq_ignore_ascii_case(word))
    {
        words.pop();
    }
    words.join(" ").trim_end_matches(',').to_owned()
}

/// The text without control characters, with single spaces; `None` where it says nothing: no letter, and no digit but
/// zero.
fn clean(text: &[u8]) -> Option<String> {
    // Four bytes a character at most; the rest is not even decoded.
    let text = text.get(..16 * MAX_CHARS).unwrap_or(text);
    let text = String::from_utf8_lossy(text);
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_visible(*c)).collect();
    let words: Vec<_> = visible.split(' ').filter(|word| !word.is_empty()).collect();
    let text = cut(&words.join(" "));
    text.chars().any(|c| c.is_alphanumeric() && c != '0').then_some(text)
}

/// Neither a control character nor a mark that turns the direction of what follows.
fn is_visible(c: char) -> bool {
    let turns = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_CHARS).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(make: &str, model: &str) -> Option<String> {
        camera(Some(make.as_bytes()), Some(model.as_bytes()))
    }

    #[test]
    fn a_camera_is_called_as_people_call_it() {
        for (make, model, name) in [
            ("Canon", "Canon EOS 5D", "Canon EOS 5D"),
            ("NIKON CORPORATION", "NIKON D90", "NIKON D90"),
            ("Apple", "iPhone 15", "Apple iPhone 15"),
            ("OLYMPUS IMAGING CORP.  ", "E-M10", "OLYMPUS E-M10"),
            ("EASTMAN KODAK COMPANY", "KODAK Z740", "KODAK Z740"),
            ("Panasonic", "DMC-GF1", "Panasonic DMC-GF1"),
            ("CASIO COMPUTER CO.,LTD.", "EX-Z1000", "CASIO EX-Z1000"),
            ("Leica Camera AG", "LEICA Q2", "LEICA Q2"),
            ("", "Pixel 8", "Pixel 8"),
            ("SONY", "\t", "SONY"),
        ] {
            assert_eq!(named(make, model).as_deref(), Some(name));
        }
        assert_eq!(camera(None, None), None);
    }

    #[test]
    fn names_that_say_nothing_are_none() {
        for junk in ["", "   ", "\u{1}\u{2}", "0000", "----", "...", "\u{202e}\u{7f}"] {
            assert_eq!((named(junk, junk), lens(junk.as_bytes())), (None, None), "{junk:?}");
        }
        assert_eq!(lens(b"0.0 mm f/0.0"), None);
    }

    #[test]
    fn a_name_is_one_short_line_of_text() {
        assert_eq!(lens(b" a\r\n\x1b[31mb\xff\xe2\x80\xaec ").as_deref(), Some("a [31mb\u{fffd}c"));
        let long = "ü".repeat(5000);
        assert_eq!(lens(long.as_bytes()).unwrap().chars().count(), MAX_CHARS);
        assert_eq!(named(&long, "x").unwrap().chars().count(), MAX_CHARS);
    }
}
