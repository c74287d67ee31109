//! The words of an image: how they are stored, and in what order they are shown.

use image_manager::clock::Timestamp;
use image_manager::db::entities::image_text::{self, TextSource};
use image_manager::images::Words;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, rows};

fn text(image_id: Uuid, language: String, at: i64) -> image_text::Model {
    image_text::Model {
        image_id,
        description: Some(format!("In {language}.")),
        language,
        description_source: Some(TextSource::Analysis),
        alt_text: None,
        alt_text_source: None,
        updated_at: Timestamp(at),
        analysis_description: None,
        analysis_alt_text: None,
    }
}

async fn insert(app: &TestApp, texts: impl IntoIterator<Item = image_text::Model>) {
    let texts = texts.into_iter().map(IntoActiveModel::into_active_model);
    image_text::Entity::insert_many(texts).exec_without_returning(app.app.db.write()).await.unwrap();
}

#[tokio::test]
async fn whose_words_stay_is_decided_in_the_statement_that_writes_them() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let image = rows::image(rows::user_id(&ada).await);
    rows::insert_images(&app.app, std::slice::from_ref(&image)).await;
    let mut own = text(image.id, "en".to_owned(), 1);
    (own.alt_text, own.alt_text_source) = (Some("Mine".to_owned()), Some(TextSource::Owner));
    insert(&app, [own, text(image.id, "de".to_owned(), 1)]).await;
    for language in ["en", "de", "fr"] {
        let words = |text: &str| Words {
            language: language.to_owned(),
            description: text.to_owned(),
            alt_text: text.to_owned(),
        };
        // The fewest: the background may send statements of its own.
        let mut fewest = u64::MAX;
        for words in [words("1"), words("2"), words("3")] {
            let recorded = app.app.images.record_words(app.app.db.write(), image.id, words);
            let (statements, recorded) = app.statements(recorded).await;
            recorded.unwrap();
            fewest = fewest.min(statements);
        }
        assert_eq!(fewest, 1);
        let seen = image_text::Entity::find_by_id((image.id, language.to_owned())).one(app.app.db.read()).await;
        let seen = seen.unwrap().unwrap();
        assert_eq!((seen.description.as_deref(), seen.description_source), (Some("3"), Some(TextSource::Analysis)));
        let alt_text = if language == "en" { ("Mine", TextSource::Owner) } else { ("3", TextSource::Analysis) };
        assert_eq!((seen.alt_text.unwrap().as_str(), seen.alt_text_source.unwrap()), alt_text);
    }
}

#[tokio::test]
async fn an_images_texts_are_the_hundred_written_last_in_the_order_of_their_languages() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let owner = rows::user_id(&ada).await;
    let (many, few) = (rows::image(owner), rows::image(owner));
    rows::insert_images(&app.app, &[many.clone(), few.clone()]).await;
    // Written in the opposite order; two too many, which are the last ones by language.
    let language = |number: i64| format!("en-x-{number:03}");
    insert(&app, (0..102).map(|number| text(many.id, language(number), 1000 - number))).await;
    insert(&app, [text(few.id, "fr".to_owned(), 1), text(few.id, "de".to_owned(), 2)]).await;

    let seen = ada.query("{ images(first: 2) { nodes { texts { language description } } } }").await.data("images");
    let mut seen: Vec<Vec<Value>> = seen["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["texts"].as_array().unwrap().iter().map(|text| text["language"].clone()).collect())
        .collect();
    seen.sort_by_key(Vec::len);
    assert_eq!(seen[0], [json!("de"), json!("fr")]);
    assert_eq!(seen[1], (0..100).map(|number| json!(language(number))).collect::<Vec<_>>());
}
