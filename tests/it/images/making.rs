//! The making of renditions: how much is in hand at once, who is gone before it is done, and what is deleted meanwhile.

use std::sync::Arc;
use std::thread::available_parallelism;

use futures_util::future::join_all;
use image_manager::config::Storage;
use image_manager::images::Variant;
use image_manager::pictures::Output;
use serde_json::json;

use super::renditions::rendition;
use crate::support::app::eventually;
use crate::support::client::Client;
use crate::support::s3::S3Server;
use crate::support::{TestApp, rows};

const READ: &str = "GET /pictures/originals/";
const LOOKED_UP: &str = "GET /pictures/renditions/";

async fn start() -> (S3Server, TestApp, Client) {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| config.storage = Storage::S3(bucket.settings())).await;
    let ada = app.register("ada").await;
    (bucket, app, ada)
}

async fn seen(bucket: &S3Server, beginning: &str, times: usize) {
    eventually(beginning, async || (bucket.count(beginning) >= times).then_some(())).await;
}

#[tokio::test]
async fn no_more_originals_are_read_at_once_than_pictures_are_worked_on() {
    let (bucket, _app, ada) = start().await;
    let places = available_parallelism().unwrap().get();
    let ids = join_all((0..3 * places).map(|_| ada.picture())).await;
    let urls = join_all(ids.iter().map(async |id| rendition(&ada, id, json!({ "width": 64 })).await["url"].clone()));
    let urls = urls.await;

    bucket.hold(READ);
    let answers = urls.iter().map(|url| {
        let (client, url) = (ada.clone(), url.as_str().unwrap().to_owned());
        tokio::spawn(async move { client.fetch(&url).await.status() })
    });
    let answers: Vec<_> = answers.collect();
    seen(&bucket, LOOKED_UP, urls.len()).await;
    seen(&bucket, READ, places).await;
    // Whoever wants to read as well had time enough: these went there and back.
    for _ in 0..20 {
        ada.picture().await;
    }
    assert_eq!(bucket.count(READ), places);

    bucket.release();
    for answer in answers {
        assert_eq!(answer.await.unwrap(), 200);
    }
    assert_eq!(bucket.count(READ), urls.len());
}

#[tokio::test]
async fn a_rendition_is_finished_although_nobody_waits_for_it_any_more() {
    let (bucket, app, ada) = start().await;
    let image = rows::image_uuid(&ada.picture().await);
    let variant = Variant::Rendition { width: 64, height: 48, output: Output::Jpeg };
    let images = app.app.images.clone();
    let served = Arc::new(images.servable(image, variant).await.unwrap().unwrap());
    bucket.hold(READ);
    let asker = tokio::spawn({
        let (images, served) = (images.clone(), served.clone());
        async move { images.open(&served, None).await.is_ok() }
    });
    seen(&bucket, READ, 1).await;
    asker.abort();
    assert!(asker.await.unwrap_err().is_cancelled());

    // Whoever comes then does not begin it again.
    let second = tokio::spawn(async move { images.open(&served, None).await.unwrap().is_some() });
    seen(&bucket, LOOKED_UP, 2).await;
    bucket.release();
    assert!(second.await.unwrap());
    seen(&bucket, "PUT /pictures/renditions/", 1).await;
    assert_eq!((bucket.count(READ), bucket.count("PUT /pictures/renditions/")), (1, 1));
}

#[tokio::test]
async fn whoever_waits_for_a_rendition_of_what_is_deleted_meanwhile_is_told_that_it_is_gone() {
    let (bucket, app, ada) = start().await;
    let id = ada.picture().await;
    let url = rendition(&ada, &id, json!({ "width": 64 })).await["url"].as_str().unwrap().to_owned();
    bucket.hold(READ);
    let waiting = [(); 2].map(|()| {
        let (client, url) = (app.anonymous(), url.clone());
        tokio::spawn(async move { client.fetch(&url).await.status() })
    });
    seen(&bucket, LOOKED_UP, 2).await;
    seen(&bucket, READ, 1).await;
    let input = json!({ "input": { "ids": [id] } });
    ada.ask("mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { deletedIds } }", input).await;
    eventually("the original to go", async || rows::files(&bucket.bucket()).is_empty().then_some(())).await;
    bucket.release();
    for answer in waiting {
        assert_eq!(answer.await.unwrap(), 404);
    }
}
