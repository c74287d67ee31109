//! Pictures that are fetched again and again: who is asked for them then, and that a deletion counts all the same.

use std::time::Duration;

use image_manager::config::Storage;
use serde_json::json;

use super::renditions::rendition;
use crate::support::client::Client;
use crate::support::s3::S3Server;
use crate::support::{TestApp, pictures};

/// As long as a row counts as found, where one server has the database for itself.
const MOMENT: Duration = Duration::from_secs(1);

async fn thumbnail(client: &Client, id: &str, width: u32) -> String {
    rendition(client, id, json!({ "width": width })).await["url"].as_str().unwrap().to_owned()
}

async fn delete(client: &Client, id: &str) {
    let input = json!({ "input": { "ids": [id] } });
    client.ask("mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { deletedIds } }", input).await;
}

#[tokio::test]
async fn a_small_rendition_that_was_fetched_is_not_asked_for_again() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| config.storage = Storage::S3(bucket.settings())).await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let url = thumbnail(&ada, &id, 64).await;
    let bytes = ada.fetch(&url).await.bytes().await.unwrap();
    let asked = bucket.asked().len();
    let row = u64::from(app.app.db.is_shared());

    // The background may send statements of its own.
    let mut fewest = u64::MAX;
    for _ in 0..5 {
        let (statements, again) = app.statements(ada.fetch(&url)).await;
        fewest = fewest.min(statements);
        assert_eq!(again.bytes().await.unwrap(), bytes);
    }
    assert_eq!(fewest, row);
    let part = ada.http.get(&url).header("range", "bytes=-7").send().await.unwrap();
    assert_eq!((part.status().as_u16(), part.bytes().await.unwrap()), (206, bytes.slice(bytes.len() - 7..)));
    let head = ada.http.head(&url).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], bytes.len().to_string());
    assert_eq!(bucket.asked().len(), asked);
}

#[tokio::test]
async fn a_large_rendition_stays_in_the_storage() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| config.storage = Storage::S3(bucket.settings())).await;
    let ada = app.register("ada").await;
    let noise = pictures::noise(560, 500);
    let payload = ada.upload("noise.png", noise).await;
    let id = payload["image"]["id"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned();
    let png = json!({ "width": 1024, "format": "PNG" });
    let url = rendition(&ada, &id, png).await["url"].as_str().unwrap().to_owned();
    let mut sizes = Vec::new();
    for _ in 0..3 {
        sizes.push(ada.fetch(&url).await.bytes().await.unwrap().len());
    }
    assert!(sizes[0] > 256 << 10 && sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
    assert_eq!(bucket.count("GET /pictures/renditions/"), 3);
}

#[tokio::test]
async fn what_another_server_deletes_is_gone_here_at_once_or_where_there_can_be_none_within_a_second() {
    let here = TestApp::start().await;
    let there = here.replica().await;
    let ada = here.register("ada").await;
    let id = ada.picture().await;
    let url = thumbnail(&ada, &id, 64).await;
    assert_eq!(ada.fetch(&url).await.status(), 200);
    delete(&Client { url: there.url.clone(), ..ada.clone() }, &id).await;
    if !here.app.db.is_shared() {
        here.clock.advance(MOMENT);
    }
    assert_eq!(ada.fetch(&url).await.status(), 404);
}
