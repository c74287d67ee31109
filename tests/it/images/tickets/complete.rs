//! Completing: what was put becomes an image, once, and whoever asks again hears the same.

use std::time::Duration;

use image_manager::db::entities::{image, upload};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{NONE, Setting};
use crate::support::client::refusals;
use crate::support::{TestApp, pictures, rows};

async fn delete(setting: &Setting, image: &Value) {
    let document = "mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { errors { code } } }";
    let answer = setting.ada.ask(document, json!({ "input": { "ids": [image["id"]] } })).await;
    assert!(answer.refusals("deleteImages").is_empty());
}

#[tokio::test]
async fn what_was_put_becomes_an_image() {
    let bytes = pictures::jpeg(64, 48);
    for setting in Setting::both().await {
        let ticket = setting.put_ticket(&bytes).await;
        let payload = setting.complete(&ticket, json!({ "title": " At sea ", "tags": ["Sea", "sea", "boat"] })).await;
        let image = &payload["image"];
        assert_eq!((&payload["errors"], &payload["duplicate"]), (&json!([]), &json!(false)));
        assert_eq!((&image["filename"], &image["title"]), (&json!("a.jpg"), &json!("At sea")));
        assert_eq!((&image["width"], &image["height"]), (&json!(64), &json!(48)));
        assert_eq!((&image["contentType"], &image["byteSize"]), (&json!("image/jpeg"), &json!(bytes.len())));
        assert_eq!(image["sha256"], hex::encode(Sha256::digest(&bytes)));
        let document = "query ($id: ID!) { image(id: $id) { original { url } } }";
        let original = setting.ada.ask(document, json!({ "id": image["id"] })).await.data("image");
        let original = original["original"]["url"].as_str().unwrap().to_owned();
        assert_eq!(setting.ada.fetch(&original).await.bytes().await.unwrap(), bytes);
        setting.cleared().await;
        assert_eq!(setting.stored("originals").len(), 1);
        let [row] = &setting.tickets().await[..] else { panic!("one ticket") };
        assert_eq!((row.state, row.lease_until), (upload::State::Completed, None));
    }
}

#[tokio::test]
async fn completed_again_a_ticket_gives_the_same_image_as_long_as_that_is_there() {
    let bytes = pictures::jpeg(64, 48);
    for setting in Setting::both().await {
        let ticket = setting.put_ticket(&bytes).await;
        let first = setting.complete(&ticket, json!({})).await;
        for title in [Value::Null, json!("Another")] {
            let again = setting.complete(&ticket, json!({ "title": title, "onDuplicate": "REJECT" })).await;
            assert_eq!(again, first);
        }
        assert_eq!(rows::images(&setting.app.app).await.len(), 1);
        // What is put by then changes nothing, and goes when the ticket does.
        let late = setting.put(&ticket, &bytes).await;
        assert_eq!(late / 100, if setting.bucket.is_some() { 2 } else { 4 });
        assert_eq!(setting.complete(&ticket, json!({})).await, first);
        setting.app.clock.advance(Duration::from_mins(121));
        setting.app.app.images.sweep_tickets().await.unwrap();
        assert_eq!(setting.left(), NONE);
        assert_eq!(setting.stored("originals").len(), 1);
    }
}

#[tokio::test]
async fn a_ticket_whose_image_was_deleted_is_none_any_more() {
    let setting = Setting::disk().await;
    let ticket = setting.put_ticket(&pictures::jpeg(64, 48)).await;
    let first = setting.complete(&ticket, json!({})).await;
    delete(&setting, &first["image"]).await;
    assert_eq!(refusals(&setting.complete(&ticket, json!({})).await), ["NOT_FOUND"]);
}

#[tokio::test]
async fn a_ticket_is_its_owners_until_it_expires() {
    let bytes = pictures::jpeg(64, 48);
    let setting = Setting::disk().await;
    let bob = setting.app.register("bob").await;
    let ticket = setting.put_ticket(&bytes).await;
    let id = ticket["id"].as_str().unwrap();
    let none = |payload: &Value| {
        assert_eq!(refusals(payload), ["NOT_FOUND"]);
        assert_eq!(payload["errors"][0]["path"], json!(["input", "uploadId"]));
        assert_eq!((&payload["image"], &payload["duplicate"]), (&Value::Null, &json!(false)));
    };
    none(&bob.complete_upload(id, json!({})).await.data("completeUpload"));
    for malformed in ["", "upload_x", &id.replace("upload", "image"), "upload_00000000000000000000000000"] {
        none(&setting.ada.complete_upload(malformed, json!({})).await.data("completeUpload"));
    }
    assert_eq!(setting.app.anonymous().complete_upload(id, json!({})).await.code(), "UNAUTHENTICATED");
    setting.app.clock.advance(Duration::from_hours(1));
    let mut ada = setting.app.anonymous();
    ada.login("ada", crate::support::client::PASSWORD).await;
    none(&ada.complete_upload(id, json!({})).await.data("completeUpload"));
    assert_eq!(rows::images(&setting.app.app).await, []);
}

