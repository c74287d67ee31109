//! What a refusal means. Providers agree on status codes only in part, and on the shape of an error not at all: it is
//! an object, a string, or (Gemini) a list with one object; a wrong key is 401, 403 or 400.

use std::time::Duration;

use async_openai::error::OpenAIError;
use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::profile::Part;
use super::{AiError, Outage};

/// Longest wait believed. A provider that asks for more is asked again after a day.
const MAX_WAIT: Duration = Duration::from_hours(24);

/// Most characters of what a provider said that are shown.
const MAX_EXCERPT: usize = 200;

/// Longest word shown of it. Keys and pictures are long words, others hardly ever.
const MAX_WORD: usize = 32;

/// Why a request brought no answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    /// The provider does not know an optional part of the request: ask without it.
    #[error("{message}")]
    Unsupported { part: Part, message: String },
    #[error(transparent)]
    Final(#[from] AiError),
}

/// Into async-openai, and out of it again.
impl From<Failure> for OpenAIError {
    fn from(failure: Failure) -> Self {
        Self::Boxed(Box::new(failure))
    }
}

impl From<OpenAIError> for Failure {
    fn from(error: OpenAIError) -> Self {
        match error {
            OpenAIError::Boxed(error) => match error.downcast::<Self>() {
                Ok(failure) => *failure,
                Err(_) => AiError::unavailable("the request failed").into(),
            },
            // Nothing was sent: the address, or the request, is not one.
            OpenAIError::Reqwest(_) | OpenAIError::InvalidArgument(_) => {
                AiError::Misconfigured("no request can be made for its address").into()
            }
            _ => AiError::unavailable("its answer cannot be read").into(),
        }
    }
}

/// What an error body says, as far as it can be understood.
#[derive(Default)]
struct Complaint {
    message: String,
    /// `code`, `type`, `status` and reasons, in lowercase, each in spaces.
    codes: String,
    retry_delay: Option<Duration>,
}

impl Complaint {
    fn read(body: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => Self::of(&value),
            // A proxy's page in HTML tells nobody anything.
            Err(_) if body.trim_ascii_start().starts_with(b"<") => Self::default(),
            Err(_) => Self { message: String::from_utf8_lossy(body).into_owned(), ..Self::default() },
        }
    }

    fn of(value: &Value) -> Self {
        let root = value.get(0).unwrap_or(value);
        let error = root.get("error").unwrap_or(root);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let message = text(error)
            .or_else(|| ["message", "detail"].iter().find_map(|key| error.get(key).and_then(text)))
            .unwrap_or_default();
        let details = error.get("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let named = ["code", "type", "status"].iter().filter_map(|key| error.get(key));
        let reasons = details.iter().filter_map(|detail| detail.get("reason"));
        let codes = named.chain(reasons).filter_map(Value::as_str).map(|code| format!(" {} ", code.to_lowercase()));
        let mut retry_delay = details.iter().filter_map(|detail| detail.get("retryDelay")?.as_str()?.strip_suffix('s'));
        Self { message, codes: codes.collect(), retry_delay: retry_delay.find_map(seconds) }
    }
}

/// The status that an error sent as a success (some gateways do that) should have had.
pub(super) fn hidden_status(answer: &Value) -> Option<StatusCode> {
    let root = answer.get(0).unwrap_or(answer);
    let error = root.get("error").filter(|error| !error.is_null())?;
    if root.get("choices").is_some() {
        return None;
    }
    let code = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let status = code.and_then(|code| StatusCode::from_u16(code).ok());
    Some(status.filter(|status| !status.is_success()).unwrap_or(StatusCode::BAD_GATEWAY))
}

pub(super) fn classify(status: StatusCode, headers: &HeaderMap, body: &[u8], key: &SecretString) -> Failure {
    let complaint = Complaint::read(body);
    let message = complaint.message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let coded = |words: &[&str]| words.iter().any(|word| complaint.codes.contains(word));
    let retry_after = wait(headers).or(complaint.retry_delay);
    let excerpt = excerpt(&complaint.message, key.expose_secret());

    if status == StatusCode::UNAUTHORIZED {
        return AiError::RejectedKey.into();
    }
    if status.is_client_error()
        && (coded(&["content_filter", "content_policy", "moderation"]) || says(&["safety system"]))
    {
        return AiError::ContentRefused.into();
    }
    if status == StatusCode::FORBIDDEN
        || coded(&["invalid_api_key", "api_key_invalid"])
        || (status == StatusCode::BAD_REQUEST && says(&["api key not valid", "invalid api key"]))
    {
        return AiError::RejectedKey.into();
    }
    if status == StatusCode::PAYMENT_REQUIRED || coded(&["insufficient_quota"]) {
        return AiError::QuotaExhausted.into();
    }
    match status {
        StatusCode::TOO_MANY_REQUESTS => AiError::RateLimited { retry_after }.into(),
        _ if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT || status == StatusCode::TOO_EARLY => {
            let reason = format!("it answered with HTTP status {}", status.as_u16());
            AiError::Unavailable(Outage { reason, retry_after }).into()
        }
        _ if status.is_redirection() => AiError::Rejected("it answered with a redirect".to_owned()).into(),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY
            if says(&["max_tokens", "max_completion_tokens"]) =>
        {
            Failure::Unsupported { part: Part::Limit, message: excerpt }
        }
        // "response_format" by name, Gemini's "response_schema", vLLM's "guided decoding" and so on.
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY
            if says(&[
                "response_format",
                "responseformat",
                "schema",
                "json_object",
                "json mode",
                "structured output",
                "guided",
            ]) =>
        {
            Failure::Unsupported { part: Part::Format, message: excerpt }
        }
        _ if excerpt.is_empty() => AiError::Rejected(format!("HTTP status {}", status.as_u16())).into(),
        _ => AiError::Rejected(excerpt).into(),
    }
}

/// `Retry-After`, in seconds or as a date. A date is measured from the provider's own clock where it tells it.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let date = |text: &str| DateTime::parse_from_rfc2822(text).ok().map(|date| date.with_timezone(&Utc));
    seconds(text).or_else(|| {
        let now = headers.get(DATE).and_then(|value| date(value.to_str().ok()?)).unwrap_or_else(Utc::now);
        Some((date(text)? - now).to_std().unwrap_or_default().min(MAX_WAIT))
    })
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| *seconds >= 0.0)?;
    Some(Duration::from_secs_f64(seconds.min(MAX_WAIT.as_secs_f64())))
}

/// One line of what the provider said, without anything that could be a key or a picture.
fn excerpt(message: &str, key: &str) -> String {
    let hidden = |word: &str| word.chars().nth(MAX_WORD).is_some() || (!key.is_empty() && word.contains(key));
    let mut excerpt = String::new();
    for word in message.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        let word = if hidden(word) { "…" } else { word };
        if excerpt.chars().count() + word.chars().count() >= MAX_EXCERPT {
            excerpt.push_str(" …");
            break;
        }
        if !excerpt.is_empty() {
            excerpt.push(' ');
        }
        excerpt.push_str(word);
    }
    excerpt
}

#[cfg(test)]
mod tests;
