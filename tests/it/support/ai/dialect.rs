//! How the providers differ on the wire: paths, the shape of errors and answers, and what they refuse.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

/// Whose dialect is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// Strict: wants the key, refuses unknown fields and schemas that are not closed.
    OpenAi,
    /// Errors are lists, answers have no `id`, a wrong key is a bad request, `additionalProperties` is unknown.
    Gemini,
    /// Takes everything, ignores what it does not know.
    Ollama,
}

/// The fields that the strict ones know.
const FIELDS: [&str; 7] =
    ["model", "messages", "response_format", "max_tokens", "max_completion_tokens", "temperature", "stream"];

impl Flavor {
    /// The path under which the API lies.
    pub(super) fn root(self) -> &'static str {
        match self {
            Self::OpenAi | Self::Ollama => "/v1",
            Self::Gemini => "/v1beta/openai",
        }
    }

    pub(super) fn models(self) -> Value {
        let id = match self {
            Self::OpenAi => "gpt-4o-mini",
            Self::Gemini => "models/gemini-2.5-flash",
            Self::Ollama => "scripted",
        };
        json!({ "object": "list", "data": [{ "id": id, "object": "model", "owned_by": "script" }] })
    }

    pub(super) fn completion(self, request: &Value, choice: &Value) -> Response {
        let usage = json!({ "prompt_tokens": 1200, "completion_tokens": 80, "total_tokens": 1280 });
        let mut body = json!({ "object": "chat.completion", "created": 1_700_000_000, "model": request["model"],
            "choices": [choice], "usage": usage });
        match self {
            Self::OpenAi => body["id"] = json!("chatcmpl-scripted"),
            Self::Ollama => body["id"] = json!("chatcmpl-1"),
            Self::Gemini => {}
        }
        json_response(StatusCode::OK, &[], &body)
    }

    pub(super) fn wrong_key(self) -> Response {
        match self {
            Self::Gemini => self.error(400, "API key not valid. Please pass a valid API key.", "API_KEY_INVALID", None),
            Self::OpenAi | Self::Ollama => self.error(401, "Incorrect API key provided.", "invalid_api_key", None),
        }
    }

    pub(super) fn error(self, status: u16, message: &str, code: &str, retry_after: Option<u32>) -> Response {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let header = retry_after.map(|seconds| ("retry-after", seconds.to_string()));
        match self {
            Self::OpenAi => {
                let error = json!({ "message": message, "type": "invalid_request_error", "param": null, "code": code });
                json_response(status, header.as_slice(), &json!({ "error": error }))
            }
            // The wait is in the details, and in no header.
            Self::Gemini => {
                let mut details = vec![json!({ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": code })];
                details.extend(retry_after.map(|seconds| {
                    json!({ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": format!("{seconds}s") })
                }));
                let error =
                    json!({ "code": status.as_u16(), "message": message, "status": "ERROR", "details": details });
                json_response(status, &[], &json!([{ "error": error }]))
            }
            Self::Ollama => json_response(status, header.as_slice(), &json!({ "error": message })),
        }
    }

    /// What this provider has against the form of a request.
    pub(super) fn objection(self, request: &Value, formats: &[&str]) -> Option<Response> {
        let format = &request["response_format"];
        if let Some(kind) = format["type"].as_str().filter(|kind| !formats.contains(kind)) {
            return Some(self.error(400, &format!("'response_format.type' {kind} is not supported."), "", None));
        }
        let unknown = request.as_object()?.keys().find(|key| !FIELDS.contains(&key.as_str()));
        let closed = format["json_schema"]["schema"].get("additionalProperties");
        match self {
            Self::OpenAi | Self::Gemini if unknown.is_some() => {
                Some(self.error(400, &format!("Unknown name {unknown:?}: Cannot find field."), "", None))
            }
            Self::OpenAi if format["json_schema"]["strict"] == true && closed != Some(&json!(false)) => {
                Some(self.error(400, "'additionalProperties' is required to be supplied and to be false.", "", None))
            }
            Self::Gemini if closed.is_some() => {
                Some(self.error(400, "Unknown name \"additional_properties\": Cannot find field.", "", None))
            }
            Self::OpenAi | Self::Gemini | Self::Ollama => None,
        }
    }
}

pub(super) fn json_response(status: StatusCode, headers: &[(&'static str, String)], body: &Value) -> Response {
    let headers = [headers, &[("content-type", "application/json".to_owned())]].concat();
    response(status.as_u16(), &headers, body.to_string().into_bytes())
}

pub(super) fn response(status: u16, headers: &[(&'static str, String)], body: Vec<u8>) -> Response {
    let empty = Response::builder().status(status);
    let head = headers.iter().fold(empty, |response, (name, value)| response.header(*name, value));
    head.body(Body::from(body)).unwrap_or_default()
}

/// The parts of all messages, a plain string counting as one part of text.
fn parts(request: &Value) -> impl Iterator<Item = &Value> {
    let messages = request["messages"].as_array().into_iter().flatten();
    messages.flat_map(|message| match &message["content"] {
        Value::Array(parts) => parts.as_slice(),
        content => std::slice::from_ref(content),
    })
}

pub(super) fn words(request: &Value) -> String {
    parts(request).filter_map(|part| part.as_str().or(part["text"].as_str())).collect::<Vec<_>>().join("\n\n")
}

pub(super) fn picture_url(request: &Value) -> Option<&str> {
    parts(request).find_map(|part| part["image_url"]["url"].as_str())
}

/// The person's question: the JSON string on the line that begins with `Question: `.
pub(super) fn question(request: &Value) -> Option<String> {
    let words = words(request);
    let line = words.lines().find_map(|line| line.strip_prefix("Question: "))?;
    serde_json::from_str(line).ok()
}

/// Standard base64 with padding.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.trim_end_matches('=').bytes() {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (bits, count) = (bits << 6 | u32::from(six), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    Some(bytes)
}
