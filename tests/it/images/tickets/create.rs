//! Asking for a ticket: what is announced is checked, and nothing needs to be sent that is there.

use std::time::Duration;

use image_manager::clock::Timestamp;
use image_manager::pictures::Format;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Setting;
use crate::support::client::refusals;
use crate::support::{TestApp, pictures};

#[tokio::test]
async fn a_ticket_says_all_that_is_needed_to_put_the_file() {
    let bytes = pictures::jpeg(64, 48);
    for setting in Setting::both().await {
        let before = setting.app.clock.now();
        let payload = setting.ada.announce("a.jpg", "image/jpeg", &bytes, json!({})).await;
        let ticket = &payload["upload"];
        assert_eq!((&payload["existingImage"], &payload["errors"]), (&Value::Null, &json!([])));
        assert!(ticket["id"].as_str().unwrap().starts_with("upload_"));
        assert_eq!(ticket["method"], "PUT");
        let expires_at = Timestamp::parse_rfc3339(ticket["expiresAt"].as_str().unwrap()).unwrap();
        let left = expires_at.since(before);
        assert!(left > Duration::from_mins(59) && left <= Duration::from_secs(3601), "{left:?}");
        let names: Vec<_> = ticket["headers"].as_array().unwrap().iter().map(|header| &header["name"]).collect();
        assert_eq!(names, ["content-type"]);
        let url = ticket["url"].as_str().unwrap();
        match &setting.bucket {
            // Not through this server.
            Some(bucket) => assert!(url.starts_with(&bucket.settings().endpoint.unwrap()), "{url}"),
            None => assert!(url.starts_with(&format!("{}/uploads/upload_", setting.app.url)), "{url}"),
        }
        assert_eq!(setting.put(ticket, &bytes).await / 100, 2);
        assert_eq!(std::fs::read(&setting.stored("incoming")[0]).unwrap(), bytes);
    }
}

#[tokio::test]
async fn what_would_be_refused_is_refused_before_it_is_sent() {
    let app = TestApp::with(|config| config.uploads.formats = vec![Format::Jpeg, Format::Png]).await;
    let ada = app.register("ada").await;
    for (content_type, byte_size, code, path) in [
        ("image/svg+xml", 100_u64, "UNSUPPORTED_TYPE", "contentType"),
        ("image/gif", 100, "UNSUPPORTED_TYPE", "contentType"),
        ("", 100, "UNSUPPORTED_TYPE", "contentType"),
        ("image/jpeg; q=1", 100, "UNSUPPORTED_TYPE", "contentType"),
        ("image/jpeg", 1_000_001, "FILE_TOO_LARGE", "byteSize"),
        ("image/jpeg", (1 << 53) - 1, "FILE_TOO_LARGE", "byteSize"),
        ("image/jpeg", 0, "INVALID_INPUT", "byteSize"),
    ] {
        let payload = ada.announce("a", content_type, &[], json!({ "byteSize": byte_size })).await;
        assert_eq!(refusals(&payload), [code], "{content_type} {byte_size}: {payload}");
        assert_eq!(payload["errors"][0]["path"], json!(["input", path]));
        assert_eq!((&payload["upload"], &payload["existingImage"]), (&Value::Null, &Value::Null));
        if code != "INVALID_INPUT" {
            assert_eq!(payload["errors"][0]["acceptedTypes"], json!(["image/jpeg", "image/png"]));
        }
    }
    for (content_type, byte_size) in [("image/jpeg", 1), ("Image/PNG", 1_000_000)] {
        let payload = ada.announce("a", content_type, &[], json!({ "byteSize": byte_size })).await;
        assert_eq!(payload["upload"]["headers"][0]["value"], content_type.to_lowercase(), "{payload}");
    }
}

#[tokio::test]
async fn what_the_viewer_has_needs_no_sending_and_what_another_has_does() {
    let setting = Setting::disk().await;
    let (ada, bob) = (&setting.ada, setting.app.register("bob").await);
    let bytes = pictures::jpeg(64, 48);
    let id = ada.upload("a.jpg", bytes.clone()).await["image"]["id"].clone();
    let sha256 = json!({ "sha256": hex::encode(Sha256::digest(&bytes)) });
    let payload = ada.announce("b.jpg", "image/jpeg", &bytes, sha256.clone()).await;
    assert_eq!((&payload["existingImage"]["id"], &payload["upload"]), (&id, &Value::Null));
    assert_eq!(setting.tickets().await, []);
    let payload = bob.announce("b.jpg", "image/jpeg", &bytes, sha256).await;
    assert!(payload["existingImage"].is_null() && payload["upload"].is_object(), "{payload}");
    // Without a digest nobody knows.
    assert!(ada.announce("b.jpg", "image/jpeg", &bytes, json!({})).await["upload"].is_object());
}

#[tokio::test]
async fn a_person_has_a_hundred_open_tickets_and_no_more_until_some_expire() {
    let setting = Setting::disk().await;
    for _ in 0..100 {
        setting.ticket(b"x").await;
    }
    let payload = setting.ada.announce("a", "image/jpeg", b"x", json!({})).await;
    assert_eq!(refusals(&payload), ["INVALID_INPUT"]);
    assert!(payload["errors"][0]["message"].as_str().unwrap().contains("100"), "{payload}");
    assert_eq!(payload["errors"][0]["path"], json!([]));
    // Another's do not count.
    let bob = setting.app.register("bob").await;
    assert!(bob.announce("a", "image/jpeg", b"x", json!({})).await["upload"].is_object());
    setting.app.clock.advance(Duration::from_hours(1));
    let mut ada = setting.app.anonymous();
    ada.login("ada", crate::support::client::PASSWORD).await;
    assert!(ada.announce("a", "image/jpeg", b"x", json!({})).await["upload"].is_object());
}

#[tokio::test]
async fn nobody_gets_a_ticket_without_signing_in_and_a_ticket_is_no_node() {
    let setting = Setting::disk().await;
    let document = "mutation { createUpload(input: { filename: \"a\", contentType: \"image/png\", byteSize: 1 }) { errors { code } } }";
    assert_eq!(setting.app.anonymous().query(document).await.code(), "UNAUTHENTICATED");
    let ticket = setting.ticket(b"x").await;
    let node = setting.ada.ask("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": ticket["id"] })).await;
    assert_eq!(node.data("node"), Value::Null);
}
