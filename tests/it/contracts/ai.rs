//! The vision model against a provider over real HTTP: what goes out, what is made of answers, and what is learned from
//! refusals.

mod failures;

use std::time::Duration;

use bytes::Bytes;
use image_manager::ai::{AiError, Answer, Question, Usage, VisionModel};
use image_manager::config::{Ai, Provider};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::ai::{Flavor, KEY, Options, Reply, ScriptedAi, run};

const FLAVORS: [Flavor; 3] = [Flavor::OpenAi, Flavor::Gemini, Flavor::Ollama];

/// The segments of a JPEG, which is all that anybody looks at here.
const PICTURE: &[u8] = &[0xFF, 0xD8, 0xFF, 0xDB, 0, 4, 1, 2, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9];

const GOOD: &str = r#"{"description":"A dog.","alt_text":"Dog","tags":["dog"],"detected_text":"STOP","answer":"Yes"}"#;

fn config(flavor: Flavor, base_url: String) -> Ai {
    let (provider, key) = match flavor {
        Flavor::OpenAi => (Provider::OpenAi, KEY),
        Flavor::Gemini => (Provider::Gemini, KEY),
        Flavor::Ollama => (Provider::Compatible, ""),
    };
    Ai { provider, base_url, api_key: key.into(), model: "scripted".to_owned() }
}

fn connect(config: &Ai) -> VisionModel {
    let _ = rustls::crypto::ring::default_provider().install_default();
    VisionModel::new(config).unwrap()
}

async fn start(flavor: Flavor) -> (ScriptedAi, VisionModel) {
    let server = ScriptedAi::start(flavor).await.unwrap();
    let model = connect(&config(flavor, server.base_url()));
    (server, model)
}

fn question(prompt: Option<&str>) -> Question {
    Question {
        picture: Bytes::from_static(PICTURE),
        prompt: prompt.map(str::to_owned),
        language: "en".to_owned(),
        model: "scripted".to_owned(),
    }
}

async fn describe(model: &VisionModel) -> Result<Answer, AiError> {
    model.describe(&question(None)).await
}

/// What comes of one scripted reply.
async fn describe_after(flavor: Flavor, reply: Reply) -> Result<Answer, AiError> {
    let (server, model) = start(flavor).await;
    server.then(reply);
    describe(&model).await
}

#[tokio::test]
async fn every_provider_is_asked_in_its_own_dialect_and_understood() {
    for flavor in FLAVORS {
        let (server, model) = start(flavor).await;
        let answer = model.describe(&question(Some("Who?"))).await.unwrap();
        let expected = Answer {
            description: format!("A scripted description by scripted. The picture has {} bytes.", PICTURE.len()),
            alt_text: format!("A scripted picture of {} bytes", PICTURE.len()),
            tags: vec!["scripted".to_owned(), "picture".to_owned()],
            detected_text: None,
            answer: Some("A scripted answer to: Who?".to_owned()),
            usage: Some(Usage { input: 1200, output: 80 }),
        };
        assert_eq!(answer, expected, "{flavor:?}");
        let asked = server.asked();
        assert_eq!(asked.len(), 1, "{flavor:?} needed no second try");
        assert_eq!(asked[0].picture, PICTURE);
        assert_eq!(asked[0].body["response_format"]["type"], "json_schema");
    }
}

#[tokio::test]
async fn the_key_goes_out_as_a_bearer_token_and_none_where_there_is_none() {
    for (flavor, sent) in [(Flavor::OpenAi, Some(format!("Bearer {KEY}"))), (Flavor::Ollama, None)] {
        let (server, model) = start(flavor).await;
        describe(&model).await.unwrap();
        assert_eq!(server.asked()[0].authorization, sent);
    }
}

#[tokio::test]
async fn answers_in_fences_in_prose_and_in_parts_are_read() {
    let parts = json!([{ "type": "text", "text": GOOD }]);
    for content in [json!(format!("```json\n{GOOD}\n```")), json!(format!("Here it is: {GOOD} Bye!")), parts] {
        let answer = describe_after(Flavor::Ollama, Reply::Content(content)).await.unwrap();
        assert_eq!((answer.description.as_str(), answer.detected_text.as_deref()), ("A dog.", Some("STOP")));
        assert_eq!(answer.answer, None, "nothing was asked");
    }
}

