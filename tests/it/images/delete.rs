//! Deletion: gone at once for everybody, and from the storage soon after.

use std::time::Duration;

use image_manager::db::entities::image;
use image_manager::db::ids::{self, Kind};
use serde_json::{Value, json};

use super::renditions::rendition;
use crate::support::app::eventually;
use crate::support::client::{Answer, Client};
use crate::support::{TestApp, rows};

async fn delete(client: &Client, ids: &[&str]) -> Answer {
    let document = "mutation ($input: ImageIdsInput!) { deleteImages(input: $input) {
        deletedIds errors { code message path } } }";
    client.ask(document, json!({ "input": { "ids": ids } })).await
}

#[tokio::test]
async fn a_deleted_image_is_nowhere_to_be_found() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (gone, kept) = (ada.picture().await, ada.picture().await);
    let payload = delete(&ada, &[&gone]).await.data("deleteImages");
    assert_eq!(payload, json!({ "deletedIds": [gone], "errors": [] }));
    let document = "query ($id: ID!, $ids: [ID!]!) { image(id: $id) { id } node(id: $id) { id } nodes(ids: $ids) { id }
        images { totalCount nodes { id } } }";
    let answer = ada.ask(document, json!({ "id": gone, "ids": [gone, kept] })).await;
    assert_eq!(answer.data("image"), Value::Null);
    assert_eq!(answer.data("node"), Value::Null);
    assert_eq!(answer.data("nodes"), json!([null, { "id": kept }]));
    assert_eq!(answer.data("images"), json!({ "totalCount": 1, "nodes": [{ "id": kept }] }));
    // Once gone, it is like one that never was.
    assert_eq!(delete(&ada, &[&gone]).await.refusals("deleteImages"), ["NOT_FOUND"]);
}

#[tokio::test]
async fn ids_that_are_not_there_hinder_no_other() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let (first, second, theirs) = (ada.picture().await, ada.picture().await, bob.picture().await);
    let never = Kind::Image.encode(ids::new());
    let user = Kind::User.encode(rows::user_id(&ada).await);
    let answer = delete(&ada, &[&first, &theirs, &never, "no id", &user, &second]).await;
    let payload = answer.data("deleteImages");
    assert_eq!(payload["deletedIds"], json!([first, second]));
    let errors = payload["errors"].as_array().unwrap();
    for (error, index) in errors.iter().zip(1..=4) {
        assert_eq!(error["code"], "NOT_FOUND");
        assert_eq!(error["path"], json!(["input", "ids", index.to_string()]));
        assert_eq!(error["message"], errors[0]["message"], "another's id is told from none");
    }
    assert_eq!(errors.len(), 4);
    assert_eq!(bob.query("{ images { totalCount } }").await.data("images")["totalCount"], 1);
}

#[tokio::test]
async fn an_id_given_twice_is_deleted_once() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let payload = delete(&ada, &[&id, &id]).await.data("deleteImages");
    assert_eq!(payload, json!({ "deletedIds": [id], "errors": [] }));
}

#[tokio::test]
async fn more_than_a_hundred_ids_are_refused_whatever_they_are() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    for other in [Kind::Image.encode(ids::new()), "no id".to_owned()] {
        let mut ids = vec![other.as_str(); 100];
        ids.push(&id);
        let answer = delete(&ada, &ids).await;
        assert_eq!(answer.refusals("deleteImages"), ["INVALID_INPUT"]);
        assert_eq!(answer.data("deleteImages")["deletedIds"], json!([]));
        assert_eq!(answer.data("deleteImages")["errors"][0]["path"], json!(["input", "ids"]));
    }
    assert_eq!(ada.query("{ images { totalCount } }").await.data("images")["totalCount"], 1);
    let mut hundred = vec!["no id"; 99];
    hundred.push(&id);
    assert_eq!(delete(&ada, &hundred).await.data("deleteImages")["deletedIds"], json!([id]));
}

#[tokio::test]
async fn the_files_go_and_then_the_row() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (gone, kept) = (ada.picture().await, ada.picture().await);
    for id in [&gone, &kept] {
        let url = rendition(&ada, id, json!({ "width": 64 })).await["url"].clone();
        assert_eq!(ada.fetch(url.as_str().unwrap()).await.status(), 200);
    }
    let files = app.data.path().join("files");
    assert_eq!(rows::files(&files).len(), 4);

    delete(&ada, &[&gone]).await;
    // The sweeper is woken by the deletion; nobody has to wait for its next round.
    eventually("the files to go", async || (rows::files(&files).len() == 2).then_some(())).await;
    let left = rows::images(&app.app).await;
    assert_eq!(left.iter().find(|image| image.id == rows::image_uuid(&gone)).unwrap().state, image::State::Deleting);

    app.clock.advance(Duration::from_secs(121));
    app.app.images.sweep().await.unwrap();
    let left: Vec<_> = rows::images(&app.app).await.iter().map(|image| image.id).collect();
    assert_eq!(left, [rows::image_uuid(&kept)]);
    assert_eq!(rows::files(&files).len(), 2);
}

#[tokio::test]
async fn what_a_late_writer_stores_after_the_deletion_goes_too() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let gone = ada.picture().await;
    delete(&ada, &[&gone]).await;
    app.app.images.sweep().await.unwrap();
    let key = image_manager::storage::Key::rendition(rows::image_uuid(&gone), "late.jpg").unwrap();
    app.app.blobs.put_bytes(&key, "late".into(), "image/jpeg").await.unwrap();
    app.clock.advance(Duration::from_secs(121));
    app.app.images.sweep().await.unwrap();
    assert_eq!(rows::files(&app.data.path().join("files")).len(), 0);
    assert_eq!(rows::images(&app.app).await, []);
}
