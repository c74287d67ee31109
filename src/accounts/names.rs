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
    /// A plausible address (one `@`, a domain with a dot, no spaces): whether it is theirs, only a letter can tell.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let plausible = |local: &str, domain: &str| {
            !local.is_empty()
                && local.len() <= 64
                && domain.contains('.')
                && !domain.contains("..")
                && !domain.starts_with(['.', '-'])
                && !domain.ends_with(['.', '-'])
                && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        };
        let fits = text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c));
        match text.split_once('@') {
            Some((local, domain)) if fits && !local.contains('@') && plausible(local, domain) => {
                Ok(Self { text: text.to_owned(), key: key(text) })
            }
            _ => Err(Error::InvalidEmail),
        }
    }
}

/// The key by which a log-in name is looked up: the username's or the address's.
pub(super) fn key(text: &str) -> String {
    text.trim().nfkc().collect::<String>().to_lowercase()
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
}
