//! What a client puts into the bucket by itself.

use std::time::Duration;

use bytes::Bytes;
use image_manager::storage::{Key, PresignedPut, PutTerms};
use reqwest::{Client, Method, StatusCode};
use sha2::{Digest, Sha256};
use url::Url;

use super::backends::{Backend, Disk};
use super::{PNG, got, id};
use crate::support::s3::S3Server;

const BYTES: &[u8] = b"the picture";

fn terms() -> PutTerms<'static> {
    let sha256 = Some(Sha256::digest(BYTES).into());
    PutTerms { len: BYTES.len() as u64, content_type: PNG, sha256, expires_in: Duration::from_mins(15) }
}

async fn send(method: Method, put: &PresignedPut, body: &'static [u8]) -> StatusCode {
    rustls::crypto::ring::default_provider().install_default().ok();
    let mut request = Client::new().request(method, &put.url).body(body);
    for (name, value) in &put.headers {
        request = request.header(name, value);
    }
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn on_the_disk_nothing_is_presigned() {
    let disk = Disk::start().await;
    assert!(disk.open().await.presign_put(&Key::incoming(id()), terms()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_presigned_put_takes_what_was_announced_and_is_signed_without_the_bucket() {
    let mut server = S3Server::start();
    let (blobs, key) = (server.open().await, Key::incoming(id()));
    server.stop().await;
    let put = blobs.presign_put(&key, terms()).await.unwrap().unwrap();
    server.resume().await;
    assert_eq!(server.requests(), [""; 0]);

    assert_eq!(send(Method::PUT, &put, BYTES).await, 200);
    assert_eq!(got(&blobs, &key).await, BYTES);
    assert_eq!(server.content_type(&key.to_string()), PNG);
    assert_eq!(blobs.inspect(&key).await.unwrap().unwrap().len, BYTES.len() as u64);

    // What the client does not know, it need not announce.
    let put = blobs.presign_put(&key, PutTerms { sha256: None, ..terms() }).await.unwrap().unwrap();
    assert_eq!(put.headers, [("content-type".to_owned(), PNG.to_owned())]);
    assert_eq!(send(Method::PUT, &put, b"the Picture").await, 200);
    assert_eq!(got(&blobs, &key).await, b"the Picture");
}

#[tokio::test]
async fn a_presigned_put_takes_nothing_else() {
    let server = S3Server::start();
    let (blobs, key) = (server.open().await, Key::incoming(id()));
    blobs.put_bytes(&key, Bytes::from_static(b"before"), PNG).await.unwrap();
    let put = blobs.presign_put(&key, terms()).await.unwrap().unwrap();

    for method in [Method::GET, Method::DELETE, Method::POST] {
        assert_eq!(send(method.clone(), &put, b"").await, 403, "{method}");
    }
    assert_eq!(send(Method::PUT, &put, b"the picturE").await, 400, "other bytes");
    let unknown = blobs.presign_put(&key, PutTerms { sha256: None, ..terms() }).await.unwrap().unwrap();
    for body in [b"".as_slice(), b"the pictur", b"the picture!"] {
        assert_eq!(send(Method::PUT, &unknown, body).await, 403, "{} bytes", body.len());
    }
    for left_out in ["content-type", "x-amz-checksum-sha256"] {
        let mut other = put.clone();
        other.headers.retain(|(name, _)| name != left_out);
        assert_eq!(send(Method::PUT, &other, BYTES).await, 403, "without {left_out}");
        other.headers.push((left_out.to_owned(), "text/html".to_owned()));
        assert_ne!(send(Method::PUT, &other, BYTES).await, 200, "another {left_out}");
    }
    let elsewhere = PresignedPut { url: put.url.replace("incoming", "originals"), ..put.clone() };
    assert_eq!(send(Method::PUT, &elsewhere, BYTES).await, 403);
    let longer = PresignedPut { url: put.url.replace("X-Amz-Expires=900", "X-Amz-Expires=9000"), ..put.clone() };
    assert_ne!(longer.url, put.url);
    assert_eq!(send(Method::PUT, &longer, BYTES).await, 403);
    // By the time it arrives, it is over.
    let expired = PutTerms { expires_in: Duration::ZERO, ..terms() };
    let expired = blobs.presign_put(&key, expired).await.unwrap().unwrap();
    assert_eq!(send(Method::PUT, &expired, BYTES).await, 403);

    assert_eq!(got(&blobs, &key).await, b"before");
    assert_eq!(send(Method::PUT, &put, BYTES).await, 200);
}

#[tokio::test]
async fn a_presigned_put_names_what_it_signs_and_no_secret() {
    let server = S3Server::start();
    let (blobs, key) = (server.open().await, Key::incoming(id()));
    let put = blobs.presign_put(&key, terms()).await.unwrap().unwrap();
    let url = Url::parse(&put.url).unwrap();
    assert_eq!(url.path(), format!("/pictures/{key}"));
    let said = |name: &str| url.query_pairs().find(|(said, _)| said == name).map(|(_, value)| value.into_owned());
    assert_eq!(said("X-Amz-Expires").unwrap(), "900");
    let signed = "content-length;content-type;host;x-amz-checksum-sha256";
    assert_eq!(said("X-Amz-SignedHeaders").unwrap(), signed);
    let names: Vec<&str> = put.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type", "x-amz-checksum-sha256"], "a browser may set no other");
    assert!(!put.url.contains("test-secret-key"));
    let shown = format!("{put:?}");
    assert!(!shown.contains("X-Amz-Signature") && !shown.contains("http"), "{shown}");

    let too_long = PutTerms { expires_in: Duration::from_hours(8 * 24), ..terms() };
    blobs.presign_put(&key, too_long).await.unwrap_err();
}
