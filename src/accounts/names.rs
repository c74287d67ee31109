//! The names people go by: usernames and e-mail addresses, what they may look like, and the keys by which two of them
//! are the same.

use unicode_normalization::UnicodeNormalization;

use super::Error;

/// A username and the key that compares it.
pub(super) struct Username {
    pub text: String,
    pub key: String,
}

impl Username {
    /// ASCII only, so that two names that look alike are alike.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !(3..=32).contains(&text.len())
            || !text.chars().all(allowed)
            || !text.starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            return Err(Error::InvalidUsername);
        }
        Ok(Self { text: text.to_owned(), key: text.to_ascii_lowercase() })
    }
}

/// An e-mail address and the key that compares it.
pub(super) struct Email {
    pub text: String,
    pub key: String,
}

impl Email {
    /// A plausible address: whether it is theirs, only a letter can tell. Its key must be one too: normalizing makes one
    /// character into up to eighteen, and plain ones out of look-alikes (`＠`).
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let key = key(text);
        if !plausible(text) || !plausible(&key) {
            return Err(Error::InvalidEmail);
        }
        Ok(Self { text: text.to_owned(), key })
    }
}

/// True for one `@`, a domain with a dot, nothing that needs quotes, and the lengths of RFC 5321, in bytes.
fn plausible(address: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
    let Some((local, domain)) = address.split_once('@') else { return false };
    address.len() <= 254
        && address.chars().all(plain)
        && !local.is_empty()
        && local.len() <= 64
        && domain.contains('.')
        && !domain.contains("..")
        && !domain.starts_with(['.', '-'])
        && !domain.ends_with(['.', '-'])
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}

/// The key by which a log-in name is looked up: the username's or the address's. Normalized again after the change of
/// case, which takes some letters apart: the key of a key is the key.
pub(super) fn key(text: &str) -> String {
    text.trim().nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_plain_and_compared_without_case() {
        assert_eq!(Username::parse(" Ada.L ").unwrap().key, "ada.l");
        for wrong in ["", "ab", "-ada", "ada lovelace", "äda", "a@b", &"a".repeat(33)] {
            assert!(Username::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_email_address_is_plausible_and_compared_without_case() {
        assert_eq!(Email::parse("Ada@Example.ORG").unwrap().key, "ada@example.org");
        for wrong in
            ["", "ada", "ada@", "@example.org", "ada@example", "a b@example.org", "a@b@c.org", "a@.org", "a\n@b.org"]
        {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_refused_when_its_key_is_none() {
        // A ligature of eighteen characters; look-alikes of `@`, `,` and `..`; a space before an accent of its own.
        let long = format!("{}@example.org", "\u{fdfa}".repeat(20));
        assert!(key(&long).chars().count() > 254 && long.len() < 254);
        for wrong in [
            long.as_str(),
            "a\u{ff20}b@example.org",
            "ada\u{ff20}example.org",
            "a\u{ff0c}b@example.org",
            "a@b\u{2025}org.org",
            "a\u{b4}@example.org",
        ] {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_key_of_a_key_is_the_key() {
        // A capital that has no accented form of its own, though its small letter has.
        assert_eq!(key("J\u{30c}@example.org"), key("\u{1f0}@example.org"));
        for text in ["J\u{30c}", "\u{130}", "\u{1e9e}", "\u{212b}", "\u{fb01}"] {
            assert_eq!(key(&key(text)), key(text), "{text}");
        }
    }
}
