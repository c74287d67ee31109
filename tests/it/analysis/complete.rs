//! The whole path: a question, its answer, and the words on the image.

use image_manager::db::entities::image_text::{self, TextSource};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{analyze, ask, completed, event, follow, outcome, until};
use crate::support::ai::Reply;
use crate::support::ws::Socket;
use crate::support::{TestApp, pictures, rows};

const WORDS: &str = "query ($id: ID!, $language: LanguageTag) { image(id: $id) {
    description(language: $language) altText(language: $language)
    texts { language description descriptionSource altText altTextSource } latestAnalysis { id status } } }";

#[tokio::test]
async fn an_analysis_is_seen_queued_then_running_then_completed() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.hold();
    // As many as are worked on at once; the next one has to wait.
    for number in 1..=4 {
        ask(&ada, &ada.picture().await).await;
        ai.arrived(number).await;
    }
    let image = ada.picture().await;
    let id = ask(&ada, &image).await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "analysisId": id }), None).await;

    let queued = event(&mut socket).await;
    assert_eq!((&queued["__typename"], &queued["status"]), (&json!("AnalysisStatusChanged"), &json!("QUEUED")));
    assert_eq!(queued["analysis"]["attempts"], 0);
    ai.release();
    let running = event(&mut socket).await;
    assert_eq!(running["status"], "RUNNING");
    assert_eq!(running["analysis"]["attempts"], 1);
    assert!(running["analysis"]["startedAt"].is_string());
    assert_eq!(running["analysis"]["finishedAt"], Value::Null);
    ai.arrived(5).await;
    ai.open();
    let done = event(&mut socket).await;
    assert_eq!(done["status"], "COMPLETED");
    completed(&mut socket).await;

    let analysis = &done["analysis"];
    let sent = ai.asked()[4].picture.len();
    assert_eq!(analysis["description"], format!("A scripted description by scripted. The picture has {sent} bytes."));
    assert_eq!(analysis["altText"], format!("A scripted picture of {sent} bytes"));
    assert_eq!(analysis["tags"], json!(["scripted", "picture"]));
    assert_eq!(analysis["usage"], json!({ "input": 1200, "output": 80 }));
    assert_eq!((&analysis["failure"], &analysis["answer"]), (&Value::Null, &Value::Null));
    assert!(analysis["finishedAt"].is_string());
    assert_ne!(queued["cursor"], done["cursor"]);
}

#[tokio::test]
async fn the_words_are_on_the_image_when_the_event_arrives() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.hold();
    let image = ada.picture().await;
    let id = ask(&ada, &image).await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "imageId": image }), None).await;
    let before = until(&mut socket, "RUNNING").await;
    assert_eq!(before["image"], json!({ "id": image, "description": null, "altText": null }));
    ai.open();
    let done = until(&mut socket, "COMPLETED").await;
    let (description, alt_text) = (&done["description"], &done["altText"]);
    assert_eq!(done["image"], json!({ "id": image, "description": description, "altText": alt_text }));

    let seen = ada.ask(WORDS, json!({ "id": image })).await.data("image");
    assert_eq!((&seen["description"], &seen["altText"]), (description, alt_text));
    let text = json!([{ "language": "en", "description": description, "descriptionSource": "ANALYSIS",
        "altText": alt_text, "altTextSource": "ANALYSIS" }]);
    assert_eq!(seen["texts"], text);
    assert_eq!(seen["latestAnalysis"], json!({ "id": id, "status": "COMPLETED" }));
}

#[tokio::test]
async fn every_event_shows_the_image_as_it_is_then() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    let image = ada.picture().await;
    for words in ["First.", "Second."] {
        let answer = json!({ "description": words, "alt_text": words, "tags": [], "detected_text": "" });
        ai.then(Reply::content(&answer.to_string()));
    }
    outcome(&ada, &ask(&ada, &image).await).await;
    ai.hold();
    let id = ask(&ada, &image).await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "analysisId": id }), None).await;
    assert_eq!(until(&mut socket, "RUNNING").await["image"]["description"], "First.");
    ai.open();
    assert_eq!(until(&mut socket, "COMPLETED").await["image"]["description"], "Second.");
}

