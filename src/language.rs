//! Languages, as people name them to programs: BCP 47 tags.

use std::str::FromStr;

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
    fn a_language_tag_is_written_in_its_usual_case() {
        let written = |text: &str| LanguageTag::from_str(text).map(LanguageTag::into_string);
        assert_eq!(written("PT-br").as_deref(), Ok("pt-BR"));
        assert_eq!(written("zh-hant-tw").as_deref(), Ok("zh-Hant-TW"));
        for wrong in ["", "e", "english", "en_US", "en-", "en--us", "12", "en-toolongsubtag"] {
            assert!(written(wrong).is_err(), "{wrong}");
        }
    }
}
