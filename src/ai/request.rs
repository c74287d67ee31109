//! A chat completion request on the wire. Only what is needed: Gemini refuses fields that it does not know.

use serde::Serialize;
use serde_json::Value;

use super::profile::{Ability, LimitField};

#[derive(Serialize)]
pub(super) struct ChatRequest<'a> {
    model: &'a str,
    messages: &'a [Message],
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Message {
    role: &'static str,
    content: Content,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts([Part; 2]),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    Text { text: String },
    ImageUrl { image_url: ImageUrl },
}

#[derive(Serialize)]
struct ImageUrl {
    url: String,
}

impl<'a> ChatRequest<'a> {
    pub(super) fn new(
        model: &'a str,
        messages: &'a [Message],
        ability: Ability,
        response_format: Option<Value>,
    ) -> Self {
        let limit = |field| (ability.limit_field == field).then_some(ability.max_tokens);
        Self {
            model,
            messages,
            response_format,
            max_completion_tokens: limit(LimitField::MaxCompletionTokens),
            max_tokens: limit(LimitField::MaxTokens),
        }
    }
}

impl Message {
    pub(super) fn system(text: String) -> Self {
        Self { role: "system", content: Content::Text(text) }
    }

    pub(super) fn assistant(text: String) -> Self {
        Self { role: "assistant", content: Content::Text(text) }
    }

    pub(super) fn user(text: String) -> Self {
        Self { role: "user", content: Content::Text(text) }
    }

    pub(super) fn user_with_picture(text: String, url: String) -> Self {
        let parts = [Part::Text { text }, Part::ImageUrl { image_url: ImageUrl { url } }];
        Self { role: "user", content: Content::Parts(parts) }
    }
}
