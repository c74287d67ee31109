//! The names people go by: usernames, e-mail addresses and languages, what they may look like, and the keys by which
//! two of them are the same.

use std::str::FromStr;

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

/// A BCP 47 language tag, such as `en` or `pt-BR`: well-formed by the shape of its subtags, in its usual case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LanguageTag(String);

impl LanguageTag {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl FromStr for LanguageTag {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a language is a BCP 47 tag, such as `en` or `pt-BR`";
        if text.len() > 35 {
            return Err(WRONG);
        }
        let mut tag = String::with_capacity(text.len());
        for (place, subtag) in text.split('-').enumerate() {
            let right = if place == 0 {
                (2..=3).contains(&subtag.len()) && subtag.chars().all(|c| c.is_ascii_alphabetic())
            } else {
                (1..=8).contains(&subtag.len()) && subtag.chars().all(|c| c.is_ascii_alphanumeric())
            };
            if !right {
                return Err(WRONG);
            }
            if place > 0 {
                tag.push('-');
            }
            // Region in capitals, script with one, all else small (RFC 5646, 2.1.1).
            match (place, subtag.len()) {
                (0, _) => tag.push_str(&subtag.to_ascii_lowercase()),
                (_, 2) => tag.push_str(&subtag.to_ascii_uppercase()),
                (_, 4) if subtag.chars().all(|c| c.is_ascii_alphabetic()) => {
                    tag.push_str(&subtag[..1].to_ascii_uppercase());
                    tag.push_str(&subtag[1..].to_ascii_lowercase());
                }
                _ => tag.push_str(&subtag.to_ascii_lowercase()),
            }
        }
        Ok(Self(tag))
    }
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
    fn a_language_tag_is_written_in_its_usual_case() {
        let written = |text: &str| LanguageTag::from_str(text).map(LanguageTag::into_string);
        assert_eq!(written("PT-br").as_deref(), Ok("pt-BR"));
        assert_eq!(written("zh-hant-tw").as_deref(), Ok("zh-Hant-TW"));
        for wrong in ["", "e", "english", "en_US", "en-", "en--us", "12", "en-toolongsubtag"] {
            assert!(written(wrong).is_err(), "{wrong}");
        }
    }
}
