//! Renditions: what size and format they come in, and what is not in them.

use image::{GenericImageView, ImageFormat};
use image_manager::config::Storage;
use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::s3::S3Server;
use crate::support::{TestApp, pictures};

pub const RENDITION: &str = "query ($id: ID!, $transform: TransformInput!) { image(id: $id) {
    rendition(transform: $transform) { url width height contentType expiresAt } } }";

pub async fn ask(client: &Client, image: &str, transform: Value) -> Answer {
    client.ask(RENDITION, json!({ "id": image, "transform": transform })).await
}

pub async fn rendition(client: &Client, image: &str, transform: Value) -> Value {
    ask(client, image, transform).await.data("image")["rendition"].clone()
}

/// The bytes of a rendition, which are what the API says they are.
async fn fetch(client: &Client, rendition: &Value) -> Vec<u8> {
    let response = client.fetch(rendition["url"].as_str().unwrap()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], rendition["contentType"].as_str().unwrap());
    let bytes = response.bytes().await.unwrap();
    let picture = image::load_from_memory(&bytes).unwrap();
    assert_eq!(json!([picture.width(), picture.height()]), json!([rendition["width"], rendition["height"]]));
    bytes.to_vec()
}

async fn upload(client: &Client, bytes: Vec<u8>) -> String {
    client.upload("a", bytes).await["image"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_rendition_has_the_size_that_the_api_says_and_is_never_enlarged() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = upload(&ada, pictures::jpeg(1000, 500)).await;
    for (transform, size) in [
        (json!({ "width": 400 }), (400, 200)),
        (json!({ "height": 128 }), (256, 128)),
        (json!({ "width": 256, "height": 64 }), (128, 64)),
        (json!({ "width": 390 }), (400, 200)),
        (json!({ "width": 1 }), (64, 32)),
        (json!({ "width": 4096, "height": 4096 }), (1000, 500)),
        (json!({ "width": i32::MAX }), (1000, 500)),
    ] {
        let rendition = rendition(&ada, &id, transform.clone()).await;
        assert_eq!((&rendition["width"], &rendition["height"]), (&json!(size.0), &json!(size.1)), "{transform}");
        fetch(&ada, &rendition).await;
    }
}

#[tokio::test]
async fn what_covers_has_the_aspect_that_was_asked_for() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = upload(&ada, pictures::with_exif(&pictures::jpeg(500, 1000), 6)).await;
    for (width, height, size) in [
        (400, 400, (400, 400)),
        (300, 200, (320, 213)),
        (64, 128, (64, 128)),
        (4096, 4096, (500, 500)),
        (i32::MAX, 1, (1000, 1)),
    ] {
        let transform = json!({ "width": width, "height": height, "fit": "COVER" });
        let rendition = rendition(&ada, &id, transform).await;
        assert_eq!((&rendition["width"], &rendition["height"]), (&json!(size.0), &json!(size.1)));
        fetch(&ada, &rendition).await;
    }
    // Where nothing is cut off it is the same file.
    let [cover, contain] = ["COVER", "CONTAIN"].map(|fit| json!({ "width": 400, "height": 200, "fit": fit }));
    assert_eq!(rendition(&ada, &id, cover).await["url"], rendition(&ada, &id, contain).await["url"]);
}

#[tokio::test]
async fn a_quality_snaps_up_to_the_next_ten_and_must_be_one() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = upload(&ada, pictures::jpeg(500, 400)).await;
    let of = async |quality, format| {
        rendition(&ada, &id, json!({ "width": 400, "format": format, "quality": quality })).await
    };
    for format in ["JPEG", "WEBP"] {
        let (low, high) = (of(15, format).await, of(100, format).await);
        assert!(fetch(&ada, &low).await.len() < fetch(&ada, &high).await.len(), "{format}");
        assert_eq!(low["url"], of(20, format).await["url"]);
        assert_ne!(low["url"], of(21, format).await["url"]);
    }
    // It has none.
    assert_eq!(of(15, "PNG").await["url"], of(100, "PNG").await["url"]);
    for quality in [0, 101, -1, i32::MIN, i32::MAX] {
        let answer = ask(&ada, &id, json!({ "width": 64, "quality": quality })).await;
        assert_eq!(answer.code(), "BAD_REQUEST", "{quality}");
    }
}

