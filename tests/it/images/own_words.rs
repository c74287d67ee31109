//! The owner's words: over an analysis's, taken back, and never overwritten, whoever comes first.

use image_manager::db::entities::image_text;
use image_manager::images::Words;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::{TestApp, rows};

const UPDATE: &str = "mutation ($id: ID!, $text: ImageTextInput) { updateImage(input: { id: $id, text: $text }) {
    image { texts { language description descriptionSource altText altTextSource } } errors { code path } } }";

/// Changes the words; the texts then.
async fn write(client: &Client, id: &str, text: Value) -> Value {
    let payload = client.ask(UPDATE, json!({ "id": id, "text": text })).await.data("updateImage");
    assert_eq!(payload["errors"], json!([]));
    payload["image"]["texts"].clone()
}

/// What an analysis does when it is completed.
async fn analyzed(app: &TestApp, id: &str, language: &str, words: &str) {
    let words = Words { language: language.to_owned(), description: words.to_owned(), alt_text: words.to_owned() };
    let txn = app.app.db.begin().await.unwrap();
    app.app.images.record_words(&txn, rows::image_uuid(id), words).await.unwrap();
    txn.commit().await.unwrap();
}

fn text(language: &str, description: (Value, Value), alt_text: (Value, Value)) -> Value {
    json!({ "language": language, "description": description.0, "descriptionSource": description.1,
        "altText": alt_text.0, "altTextSource": alt_text.1 })
}

fn own(words: &str) -> (Value, Value) {
    (json!(words), json!("OWNER"))
}

fn of_analysis(words: &str) -> (Value, Value) {
    (json!(words), json!("ANALYSIS"))
}

const NONE: (Value, Value) = (Value::Null, Value::Null);

#[tokio::test]
async fn own_words_stay_when_an_analysis_comes_and_give_way_when_they_are_taken_back() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    analyzed(&app, &id, "en", "First.").await;
    let texts = write(&ada, &id, json!({ "language": "en", "description": "Mine." })).await;
    assert_eq!(texts, json!([text("en", own("Mine."), of_analysis("First."))]));
    analyzed(&app, &id, "en", "Second.").await;
    let texts = write(&ada, &id, json!({ "language": "en" })).await;
    assert_eq!(texts, json!([text("en", own("Mine."), of_analysis("Second."))]));
    // Back to the newest, not to the one that was overwritten.
    let texts = write(&ada, &id, json!({ "language": "en", "description": null, "altText": "Alt." })).await;
    assert_eq!(texts, json!([text("en", of_analysis("Second."), own("Alt."))]));
    analyzed(&app, &id, "en", "Third.").await;
    let texts = write(&ada, &id, json!({ "language": "en", "altText": null })).await;
    assert_eq!(texts, json!([text("en", of_analysis("Third."), of_analysis("Third."))]));
    // An empty description is none; an empty alt text says something.
    let texts = write(&ada, &id, json!({ "language": "en", "description": " ", "altText": " " })).await;
    assert_eq!(texts, json!([text("en", of_analysis("Third."), own(""))]));
}

#[tokio::test]
async fn words_without_an_analysis_leave_nothing_behind_when_they_are_taken_back() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let texts = write(&ada, &id, json!({ "language": "PT-br", "description": "O mar.\r\nAzul.", "altText": "" })).await;
    assert_eq!(texts, json!([text("pt-BR", own("O mar.\nAzul."), own(""))]));
    let texts = write(&ada, &id, json!({ "language": "pt-br", "description": null })).await;
    assert_eq!(texts, json!([text("pt-BR", NONE, own(""))]));
    assert_eq!(write(&ada, &id, json!({ "language": "pt-BR", "altText": null })).await, json!([]));
    assert_eq!(write(&ada, &id, json!({ "language": "de", "description": null, "altText": null })).await, json!([]));
    assert_eq!(image_text::Entity::find().count(app.app.db.read()).await.unwrap(), 0);
}

#[tokio::test]
async fn an_analysis_that_ends_at_the_same_moment_takes_nothing_from_the_owner() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let languages = ["en", "de", "fr", "it", "es", "pt", "nl", "sv"];
    for language in languages {
        let mine = write(&ada, &id, json!({ "language": language, "description": "Mine." }));
        tokio::join!(mine, analyzed(&app, &id, language, "An analysis."));
    }
    let texts = write(&ada, &id, Value::Null).await;
    assert_eq!(texts.as_array().unwrap().len(), languages.len());
    for found in texts.as_array().unwrap() {
        let language = found["language"].as_str().unwrap();
        assert_eq!(*found, text(language, own("Mine."), of_analysis("An analysis.")));
    }
    // Nor does taking them back lose what the analysis said.
    for language in languages {
        let back = write(&ada, &id, json!({ "language": language, "description": null, "altText": null }));
        tokio::join!(back, analyzed(&app, &id, language, "Another."));
    }
    for found in write(&ada, &id, Value::Null).await.as_array().unwrap() {
        let language = found["language"].as_str().unwrap();
        assert_eq!(*found, text(language, of_analysis("Another."), of_analysis("Another.")));
    }
}

#[tokio::test]
async fn an_image_has_words_in_a_hundred_languages() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let language = |number: u8| format!("a{}{}", char::from(b'a' + number / 26), char::from(b'a' + number % 26));
    for number in 0..100 {
        analyzed(&app, &id, &language(number), "Words.").await;
    }
    let text = json!({ "language": language(100), "altText": "One more." });
    let payload = ada.ask(UPDATE, json!({ "id": id, "text": text })).await.data("updateImage");
    let error = json!({ "code": "INVALID_INPUT", "path": ["input", "text", "language"] });
    assert_eq!(payload, json!({ "image": null, "errors": [error] }));
    let texts = write(&ada, &id, json!({ "language": language(99), "altText": "Mine." })).await;
    assert_eq!(texts.as_array().unwrap().len(), 100);
}
