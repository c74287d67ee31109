//! Forms with files: who may send them, and in what shape.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::refused;
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::pictures;

const ONE: &str =
    "mutation($input: UploadImageInput!) { uploadImage(input: $input) { image { filename } errors { code } } }";
const TWO: &str = "mutation($a: Upload!, $b: Upload!) { a: uploadImage(input: {file: $a}) { image { filename byteSize } errors { code } }
    b: uploadImage(input: {file: $b}) { image { filename byteSize } errors { code } } }";

fn operations(query: &str, variables: &Value) -> String {
    json!({ "query": query, "variables": variables }).to_string()
}

fn file(name: &str) -> Part {
    Part::bytes(pictures::another(pictures::jpeg(40, 30))).file_name(name.to_owned())
}

/// A form with one file for `ONE`.
fn form() -> Form {
    let map = r#"{"0":["variables.input.file"]}"#;
    Form::new()
        .text("operations", operations(ONE, &json!({ "input": { "file": null } })))
        .text("map", map)
        .part("0", file("a.jpg"))
}

async fn images(client: &Client) -> Value {
    client.query("{ images { totalCount } }").await.data("images")["totalCount"].clone()
}

#[tokio::test]
async fn a_form_needs_a_header_that_other_sites_cannot_send() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let post = |form: Form| ada.signed(ada.http.post(format!("{}/graphql", ada.url))).multipart(form);
    refused(&Answer::of(post(form())).await, 400, "BAD_REQUEST");
    refused(&Answer::of(post(form()).header("x-requested-with", "XMLHttpRequest")).await, 400, "BAD_REQUEST");
    assert_eq!(images(&ada).await, 0);
    for header in ["graphql-preflight", "apollo-require-preflight"] {
        let answer = Answer::of(post(form()).header(header, "1")).await;
        assert_eq!(answer.data("uploadImage"), json!({ "image": { "filename": "a.jpg" }, "errors": [] }));
    }
    assert_eq!(images(&ada).await, 2);
}

#[tokio::test]
async fn a_form_of_nobody_is_refused_before_its_file_is_read() {
    let app = TestApp::start().await;
    let mut forged = app.anonymous();
    forged.token = Some("forged".to_owned());
    for client in [app.anonymous(), forged] {
        let sent = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&sent);
        // 64 MB in pieces, counted as the client gets rid of them.
        let pieces = futures_util::stream::iter((0..1_000).map(move |_| {
            counter.fetch_add(64_000, Ordering::Relaxed);
            Ok::<_, std::io::Error>(vec![0_u8; 64_000])
        }));
        let form = Form::new()
            .text("operations", operations(ONE, &json!({ "input": { "file": null } })))
            .text("map", r#"{"0":["variables.input.file"]}"#)
            .part("0", Part::stream(reqwest::Body::wrap_stream(pieces)).file_name("a.jpg"));
        let request =
            client.http.post(format!("{}/graphql", client.url)).header("graphql-preflight", "1").multipart(form);
        // The connection may close before all of it was sent; what came of it must then be an error, not an answer of 200.
        if let Ok(response) = client.signed(request).send().await {
            assert_eq!(response.status(), 401);
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
            assert!(body.get("data").is_none());
        }
        let sent = sent.load(Ordering::Relaxed);
        assert!(sent < 64_000_000, "all of the file was taken from somebody who is not signed in");
        assert_eq!(std::fs::read_dir(app.data.path().join("incoming")).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn one_file_cannot_stand_for_two_variables_nor_two_files_for_one() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let two = operations(TWO, &json!({ "a": null, "b": null }));
    let one = operations(ONE, &json!({ "input": { "file": null } }));
    for (operations, map) in [
        (&two, r#"{"0":["variables.a","variables.b"]}"#),
        (&two, r#"{"0":["variables.a"],"0":["variables.b"]}"#),
        (&two, r#"{"0":["variables.a"],"1":["variables.a"]}"#),
        (&one, r#"{"0":["variables.input.file"],"1":["variables.input.file"]}"#),
        (&one, r#"{"0":["variables.input.file","variables.input.file"]}"#),
        (&one, r#"{"0":["variables.input.title"]}"#),
        (&one, r#"{"0":["variables.input"]}"#),
        (&one, r#"{"0":["variables.input.file.0"]}"#),
        (&one, r#"{"0":["query"]}"#),
        (&one, r#"{"0":[]}"#),
        (&one, "[]"),
    ] {
        let form = Form::new()
            .text("operations", operations.clone())
            .text("map", map)
            .part("0", file("a.jpg"))
            .part("1", file("b.jpg"));
        let answer = ada.send_form(form).await;
        assert_eq!((answer.status, answer.code()), (400, "BAD_REQUEST"), "{map}");
        refused(&answer, 400, "BAD_REQUEST");
    }
    // Understood, but its variable stays null.
    let form = Form::new().text("operations", one).text("map", "{}").part("0", file("a.jpg"));
    refused(&ada.send_form(form).await, 200, "BAD_REQUEST");
    assert_eq!(images(&ada).await, 0);
}

#[tokio::test]
async fn two_files_for_two_variables_are_both_taken_in() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let bytes = [pictures::jpeg(40, 30), pictures::png(20, 10)];
    let form = Form::new()
        .text("operations", operations(TWO, &json!({ "a": null, "b": null })))
        .text("map", r#"{"x":["variables.b"],"y":["variables.a"]}"#)
        .part("x", Part::bytes(bytes[1].clone()).file_name("b.png"))
        .part("y", Part::bytes(bytes[0].clone()).file_name("a.jpg"));
    let answer = ada.send_form(form).await;
    assert_eq!(answer.data("a"), json!({ "image": { "filename": "a.jpg", "byteSize": bytes[0].len() }, "errors": [] }));
    assert_eq!(answer.data("b"), json!({ "image": { "filename": "b.png", "byteSize": bytes[1].len() }, "errors": [] }));
}

#[tokio::test]
async fn a_form_in_the_wrong_order_or_with_a_part_missing_or_too_many_is_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let one = || operations(ONE, &json!({ "input": { "file": null } }));
    let map = r#"{"0":["variables.input.file"]}"#;
    let forged = operations(ONE, &json!({ "input": { "file": null, "title": "#__graphql_file__:0" } }));
    let batch = format!("[{}]", one());
    for (what, form) in [
        ("nothing", Form::new()),
        ("no map", Form::new().text("operations", one())),
        ("no file", Form::new().text("operations", one()).text("map", map)),
        ("the map first", Form::new().text("map", map).text("operations", one()).part("0", file("a.jpg"))),
        ("the file first", Form::new().part("0", file("a.jpg")).text("operations", one()).text("map", map)),
        ("an unknown file", form().part("1", file("b.jpg"))),
        ("a file twice", form().part("0", file("b.jpg"))),
        ("a batch", Form::new().text("operations", batch).text("map", map).part("0", file("a.jpg"))),
    ] {
        let answer = ada.send_form(form).await;
        assert_eq!((answer.status, answer.code()), (400, "BAD_REQUEST"), "{what}: {}", answer.body);
        refused(&answer, 400, "BAD_REQUEST");
    }
    let form = Form::new().text("operations", forged).text("map", map).part("0", file("a.jpg"));
    refused(&ada.send_form(form).await, 200, "BAD_REQUEST");
    assert_eq!(images(&ada).await, 0);
}