#[tokio::test]
async fn an_unusable_answer_gets_one_more_turn_that_says_what_was_wrong() {
    let (server, model) = start(Flavor::OpenAi).await;
    server.then(Reply::content(&GOOD[..30]));
    let answer = describe(&model).await.unwrap();
    assert_eq!(answer.usage, Some(Usage { input: 2400, output: 160 }), "both turns are counted");
    let repair = &server.asked()[1];
    assert!(repair.words().contains(&GOOD[..30]) && repair.words().contains("holds no JSON object"));
    assert_eq!(repair.picture, PICTURE, "the provider keeps nothing between turns");
}

#[tokio::test]
async fn two_unusable_answers_are_the_end() {
    let (server, model) = start(Flavor::Ollama).await;
    server.then(Reply::content("A dog.")).then(Reply::content(r#"{"description":" "}"#));
    let error = describe(&model).await.unwrap_err();
    assert_eq!(error, AiError::InvalidAnswer("its description is empty".to_owned()));
    assert!(!error.retryable());
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_question_left_unanswered_gets_the_second_turn() {
    let (server, model) = start(Flavor::Ollama).await;
    server.then(Reply::content(r#"{"description":"A dog."}"#)).then(Reply::content(GOOD));
    assert_eq!(model.describe(&question(Some("Dog?"))).await.unwrap().answer.as_deref(), Some("Yes"));
}

#[tokio::test]
async fn a_refused_response_format_is_given_up_step_by_step_and_for_good() {
    for flavor in FLAVORS {
        let (server, model) = start(flavor).await;
        server.knows_formats(&[]);
        describe(&model).await.unwrap();
        describe(&model).await.unwrap();
        let formats: Vec<Value> =
            server.asked().iter().map(|asked| asked.body["response_format"]["type"].clone()).collect();
        assert_eq!(formats, [json!("json_schema"), json!("json_object"), json!(null), json!(null)], "{flavor:?}");
    }
}

#[tokio::test]
async fn a_refused_limit_of_tokens_is_sent_by_its_other_name() {
    let (server, model) = start(Flavor::Ollama).await;
    server.then(Reply::error(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."));
    describe(&model).await.unwrap();
    let asked = server.asked();
    assert!(asked[0].body["max_tokens"].is_u64() && asked[0].body["max_completion_tokens"].is_null());
    assert!(asked[1].body["max_tokens"].is_null() && asked[1].body["max_completion_tokens"].is_u64());
}

#[tokio::test]
async fn a_refusal_without_end_ends() {
    let (server, model) = start(Flavor::Ollama).await;
    for _ in 0..10 {
        server.then(Reply::error(400, "response_format or max_tokens is wrong"));
        server.then(Reply::error(400, "response_format is wrong"));
    }
    assert!(matches!(describe(&model).await, Err(AiError::Rejected(_))));
    assert!(server.asked().len() <= 5);
}

#[tokio::test]
async fn dropping_the_question_ends_the_request() {
    let (server, model) = start(Flavor::Ollama).await;
    server.hold();
    let asking = tokio::spawn(async move { describe(&model).await });
    server.arrived(1).await;
    asking.abort();
    server.abandoned(1).await;
}

#[tokio::test]
async fn the_scripted_model_runs_by_itself() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    let options = Options { delay: Duration::from_millis(1), ..Options::of(Flavor::Ollama) };
    let server = tokio::spawn(run(listener, options));
    assert!(describe(&connect(&config(Flavor::Ollama, base_url))).await.is_ok());
    server.abort();
}

#[tokio::test]
async fn questions_are_asked_side_by_side_and_answered_as_they_are_released() {
    let (server, model) = start(Flavor::Ollama).await;
    server.hold();
    let ask = |model: VisionModel| tokio::spawn(async move { describe(&model).await });
    let (first, second) = (ask(model.clone()), ask(model));
    server.arrived(2).await;
    assert!(!first.is_finished() && !second.is_finished());
    server.release();
    server.open();
    assert!(first.await.unwrap().is_ok() && second.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_picture_with_metadata_is_not_sent() {
    let (server, model) = start(Flavor::Ollama).await;
    let with_exif = [&PICTURE[..2], &[0xFF, 0xE1, 0, 4, b'E', b'x'], &PICTURE[2..]].concat();
    let asked = Question { picture: with_exif.into(), ..question(None) };
    assert!(matches!(model.describe(&asked).await, Err(AiError::UnfitPicture(_))));
    assert!(server.asked().is_empty());
}