#[tokio::test]
async fn however_many_sizes_are_asked_for_few_are_kept() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = upload(&ada, pictures::jpeg(1000, 500)).await;
    let mut urls = std::collections::HashSet::new();
    for size in (1..=500).step_by(10) {
        for transform in [json!({ "width": size }), json!({ "width": size, "height": size + 7 })] {
            urls.insert(rendition(&ada, &id, transform).await["url"].as_str().unwrap().to_owned());
        }
    }
    assert!(urls.len() <= 15, "{}", urls.len());
}

#[tokio::test]
async fn a_rendition_has_the_format_that_was_asked_for() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (opaque, clear) =
        (upload(&ada, pictures::png(200, 100)).await, upload(&ada, pictures::transparent_png(200, 100)).await);
    for (id, format, made) in [
        (&opaque, "AUTO", ImageFormat::Jpeg),
        (&opaque, "JPEG", ImageFormat::Jpeg),
        (&opaque, "PNG", ImageFormat::Png),
        (&opaque, "WEBP", ImageFormat::WebP),
        (&clear, "AUTO", ImageFormat::WebP),
        (&clear, "JPEG", ImageFormat::Jpeg),
        (&clear, "PNG", ImageFormat::Png),
    ] {
        let rendition = rendition(&ada, id, json!({ "width": 128, "format": format })).await;
        assert_eq!(rendition["contentType"], made.to_mime_type());
        let bytes = fetch(&ada, &rendition).await;
        assert_eq!(image::guess_format(&bytes).unwrap(), made, "{format}");
        let corner = image::load_from_memory(&bytes).unwrap().get_pixel(2, 2).0;
        match (id == &clear, made) {
            // Transparency becomes white where there is none.
            (true, ImageFormat::Jpeg) => assert!(corner[..3].iter().all(|part| *part > 240), "{corner:?}"),
            (clear, _) => assert_eq!(corner[3] == 0, clear, "{format}: {corner:?}"),
        }
    }
}

#[tokio::test]
async fn a_transform_without_a_positive_side_is_a_bad_request() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    for transform in [
        json!({}),
        json!({ "format": "PNG" }),
        json!({ "width": 0 }),
        json!({ "height": 0 }),
        json!({ "width": -1, "height": 100 }),
        json!({ "width": 100, "height": i32::MIN }),
    ] {
        assert_eq!(ask(&ada, &id, transform.clone()).await.code(), "BAD_REQUEST", "{transform}");
    }
}

#[tokio::test]
async fn a_rendition_is_upright_and_does_not_tell_where_it_was_taken() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let taken = pictures::with_exif(&pictures::jpeg(200, 100), 6);
    assert!(pictures::tells_where(&taken));
    let id = upload(&ada, taken).await;
    for format in ["AUTO", "JPEG", "PNG", "WEBP"] {
        for width in [64, 4096] {
            let rendition = rendition(&ada, &id, json!({ "width": width, "format": format })).await;
            assert_eq!(rendition["height"].as_u64().unwrap(), 2 * rendition["width"].as_u64().unwrap());
            assert!(!pictures::tells_where(&fetch(&ada, &rendition).await), "{format}");
        }
    }
}

#[tokio::test]
async fn a_rendition_is_made_once_however_many_ask_at_once() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| config.storage = Storage::S3(bucket.settings())).await;
    let ada = app.register("ada").await;
    let rendition = rendition(&ada, &ada.picture().await, json!({ "width": 64 })).await;
    let url = rendition["url"].as_str().unwrap();
    let answers = futures_util::future::join_all((0..100).map(|_| async { ada.fetch(url).await.bytes().await }));
    let answers: Vec<_> = answers.await.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|bytes| *bytes == answers[0] && !bytes.is_empty()));
    let made = bucket.requests().into_iter().filter(|request| request.starts_with("PUT /pictures/renditions/"));
    assert_eq!(made.count(), 1);

    // And kept: the next one finds it.
    let before = bucket.requests().len();
    assert_eq!(ada.fetch(url).await.bytes().await.unwrap(), answers[0]);
    let since = bucket.requests().split_off(before);
    assert!(since.iter().all(|request| request.starts_with("GET /pictures/renditions/")), "{since:?}");
}
