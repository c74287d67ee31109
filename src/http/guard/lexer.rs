//! One pass over the bytes of a document: its size, its tokens and the nesting of its brackets, before any parser.
//! async-graphql's parser recurses once a bracket, and 1,500 of them overflow its thread's stack, which ends the process.

use crate::http::problem::{Code, Problem};

/// Bytes of a document.
pub const MAX_BYTES: usize = 64 * 1024;
/// Tokens of a document; the largest of our own has some 400, the usual introspection query 300.
pub const MAX_TOKENS: usize = 4_000;
/// Of `{`, `[` and `(` in each other.
pub const MAX_NESTING: usize = 64;

/// What a document was found to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    pub tokens: usize,
    /// The deepest.
    pub nesting: usize,
}

/// Reads a document, skipping what stands in strings, block strings and comments.
///
/// Its idea of a string must not be wider than the parser's: whatever this skips, the parser must skip too. That is why
/// an unterminated string is an error here: the parser would try to read `"""` as an empty string and a quote.
///
/// # Errors
/// `QUERY_TOO_COMPLEX` with the limit and the number; `GRAPHQL_PARSE_FAILED` for an unterminated string.
pub fn scan(text: &str) -> Result<Scan, Problem> {
    refuse_long(text)?;
    let bytes = text.as_bytes();
    let mut scan = Scan { tokens: 0, nesting: 0 };
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let length = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
                continue;
            }
            b'{' | b'[' | b'(' => {
                depth += 1;
                scan.nesting = scan.nesting.max(depth);
                1
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                1
            }
            b'"' => string_length(rest).ok_or_else(|| Problem::document(Code::ParseFailed, "A string has no end."))?,
            b'.' if rest.starts_with(b"...") => 3,
            _ if is_word(byte) => rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len()),
            _ => 1,
        };
        at += length;
        scan.tokens += 1;
    }
    match scan {
        Scan { tokens, .. } if tokens > MAX_TOKENS => Err(over("tokens", tokens, MAX_TOKENS)),
        Scan { nesting, .. } if nesting > MAX_NESTING => Err(over("levels of brackets", nesting, MAX_NESTING)),
        scan => Ok(scan),
    }
}

/// # Errors
/// `QUERY_TOO_COMPLEX`
pub fn refuse_long(text: &str) -> Result<(), Problem> {
    if text.len() > MAX_BYTES { Err(over("bytes", text.len(), MAX_BYTES)) } else { Ok(()) }
}

/// Names and numbers.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Bytes of the string that `rest` begins with, both ends included; `None` where it has no end.
fn string_length(rest: &[u8]) -> Option<usize> {
    if rest.starts_with(b"\"\"\"") {
        let mut at = 3;
        loop {
            let end = at + rest[at..].windows(3).position(|three| three == b"\"\"\"")?;
            // `\"""` inside. A backslash that ends an opening `"""` does not exist, so looking back is safe.
            if rest[end - 1] != b'\\' || end == 3 {
                return Some(end + 3);
            }
            at = end + 3;
        }
    }
    let mut at = 1;
    loop {
        match rest.get(at)? {
            b'"' => return Some(at + 1),
            b'\r' | b'\n' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn over(what: &str, number: usize, limit: usize) -> Problem {
    Problem::document(Code::TooComplex, format!("The document has {number} {what}; at most {limit} are allowed."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_nested_brackets_are_refused() {
        for levels in [65, 1_500, 6_000, 20_000] {
            for (open, close) in [("{a", "}"), ("[", "]"), ("(", ")"), ("{a:", "}")] {
                let text = open.repeat(levels) + &close.repeat(levels);
                let problem = scan(&text).unwrap_err();
                assert_eq!(problem.code, Code::TooComplex, "{levels} of {open}");
            }
        }
    }

    #[test]
    fn a_hundred_thousand_aliases_are_refused_by_their_bytes_and_fewer_by_their_tokens() {
        let aliases = |number: usize| (0..number).map(|i| format!("a{i}:b ")).collect::<String>();
        assert!(scan(&aliases(100_000)).unwrap_err().message.contains("bytes"));
        assert!(scan(&aliases(5_000)).unwrap_err().message.contains("tokens"));
    }

    #[test]
    fn strings_block_strings_and_comments_are_skipped() {
        for (text, tokens) in [
            (r#"{ a(b: "[[[[ \" [[[[ \\") }"#, 8),
            (r#"{ a(b: """[[[[ \""" " "" [[[[""") }"#, 8),
            (r#"{ a(b: """""", c: "") }"#, 11),
            ("{ # [[[[ \" \"\"\"\n a # [[[[\r b }", 4),
            ("{ ...A @include(if: $b) }", 12),
            ("query Q($a: [Int!]! = [-1.5e3, 0]) { a }", 23),
        ] {
            let scanned = scan(text).unwrap();
            assert!(scanned.nesting <= 2, "{text}: {scanned:?}");
            assert_eq!(scanned.tokens, tokens, "{text}");
        }
        assert_eq!(scan("{a(b:{c:[[1]]}) d}").unwrap().nesting, 5);
    }

    #[test]
    fn nothing_hides_behind_a_string_without_an_end() {
        // The parser reads `"""` as `""` and `"` where no other `"""` follows; the brackets would then count.
        let nested = "[".repeat(2_000);
        for text in [
            format!("{{ a(b: [\"\"\" \" {nested}"),
            format!("{{ a(b: \"\n{nested}"),
            "\"".to_owned(),
            "\"\\".to_owned(),
            "\"\"\"\\\"\"\"".to_owned(),
        ] {
            assert_eq!(scan(&text).unwrap_err().code, Code::ParseFailed);
        }
        // A closed block string does not hide what comes after it.
        assert_eq!(scan(&format!("\"\"\"a\"\"\"{nested}")).unwrap_err().code, Code::TooComplex);
        assert_eq!(scan(&format!("\"\"\"a\\\\\"\"\"b\"\"\"{nested}")).unwrap_err().code, Code::TooComplex);
    }
}
