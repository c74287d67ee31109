//! The web client's own documents with a few tokens deleted, doubled or put in. Whatever comes out, the answer is one that a
//! client can read. The mutants are the same in every run.

use serde_json::{Value, json};

use super::GRAPHQL;
use crate::support::TestApp;
use crate::support::client::Answer;

const MUTANTS: usize = 320;

/// What is put in.
const STRANGE: [&str; 36] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "=",
    "|",
    "&",
    "$",
    "@",
    "...",
    "\"",
    "\"\"\"",
    "\"\"",
    "#",
    "\\",
    "\u{0}",
    "\u{feff}",
    "é",
    "-",
    "0",
    "99999999999999999999",
    "1e999",
    "null",
    "true",
    "on",
    "fragment",
    "query",
    "__typename",
    "__schema { types { name } }",
    "$id",
    "@include(if: $id)",
    "@skip",
];

/// Marsaglia's xorshift64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

/// Words, and everything else character by character.
fn tokens(document: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_word = false;
    for character in document.chars() {
        let word = character.is_ascii_alphanumeric() || character == '_';
        match tokens.last_mut() {
            Some(last) if word && in_word => last.push(character),
            _ => tokens.push(character.to_string()),
        }
        in_word = word;
    }
    tokens
}

fn mutant(document: &str, dice: &mut Dice) -> String {
    let mut tokens = tokens(document);
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(tokens.len());
        match dice.roll(4) {
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(at, tokens[at].clone()),
            2 => {
                let other = dice.roll(tokens.len());
                tokens.swap(at, other);
            }
            _ => tokens.insert(at, format!(" {} ", STRANGE[dice.roll(STRANGE.len())])),
        }
    }
    tokens.concat()
}

fn documents() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/frontend/documents.json");
    let known: std::collections::BTreeMap<String, String> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    known.into_values().collect()
}

/// Executed with data, or refused without; errors have codes, and none is a defect's.
fn readable(answer: &Answer) -> Result<bool, &'static str> {
    let errors = answer.body.get("errors").and_then(Value::as_array);
    let executed = answer.body.get("data").is_some();
    let codes: Option<Vec<&str>> =
        errors.into_iter().flatten().map(|error| error["extensions"]["code"].as_str()).collect();
    match (answer.status, executed, errors) {
        (200, true, _) => {}
        (400, false, Some(errors)) if !errors.is_empty() => {}
        _ => return Err("the status, `data` and `errors` do not fit"),
    }
    match codes {
        None => Err("an error has no code"),
        Some(codes) if codes.contains(&"INTERNAL") => Err("a defect"),
        Some(_) => Ok(executed),
    }
}

#[tokio::test]
async fn a_mangled_document_gets_an_answer_that_can_be_read() {
    let app = TestApp::start().await;
    let (ada, nobody) = (app.register("ada").await, app.anonymous());
    let documents = documents();
    assert!(documents.len() > 10);
    let mut dice = Dice(0x5eed_0f1d_ea57_ab1e);
    let mut executed = 0;
    let variables = json!({ "id": "image_01j9", "imageId": "image_01j9", "first": 2, "orderBy": {}, "input": {} });
    for number in 0..MUTANTS {
        let document = mutant(&documents[number % documents.len()], &mut dice);
        let body = json!({ "query": document, "variables": variables });
        // Whoever logs out is not there for the rest.
        let client = if document.contains("logout") { &nobody } else { &ada };
        let request = client.http.post(format!("{}/graphql", app.url)).header("accept", GRAPHQL).json(&body);
        let answer = Answer::of(client.signed(request)).await;
        match readable(&answer) {
            Ok(data) => executed += usize::from(data),
            Err(why) => panic!("{why}: {} {}\nfor\n{document}", answer.status, answer.body),
        }
    }
    // Neither all nothing but noise, nor all harmless.
    assert!((10..MUTANTS / 2).contains(&executed), "{executed} of {MUTANTS} were executed");
    super::still_answers(&app).await;
}
