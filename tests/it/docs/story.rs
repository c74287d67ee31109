//! `docs/api.md` as a story: its blocks of code in order, and how a documented answer is held against a real one.
//!
//! | blocks                                          | step                                      |
//! |-------------------------------------------------|-------------------------------------------|
//! | `graphql`, `json` (variables, may lack), `json` | a request by POST, and its answer         |
//! | `sh` with `curl … -F`, `json`                   | an upload by multipart, and its answer    |
//! | `sh` with `curl -T`                             | a file that is put by a signed URL        |
//! | `sh` with `text/event-stream`, `text`           | a request by POST, and its event stream   |
//! | `text` of lines that begin with `→` or `←`      | a WebSocket: what is sent, what comes     |
//!
//! What the server makes up (ids, tokens, cursors, times …) is told by its key, need not be equal, and is remembered:
//! the documented value stands for the real one in every later step.

use std::collections::HashMap;

use serde_json::Value;

use super::{Block, code_blocks};

pub enum Step {
    Query { document: String, variables: Value, answer: Value },
    Upload { curl: Curl, answer: Value },
    Put { curl: Curl },
    Events { curl: Curl, stream: String },
    Socket { lines: Vec<(Direction, Value)> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Out,
    In,
}

/// The steps with the lines where they begin.
pub fn steps(markdown: &str) -> Vec<(usize, Step)> {
    let blocks = code_blocks(markdown);
    let mut steps = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let following: Vec<&Block> = blocks[index + 1..].iter().take_while(|next| next.language == "json").collect();
        let answer = || following.last().map_or_else(|| panic!("line {}: no answer", block.line), |block| json(block));
        let step = match block.language.as_str() {
            "graphql" => {
                assert!(following.len() <= 2, "line {}: variables and answer, no more", block.line);
                let variables = if following.len() == 2 { json(following[0]) } else { Value::Null };
                Step::Query { document: block.text.clone(), variables, answer: answer() }
            }
            "sh" if block.text.contains(" -F ") => Step::Upload { curl: Curl::parse(&block.text), answer: answer() },
            "sh" if block.text.starts_with("curl -T ") => Step::Put { curl: Curl::parse(&block.text) },
            "sh" if block.text.contains("text/event-stream") => {
                let stream = blocks.get(index + 1).filter(|next| next.language == "text");
                let stream = stream.unwrap_or_else(|| panic!("line {}: no stream", block.line)).text.clone();
                Step::Events { curl: Curl::parse(&block.text), stream }
            }
            "text" if block.text.starts_with(['→', '←']) => Step::Socket { lines: conversation(block) },
            _ => continue,
        };
        steps.push((block.line, step));
    }
    steps
}

fn json(block: &Block) -> Value {
    serde_json::from_str(&block.text).unwrap_or_else(|error| panic!("line {}: {error}", block.line))
}

fn conversation(block: &Block) -> Vec<(Direction, Value)> {
    let message = |line: &str| {
        let (direction, text) = match line.split_once(' ').unwrap() {
            ("→", text) => (Direction::Out, text),
            ("←", text) => (Direction::In, text),
            _ => panic!("after line {}: {line}", block.line),
        };
        (direction, serde_json::from_str(text).unwrap_or_else(|error| panic!("{line}: {error}")))
    };
    block.text.lines().map(message).collect()
}

/// What a command line says.
#[derive(Debug, Default)]
pub struct Curl {
    pub headers: Vec<(String, String)>,
    /// Name and value; a value that begins with `@` is a file.
    pub parts: Vec<(String, String)>,
    /// The body.
    pub data: String,
    /// The file that is the body.
    pub file: String,
    /// The last word.
    pub url: String,
}

impl Curl {
    fn parse(command: &str) -> Self {
        let mut curl = Self::default();
        let words = words(command);
        for pair in words.windows(2) {
            match pair[0].as_str() {
                "-H" => curl.headers.push(split(&pair[1], ": ")),
                "-d" => curl.data.clone_from(&pair[1]),
                "-T" => curl.file.clone_from(&pair[1]),
                "-F" => curl.parts.push(split(&pair[1], "=")),
                _ => {}
            }
        }
        curl.url = words.into_iter().rfind(|word| !word.is_empty()).unwrap_or_default();
        curl
    }
}

fn split(text: &str, at: &str) -> (String, String) {
    let (before, after) = text.split_once(at).unwrap_or_else(|| panic!("{text}"));
    (before.to_owned(), after.to_owned())
}

/// The words of a shell command: quotes keep a word together, a backslash before a line's end joins the lines.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in command.replace("\\\n", " ").chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => quote = Some(c),
            (c, None) if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            (c, _) => word.push(c),
        }
    }
    words.push(word);
    words
}

/// What documented values stand for.
#[derive(Debug, Default)]
pub struct Cast(HashMap<String, String>);

