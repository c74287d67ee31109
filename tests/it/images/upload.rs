//! Files that are taken in, and what is known of them then.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::client::{Answer, Client};
use crate::support::{TestApp, pictures, rows};

#[tokio::test]
async fn a_file_is_what_its_bytes_say_whatever_its_name_and_declared_type() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for (name, declared, bytes, kind, width) in [
        ("a.txt", "text/plain", pictures::jpeg(60, 40), "image/jpeg", 60),
        ("b.jpg", "image/jpeg", pictures::png(61, 40), "image/png", 61),
        ("c", "application/octet-stream", pictures::gif(62, 40), "image/gif", 62),
        ("d.svg", "image/svg+xml", pictures::webp(63, 40), "image/webp", 63),
    ] {
        let payload = send(&ada, name, declared, bytes.clone()).await;
        let image = &payload["image"];
        assert_eq!(image["contentType"], kind, "{payload}");
        assert_eq!(image["filename"], name);
        assert_eq!(image["byteSize"], bytes.len());
        assert_eq!(image["sha256"], hex::encode(Sha256::digest(&bytes)));
        assert_eq!((&image["width"], &image["height"]), (&json!(width), &json!(40)));
        assert_eq!(payload["errors"], json!([]));
    }
}

#[tokio::test]
async fn the_thumbhash_draws_the_picture() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let payload = ada.upload("wide.jpg", pictures::jpeg(120, 60)).await;
    let hash = STANDARD.decode(payload["image"]["thumbhash"].as_str().unwrap()).unwrap();
    let (width, height, pixels) = thumbhash::thumb_hash_to_rgba(&hash).unwrap();
    assert!(width > height, "{width} x {height}");
    let at = |x: usize, y: usize| &pixels[(y * width + x) * 4..][..4];
    // Red grows to the right, green grows downwards.
    assert!(at(width - 1, 0)[0] > at(0, 0)[0] + 100);
    assert!(at(0, height - 1)[1] > at(0, 0)[1] + 100);
}

#[tokio::test]
async fn the_size_is_that_of_the_picture_as_shown() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let lying = pictures::with_exif(&pictures::jpeg(80, 40), 6);
    let image = &ada.upload("lying.jpg", lying).await["image"];
    assert_eq!((&image["width"], &image["height"]), (&json!(40), &json!(80)));
}

#[tokio::test]
async fn a_title_is_trimmed_and_an_empty_one_is_none() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let longest = "ü".repeat(255);
    for (given, kept) in [
        (json!("  At the sea \n"), json!("At the sea")),
        (json!(" \t "), Value::Null),
        (Value::Null, Value::Null),
        (json!(format!(" {longest} ")), json!(longest)),
    ] {
        let picture = pictures::another(pictures::jpeg(8, 8));
        let answer = ada.upload_with("a.jpg", picture, json!({ "title": given })).await;
        let payload = answer.data("uploadImage");
        assert_eq!(payload["image"]["title"], kept, "{payload}");
    }
}

#[tokio::test]
async fn a_title_that_is_too_long_is_refused_with_the_whole_upload() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let answer = ada.upload_with("a.jpg", pictures::jpeg(8, 8), json!({ "title": "ü".repeat(256) })).await;
    let payload = answer.data("uploadImage");
    assert_eq!(answer.refusals("uploadImage"), ["INVALID_INPUT"]);
    assert_eq!(payload["errors"][0]["path"], json!(["input", "title"]));
    assert_eq!(payload["image"], Value::Null);
    assert_eq!(rows::images(&app.app).await, []);
}

#[tokio::test]
async fn a_file_name_is_reduced_to_something_to_show() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let long = format!("{}.jpg", "ä".repeat(2048));
    for (given, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Photos\\\\cat.jpg", "cat.jpg"),
        ("a\tb\u{202e}gpj.exe", "abgpj.exe"),
        ("Grüße 💌.jpg", "Grüße 💌.jpg"),
        ("..", "untitled"),
        ("", "untitled"),
        (long.as_str(), "ä".repeat(255).as_str()),
    ] {
        let payload = send_raw(&ada, &format!("filename=\"{given}\"")).await;
        assert_eq!(payload["image"]["filename"], *kept, "{given:?}");
    }
    // No header of a form's part has a NUL.
    let answer = send_raw_part(&ada, "filename=\"a\0b.jpg\"").await;
    assert_eq!((answer.status, answer.code()), (400, "BAD_REQUEST"));
    assert_eq!(rows::images(&app.app).await.len(), 7);
}

async fn send(client: &Client, name: &str, declared: &str, bytes: Vec<u8>) -> Value {
    let operations = json!({ "query": UPLOAD, "variables": { "file": null } });
    let file = Part::bytes(bytes).file_name(name.to_owned()).mime_str(declared).unwrap();
    let form = Form::new().text("operations", operations.to_string()).text("map", MAP).part("0", file);
    client.send_form(form).await.data("uploadImage")
}

/// A good picture with this parameter in its `Content-Disposition`, exactly.
async fn send_raw(client: &Client, name: &str) -> Value {
    send_raw_part(client, name).await.data("uploadImage")
}

async fn send_raw_part(client: &Client, name: &str) -> Answer {
    let operations = json!({ "query": UPLOAD, "variables": { "file": null } });
    let head = |name: &str| format!("--b\r\ncontent-disposition: form-data; name={name}\r\n\r\n");
    let mut body = format!("{}{operations}\r\n{}{MAP}\r\n", head("\"operations\""), head("\"map\"")).into_bytes();
    body.extend(head(&format!("\"0\"; {name}")).into_bytes());
    body.extend(pictures::another(pictures::jpeg(8, 8)));
    body.extend(b"\r\n--b--\r\n");
    let request = client.http.post(format!("{}/graphql", client.url)).header("graphql-preflight", "1");
    let request = request.header("content-type", "multipart/form-data; boundary=b").body(body);
    Answer::of(client.signed(request)).await
}

const MAP: &str = r#"{"0":["variables.file"]}"#;

const UPLOAD: &str = "mutation ($file: Upload!) { uploadImage(input: { file: $file }) {
    image { filename contentType byteSize width height sha256 } errors { code message } } }";
