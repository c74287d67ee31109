//! A bucket that is busy, and one that refuses us.

use bytes::Bytes;
use image_manager::config;
use image_manager::error::chain;
use image_manager::storage::{Blobs, Folder, Key, StorageError};

use super::backends::Backend;
use super::{PNG, file, got, id, pattern, unavailable};
use crate::support::s3::S3Server;

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn what_fails_once_is_done_at_the_second_attempt() {
    for status in [500, 503] {
        let server = S3Server::start();
        let (blobs, from, to) = (server.open().await, Key::incoming(id()), Key::original(id()));
        let once = |beginning: &str| server.fail(&format!("{beginning} /pictures"), status);
        once("PUT");
        blobs.put_file(&from, file(b"picture"), 7, PNG).await.unwrap();
        once("HEAD");
        let pinned = blobs.inspect(&from).await.unwrap().unwrap();
        once("PUT");
        blobs.copy(&from, &pinned, &to, PNG).await.unwrap();
        once("GET");
        assert_eq!(got(&blobs, &to).await, b"picture");
        once("GET");
        assert_eq!(blobs.list_all(Folder::Originals, None, 10).await.unwrap().keys.len(), 1);
        once("DELETE");
        blobs.delete(&to).await.unwrap();
        assert_eq!(blobs.len(&to).await.unwrap(), None);
        let asked = |method| server.count(method);
        assert_eq!((asked("PUT"), asked("DELETE")), (4, 2), "each of them twice");
    }
}

#[tokio::test]
async fn what_keeps_failing_is_given_up() {
    let server = S3Server::start();
    let (blobs, key) = (server.open().await, Key::original(id()));
    for _ in 0..100 {
        server.fail("PUT", 503);
    }
    assert!(unavailable(&blobs.put_bytes(&key, Bytes::from_static(b"picture"), PNG).await));
    assert_eq!(server.count("PUT"), 3);
}

#[tokio::test]
async fn the_parts_of_an_upload_are_equal_and_one_that_fails_is_sent_again() {
    let server = S3Server::start();
    let (blobs, key) = (server.open().await, Key::original(id()));
    let bytes = pattern(34 * MIB + 1);
    server.fail("PUT", 500);
    blobs.put_file(&key, file(&bytes), bytes.len() as u64, PNG).await.unwrap();
    assert!(got(&blobs, &key).await == bytes);
    assert_eq!(server.leftovers(), [""; 0]);

    let puts: Vec<_> = server.asked().into_iter().filter(|asked| asked.line.starts_with("PUT")).collect();
    assert_eq!(puts.len(), 6, "one of five was sent twice");
    let mut parts: Vec<(u32, u64)> = puts.iter().map(|put| (part_number(&put.query), put.len)).collect();
    parts.sort_unstable();
    parts.dedup();
    let part = 8 * MIB as u64;
    assert_eq!(parts, [(1, part), (2, part), (3, part), (4, part), (5, 2 * MIB as u64 + 1)]);
}

#[tokio::test]
async fn an_upload_that_cannot_be_completed_is_aborted() {
    for (failing, what) in [("PUT", "x-id=UploadPart"), ("POST", "uploadId")] {
        let server = S3Server::start();
        let (blobs, key) = (server.open().await, Key::original(id()));
        for _ in 0..100 {
            server.fail(&format!("{failing} /pictures/{key}?{what}"), 500);
        }
        let len = 33 * MIB;
        let put = blobs.put_file(&key, file(&pattern(len)), len as u64, PNG).await;
        assert!(unavailable(&put), "{failing}: {put:?}");
        assert_eq!(server.count("DELETE"), 1, "{failing}");
        assert_eq!(server.leftovers(), [""; 0], "{failing}");
        assert_eq!(blobs.len(&key).await.unwrap(), None, "{failing}");
    }
}

#[tokio::test]
async fn wrong_credentials_are_told_without_the_secret() {
    let server = S3Server::start();
    let wrong = config::S3 { secret_access_key: "mistyped-and-secret".to_owned().into(), ..server.settings() };
    let blobs = Blobs::open(&config::Storage::S3(wrong)).await.unwrap();
    let error = blobs.check().await.unwrap_err();
    assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
    let told = [chain(&error), format!("{error:?}")];
    assert!(told[0].contains("SignatureDoesNotMatch"), "{}", told[0]);
    for told in told {
        assert!(!told.contains("mistyped-and-secret"), "{told}");
    }
    let put = blobs.put_bytes(&Key::original(id()), Bytes::from_static(b"picture"), PNG).await;
    assert!(unavailable(&put), "{put:?}");
    assert_eq!(server.count("PUT"), 1, "asking again would not help");
}

fn part_number(query: &str) -> u32 {
    let said = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "partNumber");
    said.unwrap().1.parse().unwrap()
}
