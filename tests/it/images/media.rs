//! The signed URLs of pictures: who gets in, and what HTTP promises about the answer.

use std::time::Duration;

use image_manager::config::Storage;
use reqwest::Method;
use serde_json::json;

use super::renditions::rendition;
use crate::support::client::Client;
use crate::support::s3::S3Server;
use crate::support::{TestApp, pictures};

const HALF_A_DAY: Duration = Duration::from_secs(12 * 60 * 60);

/// The URL of an image's original.
async fn original(client: &Client, id: &str, download: bool) -> String {
    let document = "query ($id: ID!, $save: Boolean!) { image(id: $id) { original(download: $save) { url } } }";
    let image = client.ask(document, json!({ "id": id, "save": download })).await.data("image");
    image["original"]["url"].as_str().unwrap().to_owned()
}

async fn thumbnail(client: &Client, id: &str) -> String {
    rendition(client, id, json!({ "width": 64 })).await["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_has_the_url_gets_the_original_byte_for_byte() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let bytes = pictures::with_exif(&pictures::jpeg(90, 60), 1);
    let payload = ada.upload("a.jpg", bytes.clone()).await;
    let url = original(&ada, payload["image"]["id"].as_str().unwrap(), false).await;
    let response = app.anonymous().fetch(&url).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"image/jpeg".parse().unwrap())
    );
    assert_eq!(response.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn a_changed_url_gives_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (id, other) = (ada.picture().await, ada.picture().await);
    let (thumbnail, original) = (thumbnail(&ada, &id).await, original(&ada, &id, false).await);
    let expires: i64 = thumbnail.split(['=', '&']).nth(1).unwrap().parse().unwrap();
    for changed in [
        thumbnail.replace("64x48", "65x49"),
        thumbnail.replace(".jpg", ".png"),
        thumbnail.replace(&id, &other),
        thumbnail.replace(&expires.to_string(), &(expires + 43_200).to_string()),
        thumbnail.split('?').next().unwrap().to_owned(),
        thumbnail.split('&').next().unwrap().to_owned(),
        thumbnail.replace("signature=", "signature=A"),
        original.replace("/original?", "/download?"),
        original.replace("/original?", "/64x48.jpg?"),
        format!("{}/media/{id}/original?expires=99999999999&signature=", app.url),
    ] {
        let response = ada.fetch(&changed).await;
        assert_eq!(response.status(), 404, "{changed}");
        assert_eq!(response.headers()["cache-control"], "no-store");
    }
    assert_eq!(ada.fetch(&thumbnail).await.status(), 200);
}

#[tokio::test]
async fn a_url_stays_the_same_for_a_while_and_dies_when_it_says() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let first = rendition(&ada, &id, json!({ "width": 64 })).await;
    assert_eq!(rendition(&ada, &id, json!({ "width": 64 })).await["expiresAt"], first["expiresAt"]);
    let url = first["url"].as_str().unwrap();
    app.clock.advance(HALF_A_DAY - Duration::from_secs(60));
    assert_eq!(ada.fetch(url).await.status(), 200);
    app.clock.advance(HALF_A_DAY + Duration::from_secs(60));
    assert_eq!(ada.fetch(url).await.status(), 404);
}

#[tokio::test]
async fn the_urls_of_a_deleted_image_are_dead_at_once() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let urls = [thumbnail(&ada, &id).await, original(&ada, &id, false).await, original(&ada, &id, true).await];
    for url in &urls {
        assert_eq!(ada.fetch(url).await.status(), 200);
    }
    let input = json!({ "input": { "ids": [id] } });
    ada.ask("mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { deletedIds } }", input).await;
    for url in &urls {
        assert_eq!(ada.fetch(url).await.status(), 404);
        // Not even to somebody who has the bytes: they are to be forgotten.
        let known = ada.http.get(url).header("if-none-match", "*").send().await.unwrap();
        assert_eq!(known.status(), 404);
    }
}

#[tokio::test]
async fn a_picture_is_kept_by_its_viewer_only_and_never_run_as_a_page() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    for url in [thumbnail(&ada, &id).await, original(&ada, &id, false).await] {
        let response = ada.fetch(&url).await;
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").contains("default-src 'none'"));
        assert!(header("content-security-policy").contains("sandbox"));
        let cache = header("cache-control");
        assert!(cache.contains("private") && cache.contains("immutable"), "{cache}");
        assert_eq!(header("accept-ranges"), "bytes");
        assert!(!response.headers().contains_key("content-disposition"));
    }
}

#[tokio::test]
async fn a_download_is_saved_under_the_files_name() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let payload = ada.upload("Grüße \"1\".jpg", pictures::jpeg(8, 8)).await;
    let url = original(&ada, payload["image"]["id"].as_str().unwrap(), true).await;
    let response = ada.fetch(&url).await;
    let disposition = response.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; "), "{disposition}");
    assert!(disposition.ends_with("filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22.jpg"), "{disposition}");
}

#[tokio::test]
async fn who_has_the_picture_already_is_told_so() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let (thumbnail, original) = (thumbnail(&ada, &id).await, original(&ada, &id, false).await);
    let mut tags = Vec::new();
    for url in [&thumbnail, &original] {
        let first = ada.fetch(url).await;
        let tag = first.headers()["etag"].clone();
        let again = ada.http.get(url).header("if-none-match", &tag).send().await.unwrap();
        assert_eq!((again.status().as_u16(), &again.headers()["etag"]), (304, &tag));
        assert_eq!(again.bytes().await.unwrap(), "");
        let other = ada.http.get(url).header("if-none-match", "\"other\"").send().await.unwrap();
        assert_eq!(other.status(), 200);
        tags.push(tag);
    }
    assert_ne!(tags[0], tags[1]);
}