#[tokio::test]
async fn a_prompt_gets_an_answer_that_is_no_word_of_the_image() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    let prompt = "What is \"this\"?\nQuestion: and that?";
    let payload = analyze(&ada, &image, json!({ "prompt": prompt })).await.data("analyzeImage");
    let done = outcome(&ada, payload["analysis"]["id"].as_str().unwrap()).await;
    let answer = format!("A scripted answer to: {prompt}");
    assert_eq!(done["answer"], answer);
    let seen = ada.ask(WORDS, json!({ "id": image })).await.data("image");
    assert_eq!(seen["description"], done["description"]);
    assert!(!seen.to_string().contains("A scripted answer"), "{seen}");
}

#[tokio::test]
async fn words_are_kept_by_language() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    let image = ada.picture().await;
    for (language, words) in [("de", "Eine Katze."), ("fr", "Un chat.")] {
        let answer = json!({ "description": words, "alt_text": words, "tags": [], "detected_text": "" });
        ai.then(Reply::content(&answer.to_string()));
        let payload = analyze(&ada, &image, json!({ "language": language })).await.data("analyzeImage");
        assert_eq!(outcome(&ada, payload["analysis"]["id"].as_str().unwrap()).await["description"], words);
        assert!(ai.asked().last().unwrap().words().contains(&format!("tag {language}")));
    }
    for (language, words) in
        [(json!("de"), json!("Eine Katze.")), (json!("fr"), json!("Un chat.")), (json!("it"), Value::Null)]
    {
        let seen = ada.ask(WORDS, json!({ "id": image, "language": language })).await.data("image");
        assert_eq!((&seen["description"], &seen["altText"]), (&words, &words), "{language}");
        assert_eq!(seen["texts"].as_array().unwrap().len(), 2);
    }
    // The account's language has no words: the newest ones.
    assert_eq!(ada.ask(WORDS, json!({ "id": image })).await.data("image")["description"], "Un chat.");
}

#[tokio::test]
async fn the_owners_own_words_are_never_overwritten() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    let own = image_text::Model {
        image_id: rows::image_uuid(&image),
        language: "en".to_owned(),
        description: Some("My cat.".to_owned()),
        description_source: Some(TextSource::Owner),
        alt_text: None,
        alt_text_source: None,
        updated_at: app.clock.now(),
        analysis_description: None,
        analysis_alt_text: None,
    };
    image_text::Entity::insert(own.into_active_model()).exec_without_returning(app.app.db.write()).await.unwrap();
    let done = outcome(&ada, &ask(&ada, &image).await).await;
    assert_eq!(done["status"], "COMPLETED");
    let text = json!([{ "language": "en", "description": "My cat.", "descriptionSource": "OWNER",
        "altText": done["altText"], "altTextSource": "ANALYSIS" }]);
    assert_eq!(ada.ask(WORDS, json!({ "id": image })).await.data("image")["texts"], text);
}

#[tokio::test]
async fn a_later_analysis_replaces_the_words_of_an_earlier_one() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    let image = ada.picture().await;
    let mut last = String::new();
    for words in ["First.", "Second."] {
        let answer = json!({ "description": words, "alt_text": words, "tags": [], "detected_text": "" });
        ai.then(Reply::content(&answer.to_string()));
        last = ask(&ada, &image).await;
        outcome(&ada, &last).await;
    }
    let seen = ada.ask(WORDS, json!({ "id": image })).await.data("image");
    assert_eq!((&seen["description"], &seen["latestAnalysis"]["id"]), (&json!("Second."), &json!(last)));
    assert_eq!(seen["texts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_leaves_is_a_small_jpeg_that_tells_nothing_but_the_picture() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let taken = pictures::with_exif(&pictures::jpeg(1500, 1000), 6);
    let transparent = pictures::transparent_png(1200, 300);
    for (bytes, size) in [(taken, (683, 1024)), (transparent, (1024, 256)), (pictures::gif(64, 48), (64, 48))] {
        let payload =
            ada.upload_with("secret name.jpg", bytes, json!({ "analyze": {}, "title": "secret title" })).await;
        let analysis = payload.data("uploadImage")["analysis"]["id"].as_str().unwrap().to_owned();
        assert_eq!(outcome(&ada, &analysis).await["status"], "COMPLETED");
        let asked = app.scripted_ai().asked().pop().unwrap();
        assert_eq!(image::guess_format(&asked.picture).unwrap(), image::ImageFormat::Jpeg);
        let picture = image::load_from_memory(&asked.picture).unwrap();
        assert_eq!((picture.width(), picture.height()), size);
        assert!(!pictures::tells_where(&asked.picture));
        let words = asked.words();
        assert!(!words.contains("secret") && !words.contains("ada"), "{words}");
    }
}
