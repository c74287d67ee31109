//! Changing an image: what is left out stays, null clears, all of an input or nothing, and two changes at once.

use std::time::Duration;

use futures_util::future::join_all;
use image_manager::clock::Timestamp;
use image_manager::db::entities::image_metadata;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::{TestApp, rows};

const UPDATE: &str = "mutation ($input: UpdateImageInput!) { updateImage(input: $input) {
    image { title favorite tags takenAt updatedAt description altText } errors { code path } } }";
const SEEN: &str = "query ($id: ID!) { image(id: $id) { title favorite tags takenAt updatedAt description altText } }";

/// The payload of an update of this image.
async fn update(client: &Client, id: &str, changes: Value) -> Value {
    let mut input = json!({ "id": id });
    input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    client.ask(UPDATE, json!({ "input": input })).await.data("updateImage")
}

async fn seen(client: &Client, id: &str) -> Value {
    client.ask(SEEN, json!({ "id": id })).await.data("image")
}

/// Every field with a value, what it is then, and what null makes of it.
fn fields() -> [(&'static str, Value, Value, Value); 4] {
    [
        ("title", json!(" A day\u{7} out "), json!("A day out"), Value::Null),
        ("favorite", json!(true), json!(true), json!(false)),
        ("tags", json!(["Sea", "sun"]), json!(["Sea", "sun"]), json!([])),
        ("takenAt", json!("2024-05-17T14:03:22.5+02:00"), json!("2024-05-17T12:03:22.500Z"), Value::Null),
    ]
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_clears() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let words = json!({ "text": { "language": "en", "description": "The sea.", "altText": "Sea" } });
    assert_eq!(update(&ada, &id, words).await["errors"], json!([]));
    let mut expected = seen(&ada, &id).await;
    for by_null in [false, true] {
        for (field, value, kept, cleared) in fields() {
            app.clock.advance(Duration::from_millis(10));
            let payload = update(&ada, &id, json!({ field: if by_null { Value::Null } else { value } })).await;
            assert_eq!(payload["errors"], json!([]));
            expected[field] = if by_null { cleared } else { kept };
            expected["updatedAt"] = payload["image"]["updatedAt"].clone();
            // What is answered is what is there.
            assert_eq!(payload["image"], expected, "{field}");
            assert_eq!(seen(&ada, &id).await, expected, "{field}");
        }
    }
    // Values by literals and by variables of their own, of which one is left out.
    let document = "mutation ($id: ID!, $title: String, $favorite: Boolean) {
        updateImage(input: { id: $id, title: $title, favorite: $favorite }) { image { title favorite } } }";
    let image = ada.ask(document, json!({ "id": id, "title": "One" })).await.data("updateImage");
    assert_eq!(image["image"], json!({ "title": "One", "favorite": false }));
    let image = ada.ask(document, json!({ "id": id, "favorite": true })).await.data("updateImage");
    assert_eq!(image["image"], json!({ "title": "One", "favorite": true }));
}

#[tokio::test]
async fn the_time_of_change_moves_only_when_something_is_said() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let before = seen(&ada, &id).await;
    app.clock.advance(Duration::from_secs(5));
    for nothing in [json!({}), json!({ "text": null }), json!({ "text": { "language": "en" } })] {
        assert_eq!(update(&ada, &id, nothing).await, json!({ "image": before, "errors": [] }));
    }
    let after = update(&ada, &id, json!({ "text": { "language": "en", "altText": "Sea" } })).await;
    assert!(after["image"]["updatedAt"].as_str() > before["updatedAt"].as_str(), "{after}");
}

#[tokio::test]
async fn a_wrong_value_is_told_by_its_path_and_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let before = seen(&ada, &id).await;
    let text = |field: &str, length: usize| json!({ "language": "en", field: "ä".repeat(length) });
    for (changes, path) in [
        (json!({ "title": "ä".repeat(256) }), json!(["input", "title"])),
        (json!({ "tags": [""] }), json!(["input", "tags"])),
        (json!({ "text": text("description", 10_001) }), json!(["input", "text", "description"])),
        (json!({ "text": text("altText", 2001) }), json!(["input", "text", "altText"])),
    ] {
        let mut input = json!({ "favorite": true, "takenAt": "2024-05-17T14:03:22Z" });
        input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let payload = update(&ada, &id, input).await;
        let errors = json!([{ "code": "INVALID_INPUT", "path": path }]);
        assert_eq!(payload, json!({ "image": null, "errors": errors }));
    }
    assert_eq!(seen(&ada, &id).await, before);
    for wrong in [json!({ "takenAt": "yesterday" }), json!({ "takenAt": "9999-12-31T23:59:59-01:00" })] {
        let mut input = json!({ "id": id });
        input.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert_eq!(ada.ask(UPDATE, json!({ "input": input })).await.code(), "BAD_REQUEST");
    }
}

#[tokio::test]
async fn the_time_of_taking_goes_back_to_what_the_file_says() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let metadata = image_metadata::Model {
        image_id: rows::image_uuid(&id),
        palette: Vec::new(),
        camera: None,
        lens: None,
        focal_length: None,
        aperture: None,
        exposure: None,
        iso: None,
        taken_at: Some(Timestamp(1_600_000_000_000)),
        taken_at_local: None,
        utc_offset: None,
        latitude: None,
        longitude: None,
    };
    image_metadata::Entity::delete_by_id(metadata.image_id).exec(app.app.db.write()).await.unwrap();
    let row = image_metadata::Entity::insert(metadata.into_active_model());
    row.exec_without_returning(app.app.db.write()).await.unwrap();
    let own = update(&ada, &id, json!({ "takenAt": "2024-05-17T12:00:00Z" })).await;
    assert_eq!(own["image"]["takenAt"], "2024-05-17T12:00:00.000Z");
    assert_eq!(rows::images(&app.app).await[0].taken_or_uploaded_at, Timestamp(1_715_947_200_000));
    let back = update(&ada, &id, json!({ "takenAt": null })).await;
    assert_eq!(back["image"]["takenAt"], "2020-09-13T12:26:40.000Z");
    let row = rows::images(&app.app).await.remove(0);
    assert_eq!(row.taken_or_uploaded_at, Timestamp(1_600_000_000_000));
}

#[tokio::test]
async fn changes_of_different_things_at_the_same_moment_are_all_kept() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    for round in 0..5 {
        let (round, at) = (format!("Round {round}"), format!("2024-05-17T12:00:0{round}.000Z"));
        let changes = [
            json!({ "title": round }),
            json!({ "takenAt": at }),
            json!({ "tags": [round, "one"] }),
            json!({ "tags": [round, "two"] }),
            json!({ "text": { "language": "en", "description": round } }),
            json!({ "text": { "language": "en", "altText": round } }),
            json!({ "text": { "language": "de", "altText": "Runde" } }),
        ];
        let payloads = join_all(changes.iter().map(|change| update(&ada, &id, change.clone()))).await;
        assert!(payloads.iter().all(|payload| payload["errors"] == json!([])), "{payloads:?}");
        let image = seen(&ada, &id).await;
        for field in ["title", "description", "altText"] {
            assert_eq!(image[field], json!(round), "{field}");
        }
        assert_eq!(image["takenAt"], json!(at));
        // Of two for the same thing one stays, whole.
        assert!([json!([round, "one"]), json!([round, "two"])].contains(&image["tags"]), "{image}");
    }
}
