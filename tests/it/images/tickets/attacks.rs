//! What was put is not what was announced, or no picture: nothing comes of it, and the right file can follow.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::Setting;
use crate::support::client::refusals;
use crate::support::{pictures, rows};

#[tokio::test]
async fn nothing_put_is_nothing_to_complete() {
    let bytes = pictures::jpeg(64, 48);
    for setting in Setting::both().await {
        let ticket = setting.ticket(&bytes).await;
        for _ in 0..2 {
            let payload = setting.complete(&ticket, json!({})).await;
            assert_eq!(refusals(&payload), ["UPLOAD_MISSING"]);
            assert_eq!(payload["errors"][0]["path"], json!(["input", "uploadId"]));
        }
        setting.put(&ticket, &bytes).await;
        assert_eq!(setting.complete(&ticket, json!({})).await["errors"], json!([]));
    }
}

/// As where a bucket does not hold uploads to what was signed.
#[tokio::test]
async fn other_bytes_than_announced_become_no_image_and_the_right_ones_still_do() {
    let [bytes, other] = [1, 2].map(|comment| pictures::with_comment(&pictures::jpeg(64, 48), comment));
    let longer = [bytes.as_slice(), b"x"].concat();
    for setting in Setting::both().await {
        let announced = json!({ "sha256": hex::encode(Sha256::digest(&bytes)) });
        let ticket = setting.ada.announce("a.jpg", "image/jpeg", &bytes, announced).await["upload"].clone();
        for wrong in [&other, &longer, &bytes[1..].to_vec(), &Vec::new()] {
            setting.smuggle(&ticket, wrong).await;
            assert_eq!(refusals(&setting.complete(&ticket, json!({})).await), ["DIGEST_MISMATCH"], "{}", wrong.len());
        }
        assert_eq!(rows::images(&setting.app.app).await, []);
        setting.put(&ticket, &bytes).await;
        assert_eq!(setting.complete(&ticket, json!({})).await["errors"], json!([]));
    }
}

#[tokio::test]
async fn a_file_is_what_its_bytes_say_whatever_was_announced() {
    let setting = Setting::disk().await;
    let jpeg = pictures::jpeg(64, 48);
    let payload = setting.ada.upload_by_ticket("a.png", "image/png", jpeg.clone()).await;
    assert_eq!((&payload["image"]["contentType"], &payload["errors"]), (&json!("image/jpeg"), &json!([])));
    // A GIF that is also a page: it is stored, and served, as a GIF.
    let page = [pictures::gif(8, 8).as_slice(), b"<html><script>alert(1)</script></html>"].concat();
    let payload = setting.ada.upload_by_ticket("a.html", "image/jpeg", page.clone()).await;
    assert_eq!(payload["image"]["contentType"], "image/gif", "{payload}");
    let document = "query ($id: ID!) { image(id: $id) { original { url } } }";
    let image = setting.ada.ask(document, json!({ "id": payload["image"]["id"] })).await.data("image");
    let served = setting.ada.fetch(image["original"]["url"].as_str().unwrap()).await;
    assert_eq!(served.headers()["content-type"], "image/gif");
    assert_eq!(served.headers()["x-content-type-options"], "nosniff");
    assert_eq!(served.bytes().await.unwrap(), page);
}

#[tokio::test]
async fn a_file_that_is_refused_goes_and_the_right_one_can_follow() {
    let jpeg = pictures::jpeg(200, 100);
    let half = jpeg[..jpeg.len() / 2].to_vec();
    let page = b"<html><body><script>alert(document.domain)</script></body></html>".to_vec();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec();
    let huge = pictures::png_that_claims(30_000, 30_000, 3_000);
    for setting in Setting::both().await {
        for (bytes, code) in [
            (page.clone(), "UNSUPPORTED_TYPE"),
            (svg.clone(), "UNSUPPORTED_TYPE"),
            (half.clone(), "CORRUPT_FILE"),
            (huge.clone(), "TOO_MANY_PIXELS"),
        ] {
            let ticket = setting.put_ticket(&bytes).await;
            let payload = setting.complete(&ticket, json!({})).await;
            assert_eq!(refusals(&payload), [code], "{payload}");
            assert_eq!(payload["errors"][0]["path"], json!(["input", "uploadId"]));
            assert!(setting.stored("incoming").is_empty() && setting.stored("originals").is_empty());
            assert_eq!(refusals(&setting.complete(&ticket, json!({})).await), ["UPLOAD_MISSING"]);
            // Of the announced length, and a picture.
            if code == "TOO_MANY_PIXELS" {
                let right = pictures::png_of_bytes(bytes.len());
                assert_eq!(setting.put(&ticket, &right).await / 100, 2);
                assert_eq!(setting.complete(&ticket, json!({})).await["errors"], json!([]));
            }
        }
        assert_eq!(rows::images(&setting.app.app).await.len(), 1);
        setting.cleared().await;
    }
}
