//! Files that are not what they were any more, and what is asked for beside them.

use std::fs::{self, File};
use std::path::PathBuf;

use futures_util::future::join_all;
use image_manager::images::Variant;
use image_manager::pictures::{Fit, Output, Spec};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::renditions::rendition;
use crate::support::client::Client;
use crate::support::{TestApp, pictures, rows};

async fn start() -> (TestApp, Client, String) {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let payload = ada.upload("a.jpg", pictures::jpeg(300, 200)).await;
    let id = payload["image"]["id"].as_str().unwrap().to_owned();
    (app, ada, id)
}

/// The only file in this folder of the storage.
fn only(app: &TestApp, folder: &str) -> PathBuf {
    let [file] = rows::files(&app.data.path().join("files").join(folder)).try_into().unwrap();
    file
}

fn cut(file: &PathBuf, bytes: u64) {
    File::options().write(true).open(file).unwrap().set_len(bytes).unwrap();
}

async fn originals(client: &Client, id: &str) -> [String; 2] {
    let document =
        "query ($id: ID!) { image(id: $id) { shown: original { url } saved: original(download: true) { url } } }";
    let image = client.ask(document, json!({ "id": id })).await.data("image");
    ["shown", "saved"].map(|name| image[name]["url"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_original_of_another_length_is_not_served_in_any_way_until_it_is_back() {
    let (app, ada, id) = start().await;
    let file = only(&app, "originals");
    let whole = fs::read(&file).unwrap();
    let urls = originals(&ada, &id).await;
    for (damage, width) in [(Some(whole.len() as u64 / 2), 64), (Some(0), 128), (None, 256)] {
        match damage {
            Some(bytes) => cut(&file, bytes),
            None => fs::remove_file(&file).unwrap(),
        }
        for (url, (method, range)) in urls.iter().flat_map(|url| {
            let asked =
                [(Method::GET, None), (Method::HEAD, None), (Method::GET, Some("0-9")), (Method::GET, Some("-9"))];
            asked.map(|asked| (url, asked))
        }) {
            let mut request = ada.http.request(method, url);
            if let Some(range) = range {
                request = request.header("range", format!("bytes={range}"));
            }
            let answer = request.send().await.unwrap();
            let cache = answer.headers()["cache-control"].to_str().unwrap();
            assert_eq!((answer.status().as_u16(), cache), (500, "no-store"), "{damage:?} {range:?}");
        }
        let thumbnail = rendition(&ada, &id, json!({ "width": width })).await["url"].as_str().unwrap().to_owned();
        assert_eq!(ada.fetch(&thumbnail).await.status(), 500);

        // Another file in its place is looked at anew, without waiting.
        fs::remove_file(&file).ok();
        fs::write(&file, &whole).unwrap();
        assert_eq!(ada.fetch(&urls[0]).await.bytes().await.unwrap(), whole);
        assert_eq!(ada.fetch(&thumbnail).await.status(), 200);
    }
}

#[tokio::test]
async fn a_kept_rendition_that_has_lost_its_bytes_is_made_again() {
    let (app, ada, id) = start().await;
    let url = rendition(&ada, &id, json!({ "width": 64 })).await["url"].as_str().unwrap().to_owned();
    let made = ada.fetch(&url).await.bytes().await.unwrap();
    cut(&only(&app, "renditions"), 0);
    // By a server that does not have it in memory.
    let another = app.replica().await;
    let url = url.replace(&app.url, &another.url);
    let head = ada.http.head(&url).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], made.len().to_string());
    assert_eq!(ada.fetch(&url).await.bytes().await.unwrap(), made);
    assert_eq!(fs::read(only(&app, "renditions")).unwrap(), made);
}

#[tokio::test]
async fn what_is_no_picture_under_media_is_not_found_and_no_page() {
    let (app, ada, id) = start().await;
    let url = rendition(&ada, &id, json!({ "width": 64 })).await["url"].as_str().unwrap().to_owned();
    for odd in [
        format!("{}/media/", app.url),
        format!("{}/media/{id}", app.url),
        url.replace(".jpg?", ".jpg/?"),
        url.replace(".jpg?", "/jpg?"),
        url.replace("/64x43", "/%FF"),
        url.replace(&id, "%8f"),
    ] {
        let answer = ada.fetch(&odd).await;
        assert_eq!(
            (answer.status(), &answer.headers()["cache-control"]),
            (StatusCode::NOT_FOUND, &"no-store".parse().unwrap()),
            "{odd}"
        );
        assert!(!answer.text().await.unwrap().contains('<'), "{odd}");
    }
}

#[tokio::test]
async fn of_the_aspects_that_can_be_asked_for_only_so_many_are_kept() {
    let (app, ada, id) = start().await;
    drop(ada);
    let (images, image) = (app.app.images.clone(), rows::image_uuid(&id));
    let covers = (0..230)
        .map(|number| Spec { fit: Fit::Cover, ..Spec::contain(10 + number % 23, 10 + number / 23, Output::Png) });
    let made = join_all(covers.map(async |spec| {
        let served = images.servable(image, Variant::Rendition(spec)).await.unwrap().unwrap();
        images.open(&served, None).await.unwrap().unwrap().len
    }));
    assert!(made.await.iter().all(|len| *len > 0));
    let kept = rows::files(&app.data.path().join("files/renditions")).len();
    // Those that are made at the same time may each be the last one that is kept.
    assert!((200..210).contains(&kept), "{kept}");
}
