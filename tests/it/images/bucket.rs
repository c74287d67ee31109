//! Images in an S3 bucket, and what happens while the bucket cannot be reached.

use std::time::Duration;

use image_manager::config::Storage;
use serde_json::json;

use super::renditions::rendition;
use crate::support::app::eventually;
use crate::support::client::Client;
use crate::support::s3::S3Server;
use crate::support::{TestApp, pictures, rows};

async fn start() -> (S3Server, TestApp, Client) {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| config.storage = Storage::S3(bucket.settings())).await;
    let ada = app.register("ada").await;
    (bucket, app, ada)
}

async fn thumbnail(client: &Client, id: &str) -> String {
    rendition(client, id, json!({ "width": 64 })).await["url"].as_str().unwrap().to_owned()
}

async fn delete(client: &Client, id: &str) {
    let document = "mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { errors { code } } }";
    let answer = client.ask(document, json!({ "input": { "ids": [id] } })).await;
    assert!(answer.refusals("deleteImages").is_empty());
}

#[tokio::test]
async fn an_image_lives_and_dies_in_the_bucket() {
    let (bucket, app, ada) = start().await;
    let bytes = pictures::jpeg(90, 60);
    let id = ada.upload("a.jpg", bytes.clone()).await["image"]["id"].as_str().unwrap().to_owned();
    let image = ada.ask("query ($id: ID!) { image(id: $id) { original { url } } }", json!({ "id": id })).await;
    let original = image.data("image")["original"]["url"].as_str().unwrap().to_owned();
    assert_eq!(ada.fetch(&original).await.bytes().await.unwrap(), bytes);
    let part = ada.http.get(&original).header("range", "bytes=10-19").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), bytes[10..20]);
    assert_eq!(ada.fetch(&thumbnail(&ada, &id).await).await.status(), 200);
    assert_eq!(rows::files(&bucket.bucket()).len(), 2);
    assert_eq!(rows::files(app.data.path()).iter().filter(|path| path.ends_with("files")).count(), 0);

    delete(&ada, &id).await;
    eventually("the objects to go", async || rows::files(&bucket.bucket()).is_empty().then_some(())).await;
    app.clock.advance(Duration::from_secs(121));
    app.app.images.sweep().await.unwrap();
    assert_eq!(rows::images(&app.app).await, []);
}

#[tokio::test]
async fn while_the_bucket_is_away_the_server_says_so_and_recovers_by_itself() {
    let (mut bucket, app, ada) = start().await;
    let id = ada.picture().await;
    let url = thumbnail(&ada, &id).await;
    bucket.stop().await;

    let form = ada.upload_with("a.jpg", pictures::jpeg(8, 8), json!({})).await;
    assert_eq!(form.code(), "UNAVAILABLE");
    assert_eq!(form.body["data"], json!(null));
    let media = ada.fetch(&url).await;
    assert_eq!((media.status().as_u16(), &media.headers()["cache-control"]), (503, &"no-store".parse().unwrap()));
    assert_eq!(ada.fetch(&format!("{}/readyz", app.url)).await.status(), 503);
    // What needs no bucket works.
    assert_eq!(ada.fetch(&format!("{}/healthz", app.url)).await.status(), 200);
    assert_eq!(ada.query("{ images { totalCount } }").await.data("images")["totalCount"], 1);

    bucket.resume().await;
    assert_eq!(ada.fetch(&url).await.status(), 200);
    let ready = format!("{}/readyz", app.url);
    eventually("readiness", async || (ada.fetch(&ready).await.status() == 200).then_some(())).await;
    ada.picture().await;
}

#[tokio::test]
async fn an_upload_that_the_bucket_did_not_take_leaves_nothing() {
    let (mut bucket, app, ada) = start().await;
    bucket.stop().await;
    let form = ada.upload_with("a.jpg", pictures::jpeg(8, 8), json!({})).await;
    assert_eq!(form.code(), "UNAVAILABLE");
    bucket.resume().await;
    app.clock.advance(Duration::from_secs(121));
    app.app.images.sweep().await.unwrap();
    assert_eq!(rows::images(&app.app).await, []);
    assert_eq!(rows::files(&bucket.bucket()).len(), 0);
    assert_eq!(rows::files(&app.data.path().join("incoming")).len(), 0);
}

#[tokio::test]
async fn a_deletion_is_at_once_even_while_the_bucket_is_away() {
    let (mut bucket, app, ada) = start().await;
    let id = ada.picture().await;
    let url = thumbnail(&ada, &id).await;
    bucket.stop().await;
    delete(&ada, &id).await;
    assert_eq!(ada.fetch(&url).await.status(), 404);
    app.clock.advance(Duration::from_secs(121));
    assert_eq!(app.app.images.sweep().await.unwrap(), 0);
    assert_eq!(rows::images(&app.app).await.len(), 1, "the tombstone stays until the objects are gone");

    bucket.resume().await;
    app.clock.advance(Duration::from_secs(61));
    app.app.images.sweep().await.unwrap();
    assert_eq!(rows::files(&bucket.bucket()).len(), 0);
    assert_eq!(rows::images(&app.app).await, []);
}

#[tokio::test]
async fn what_is_asked_of_the_bucket_is_no_more_than_the_answer_needs() {
    let (bucket, app, ada) = start().await;
    let id = ada.picture().await;
    let image = ada.ask("query ($id: ID!) { image(id: $id) { original { url } } }", json!({ "id": id })).await;
    let original = image.data("image")["original"]["url"].as_str().unwrap().to_owned();
    let thumbnail = thumbnail(&ada, &id).await;
    assert_eq!(ada.fetch(&thumbnail).await.status(), 200);
    // By a server that has not fetched it yet.
    let another = app.replica().await;
    let thumbnail = thumbnail.replace(&app.url, &another.url);
    for (url, method, range, expected) in [
        (&original, "HEAD", None, vec!["HEAD /pictures/originals/"]),
        (&original, "GET", Some("bytes=0-9"), vec!["GET /pictures/originals/"]),
        (&original, "GET", Some("bytes=99999999-"), vec![]),
        (&thumbnail, "HEAD", None, vec!["HEAD /pictures/renditions/"]),
        (&thumbnail, "GET", Some("bytes=-9"), vec!["HEAD /pictures/renditions/", "GET /pictures/renditions/"]),
    ] {
        let before = bucket.requests().len();
        let mut request = ada.http.request(method.parse().unwrap(), url);
        if let Some(range) = range {
            request = request.header("range", range);
        }
        request.send().await.unwrap().bytes().await.unwrap();
        let since = bucket.requests().split_off(before);
        let as_expected = since.iter().zip(&expected).all(|(request, expected)| request.starts_with(expected));
        assert!(since.len() == expected.len() && as_expected, "{method} {range:?}: {since:?}");
    }
    drop(app);
}
