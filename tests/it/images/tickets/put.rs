//! Putting the file: exactly what was announced, by whoever has the URL.

use std::time::Duration;

use reqwest::Body;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{NONE, Setting};
use crate::support::app::eventually;
use crate::support::{TestApp, pictures, rows};

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[tokio::test]
async fn a_file_is_stored_as_it_was_put_and_put_again_it_is_replaced() {
    let [first, second] = [1, 2].map(|comment| pictures::with_comment(&pictures::jpeg(64, 48), comment));
    for setting in Setting::both().await {
        let ticket = setting.ticket(&first).await;
        for bytes in [&first, &second] {
            let answer = setting.ada.put(&ticket).body(bytes.clone()).send().await.unwrap();
            assert!(answer.status().is_success());
            if setting.bucket.is_none() {
                assert_eq!(answer.status(), 204);
                assert_eq!(answer.headers()["etag"], format!("\"{}\"", sha256(bytes)));
            }
            let stored = setting.stored("incoming");
            assert_eq!((stored.len(), &std::fs::read(&stored[0]).unwrap()), (1, bytes));
        }
        // Not an image before it is completed.
        assert_eq!(rows::images(&setting.app.app).await, []);
    }
}

#[tokio::test]
async fn other_bytes_than_announced_are_not_taken() {
    let [bytes, other] = [1, 2].map(|comment| pictures::with_comment(&pictures::jpeg(64, 48), comment));
    let (longer, shorter) = ([bytes.as_slice(), b"x"].concat(), bytes[1..].to_vec());
    for setting in Setting::both().await {
        let announced = json!({ "sha256": sha256(&bytes) });
        let payload = setting.ada.announce("a.jpg", "image/jpeg", &bytes, announced).await;
        let ticket = &payload["upload"];
        let refused = [setting.put(ticket, &longer).await, setting.put(ticket, &shorter).await];
        let digest = setting.put(ticket, &other).await;
        assert!(refused.iter().chain([&digest]).all(|status| status / 100 == 4), "{refused:?} {digest}");
        // The bucket of the tests looks at the digest when it has stored the object; a completion looks again.
        if setting.bucket.is_none() {
            assert_eq!((refused, digest), ([413, 400], 422));
            assert_eq!(setting.left(), NONE);
        }
        assert_eq!(setting.put(ticket, &bytes).await / 100, 2, "the ticket is as good as before");
    }
}

#[tokio::test]
async fn a_put_needs_the_announced_type_and_a_length() {
    let bytes = pictures::jpeg(64, 48);
    let setting = Setting::disk().await;
    let ticket = setting.ticket(&bytes).await;
    let url = ticket["url"].as_str().unwrap();
    let http = &setting.ada.http;
    let typed = http.put(url).header("content-type", "image/png").body(bytes.clone()).send().await.unwrap();
    assert_eq!(typed.status(), 415);
    assert!(typed.text().await.unwrap().contains("image/jpeg"));
    assert_eq!(http.put(url).body(bytes.clone()).send().await.unwrap().status(), 415);
    let chunked = Body::wrap_stream(futures_util::stream::iter([Ok::<_, std::io::Error>(bytes.clone())]));
    assert_eq!(setting.ada.put(&ticket).body(chunked).send().await.unwrap().status(), 411);
    for method in ["GET", "POST", "DELETE", "PATCH"] {
        let answer = http.request(method.parse().unwrap(), url).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["allow"]), (405, &"PUT".parse().unwrap()), "{method}");
    }
    assert_eq!(setting.left(), NONE);
}

