//! The API, as much of it as the corpus needs: an account of its own, uploads, and what an image looks like.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::http;
use crate::process::Problem;

const BOUNDARY: &str = "a-boundary-that-is-in-no-picture";

/// What may be known of an image beside its type and size, in the order it is asked for. An older server lacks some.
const KNOWLEDGE: [(&str, &str); 3] = [
    ("exif", "exif { camera lens focalLength aperture exposure iso takenAtLocal utcOffset location { latitude } }"),
    ("takenAt", "takenAt"),
    ("palette", "palette { hex }"),
];

/// Somebody who is signed in.
pub struct Account {
    address: SocketAddr,
    token: String,
    /// The mutation, with all that this server can tell of an image.
    upload: String,
}

/// What became of a file.
pub enum Outcome {
    Accepted {
        id: String,
        content_type: String,
        width: u64,
        height: u64,
        known: Vec<String>,
    },
    Refused {
        code: String,
        message: String,
    },
    /// A server error, or no answer.
    Failed(String),
}

impl Account {
    /// Makes a new account. Its name is new on every run, for servers that have been here before.
    pub fn register(address: SocketAddr) -> Result<Self, Problem> {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let name = format!("corpus{seconds}");
        let query = "mutation($input: RegisterInput!) {
            register(input: $input) { session { accessToken } errors { message } } }";
        let input =
            json!({ "username": name, "email": format!("{name}@example.org"), "password": "nine purple walruses" });
        let mut account = Self { address, token: String::new(), upload: String::new() };
        let answer = account.ask(query, &json!({ "input": input }))?;
        let token = answer.pointer("/data/register/session/accessToken").and_then(Value::as_str);
        token.ok_or_else(|| Problem::Failed(format!("no account was made: {answer}")))?.clone_into(&mut account.token);

        let answer = account.ask(r#"{ __type(name: "Image") { fields { name } } }"#, &json!({}))?;
        let fields = answer.pointer("/data/__type/fields").and_then(Value::as_array);
        let fields = fields.ok_or_else(|| Problem::Failed("the server does not describe its API".to_owned()))?;
        let has = |name: &str| fields.iter().any(|field| field["name"] == name);
        let known: String =
            KNOWLEDGE.iter().filter(|(name, _)| has(name)).map(|(_, field)| format!("{field} ")).collect();
        account.upload = format!(
            "mutation($input: UploadImageInput!) {{ uploadImage(input: $input) {{
                image {{ id contentType width height {known}}} errors {{ code message }} }} }}"
        );
        Ok(account)
    }

    pub fn ask(&self, query: &str, variables: &Value) -> Result<Value, Problem> {
        let headers = if self.token.is_empty() { String::new() } else { self.authorization() };
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = http::post(self.address, "/graphql", &headers, &body)?;
        serde_json::from_str(&answer).map_err(|error| Problem::Failed(format!("{error} in the answer: {answer}")))
    }

    /// Fetches a URL that the API gave.
    pub fn fetch(&self, url: &str) -> Result<Vec<u8>, Problem> {
        Ok(self.fetch_with_type(url)?.1)
    }

    /// As [`Self::fetch`], with the media type it was sent as.
    pub fn fetch_with_type(&self, url: &str) -> Result<(String, Vec<u8>), Problem> {
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        let answer = http::get(self.address, &format!("/{path}"))?;
        match answer.status {
            200 => Ok((answer.content_type, answer.body)),
            status => Err(Problem::Failed(format!("a picture was answered with status {status}"))),
        }
    }

    pub fn upload(&self, name: &str, bytes: &[u8]) -> Outcome {
        let operations = json!({ "query": self.upload, "variables": { "input": { "file": null } } });
        let headers = format!(
            "{}GraphQL-Preflight: 1\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n",
            self.authorization()
        );
        match http::post_bytes(self.address, "/graphql", &headers, &form(&operations, name, bytes)) {
            Ok(answer) => outcome(answer.status, &answer.body),
            Err(error) => Outcome::Failed(format!("no answer: {error}")),
        }
    }

    fn authorization(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.token)
    }
}

