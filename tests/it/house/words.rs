//! Characters that not every database can hold: no text of a client makes a fault of the server.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::pictures;

#[tokio::test]
async fn a_title_is_kept_without_the_characters_that_cannot_be_seen() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for (given, kept) in [
        ("a\u{0}b", json!("ab")),
        (" two\nlines\u{7} ", json!("twolines")),
        ("\u{0}", Value::Null),
        ("\u{1f9a6} \u{5d0} '\"\\ %_", json!("\u{1f9a6} \u{5d0} '\"\\ %_")),
    ] {
        let payload = ada
            .upload_with("a.jpg", pictures::another(pictures::jpeg(8, 8)), json!({ "title": given }))
            .await
            .data("uploadImage");
        assert_eq!((&payload["errors"], &payload["image"]["title"]), (&json!([]), &kept), "{given:?}");
    }
}

#[tokio::test]
async fn a_prompt_is_kept_without_the_characters_that_cannot_be_seen() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    let document =
        "mutation($input: AnalyzeImageInput!) { analyzeImage(input: $input) { analysis { prompt } errors { code } } }";
    for (given, kept) in [("a\u{0}b\nc", json!("ab\nc")), ("\u{0}", Value::Null), ("\u{1f9a6}?", json!("\u{1f9a6}?"))] {
        let input = json!({ "imageId": image, "options": { "prompt": given } });
        let payload = ada.ask(document, json!({ "input": input })).await.data("analyzeImage");
        assert_eq!(payload, json!({ "analysis": { "prompt": kept }, "errors": [] }), "{given:?}");
    }
}