#[tokio::test]
async fn a_url_that_is_forged_changed_or_expired_is_none() {
    let bytes = pictures::jpeg(64, 48);
    let setting = Setting::disk().await;
    let (ticket, other) = (setting.ticket(&bytes).await, setting.ticket(&bytes).await);
    let url = ticket["url"].as_str().unwrap();
    let (id, other) = (ticket["id"].as_str().unwrap(), other["id"].as_str().unwrap());
    let (path, query) = url.split_once('?').unwrap();
    let (expires, signature) = query.strip_prefix("expires=").unwrap().split_once("&signature=").unwrap();
    let later = expires.parse::<i64>().unwrap() + 1;
    let signed = async |url: String| {
        let answer = setting.ada.put(&with_url(&ticket, &url)).body(bytes.clone()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let none = (404, "There is no such upload, or it has expired.\n".to_owned());
    for forged in [
        path.to_owned(),
        url.replace(id, other),
        url.replace(id, "upload_x"),
        url.replace(id, "..%2F..%2Fetc%2Fpasswd"),
        url.replace(expires, &later.to_string()),
        url.replace(expires, "soon"),
        url.replace(signature, &signature[1..]),
        url.replace(signature, &signature.chars().rev().collect::<String>()),
    ] {
        assert_eq!(signed(forged.clone()).await, none, "{forged}");
    }
    assert_eq!(setting.left(), NONE);
    setting.app.clock.advance(Duration::from_hours(1));
    assert_eq!(signed(url.to_owned()).await, none);
    assert_eq!(setting.left(), NONE);
}

fn with_url(ticket: &Value, url: &str) -> Value {
    let mut ticket = ticket.clone();
    ticket["url"] = json!(url);
    ticket
}

#[tokio::test]
async fn a_put_that_stops_half_way_leaves_nothing_and_can_be_repeated() {
    let bytes = pictures::jpeg(64, 48);
    let setting = Setting::disk().await;
    let ticket = setting.ticket(&bytes).await;
    let url = ticket["url"].as_str().unwrap().strip_prefix(&setting.app.url).unwrap();
    let mut half = TcpStream::connect(setting.app.url.strip_prefix("http://").unwrap()).await.unwrap();
    let head =
        format!("PUT {url} HTTP/1.1\r\nhost: x\r\ncontent-type: image/jpeg\r\ncontent-length: {}\r\n\r\n", bytes.len());
    half.write_all(head.as_bytes()).await.unwrap();
    half.write_all(&bytes[..bytes.len() / 2]).await.unwrap();
    drop(half);
    assert_eq!(setting.put(&ticket, &bytes).await, 204);
    assert_eq!(std::fs::read(&setting.stored("incoming")[0]).unwrap(), bytes);
    assert_eq!(setting.stored("incoming").len(), 1);
}

#[tokio::test]
async fn a_put_while_the_storage_is_away_says_so_and_succeeds_when_it_is_back() {
    let bytes = pictures::jpeg(64, 48);
    let setting = Setting::disk().await;
    let ticket = setting.ticket(&bytes).await;
    let (files, away) = (setting.app.data.path().join("files"), setting.app.data.path().join("away"));
    std::fs::rename(&files, &away).unwrap();
    assert_eq!(setting.put(&ticket, &bytes).await, 503);
    std::fs::rename(&away, &files).unwrap();
    assert_eq!(setting.left(), NONE);
    assert_eq!(setting.put(&ticket, &bytes).await, 204);
}

#[tokio::test]
async fn pages_of_the_named_origins_may_put_and_no_others() {
    let named = "https://app.example";
    let app = TestApp::with(|config| config.cors_origins = vec![named.to_owned()]).await;
    let ada = app.register("ada").await;
    let bytes = pictures::jpeg(64, 48);
    let ticket = ada.announce("a.jpg", "image/jpeg", &bytes, json!({})).await["upload"].clone();
    let url = ticket["url"].as_str().unwrap();
    let allowed = |answer: &reqwest::Response| {
        answer.headers().get("access-control-allow-origin").map(|origin| origin.to_str().unwrap().to_owned())
    };
    for (origin, expected) in [(named, Some(named.to_owned())), ("https://evil.example", None)] {
        let preflight = ada.http.request("OPTIONS".parse().unwrap(), url).header("origin", origin);
        let preflight = preflight.header("access-control-request-method", "PUT");
        let preflight = preflight.header("access-control-request-headers", "content-type").send().await.unwrap();
        assert_eq!(allowed(&preflight), expected);
        assert_eq!(preflight.headers()["access-control-allow-methods"], "PUT");
        assert_eq!(preflight.headers()["access-control-allow-headers"], "content-type");
        let put = ada.put(&ticket).header("origin", origin).body(bytes.clone()).send().await.unwrap();
        assert_eq!((put.status().as_u16(), allowed(&put)), (204, expected));
    }
    let elsewhere = TestApp::start().await;
    let none = elsewhere.anonymous().http.request("OPTIONS".parse().unwrap(), format!("{}/uploads/x", elsewhere.url));
    let none = none.header("origin", named).header("access-control-request-method", "PUT").send().await.unwrap();
    assert_eq!((none.status().as_u16(), allowed(&none)), (405, None));
}

#[tokio::test]
async fn twenty_puts_at_once_leave_one_whole_file() {
    let setting = Setting::disk().await;
    let files: Vec<_> = (0..20).map(|comment| pictures::with_comment(&pictures::jpeg(900, 600), comment)).collect();
    let ticket = setting.ticket(&files[0]).await;
    let puts = files.iter().map(|file| setting.put(&ticket, file));
    let answers = futures_util::future::join_all(puts).await;
    assert!(answers.iter().all(|status| *status == 204), "{answers:?}");
    let stored = setting.stored("incoming");
    assert_eq!(stored.len(), 1);
    assert!(files.contains(&std::fs::read(&stored[0]).unwrap()));
    eventually("the spool to be empty", async || {
        rows::files(&setting.app.data.path().join("incoming")).is_empty().then_some(())
    })
    .await;
}
