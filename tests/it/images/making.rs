//! The making of renditions: how much is in hand at once, who is gone before it is done, and what is deleted meanwhile.

use std::sync::Arc;
use std::thread::available_parallelism;

use futures_util::future::join_all;
use image_manager::config::Storage;
use image_manager::images::Variant;
use image_manager::pictures::{Output, Spec};
use serde_json::json;

use super::renditions::rendition;
use crate::support::app::eventually;
use crate::support::client::Client;
use crate::support::s3::S3Server;
use crate::support::{TestApp, pictures, rows};

const READ: &str = "GET /pictures/originals/";
const LOOKED_UP: &str = "GET /pictures/renditions/";
const PUT: &str = "PUT /pictures/renditions/";

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
    let variant = Variant::Rendition(Spec::contain(64, 48, Output::Jpeg));
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
    seen(&bucket, PUT, 1).await;
    assert_eq!((bucket.count(READ), bucket.count(PUT)), (1, 1));
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

#[tokio::test]
async fn for_whom_went_away_while_waiting_in_line_nothing_is_made() {
    let (bucket, app, ada) = start().await;
    let places = available_parallelism().unwrap().get();
    let images = &app.app.images;
    let mut askers = Vec::new();
    bucket.hold(READ);
    for number in 0..places + 2 {
        let image = rows::image_uuid(&ada.picture().await);
        let variant = Variant::Rendition(Spec::contain(64, 48, Output::Jpeg));
        let served = images.servable(image, variant).await.unwrap().unwrap();
        let images = images.clone();
        askers.push(tokio::spawn(async move { images.open(&served, None).await.is_ok_and(|blob| blob.is_some()) }));
        seen(&bucket, LOOKED_UP, number + 1).await;
    }
    seen(&bucket, READ, places).await;
    let gone = askers.split_off(places);
    for asker in gone {
        asker.abort();
        assert!(asker.await.unwrap_err().is_cancelled());
    }
    bucket.release();
    for asker in askers {
        assert!(asker.await.unwrap());
    }
    // Whoever comes later has their turns.
    let id = ada.picture().await;
    let url = rendition(&ada, &id, json!({ "width": 64 })).await["url"].as_str().unwrap().to_owned();
    assert_eq!(ada.fetch(&url).await.status(), 200);
    assert_eq!((bucket.count(READ), bucket.count(PUT)), (places + 1, places + 1));
}

#[tokio::test]
async fn a_rendition_that_cannot_be_kept_is_shown() {
    let (bucket, _app, ada) = start().await;
    let id = ada.picture().await;
    let url = rendition(&ada, &id, json!({ "width": 64 })).await["url"].as_str().unwrap().to_owned();
    for _ in 0..20 {
        bucket.fail(PUT, 507);
    }
    let whole = ada.fetch(&url).await.bytes().await.unwrap();
    assert!(image::load_from_memory(&whole).is_ok());
    assert!(bucket.count(PUT) > 0 && !bucket.bucket().join("renditions").exists());
    // A part of it, too, and its length.
    let part = ada.http.get(&url).header("range", "bytes=2-9").send().await.unwrap();
    assert_eq!((part.status().as_u16(), part.bytes().await.unwrap()), (206, whole.slice(2..10)));
}

#[tokio::test]
async fn an_original_that_cannot_be_read_any_more_is_said_to_be_and_not_tried_again_and_again() {
    let (bucket, _app, ada) = start().await;
    for damage in ["cut off", "missing"] {
        let id = ada.picture().await;
        let url = rendition(&ada, &id, json!({ "width": 64 })).await["url"].as_str().unwrap().to_owned();
        let file = rows::files(&bucket.bucket().join("originals")).into_iter();
        let file = file.max_by_key(|file| std::fs::metadata(file).unwrap().modified().unwrap()).unwrap();
        match damage {
            "missing" => std::fs::remove_file(&file).unwrap(),
            _ => std::fs::File::options().write(true).open(&file).unwrap().set_len(300).unwrap(),
        }
        let before = bucket.count(READ);
        for _ in 0..3 {
            let answer = ada.fetch(&url).await;
            assert_eq!(answer.status(), 500, "{damage}");
            assert_eq!(answer.headers()["cache-control"], "no-store");
            assert!(answer.text().await.unwrap().contains("damaged or lost"));
        }
        assert_eq!(bucket.count(READ) - before, 1, "{damage}");
    }
}

#[tokio::test]
async fn the_sizes_of_the_grid_are_made_from_one_decode_after_the_upload() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| {
        config.storage = Storage::S3(bucket.settings());
        config.prepare_renditions = true;
    });
    let app = app.await;
    let ada = app.register("ada").await;
    let id = ada.upload("a", pictures::jpeg(500, 400)).await["image"]["id"].as_str().unwrap().to_owned();
    // The largest one is the picture itself.
    seen(&bucket, PUT, 3).await;
    assert_eq!(bucket.count(READ), 1);
    for width in [256, 400, 640] {
        let url = rendition(&ada, &id, json!({ "width": width })).await["url"].as_str().unwrap().to_owned();
        let kept = ada.fetch(&url).await.bytes().await.unwrap();
        assert_eq!(image::load_from_memory(&kept).unwrap().width(), width.min(500));
    }
    assert_eq!((bucket.count(READ), bucket.count(PUT)), (1, 3));
}

#[tokio::test]
async fn a_deletion_while_the_sizes_of_the_grid_are_made_leaves_nothing() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| {
        config.storage = Storage::S3(bucket.settings());
        config.prepare_renditions = true;
    });
    let app = app.await;
    let ada = app.register("ada").await;
    bucket.hold(PUT);
    let id = ada.upload("a", pictures::jpeg(500, 400)).await["image"]["id"].as_str().unwrap().to_owned();
    seen(&bucket, PUT, 1).await;
    let input = json!({ "input": { "ids": [id] } });
    ada.ask("mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { deletedIds } }", input).await;
    eventually("the original to go", async || rows::files(&bucket.bucket().join("originals")).is_empty().then_some(()))
        .await;
    bucket.release();
    eventually("the rendition to go", async || {
        let removed = bucket.count("DELETE /pictures/renditions/") > 0;
        (removed && rows::files(&bucket.bucket()).is_empty()).then_some(())
    })
    .await;
    assert_eq!(bucket.count(PUT), 1);
}
