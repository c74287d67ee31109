//! What the scripted model is told to answer, and what it remembers of the questions.

use serde_json::{Value, json};

use super::dialect;

/// What one request is answered with.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A description made from the request: see [`default_answer`].
    Described,
    /// This as the message's content: a string, parts, anything.
    Content(Value),
    /// This as the only choice: `{ "message": …, "finish_reason": … }`.
    Choice(Value),
    /// An error in the server's dialect.
    Error { status: u16, message: String, code: String, retry_after: Option<u32> },
    /// Exactly these bytes.
    Raw { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
}

impl Reply {
    pub fn error(status: u16, message: &str) -> Self {
        Self::Error { status, message: message.to_owned(), code: String::new(), retry_after: None }
    }

    pub fn rate_limited(seconds: u32) -> Self {
        let code = "rate_limit_exceeded".to_owned();
        Self::Error { status: 429, message: "Rate limit reached.".to_owned(), code, retry_after: Some(seconds) }
    }

    pub fn content(text: &str) -> Self {
        Self::Content(json!(text))
    }

    pub fn refusal() -> Self {
        let message = json!({ "role": "assistant", "content": null, "refusal": "I'm sorry, I can't help with that." });
        Self::Choice(json!({ "index": 0, "message": message, "finish_reason": "stop" }))
    }
}

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Asked {
    pub authorization: Option<String>,
    pub body: Value,
    /// The bytes of the picture.
    pub picture: Vec<u8>,
}

impl Asked {
    /// All the words of the messages: the standing orders, the question, earlier turns.
    pub fn words(&self) -> String {
        dialect::words(&self.body)
    }
}

/// An answer that tells what arrived: the size of the picture, the model, and the question, if there was one.
pub fn default_answer(request: &Value) -> Value {
    let size = picture(request).len();
    let model = request["model"].as_str().unwrap_or_default();
    let mut answer = json!({
        "description": format!("A scripted description by {model}. The picture has {size} bytes."),
        "alt_text": format!("A scripted picture of {size} bytes"),
        "tags": ["scripted", "picture"],
        "detected_text": "",
    });
    if let Some(question) = dialect::question(request) {
        answer["answer"] = json!(format!("A scripted answer to: {question}"));
    }
    answer
}

/// The bytes of the first picture; none where there is no picture that can be read.
pub(super) fn picture(request: &Value) -> Vec<u8> {
    dialect::picture_url(request)
        .and_then(|url| dialect::decode_base64(url.split_once(";base64,")?.1))
        .unwrap_or_default()
}
