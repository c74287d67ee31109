//! What can go wrong when the vision model is asked, worded for the person who asked. No message holds the key, the
//! picture or an address; what the provider said appears as a short cleaned excerpt at most (see `failure::excerpt`).

use std::fmt;
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AiError {
    /// Too many requests for now.
    #[error("the provider of the vision model allows no more requests for now")]
    RateLimited { retry_after: Option<Duration> },
    /// The account has no credit; waiting does not help, paying does.
    #[error("the account at the provider of the vision model has no quota left")]
    QuotaExhausted,
    /// No whole answer within the time for one question.
    #[error("the vision model took too long to answer")]
    Timeout,
    #[error("the provider of the vision model rejected the API key")]
    RejectedKey,
    /// Not reachable, broken off, or answering that it is ill.
    #[error("the provider of the vision model is unavailable: {0}")]
    Unavailable(Outage),
    /// The provider or the model does not want to speak about this picture or question.
    #[error("the vision model refused to describe this picture")]
    ContentRefused,
    /// Answered twice, and neither can be used.
    #[error("the answer of the vision model cannot be used: {0}")]
    InvalidAnswer(String),
    /// Any other request error, for example an unknown model. Holds an excerpt of what the provider said.
    #[error("the provider of the vision model rejected the request: {0}")]
    Rejected(String),
    /// The picture is not a small JPEG without metadata. Nothing was sent.
    #[error("the picture cannot be sent to the vision model: {0}")]
    UnfitPicture(&'static str),
    /// The configuration cannot be used at all.
    #[error("the vision model cannot be set up: {0}")]
    Misconfigured(&'static str),
}

/// Why there is no answer, and how long the provider says that it lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    pub reason: String,
    pub retry_after: Option<Duration>,
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl AiError {
    /// Whether the same question may well be answered later.
    pub fn retryable(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Timeout | Self::Unavailable(_) => true,
            Self::QuotaExhausted
            | Self::RejectedKey
            | Self::ContentRefused
            | Self::InvalidAnswer(_)
            | Self::Rejected(_)
            | Self::UnfitPicture(_)
            | Self::Misconfigured(_) => false,
        }
    }

    /// How long the provider asks to wait, at most a day.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Unavailable(Outage { retry_after, .. }) => *retry_after,
            _ => None,
        }
    }

    pub(super) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable(Outage { reason: reason.into(), retry_after: None })
    }
}
