//! Forms as clients send them, through the real routes.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use axum::http::Request;
use futures_util::stream;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::*;
use crate::http::testing::{call, door};

const UPLOAD: &str =
    "mutation($f: Upload!) { upload(file: $f) { filename contentType bytes sha256 tooLarge overQuota } }";

/// A form of parts: name, file name, content.
fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, filename, content) in parts {
        body.extend(format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"").bytes());
        if let Some(filename) = filename {
            body.extend(format!("; filename=\"{filename}\"\r\nContent-Type: image/png; a=b").bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--X--\r\n");
    body
}

fn operations(query: &str, variables: Value) -> Vec<u8> {
    json!({"query": query, "variables": variables}).to_string().into_bytes()
}

fn request(body: impl Into<Body>) -> Request<Body> {
    Request::post("/graphql")
        .header("content-type", "multipart/form-data; boundary=X")
        .header("authorization", "Bearer good")
        .header("graphql-preflight", "1")
        .header("accept", "application/graphql-response+json")
        .body(body.into())
        .unwrap()
}

/// Status and message of a refusal, `(200, "")` otherwise.
async fn refusal(body: Vec<u8>) -> (u16, String) {
    let (status, _, answer) = call(&door(None), request(body)).await;
    assert_eq!(answer.get("data").is_none(), status != 200, "{answer}");
    (status.as_u16(), answer["errors"][0]["message"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_file_arrives_with_its_name_its_length_and_its_digest() {
    let one = operations(UPLOAD, json!({"f": null}));
    let content: Vec<u8> = (0..=255).cycle().take(1_000).chain(*b"").collect();
    let body =
        form(&[("operations", None, &one), ("map", None, br#"{"0":["variables.f"]}"#), ("0", Some("a.png"), &content)]);
    // However the network cuts it.
    for size in [1, 7, 64, body.len()] {
        let pieces: Vec<_> = body.chunks(size).map(|p| Ok::<_, Infallible>(Bytes::copy_from_slice(p))).collect();
        let (status, _, answer) = call(&door(None), request(Body::from_stream(stream::iter(pieces)))).await;
        let expected = json!({"filename": "a.png", "contentType": "image/png", "bytes": 1000, "tooLarge": false, "overQuota": false,
            "sha256": hex::encode(Sha256::digest(&content))});
        assert_eq!((status.as_u16(), &answer["data"]["upload"]), (200, &expected), "{size}: {answer}");
    }
}

#[tokio::test]
async fn files_find_their_variables_in_whatever_order_they_come() {
    let query = "mutation($a: Change!, $b: Upload!) {
        a: uploadIn(input: $a) { filename } b: upload(file: $b) { filename } }";
    let two = operations(query, json!({"a": {"file": null}, "b": null}));
    let map = br#"{"x":["variables.a.file"],"y":["variables.b"]}"#;
    let body = form(&[("operations", None, &two), ("map", None, map), ("y", Some("b"), b"2"), ("x", Some("a"), b"1")]);
    let (_, _, answer) = call(&door(None), request(body)).await;
    assert_eq!(answer["data"], json!({"a": {"filename": "a"}, "b": {"filename": "b"}}), "{answer}");
}

#[tokio::test]
async fn nothing_of_a_form_is_read_before_its_sender_is_known() {
    let read = Arc::new(AtomicUsize::new(0));
    for (authorization, preflight, status) in
        [(None, true, 401), (None, false, 401), (Some("Bearer forged"), true, 401), (Some("Bearer good"), false, 400)]
    {
        let counter = Arc::clone(&read);
        let pieces = stream::repeat_with(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok::<_, Infallible>(Bytes::from_static(b"--X"))
        });
        let mut request = request(Body::from_stream(pieces));
        request.headers_mut().remove("authorization");
        if let Some(authorization) = authorization {
            request.headers_mut().insert("authorization", authorization.parse().unwrap());
        }
        if !preflight {
            request.headers_mut().remove("graphql-preflight");
        }
        let (got, _, answer) = call(&door(None), request).await;
        assert_eq!((got.as_u16(), read.load(Ordering::SeqCst)), (status, 0), "{answer}");
    }
}

/// `head`, then bytes without end; says how many pieces of 100 bytes were taken.
fn endless(head: Vec<u8>) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let tail = stream::repeat_with(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        Bytes::from_static(&[b'x'; 100])
    });
    let pieces = futures_util::StreamExt::chain(stream::iter([Bytes::from(head)]), tail);
    (Body::from_stream(futures_util::StreamExt::map(pieces, Ok::<_, Infallible>)), taken)
}

/// The beginning of a form whose last part has no end.
fn open_form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut head = form(parts);
    head.truncate(head.len() - "\r\n--X--\r\n".len());
    head
}

#[tokio::test]
async fn a_file_over_the_limit_is_left_at_the_first_byte_too_many_and_reported_to_its_mutation() {
    let one = operations(UPLOAD, json!({"f": null}));
    let map = br#"{"0":["variables.f"]}"#;
    let (body, taken) = endless(open_form(&[("operations", None, &one), ("map", None, map), ("0", Some("a"), b"")]));
    let (status, _, answer) = call(&door(None), request(body)).await;
    assert_eq!((status.as_u16(), &answer["data"]["upload"]["tooLarge"]), (200, &json!(true)), "{answer}");
    assert!(answer["data"]["upload"]["bytes"].as_u64().unwrap() <= 1_000);
    let taken = taken.load(Ordering::SeqCst);
    assert!((11..=12).contains(&taken), "{taken} pieces of 100 bytes for a limit of 1,000");
    // At the limit itself nothing is wrong.
    let body = form(&[("operations", None, &one), ("map", None, map), ("0", Some("a"), &[0; 1_000])]);
    let (_, _, answer) = call(&door(None), request(body)).await;
    assert_eq!(answer["data"]["upload"]["tooLarge"], false, "{answer}");
}

#[tokio::test]
async fn of_a_file_no_more_is_read_than_its_sender_may_store() {
    let one = operations(UPLOAD, json!({"f": null}));
    let map = br#"{"0":["variables.f"]}"#;
    let head = open_form(&[("operations", None, &one), ("map", None, map), ("0", Some("a"), b"")]);
    // Of 100 bytes, ten of which make the limit for files. The form's reader takes one ahead for each part before.
    for (room, declared, pieces) in [(0, None, 0..=4), (300, None, 4..=5), (300, Some(u64::MAX), 0..=4)] {
        let door = door(None);
        *door.house.room.lock().unwrap() = Some(room);
        let (body, taken) = endless(head.clone());
        let mut request = request(body);
        if let Some(length) = declared {
            request.headers_mut().insert("content-length", length.into());
        }
        let (status, _, answer) = call(&door, request).await;
        assert_eq!((status.as_u16(), &answer["data"]["upload"]["overQuota"]), (200, &json!(true)), "{answer}");
        assert!(answer["data"]["upload"]["bytes"].as_u64().unwrap() <= room, "{answer}");
        let taken = taken.load(Ordering::SeqCst);
        assert!(pieces.contains(&taken), "{taken} pieces with room for {room}, declared {declared:?}");
    }
}

#[tokio::test]
async fn with_other_files_still_to_come_a_file_over_the_limit_refuses_the_request() {
    let two = operations(
        "mutation($a: Upload!, $b: Upload!) { a: upload(file: $a) { bytes } b: upload(file: $b) { bytes } }",
        json!({"a": null, "b": null}),
    );
    let map = br#"{"0":["variables.a"],"1":["variables.b"]}"#;
    let (body, _) = endless(open_form(&[("operations", None, &two), ("map", None, map), ("0", Some("a"), b"")]));
    let (status, headers, answer) = call(&door(None), request(body)).await;
    assert_eq!((status.as_u16(), &headers["connection"]), (413, &"close".parse().unwrap()));
    assert!(answer.get("data").is_none() && answer["errors"][0]["message"].as_str().unwrap().contains("1000 bytes"));
}

#[tokio::test]
async fn parts_are_bounded_whatever_they_are() {
    let one = operations(UPLOAD, json!({"f": null}));
    for (head, most, status) in [
        (open_form(&[("operations", None, b"{")]), 700, 413),
        (open_form(&[("operations", None, &one), ("map", None, b"{")]), 100, 413),
        // A preamble, and a part's header, without end.
        (b"x".to_vec(), 100, 400),
        (b"--X\r\nA: ".to_vec(), 100, 400),
    ] {
        let (body, taken) = endless(head);
        let (got, _, answer) = call(&door(None), request(body)).await;
        assert_eq!(got.as_u16(), status, "{answer}");
        assert!(taken.load(Ordering::SeqCst) < most, "{answer}");
    }
}

#[tokio::test]
async fn a_form_that_breaks_the_rules_is_refused_with_words() {
    let one = operations(UPLOAD, json!({"f": null}));
    let map: &[u8] = br#"{"0":["variables.f"]}"#;
    let file: (&str, Option<&str>, &[u8]) = ("0", Some("a"), b"1");
    let ops: (&str, Option<&str>, &[u8]) = ("operations", None, &one);
    let two = |text: &'static [u8]| form(&[ops, ("map", None, text), file]);
    let batch = [b"[", one.as_slice(), b"]"].concat();
    let wrong = operations("{", json!({"f": null}));
    let forged = operations(UPLOAD, json!({"f": null, "g": "#__graphql_file__:0"}));
    for (body, words) in [
        (form(&[]), "`operations`, then `map`"),
        (form(&[("map", None, map), ops, file]), "`operations`, then `map`"),
        (form(&[ops, file]), "`operations`, then `map`"),
        (form(&[ops, ("map", None, map)]), "missing"),
        (form(&[ops, ("map", None, map), file, ("1", Some("b"), b"2")]), "not in its `map`"),
        (form(&[ops, ("map", None, map), file, file]), "two files of the same name"),
        (two(br#"{"0":["variables.f","variables.f"]}"#), "One file cannot stand for two variables"),
        (two(br#"{"0":["variables.f"],"1":["variables.f"]}"#), "Two files cannot stand for one variable"),
        (two(br#"{"0":["variables.g"]}"#), "leads to no variable"),
        (form(&[("operations", None, &batch), ("map", None, map), file]), "Batches"),
        (form(&[("operations", None, &wrong), ("map", None, map), file]), "expected"),
        (form(&[("operations", None, &forged), ("map", None, map), file]), "may not begin with"),
        (b"--X\r\n\r\n".to_vec(), "not well-formed"),
        (open_form(&[ops, ("map", None, map), file]), "not well-formed"),
    ] {
        let (status, message) = refusal(body).await;
        assert_eq!(status, 400, "{words}: {message}");
        assert!(message.contains(words), "{words}: {message}");
    }
}

#[tokio::test]
async fn a_spool_that_cannot_be_written_is_the_servers_fault() {
    let one = operations(UPLOAD, json!({"f": null}));
    let body = form(&[("operations", None, &one), ("map", None, br#"{"0":["variables.f"]}"#), ("0", Some("a"), b"1")]);
    let door = door(None);
    std::fs::remove_dir(door.house.directory.path()).unwrap();
    let (status, _, answer) = call(&door, request(body)).await;
    assert_eq!((status.as_u16(), &answer["errors"][0]["extensions"]["code"]), (503, &json!("UNAVAILABLE")));
}

#[tokio::test]
async fn a_client_that_goes_on_sending_still_gets_to_read_the_answer() {
    let door = door(None);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    let routes = crate::http::graphql::routes("/graphql", door.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    rustls::crypto::ring::default_provider().install_default().ok();
    let form = reqwest::multipart::Form::new()
        .text("operations", String::from_utf8(operations(UPLOAD, json!({"f": null}))).unwrap())
        .text("map", r#"{"0":["variables.f"]}"#)
        .part("0", reqwest::multipart::Part::bytes(vec![7; 3_000_000]).file_name("a.png"));
    let sent = reqwest::Client::new().post(url).bearer_auth("good").header("graphql-preflight", "1").multipart(form);
    let answer: Value = serde_json::from_slice(&sent.send().await.unwrap().bytes().await.unwrap()).unwrap();
    assert_eq!(answer["data"]["upload"]["tooLarge"], true, "{answer}");
}
