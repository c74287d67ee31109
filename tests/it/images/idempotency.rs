//! The same key again: the first answer again.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::client::{Client, PASSWORD};
use crate::support::{TestApp, pictures, rows};

async fn upload(client: &Client, key: &str, bytes: Vec<u8>) -> Value {
    let more = json!({ "idempotencyKey": key, "onDuplicate": "KEEP_BOTH" });
    client.upload_with("a.jpg", bytes, more).await.data("uploadImage")
}

#[tokio::test]
async fn the_same_key_gives_the_first_answer_for_a_day() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.register("ada").await, app.register("eve").await);
    let first = upload(&ada, "k1", pictures::jpeg(64, 48)).await;
    assert_eq!(upload(&ada, "k1", pictures::jpeg(64, 48)).await, first);
    assert_ne!(upload(&ada, "k2", pictures::jpeg(64, 48)).await["image"]["id"], first["image"]["id"]);
    assert_ne!(upload(&eve, "k1", pictures::jpeg(64, 48)).await["image"]["id"], first["image"]["id"]);
    assert_eq!(rows::images(&app.app).await.len(), 3);

    app.clock.advance(Duration::from_hours(23));
    let mut ada = ada;
    ada.token = None;
    ada.login("ada", PASSWORD).await;
    app.app.images.sweep().await.unwrap();
    assert_eq!(upload(&ada, "k1", pictures::jpeg(64, 48)).await["image"]["id"], first["image"]["id"]);
    app.clock.advance(Duration::from_hours(2));
    ada.token = None;
    ada.login("ada", PASSWORD).await;
    assert_ne!(upload(&ada, "k1", pictures::jpeg(64, 48)).await["image"]["id"], first["image"]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_with_one_key_at_once_are_one_image() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut uploads = JoinSet::new();
    for _ in 0..20 {
        let ada = ada.clone();
        uploads.spawn(async move { upload(&ada, "one", pictures::jpeg(64, 48)).await });
    }
    let payloads = uploads.join_all().await;
    assert!(payloads.iter().all(|payload| *payload == payloads[0] && payload["errors"] == json!([])), "{payloads:?}");
    assert_eq!(rows::images(&app.app).await.len(), 1);
}

#[tokio::test]
async fn a_refused_upload_spends_no_key() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    assert_eq!(upload(&ada, "k", b"text".to_vec()).await["errors"][0]["code"], "UNSUPPORTED_TYPE");
    assert_eq!(upload(&ada, "k", pictures::jpeg(64, 48)).await["errors"], json!([]));
    for key in ["", &"k".repeat(256)] {
        let refused = upload(&ada, key, pictures::jpeg(64, 48)).await;
        assert_eq!(refused["errors"][0]["path"], json!(["input", "idempotencyKey"]));
    }
}

#[tokio::test]
async fn a_key_of_an_image_that_was_deleted_since_makes_no_new_one() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let first = upload(&ada, "k", pictures::jpeg(64, 48)).await;
    let delete = "mutation ($ids: [ID!]!) { deleteImages(input: { ids: $ids }) { deletedIds } }";
    ada.ask(delete, json!({ "ids": [first["image"]["id"]] })).await.data("deleteImages");
    assert_eq!(upload(&ada, "k", pictures::jpeg(64, 48)).await["errors"][0]["code"], "CONFLICT");
    assert_eq!(rows::files(&app.data.path().join("incoming")), Vec::<std::path::PathBuf>::new());
}

#[tokio::test]
async fn the_answer_has_the_analysis_that_was_asked_for_and_asks_for_no_other() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let more = json!({ "idempotencyKey": "k", "analyze": {} });
    let ids = async || {
        let payload = ada.upload_with("a.jpg", pictures::jpeg(64, 48), more.clone()).await.data("uploadImage");
        (payload["image"]["id"].clone(), payload["analysis"]["id"].clone())
    };
    let first = ids().await;
    assert!(first.1.is_string());
    assert_eq!(ids().await, first);
}
