//! The scalars of the API.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::clock::Timestamp;
use crate::language;

/// An instant, RFC 3339 in UTC with exactly three fraction digits, such as `2026-11-20T08:30:00.000Z`.
pub struct DateTime(pub Timestamp);

/// An instant, RFC 3339 in UTC with exactly three fraction digits, such as `2026-11-20T08:30:00.000Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Timestamp::parse_rfc3339(text)
                .map(Self)
                .ok_or_else(|| InputValueError::custom("a DateTime is written as in RFC 3339")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339())
    }
}

/// A whole number from 0 to 2^53 - 1.
pub struct SafeInt(pub u64);

impl SafeInt {
    const MAX: u64 = (1 << 53) - 1;
}

/// A whole number from 0 to 2^53 - 1.
#[Scalar(name = "SafeInt")]
impl ScalarType for SafeInt {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number
                .as_u64()
                .filter(|number| *number <= Self::MAX)
                .map(Self)
                .ok_or_else(|| InputValueError::custom("a SafeInt is a whole number from 0 to 2^53 - 1")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::from(self.0.min(Self::MAX))
    }
}

/// An absolute URL.
pub struct Url(pub String);

/// An absolute URL.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if url::Url::parse(&text).is_ok() => Ok(Self(text)),
            Value::String(_) => Err(InputValueError::custom("a URL is absolute")),
            value => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// SHA-256 as 64 lower-case hexadecimal digits.
pub struct Sha256(pub String);

/// SHA-256 as 64 lower-case hexadecimal digits.
#[Scalar(name = "Sha256")]
impl ScalarType for Sha256 {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) => {
                Ok(Self(text))
            }
            Value::String(_) => Err(InputValueError::custom("a Sha256 is 64 lower-case hexadecimal digits")),
            value => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A BCP 47 language tag, such as `en` or `pt-BR`.
pub struct LanguageTag(pub String);

/// A BCP 47 language tag, such as `en` or `pt-BR`.
#[Scalar(name = "LanguageTag", specified_by_url = "https://www.rfc-editor.org/info/bcp47")]
impl ScalarType for LanguageTag {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => match text.parse::<language::LanguageTag>() {
                Ok(tag) => Ok(Self(tag.into_string())),
                Err(error) => Err(InputValueError::custom(error)),
            },
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}
