//! The content of an answer: finds the JSON object in what the model wrote, and makes of it texts that are safe to
//! keep. What is too long is cut, what is missing and cannot be done without is a [`Problem`].

mod clean;

use serde_json::{Map, Value};

use super::Answer;
use super::completion::Completion;

const MAX_DESCRIPTION: usize = 4000;
const MAX_ALT_TEXT: usize = 250;
const MAX_TAGS: usize = 20;
const MAX_TAG: usize = 64;
const MAX_DETECTED_TEXT: usize = 8000;
const MAX_ANSWER: usize = 8000;

/// How much is searched for the object, in bytes, and how many beginnings are tried: bounds the work on an answer that
/// is made of braces.
const MAX_SEARCH: usize = 256 * 1024;
const MAX_TRIES: usize = 64;

/// Why an answer cannot be used. The words are for the model, which gets a second turn, and for people after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error("it is empty")]
    Empty,
    #[error("it was cut off before its end and has to be shorter")]
    CutOff,
    #[error("it holds no JSON object with a description")]
    NotJson,
    #[error("its description is empty")]
    NoDescription,
    #[error("it does not answer the question")]
    NoAnswer,
}

/// The answer in a completion, without usage. `wants_answer`: there was a question.
pub(super) fn read(completion: &Completion, wants_answer: bool) -> Result<Answer, Problem> {
    let Some(object) = find_object(&completion.text) else {
        return Err(match completion {
            Completion { cut_off: true, .. } => Problem::CutOff,
            Completion { text, .. } if text.trim().is_empty() => Problem::Empty,
            _ => Problem::NotJson,
        });
    };
    let text = |keys: &[&str], max| {
        let found = keys.iter().find_map(|key| object.get(*key)?.as_str());
        Some(clean::paragraphs(found?, max)).filter(|text| !text.is_empty())
    };
    let description = text(&["description"], MAX_DESCRIPTION).ok_or(Problem::NoDescription)?;
    let answer = if wants_answer { Some(text(&["answer"], MAX_ANSWER).ok_or(Problem::NoAnswer)?) } else { None };
    let alt_text = text(&["alt_text", "altText", "alt"], usize::MAX);
    Ok(Answer {
        // Without one, the beginning of the description serves the same reader.
        alt_text: clean::line(alt_text.as_deref().unwrap_or_else(|| first_sentence(&description)), MAX_ALT_TEXT),
        tags: object.get("tags").map(tags).unwrap_or_default(),
        detected_text: text(&["detected_text", "detectedText"], MAX_DETECTED_TEXT).filter(|text| !says_none(text)),
        description,
        answer,
        usage: None,
    })
}

/// The first JSON object with a description in a text that may also hold thoughts, prose and code fences.
fn find_object(text: &str) -> Option<Map<String, Value>> {
    let spoken = text.rsplit_once("</think>").map_or(text, |(_, spoken)| spoken);
    let searched = &spoken[..spoken.floor_char_boundary(MAX_SEARCH)];
    let beginnings = searched.match_indices('{').map(|(at, _)| &searched[at..]);
    beginnings.take(MAX_TRIES).find_map(|beginning| {
        let first = serde_json::Deserializer::from_str(beginning).into_iter::<Map<String, Value>>().next();
        first?.ok().filter(|object| object.contains_key("description"))
    })
}

/// Tags given as a list or, by small models, as one text with commas.
fn tags(given: &Value) -> Vec<String> {
    let given: Vec<&str> = match given {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => text.split([',', ';', '\n']).collect(),
        _ => Vec::new(),
    };
    let mut tags = Vec::new();
    for tag in given.into_iter().filter_map(|tag| clean::tag(tag, MAX_TAG)) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
        if tags.len() == MAX_TAGS {
            break;
        }
    }
    tags
}

fn first_sentence(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    let ends = line.match_indices(['.', '!', '?', '。']).map(|(at, mark)| (at + mark.len(), mark));
    let mut ends = ends.filter(|(end, mark)| *mark == "。" || line[*end..].starts_with(' '));
    ends.next().map_or(line, |(end, _)| &line[..end])
}

/// Small models write a word where they were asked for an empty string.
fn says_none(text: &str) -> bool {
    let word = text.trim_end_matches('.').to_lowercase();
    matches!(word.as_str(), "none" | "null" | "n/a" | "no text" | "no visible text" | "\"\"" | "-")
}

#[cfg(test)]
mod tests;