/// The body of an upload by the GraphQL multipart request specification.
fn form(operations: &Value, name: &str, bytes: &[u8]) -> Vec<u8> {
    let field = |name: &str, value: &str| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let name = name.replace(['"', '\r', '\n'], "_");
    let file = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"0\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let head =
        field("operations", &operations.to_string()) + &field("map", r#"{"0":["variables.input.file"]}"#) + &file;
    [head.as_bytes(), bytes, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

fn outcome(status: u16, body: &[u8]) -> Outcome {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        return Outcome::Failed(format!("status {status} with no JSON"));
    };
    let text = |value: &Value, field: &str| value[field].as_str().unwrap_or_default().to_owned();
    let payload = &answer["data"]["uploadImage"];
    if let image @ Value::Object(_) = &payload["image"] {
        let number = |field: &str| image[field].as_u64().unwrap_or_default();
        return Outcome::Accepted {
            id: text(image, "id"),
            content_type: text(image, "contentType"),
            width: number("width"),
            height: number("height"),
            known: known(image),
        };
    }
    if let Some(error) = payload["errors"].get(0) {
        return Outcome::Refused { code: text(error, "code"), message: text(error, "message") };
    }
    let error = &answer["errors"][0];
    let (code, message) = (text(&error["extensions"], "code"), text(error, "message"));
    // Of the top-level errors, this one alone can be about the file: one that is larger than any body may be.
    if code == "BAD_REQUEST" && status < 500 {
        Outcome::Refused { code, message }
    } else {
        Outcome::Failed(format!("{code}: {message} (status {status})"))
    }
}

/// The names of what the answer tells beside type and size.
fn known(image: &Value) -> Vec<String> {
    let mut known = Vec::new();
    if let Some(exif) = image["exif"].as_object() {
        known.extend(exif.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.clone()));
    }
    if !image["takenAt"].is_null() {
        known.push("takenAt".to_owned());
    }
    if let Some(colors) = image["palette"].as_array() {
        known.push(format!("{} colors", colors.len()));
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, answer: &Value) -> Outcome {
        outcome(status, answer.to_string().as_bytes())
    }

    #[test]
    fn an_image_comes_with_the_names_of_what_is_known_of_it() {
        let image = json!({ "id": "image_1", "contentType": "image/png", "width": 3, "height": 2, "takenAt": null,
            "exif": { "camera": "A", "iso": null }, "palette": [{ "hex": "#fff" }, { "hex": "#000" }] });
        let answer = json!({ "data": { "uploadImage": { "image": image, "errors": [] } } });
        let Outcome::Accepted { width: 3, height: 2, known, .. } = of(200, &answer) else { panic!("{answer}") };
        assert_eq!(known, ["camera", "2 colors"]);
    }

    #[test]
    fn a_refusal_is_told_from_a_server_error() {
        let refusal = json!({ "image": null, "errors": [{ "code": "CORRUPT_FILE", "message": "It is damaged." }] });
        let answer = of(200, &json!({ "data": { "uploadImage": refusal } }));
        assert!(matches!(answer, Outcome::Refused { code, .. } if code == "CORRUPT_FILE"));
        let error = |code: &str| json!({ "errors": [{ "message": "m", "extensions": { "code": code } }] });
        assert!(matches!(of(413, &error("BAD_REQUEST")), Outcome::Refused { .. }));
        for (status, code) in [(200, "INTERNAL"), (200, "UNAVAILABLE"), (401, "UNAUTHENTICATED"), (500, "BAD_REQUEST")]
        {
            assert!(matches!(of(status, &error(code)), Outcome::Failed(_)), "{status} {code}");
        }
        assert!(matches!(outcome(502, b"<html>"), Outcome::Failed(_)));
    }
}
