//! Files that are not taken in: the reason is told, and nothing is left of them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::stream;
use image_manager::config::Storage;
use image_manager::pictures::Format;
use serde_json::{Value, json};

use crate::support::client::Answer;
use crate::support::s3::S3Server;
use crate::support::{TestApp, pictures, rows};

/// A file of each kind that is refused, with its code.
fn refused() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let whole = pictures::jpeg(200, 100);
    vec![
        ("text.png", b"I am no picture, whatever my name is.\n".to_vec(), "UNSUPPORTED_TYPE"),
        ("drawing.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "UNSUPPORTED_TYPE"),
        ("half.jpg", whole[..whole.len() / 2].to_vec(), "CORRUPT_FILE"),
        ("empty.jpg", Vec::new(), "CORRUPT_FILE"),
        ("huge.png", pictures::png_that_claims(30_000, 30_000, 300_000), "TOO_MANY_PIXELS"),
        ("large.png", pictures::png_of_bytes(1_000_001), "FILE_TOO_LARGE"),
    ]
}

#[tokio::test]
async fn a_refused_file_is_told_why_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for (name, bytes, code) in refused() {
        let payload = ada.upload(name, bytes).await;
        assert_eq!(payload["image"], Value::Null, "{name}");
        let error = &payload["errors"][0];
        assert_eq!(error["code"], code, "{name}: {payload}");
        assert_eq!(error["path"], json!(["input", "file"]));
        assert_eq!(error["acceptedTypes"], json!(["image/jpeg", "image/png", "image/gif", "image/webp"]));
        assert_eq!((&error["maxBytes"], &error["maxPixels"]), (&json!(1_000_000), &json!(4_000_000)));
        assert!(error["message"].as_str().unwrap().ends_with('.'), "{error}");
        assert_eq!(rows::images(&app.app).await, [], "{name}");
        assert_eq!(rows::files(&app.data.path().join("files")), Vec::<PathBuf>::new(), "{name}");
        assert_eq!(rows::files(&app.data.path().join("incoming")), Vec::<PathBuf>::new(), "{name}");
    }
}

#[tokio::test]
async fn a_refused_file_leaves_nothing_in_the_bucket() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| config.storage = Storage::S3(bucket.settings())).await;
    let ada = app.register("ada").await;
    for (name, bytes, code) in refused() {
        assert_eq!(ada.upload(name, bytes).await["errors"][0]["code"], code, "{name}");
    }
    assert_eq!(rows::images(&app.app).await, []);
    assert_eq!(rows::files(&bucket.bucket()).len(), 0);
    assert!(!bucket.requests().iter().any(|request| request.starts_with("PUT")), "{:?}", bucket.requests());
}

#[tokio::test]
async fn a_file_may_have_as_many_bytes_and_pixels_as_the_limits_say() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    assert_eq!(ada.upload("a.png", pictures::png_of_bytes(1_000_000)).await["errors"], json!([]));
    assert_eq!(ada.upload("b.png", pictures::png(2000, 2000)).await["errors"], json!([]));
    assert_eq!(ada.upload("c.png", pictures::png(2001, 2000)).await["errors"][0]["code"], "TOO_MANY_PIXELS");
}

#[tokio::test]
async fn only_the_allowed_types_are_taken_in() {
    let app = TestApp::with(|config| config.uploads.formats = vec![Format::Jpeg, Format::WebP]).await;
    let ada = app.register("ada").await;
    assert_eq!(ada.upload("a.jpg", pictures::jpeg(8, 8)).await["errors"], json!([]));
    assert_eq!(ada.upload("a.webp", pictures::webp(8, 8)).await["errors"], json!([]));
    for bytes in [pictures::png(8, 8), pictures::gif(8, 8)] {
        let error = &ada.upload("a.jpg", bytes).await["errors"][0];
        assert_eq!(error["code"], "UNSUPPORTED_TYPE");
        assert_eq!(error["acceptedTypes"], json!(["image/jpeg", "image/webp"]));
    }
    let server = ada.query("{ server { acceptedTypes } }").await.data("server");
    assert_eq!(server["acceptedTypes"], json!(["image/jpeg", "image/webp"]));
}

/// Far more than the limit; whatever lies in the sockets' buffers is far less.
const ENDLESS: usize = 200 * 1024 * 1024;

#[tokio::test]
async fn an_upload_over_the_limit_is_refused_while_it_arrives() {
    const PIECE: usize = 64 * 1024;
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let query = "mutation ($file: Upload!) { uploadImage(input: { file: $file }) { image { id } errors { code } } }";
    let operations = json!({ "query": query, "variables": { "file": null } });
    let head = |name: &str| format!("--b\r\ncontent-disposition: form-data; name={name}\r\n\r\n");
    let start = format!(
        "{}{operations}\r\n{}{{\"0\":[\"variables.file\"]}}\r\n{}",
        head("operations"),
        head("map"),
        head("\"0\"; filename=\"endless.jpg\"")
    );
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = taken.clone();
    let pieces = std::iter::once(start.into_bytes()).chain(std::iter::repeat_n(vec![0xff; PIECE], ENDLESS / PIECE));
    let body = stream::iter(pieces.map(move |piece| {
        counter.fetch_add(piece.len(), Ordering::Relaxed);
        Ok::<_, std::io::Error>(piece)
    }));
    let request = ada.http.post(format!("{}/graphql", app.url)).header("graphql-preflight", "1");
    let request = request.header("content-type", "multipart/form-data; boundary=b");
    let answer = Answer::of(ada.signed(request.body(reqwest::Body::wrap_stream(body)))).await;
    assert_eq!(answer.refusals("uploadImage"), ["FILE_TOO_LARGE"]);
    let taken = taken.load(Ordering::Relaxed);
    assert!(taken < ENDLESS / 4, "{taken} bytes were taken");
    assert_eq!(rows::images(&app.app).await, []);
}

#[tokio::test]
async fn without_a_vision_model_an_upload_to_be_analyzed_is_not_taken_in_either() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let answer = ada.upload_with("a.jpg", pictures::jpeg(8, 8), json!({ "analyze": {} })).await;
    assert_eq!(answer.refusals("uploadImage"), ["ANALYSIS_UNAVAILABLE"]);
    let payload = answer.data("uploadImage");
    assert_eq!((&payload["image"], &payload["analysis"]), (&Value::Null, &Value::Null));
    assert!(payload["errors"][0]["message"].as_str().unwrap().contains("OPENAI_API_KEY"), "{payload}");
    assert_eq!(rows::images(&app.app).await, []);
    assert_eq!(rows::files(&app.data.path().join("files")).len(), 0);
}
