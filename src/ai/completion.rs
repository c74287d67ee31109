//! The envelope of an answer, read with patience: Gemini leaves out `id`, others send an empty `finish_reason`, content
//! in parts, or an object where a string of JSON belongs. Any JSON can be read; the worst has an empty text.

use serde::Deserialize;
use serde_json::Value;

use super::Usage;

#[derive(Debug, Deserialize)]
#[serde(from = "Value")]
pub(super) struct Completion {
    /// What the model said; empty where it said nothing.
    pub text: String,
    /// The model, or a filter behind it, does not want to answer.
    pub refused: bool,
    /// The answer met the limit of tokens.
    pub cut_off: bool,
    pub usage: Option<Usage>,
}

impl From<Value> for Completion {
    fn from(envelope: Value) -> Self {
        let choice = &envelope["choices"][0];
        let message = &choice["message"];
        let finish = choice["finish_reason"].as_str().unwrap_or_default().to_lowercase();
        let refusal = message["refusal"].as_str().is_some_and(|refusal| !refusal.trim().is_empty());
        let blocked = envelope["promptFeedback"]["blockReason"].is_string();
        // OpenAI's word, and those of Gemini, which shine through its OpenAI endpoint.
        let filtered = ["content_filter", "safety", "prohibited", "blocklist", "recitation", "spii", "refusal"];
        Self {
            text: text(&message["content"]),
            refused: refusal || blocked || filtered.iter().any(|word| finish.contains(word)),
            cut_off: matches!(finish.as_str(), "length" | "max_tokens"),
            usage: usage(&envelope["usage"]),
        }
    }
}

fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part.as_str().or(part["text"].as_str())).collect(),
        Value::Object(_) => content.to_string(),
        _ => String::new(),
    }
}

fn usage(usage: &Value) -> Option<Usage> {
    let count = |key: &str| usage[key].as_u64().map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let (input, output) = (count("prompt_tokens"), count("completion_tokens"));
    // Gemini leaves out a count of zero.
    (input.is_some() || output.is_some())
        .then(|| Usage { input: input.unwrap_or_default(), output: output.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn choice(choice: Value) -> Completion {
        Completion::from(json!({ "choices": [choice] }))
    }

    #[test]
    fn content_is_read_as_a_string_as_parts_and_as_an_object() {
        assert_eq!(choice(json!({ "message": { "content": "a" } })).text, "a");
        let parts = json!([{ "type": "text", "text": "a" }, { "type": "image" }, "b"]);
        assert_eq!(choice(json!({ "message": { "content": parts } })).text, "ab");
        assert_eq!(choice(json!({ "message": { "content": { "a": 1 } } })).text, r#"{"a":1}"#);
    }

    #[test]
    fn any_json_is_read() {
        for strange in [json!(null), json!([]), json!("x"), json!({ "choices": "x" }), json!({ "choices": [[]] })] {
            let completion = Completion::from(strange);
            assert!(completion.text.is_empty() && !completion.refused && completion.usage.is_none());
        }
    }

    #[test]
    fn a_refusal_is_seen_in_the_message_in_the_reason_and_in_the_feedback() {
        assert!(choice(json!({ "message": { "refusal": "I can't help with that." } })).refused);
        for reason in ["content_filter", "SAFETY", "content_filter: PROHIBITED_CONTENT", "RECITATION"] {
            assert!(choice(json!({ "message": { "content": "a" }, "finish_reason": reason })).refused, "{reason}");
        }
        assert!(Completion::from(json!({ "promptFeedback": { "blockReason": "OTHER" } })).refused);
    }

    #[test]
    fn an_unknown_or_empty_reason_and_an_empty_refusal_are_no_refusal() {
        for reason in [json!("stop"), json!(""), json!(null), json!("eos"), json!(7)] {
            let answer = choice(json!({ "message": { "content": "a", "refusal": "" }, "finish_reason": reason }));
            assert!(!answer.refused && !answer.cut_off);
        }
        assert!(choice(json!({ "finish_reason": "length" })).cut_off);
    }

    #[test]
    fn tokens_are_counted_where_the_provider_counts() {
        let usage = |usage: Value| Completion::from(json!({ "usage": usage })).usage;
        assert_eq!(usage(json!({ "prompt_tokens": 7, "completion_tokens": 3 })), Some(Usage { input: 7, output: 3 }));
        assert_eq!(usage(json!({ "prompt_tokens": 7 })), Some(Usage { input: 7, output: 0 }));
        assert_eq!(usage(json!({ "prompt_tokens": u64::MAX })), Some(Usage { input: u32::MAX, output: 0 }));
        assert_eq!(usage(json!({})), None);
    }
}