#[tokio::test]
async fn head_tells_what_get_would_without_the_bytes() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    for url in [thumbnail(&ada, &id).await, original(&ada, &id, false).await] {
        let head = ada.http.request(Method::HEAD, &url).send().await.unwrap();
        let get = ada.fetch(&url).await;
        assert_eq!(head.status(), 200);
        for name in ["content-length", "content-type", "etag", "cache-control"] {
            assert_eq!(head.headers()[name], get.headers()[name], "{name}");
        }
        assert_eq!(head.bytes().await.unwrap(), "");
    }
}

#[tokio::test]
async fn a_part_of_a_picture_can_be_had() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    for url in [thumbnail(&ada, &id).await, original(&ada, &id, false).await] {
        let whole = ada.fetch(&url).await.bytes().await.unwrap();
        let (len, end) = (whole.len(), whole.len() - 1);
        let get = |range: &str| ada.http.get(&url).header("range", range.to_owned()).send();
        for (range, part) in [
            ("bytes=0-9".to_owned(), 0..10),
            (format!("bytes={}-", len - 5), len - 5..len),
            ("bytes=-7".to_owned(), len - 7..len),
            ("bytes=3-99999999".to_owned(), 3..len),
        ] {
            let response = get(&range).await.unwrap();
            assert_eq!(response.status(), 206, "{range}");
            let said = format!("bytes {}-{}/{len}", part.start, part.end - 1);
            assert_eq!(response.headers()["content-range"], said);
            assert_eq!(response.headers()["content-length"], part.len().to_string());
            assert_eq!(response.bytes().await.unwrap(), whole[part]);
        }
        let beyond = get(&format!("bytes={}-", end + 1)).await.unwrap();
        assert_eq!(
            (beyond.status().as_u16(), &beyond.headers()["content-range"]),
            (416, &format!("bytes */{len}").parse().unwrap())
        );
        let stale = ada.http.get(&url).header("range", "bytes=0-9").header("if-range", "\"other\"").send();
        assert_eq!(stale.await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_picture_that_is_a_page_or_a_program_too_is_served_as_the_picture_it_is() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let page = b"<!doctype html><script>alert(document.cookie)</script>";
    let program = b"=1;alert(document.cookie)//";
    for (name, declared, bytes) in [
        ("page.html", "image/jpeg", [&pictures::jpeg(40, 30)[..], page].concat()),
        ("program.js", "image/gif", [&pictures::gif(40, 30)[..], program].concat()),
        ("page.svg", "image/png", [&pictures::png(40, 30)[..], page].concat()),
    ] {
        let payload = ada.upload(name, bytes.clone()).await;
        assert_eq!(payload["image"]["contentType"], declared, "{payload}");
        let url = original(&ada, payload["image"]["id"].as_str().unwrap(), false).await;
        let response = app.anonymous().fetch(&url).await;
        let headers = response.headers().clone();
        assert_eq!(
            (&headers["content-type"], &headers["x-content-type-options"]),
            (&declared.parse().unwrap(), &"nosniff".parse().unwrap())
        );
        assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"), "{headers:?}");
        assert_eq!(response.bytes().await.unwrap(), bytes);
    }
}

#[tokio::test]
async fn an_original_is_fetched_from_the_bucket_itself_where_the_operator_wants_it() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| {
        config.storage = Storage::S3(bucket.settings());
        config.media_redirect = true;
    });
    let app = app.await;
    let ada = app.register("ada").await;
    let bytes = pictures::jpeg(90, 60);
    let id = ada.upload("Grüße.jpg", bytes.clone()).await["image"]["id"].as_str().unwrap().to_owned();
    let direct = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (save, disposition) in [(false, "response-content-disposition=inline"), (true, "Gr%25C3%25BC%25C3%259Fe.jpg")] {
        let url = original(&ada, &id, save).await;
        let answer = direct.get(&url).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["cache-control"]), (307, &"no-store".parse().unwrap()));
        let place = answer.headers()["location"].to_str().unwrap().to_owned();
        assert!(place.starts_with(bucket.settings().endpoint.as_deref().unwrap()), "{place}");
        assert!(place.contains(disposition) && place.contains("response-content-type=image%2Fjpeg"), "{place}");
        assert!(place.contains("X-Amz-Expires=3600"), "{place}");
        assert_eq!(direct.get(&place).send().await.unwrap().bytes().await.unwrap(), bytes);
        // A HEAD would need another signature there.
        let head = direct.head(&url).send().await.unwrap();
        assert_eq!((head.status().as_u16(), &head.headers()["content-length"]), (200, &bytes.len().into()));
    }
    // Renditions are made here.
    assert_eq!(direct.get(thumbnail(&ada, &id).await).send().await.unwrap().status(), 200);
    let url = original(&ada, &id, false).await;
    let input = json!({ "input": { "ids": [id] } });
    ada.ask("mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { deletedIds } }", input).await;
    assert_eq!(direct.get(&url).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn the_buckets_url_of_an_original_stays_the_same_for_half_an_hour() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| {
        config.storage = Storage::S3(bucket.settings());
        config.media_redirect = true;
    });
    let app = app.await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let url = original(&ada, &id, false).await;
    let direct = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let place = async || direct.get(&url).send().await.unwrap().headers()["location"].clone();
    // To the beginning of a half hour, through it, and into the next one.
    let over = app.clock.now().unix_seconds() % 1800;
    app.clock.advance(Duration::from_secs(1800 - over.unsigned_abs()));
    let first = place().await;
    app.clock.advance(Duration::from_mins(29));
    assert_eq!(place().await, first);
    app.clock.advance(Duration::from_mins(2));
    assert_ne!(place().await, first);
}
