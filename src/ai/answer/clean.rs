//! A stranger's words made safe to keep: without control characters, without characters that turn the direction of
//! the text around them, and no longer than asked, in characters.

use unicode_normalization::UnicodeNormalization;

/// Text of several lines.
pub(super) fn paragraphs(text: &str, max: usize) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let visible: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !is_hidden(*c)).collect();
    shorten(visible.trim(), max)
}

/// Text of one line, with single spaces.
pub(super) fn line(text: &str, max: usize) -> String {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let visible: String = spaced.chars().filter(|c| !is_hidden(*c)).collect();
    shorten(&visible.split_whitespace().collect::<Vec<_>>().join(" "), max)
}

/// One line in lowercase without the marks that lists and hashtags leave. None where nothing is left, or so much that
/// it is no tag.
pub(super) fn tag(text: &str, max: usize) -> Option<String> {
    let line: String = line(text, usize::MAX).to_lowercase().nfc().collect();
    let tag = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '"' | '\'' | '.' | ',' | '*' | '-'));
    (!tag.is_empty() && tag.chars().nth(max).is_none()).then(|| tag.to_owned())
}

fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}' | '\u{FEFF}')
}

/// Cut between words where there are any, with an ellipsis.
fn shorten(text: &str, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    let words = kept.rfind(char::is_whitespace).map_or(kept.as_str(), |end| &kept[..end]);
    format!("{}…", words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_removed() {
        assert_eq!(paragraphs(" a\u{0}\u{1b}[31m\u{202e}b\r\nc\u{2028}d\te\u{feff} ", 100), "a[31mb\nc\nd\te");
        assert_eq!(line("a\n\n b\u{7}\tc", 100), "a b c");
    }

    #[test]
    fn joined_emoji_and_right_to_left_words_stay_whole() {
        let text = "👩‍👩‍👧 שלום\u{200f}";
        assert_eq!(paragraphs(text, 100), text);
    }

    #[test]
    fn long_text_is_cut_between_words_within_the_limit() {
        assert_eq!(paragraphs("one two three", 13), "one two three");
        assert_eq!(paragraphs("one two three", 12), "one two…");
        assert_eq!(paragraphs(&"ü".repeat(20), 5), "üüüü…");
    }

    #[test]
    fn a_tag_is_lowercase_without_marks_and_never_a_sentence() {
        assert_eq!(tag(" #Golden  Retriever. ", 64).as_deref(), Some("golden retriever"));
        assert_eq!(tag("cafe\u{301}", 64), tag("CAFÉ", 64));
        assert_eq!(tag(" - ", 64), None);
        assert_eq!(tag(&"x".repeat(64), 64).map(|tag| tag.len()), Some(64));
        assert_eq!(tag(&"x".repeat(65), 64), None);
    }
}
