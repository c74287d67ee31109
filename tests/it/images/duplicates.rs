//! The same bytes again: given back, kept twice, or refused; and many of them at once.

use std::collections::HashSet;
use std::time::Duration;

use image_manager::db::entities::image;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::task::JoinSet;

use crate::support::client::Client;
use crate::support::{TestApp, pictures, rows};

async fn upload(client: &Client, policy: &str) -> Value {
    let more = json!({ "onDuplicate": policy, "title": "again" });
    client.upload_with("b.jpg", pictures::jpeg(64, 48), more).await.data("uploadImage")
}

#[tokio::test]
async fn the_same_bytes_are_the_image_that_is_there_and_change_nothing_on_it() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let first = ada.upload("a.jpg", pictures::jpeg(64, 48)).await;
    assert_eq!(first["duplicate"], false);
    let mut again = upload(&ada, "RETURN_EXISTING").await;
    assert_eq!((again["duplicate"].take(), &again["errors"]), (json!(true), &json!([])));
    assert_eq!(again["image"], first["image"]);
    // Also where nothing is said about duplicates.
    assert_eq!(ada.upload("c.jpg", pictures::jpeg(64, 48)).await["image"], first["image"]);
    assert_eq!(
        (rows::images(&app.app).await.len(), rows::files(&app.data.path().join("files/originals")).len()),
        (1, 1)
    );
}

#[tokio::test]
async fn the_same_bytes_are_kept_twice_or_refused_where_that_is_asked_for() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let first = ada.upload("a.jpg", pictures::jpeg(64, 48)).await;
    let refused = upload(&ada, "REJECT").await;
    assert_eq!((&refused["image"], &refused["errors"][0]["code"]), (&Value::Null, &json!("DUPLICATE")));
    assert_eq!(refused["errors"][0]["existing"]["id"], first["image"]["id"]);

    let second = upload(&ada, "KEEP_BOTH").await;
    assert_eq!((&second["duplicate"], &second["image"]["title"]), (&json!(false), &json!("again")));
    assert_ne!(second["image"]["id"], first["image"]["id"]);
    // Of several the oldest one.
    assert_eq!(upload(&ada, "RETURN_EXISTING").await["image"]["id"], first["image"]["id"]);
    assert_eq!(rows::images(&app.app).await.len(), 2);
}

#[tokio::test]
async fn other_peoples_and_deleted_images_are_no_duplicates() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.register("ada").await, app.register("eve").await);
    let first = ada.upload("a.jpg", pictures::jpeg(64, 48)).await;
    assert_eq!(upload(&eve, "REJECT").await["duplicate"], false);
    let delete = "mutation ($ids: [ID!]!) { deleteImages(input: { ids: $ids }) { deletedIds } }";
    ada.ask(delete, json!({ "ids": [first["image"]["id"]] })).await.data("deleteImages");
    let again = upload(&ada, "REJECT").await;
    assert_eq!((&again["duplicate"], &again["errors"]), (&json!(false), &json!([])));
    assert_ne!(again["image"]["id"], first["image"]["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_of_the_same_at_once_are_one_image_on_two_replicas() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let replica = app.replica().await;
    let mut uploads = JoinSet::new();
    for number in 0..50 {
        let mut ada = ada.clone();
        if number % 2 == 0 {
            ada.url.clone_from(&replica.url);
        }
        uploads.spawn(async move { ada.upload("a.jpg", pictures::jpeg(64, 48)).await });
    }
    let payloads = uploads.join_all().await;
    let ids: HashSet<_> = payloads.iter().map(|payload| payload["image"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(payloads.iter().filter(|payload| payload["duplicate"] == false).count(), 1);
    assert_eq!(rows::images(&app.app).await.len(), 1);
}

#[tokio::test]
async fn whoever_waits_for_an_upload_that_fails_takes_the_bytes_in() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    // One that died right after its row was written.
    let sha256 = hex::encode(Sha256::digest(pictures::jpeg(64, 48)));
    let dead = image::Model {
        state: image::State::Pending,
        lease_until: Some(app.clock.now().plus(Duration::from_mins(1))),
        dedupe_key: Some(sha256.clone()),
        sha256,
        ..rows::image(rows::user_id(&ada).await)
    };
    rows::insert_images(&app.app, &[dead]).await;
    let uploading = tokio::spawn(async move { ada.upload("a.jpg", pictures::jpeg(64, 48)).await });
    app.clock.advance(Duration::from_secs(61));
    app.app.images.sweep().await.unwrap();
    let payload = uploading.await.unwrap();
    assert_eq!((&payload["duplicate"], &payload["errors"]), (&json!(false), &json!([])));
}
