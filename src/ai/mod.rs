//! The vision model: asks a provider that speaks OpenAI's chat completions (OpenAI, Gemini, Ollama …) to describe a
//! picture, and makes a checked answer of what comes back. Knows nothing of images, jobs or accounts.
//!
//! The walk of one question: `picture` looks at what is about to leave, `prompt` words the question, `request` is its
//! shape on the wire, `profile` what this provider can do, `transport` the only place where bytes go out and come in,
//! `failure` what a refusal means, `completion` the envelope of an answer and `answer` its content.

mod answer;
mod completion;
mod error;
mod failure;
mod picture;
mod profile;
mod prompt;
mod request;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use async_openai::Client;
use bytes::Bytes;

use self::completion::Completion;
use self::failure::Failure;
use self::profile::Abilities;
use self::request::{ChatRequest, Message};
use self::transport::Endpoint;
use crate::config;

pub use self::error::{AiError, Outage};

/// What is asked about one picture.
pub struct Question {
    /// A JPEG, scaled down and without metadata: exactly what the provider gets to see.
    pub picture: Bytes,
    /// A person's own question, answered in [`Answer::answer`]. Its length is the caller's to limit.
    pub prompt: Option<String>,
    /// The language of the answer, a BCP 47 tag.
    pub language: String,
    /// One of [`VisionModel::models`].
    pub model: String,
}

/// What the model said: plain text, cleaned and within its limits (see `answer`), but still a stranger's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// At most 4,000 characters, never empty.
    pub description: String,
    /// One line of at most 250 characters, never empty.
    pub alt_text: String,
    /// At most 20, each one line of at most 64 lowercase characters, none twice.
    pub tags: Vec<String>,
    /// At most 8,000 characters.
    pub detected_text: Option<String>,
    /// At most 8,000 characters; there exactly when the question had a prompt.
    pub answer: Option<String>,
    /// None when the provider does not count.
    pub usage: Option<Usage>,
}

/// Tokens, of all turns together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub input: u32,
    pub output: u32,
}

/// How long the provider is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// To open a connection.
    pub connect: Duration,
    /// For one question, all its turns together.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_mins(2) }
    }
}

/// A provider and its model, ready to be asked. Cheap to clone; clones share connections and what was learned about
/// the provider.
#[derive(Clone)]
pub struct VisionModel {
    client: Client<Endpoint>,
    abilities: Arc<Abilities>,
    provider: config::Provider,
    model: String,
    timeouts: Timeouts,
}

impl VisionModel {
    /// Sends nothing yet. A rustls crypto provider must have been installed.
    pub fn new(config: &config::Ai) -> Result<Self, AiError> {
        Self::with_timeouts(config, Timeouts::default())
    }

    pub fn with_timeouts(config: &config::Ai, timeouts: Timeouts) -> Result<Self, AiError> {
        Ok(Self {
            client: transport::client(config, timeouts)?,
            abilities: Arc::new(Abilities::of(config.provider)),
            provider: config.provider,
            model: config.model.clone(),
            timeouts,
        })
    }

    pub fn provider(&self) -> &'static str {
        self.provider.name()
    }

    pub fn default_model(&self) -> &str {
        &self.model
    }

    /// The models that may be asked for, the default first.
    pub fn models(&self) -> Vec<String> {
        vec![self.model.clone()]
    }

    /// Asks, and asks once more where the answer cannot be used. Dropping the future ends the request.
    pub async fn describe(&self, question: &Question) -> Result<Answer, AiError> {
        tokio::time::timeout(self.timeouts.total, self.converse(question)).await.map_err(|_| AiError::Timeout)?
    }

    async fn converse(&self, question: &Question) -> Result<Answer, AiError> {
        let mut messages = prompt::opening(question, picture::data_url(&question.picture)?);
        let wants_answer = question.prompt.is_some();
        let first = self.turn(question, &messages).await?;
        let problem = match answer::read(&first, wants_answer) {
            Ok(answer) => return Ok(Answer { usage: first.usage, ..answer }),
            Err(problem) => problem,
        };
        messages.extend(prompt::repair(&first.text, problem));
        let second = self.turn(question, &messages).await?;
        let usage = Usage::sum(first.usage, second.usage);
        match answer::read(&second, wants_answer) {
            Ok(answer) => Ok(Answer { usage, ..answer }),
            Err(problem) => Err(AiError::InvalidAnswer(problem.to_string())),
        }
    }

    /// One request answered. Sent again only where the provider does not know an optional part of it, without that
    /// part: each such refusal takes one ability away for good, so this ends.
    async fn turn(&self, question: &Question, messages: &[Message]) -> Result<Completion, AiError> {
        loop {
            let abilities = self.abilities.now();
            let format = prompt::response_format(abilities, question.prompt.is_some());
            let request = ChatRequest::new(&question.model, messages, abilities, format);
            let failure = match self.client.chat().create_byot::<_, Completion>(&request).await {
                Ok(completion) if completion.refused => return Err(AiError::ContentRefused),
                Ok(completion) => return Ok(completion),
                Err(error) => Failure::from(error),
            };
            match failure {
                Failure::Unsupported { part, message } if !self.abilities.give_up(part, abilities) => {
                    return Err(AiError::Rejected(message));
                }
                Failure::Unsupported { .. } => {}
                Failure::Final(error) => return Err(error),
            }
        }
    }
}

impl Usage {
    fn sum(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        let (Some(a), Some(b)) = (first, second) else { return first.or(second) };
        Some(Self { input: a.input.saturating_add(b.input), output: a.output.saturating_add(b.output) })
    }
}
