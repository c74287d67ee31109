//! Answers as models really give them.

use serde_json::json;

use super::*;

const GOOD: &str =
    r#"{"description": "A dog runs. It is wet.", "alt_text": "A wet dog", "tags": ["dog"], "detected_text": ""}"#;

fn read_text(text: &str) -> Result<Answer, Problem> {
    read(&Completion { text: text.to_owned(), refused: false, cut_off: false, usage: None }, false)
}

fn read_json(value: &Value) -> Answer {
    read_text(&value.to_string()).unwrap()
}

#[test]
fn the_object_is_found_in_fences_prose_and_after_thoughts() {
    let expected = Answer {
        description: "A dog runs. It is wet.".to_owned(),
        alt_text: "A wet dog".to_owned(),
        tags: vec!["dog".to_owned()],
        detected_text: None,
        answer: None,
        usage: None,
    };
    let draft = r#"{"description": "draft"}"#;
    for text in [
        GOOD.to_owned(),
        format!("```json\n{GOOD}\n```"),
        format!("Sure {{here}} it is:\n{GOOD}\nAnything {{else}}?"),
        format!("<think>maybe {draft}</think>\n{GOOD}"),
        format!(r#"{{"result": {GOOD}}}"#),
        format!("[{GOOD}]"),
    ] {
        assert_eq!(read_text(&text).as_ref(), Ok(&expected), "{text}");
    }
}

#[test]
fn an_answer_without_a_description_is_a_problem_that_says_why() {
    assert_eq!(read_text("  "), Err(Problem::Empty));
    assert_eq!(read_text("A dog."), Err(Problem::NotJson));
    assert_eq!(read_text(&GOOD[..GOOD.len() - 1]), Err(Problem::NotJson));
    assert_eq!(read_text(r#"{"description": "\u0007 ", "alt_text": "a"}"#), Err(Problem::NoDescription));
    assert_eq!(read_text(r#"{"description": ["a"]}"#), Err(Problem::NoDescription));
    let cut_off = Completion { text: GOOD[..40].to_owned(), refused: false, cut_off: true, usage: None };
    assert_eq!(read(&cut_off, false), Err(Problem::CutOff));
}

#[test]
fn a_question_must_be_answered_and_an_unasked_answer_is_left_out() {
    let with = |answer: &str| {
        Completion::from(json!({ "choices": [{ "message": { "content":
        { "description": "d", "answer": answer } } }] }))
    };
    assert_eq!(read(&with("Yes"), true).unwrap().answer.as_deref(), Some("Yes"));
    assert_eq!(read(&with(" "), true), Err(Problem::NoAnswer));
    assert_eq!(read(&with("Yes"), false).unwrap().answer, None);
}

#[test]
fn texts_are_kept_within_their_limits() {
    let long = "word ".repeat(5000);
    let tags: Vec<_> = (0..50).map(|i| format!("tag {i}")).collect();
    let all = json!({ "description": long, "alt_text": long, "tags": tags, "detected_text": long, "answer": long });
    let completion = Completion { text: all.to_string(), refused: false, cut_off: false, usage: None };
    let answer = read(&completion, true).unwrap();
    let length = |text: &str| text.chars().count();
    assert!((3990..=4000).contains(&length(&answer.description)));
    assert!((240..=250).contains(&length(&answer.alt_text)));
    assert!((7990..=8000).contains(&length(&answer.detected_text.unwrap())));
    assert!((7990..=8000).contains(&length(&answer.answer.unwrap())));
    assert_eq!(answer.tags.len(), 20);
}

#[test]
fn tags_come_as_a_list_or_with_commas_and_none_twice() {
    for given in [json!(["Dog", "#dog", 7, "", "Wet Dog"]), json!("Dog, dog; Wet  Dog,")] {
        assert_eq!(read_json(&json!({ "description": "d", "tags": given })).tags, ["dog", "wet dog"]);
    }
}

#[test]
fn a_missing_alt_text_is_the_first_sentence() {
    assert_eq!(read_json(&json!({ "description": "A dog runs. It is wet.", "alt_text": " " })).alt_text, "A dog runs.");
    assert_eq!(read_json(&json!({ "description": "犬が走る。濡れている。" })).alt_text, "犬が走る。");
    assert_eq!(read_json(&json!({ "description": "A 2.5 m dog\nIt is wet", "altText": null })).alt_text, "A 2.5 m dog");
}

#[test]
fn a_word_for_no_text_is_no_text() {
    for none in ["", "None.", "N/A", "null"] {
        assert_eq!(read_json(&json!({ "description": "d", "detected_text": none })).detected_text, None);
    }
    let sign = read_json(&json!({ "description": "d", "detected_text": "STOP\nNone shall pass" }));
    assert_eq!(sign.detected_text.as_deref(), Some("STOP\nNone shall pass"));
}

#[test]
fn the_search_for_the_object_ends_early_among_braces() {
    let braces = "{".repeat(MAX_TRIES);
    assert_eq!(read_text(&format!("{braces}{GOOD}")), Err(Problem::NotJson));
    let prose = "x".repeat(MAX_SEARCH);
    assert_eq!(read_text(&format!("{prose}{GOOD}")), Err(Problem::NotJson));
}