impl Cast {
    /// The text with every documented value in it replaced by the real one.
    pub fn act(&self, text: &str) -> String {
        // A URL before the id that is in it.
        let mut cast: Vec<_> = self.0.iter().collect();
        cast.sort_by_key(|(documented, _)| std::cmp::Reverse(documented.len()));
        cast.into_iter().fold(text.to_owned(), |text, (documented, real)| text.replace(documented, real))
    }

    pub fn act_json(&self, value: &Value) -> Value {
        serde_json::from_str(&self.act(&value.to_string())).unwrap()
    }

    /// Holds a real answer against the documented one: the same keys, types and lengths, and the same values except
    /// where the server makes them up. The error says where they differ.
    pub fn compare(&mut self, documented: &Value, real: &Value) -> Result<(), String> {
        self.compare_at("", "", documented, real)
    }

    fn compare_at(&mut self, path: &str, key: &str, documented: &Value, real: &Value) -> Result<(), String> {
        let differ = || Err(format!("{path}: documented {documented}, really {real}"));
        match (documented, real) {
            (Value::Object(told), Value::Object(is)) => {
                if told.keys().ne(is.keys()) {
                    return differ();
                }
                told.iter().try_for_each(|(key, value)| self.compare_at(&format!("{path}.{key}"), key, value, &is[key]))
            }
            (Value::Array(told), Value::Array(is)) if told.len() == is.len() => {
                let mut pairs = told.iter().zip(is).enumerate();
                pairs.try_for_each(|(place, (told, is))| self.compare_at(&format!("{path}[{place}]"), key, told, is))
            }
            (Value::String(told), Value::String(is)) if is_made_up(key, told, is) => self.remember(path, told, is),
            (Value::Number(_), Value::Number(_)) if key == "byteSize" => Ok(()),
            _ if documented == real => Ok(()),
            _ => differ(),
        }
    }

    /// One documented value stands for one real value, everywhere.
    fn remember(&mut self, path: &str, told: &str, is: &str) -> Result<(), String> {
        // Times repeat or not as the clock likes.
        if is_time(is) {
            return Ok(());
        }
        match self.0.insert(told.to_owned(), is.to_owned()) {
            Some(before) if before != is => Err(format!("{path}: {told} stands for {before}, and now for {is}")),
            _ => Ok(()),
        }
    }
}

/// True where both are what the server makes up under this key.
fn is_made_up(key: &str, told: &str, is: &str) -> bool {
    let both = |check: &dyn Fn(&str) -> bool| check(told) && check(is);
    match key {
        "id" | "deletedIds" => {
            let kind = |id: &str| id.split_once('_').map(|(kind, _)| kind.to_owned());
            kind(told).is_some() && kind(told) == kind(is)
        }
        "accessToken" => both(&|token| token.starts_with("eyJ")),
        "refreshToken" => both(&|token| token.starts_with("imr_")),
        "cursor" | "startCursor" | "endCursor" | "thumbhash" | "sha256" => both(&|text| !text.is_empty()),
        // The same name of a file in the path: it holds the size and the format.
        "url" if is_upload(told) => is_upload(is),
        "url" => file_of(told).is_some() && file_of(told) == file_of(is),
        "version" => both(&|version| version.split('.').count() == 3),
        _ => key.ends_with("At") && both(&is_time),
    }
}

/// `2026-11-20T08:30:00.000Z`
fn is_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00T00:00:00.000Z"
}

/// A URL under which a file can be put.
pub fn is_upload(url: &str) -> bool {
    file_of(url).is_some_and(|file| file.starts_with("upload_"))
}

fn file_of(url: &str) -> Option<&str> {
    url.strip_prefix("http")?.split_once('?')?.0.rsplit('/').next()
}

#[test]
fn an_answer_may_differ_from_the_documented_one_only_in_what_the_server_makes_up() {
    use serde_json::json;
    let compare = |told: Value, is: Value| Cast::default().compare(&told, &is).is_ok();
    assert!(compare(json!({ "id": "image_1", "width": 4 }), json!({ "id": "image_2", "width": 4 })));
    assert!(!compare(json!({ "id": "image_1" }), json!({ "id": "user_1" })));
    assert!(!compare(json!({ "width": 4 }), json!({ "width": 5 })));
    assert!(!compare(json!({ "width": 4 }), json!({ "width": 4, "height": 4 })));
    assert!(!compare(json!([]), json!([1])));
    assert!(!compare(json!({ "finishedAt": null }), json!({ "finishedAt": "2026-11-20T08:30:00.000Z" })));
    let one_for_two =
        (json!([{ "id": "image_1" }, { "id": "image_1" }]), json!([{ "id": "image_a" }, { "id": "image_b" }]));
    assert!(!compare(one_for_two.0, one_for_two.1));
}
