//! A file is named in variables by a placeholder that the server puts there. A client that writes one itself is refused.

use serde_json::{Value, json};

use super::{GRAPHQL, JSON, get, post, refused, still_answers};
use crate::support::TestApp;
use crate::support::ws::Socket;

const PLACEHOLDER: &str = "#__graphql_file__:7";

#[tokio::test]
async fn a_forged_file_is_refused_at_any_depth_of_the_variables() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let upload = "mutation($input: UploadImageInput!) { uploadImage(input: $input) { image { id } errors { code } } }";
    let title = "mutation($file: Upload!, $title: String) { uploadImage(input: {file: $file, title: $title}) { errors { code } } }";
    for (query, variables) in [
        (upload, json!({ "input": { "file": PLACEHOLDER } })),
        (upload, json!({ "input": { "file": "#__graphql_file__:0" } })),
        (upload, json!({ "input": { "file": "#__graphql_file__:x" } })),
        (upload, json!({ "input": { "file": [{ "a": [[PLACEHOLDER]] }] } })),
        (title, json!({ "file": null, "title": PLACEHOLDER })),
        ("{ me { email } }", json!({ "unused": PLACEHOLDER })),
        ("{ me { email } }", json!({ "unused": { "a": [1, { "b": PLACEHOLDER }] } })),
        ("query($id: ID!) { image(id: $id) { id } }", json!({ "id": PLACEHOLDER })),
    ] {
        let answer = ada.ask(query, variables.clone()).await;
        assert_eq!(answer.code(), "BAD_REQUEST", "{variables}");
        refused(&answer, 200, "BAD_REQUEST");
        refused(&post(&app, GRAPHQL, &json!({ "query": query, "variables": variables })).await, 400, "BAD_REQUEST");
        refused(
            &get(&app, GRAPHQL, &[("query", "{ me { email } }"), ("variables", &variables.to_string())]).await,
            400,
            "BAD_REQUEST",
        );
        let mut socket = Socket::of(&ada).await;
        socket.subscribe("1", query, variables).await;
        let message = socket.next().await;
        assert_eq!(
            (&message["type"], &message["payload"][0]["extensions"]["code"]),
            (&json!("error"), &json!("BAD_REQUEST"))
        );
    }
    still_answers(&app).await;
}

#[tokio::test]
async fn a_forged_file_is_refused_as_a_literal_however_it_is_written() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for literal in [
        format!("\"{PLACEHOLDER}\""),
        "\"\\u0023__graphql_file__:7\"".to_owned(),
        format!("\"\"\"{PLACEHOLDER}\"\"\""),
        "\"#__graphql_file__:\"".to_owned(),
    ] {
        for query in [
            format!("mutation {{ uploadImage(input: {{file: {literal}}}) {{ errors {{ code }} }} }}"),
            format!(
                "mutation($file: Upload! = {literal}) {{ uploadImage(input: {{file: $file}}) {{ errors {{ code }} }} }}"
            ),
            format!("{{ ...F }} fragment F on Query {{ image(id: {literal}) {{ id }} }}"),
        ] {
            let answer = ada.ask(&query, json!({})).await;
            assert_eq!(answer.code(), "BAD_REQUEST", "{query}");
            assert_eq!(answer.body.get("data"), None::<&Value>, "{query}");
        }
    }
    // In a comment, or not at the beginning, it is only text.
    let harmless = format!("{{ image(id: \"a{PLACEHOLDER}\") {{ id }} }} # {PLACEHOLDER}");
    assert_eq!(ada.query(&harmless).await.data("image"), Value::Null);
    let answer =
        post(&app, JSON, &json!({ "query": "mutation { uploadImage(input: {file: null}) { errors { code } } }" }))
            .await;
    refused(&answer, 200, "GRAPHQL_VALIDATION_FAILED");
}