#[tokio::test]
async fn a_duplicate_is_treated_as_its_sender_wants() {
    let bytes = pictures::jpeg(64, 48);
    for setting in Setting::both().await {
        let first = setting.complete(&setting.put_ticket(&bytes).await, json!({})).await["image"]["id"].clone();
        let ticket = setting.put_ticket(&bytes).await;
        let rejected = setting.complete(&ticket, json!({ "onDuplicate": "REJECT" })).await;
        assert_eq!(refusals(&rejected), ["DUPLICATE"]);
        let error = &rejected["errors"][0];
        assert_eq!((&error["path"], &error["existing"]["id"]), (&json!(["input", "uploadId"]), &first));
        // Refused, it can be completed otherwise: the file is still there.
        let both = setting.complete(&ticket, json!({ "onDuplicate": "KEEP_BOTH" })).await;
        assert_eq!((&both["duplicate"], &both["errors"]), (&json!(false), &json!([])));
        assert_ne!(both["image"]["id"], first);
        let ticket = setting.put_ticket(&bytes).await;
        for _ in 0..2 {
            let existing = setting.complete(&ticket, json!({})).await;
            assert_eq!((&existing["duplicate"], &existing["image"]["id"]), (&json!(true), &first));
        }
        assert_eq!(rows::images(&setting.app.app).await.len(), 2);
        setting.cleared().await;
    }
}

#[tokio::test]
async fn an_analysis_is_asked_for_together_with_the_image() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    app.scripted_ai().hold();
    let setting = Setting { bucket: None, app, ada };
    let ticket = setting.put_ticket(&pictures::jpeg(64, 48)).await;
    let payload = setting.complete(&ticket, json!({ "analyze": { "prompt": "What is it?" } })).await;
    assert_eq!((&payload["errors"], &payload["analysis"]["status"]), (&json!([]), &json!("QUEUED")));
    let ticket = setting.put_ticket(&pictures::jpeg(80, 60)).await;
    let wrong = setting.complete(&ticket, json!({ "analyze": { "model": "none" } })).await;
    assert_eq!(refusals(&wrong), ["INVALID_INPUT"]);
    assert_eq!(wrong["errors"][0]["path"], json!(["input", "analyze", "model"]));
}

#[tokio::test]
async fn without_a_vision_model_an_upload_to_be_analyzed_stays_as_it_is() {
    let setting = Setting::disk().await;
    let ticket = setting.put_ticket(&pictures::jpeg(64, 48)).await;
    assert_eq!(refusals(&setting.complete(&ticket, json!({ "analyze": {} })).await), ["ANALYSIS_UNAVAILABLE"]);
    assert_eq!(rows::images(&setting.app.app).await, []);
    assert_eq!(setting.complete(&ticket, json!({})).await["errors"], json!([]));
}

#[tokio::test]
async fn a_quota_holds_for_direct_uploads_too() {
    let bytes = pictures::jpeg(64, 48);
    let quota = bytes.len() as u64 + 10;
    let app = TestApp::with(|config| config.uploads.storage_quota = Some(quota)).await;
    let ada = app.register("ada").await;
    let setting = Setting { bucket: None, app, ada };
    let other = pictures::with_comment(&bytes, 1);
    let second = setting.put_ticket(&other).await;
    // What was announced counts while it can be put.
    let early = setting.ada.announce("a.jpg", "image/jpeg", &bytes, json!({})).await;
    assert_eq!(
        (refusals(&early), &early["errors"][0]["used"]),
        (vec!["QUOTA_EXCEEDED".to_owned()], &json!(other.len()))
    );
    assert_eq!(setting.ada.upload("a.jpg", bytes.clone()).await["errors"], json!([]));
    let full = setting.complete(&second, json!({})).await;
    assert_eq!(refusals(&full), ["QUOTA_EXCEEDED"]);
    assert_eq!((&full["errors"][0]["limit"], &full["errors"][0]["used"]), (&json!(quota), &json!(bytes.len())));
    let early = setting.ada.announce("b.jpg", "image/jpeg", &other, json!({})).await;
    assert_eq!(refusals(&early), ["QUOTA_EXCEEDED"]);
    assert_eq!(early["errors"][0]["path"], json!(["input", "byteSize"]));
    let ready = rows::images(&setting.app.app).await.into_iter().filter(|row| row.state == image::State::Ready);
    assert_eq!(ready.count(), 1);
}
