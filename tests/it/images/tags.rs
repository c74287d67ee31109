//! Tags: as written, once each whatever the case, in the owner's order.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;

const TAG: &str = "mutation ($id: ID!, $tags: [String!]) { updateImage(input: { id: $id, tags: $tags }) {
    image { tags } errors { code path message } } }";

async fn tag(client: &Client, id: &str, tags: Value) -> Value {
    client.ask(TAG, json!({ "id": id, "tags": tags })).await.data("updateImage")
}

#[tokio::test]
async fn tags_are_kept_as_written_once_each_and_replaced_as_a_whole() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let given = json!(["zoo", " New\nYork ", "ZOO", "Ähre", "a\u{308}HRE", "ant\u{0}\u{202e}"]);
    let kept = json!(["zoo", "New York", "Ähre", "ant"]);
    assert_eq!(tag(&ada, &id, given).await, json!({ "image": { "tags": kept }, "errors": [] }));
    // The same ones in another spelling and order.
    assert_eq!(tag(&ada, &id, json!(["ANT", "zoo"])).await["image"]["tags"], json!(["ANT", "zoo"]));
    let seen = ada.ask("query ($id: ID!) { image(id: $id) { tags } }", json!({ "id": id })).await;
    assert_eq!(seen.data("image")["tags"], json!(["ANT", "zoo"]));
    assert_eq!(tag(&ada, &id, Value::Null).await["image"]["tags"], json!([]));
}

#[tokio::test]
async fn tags_that_cannot_be_kept_are_refused_and_nothing_changes() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    tag(&ada, &id, json!(["before"])).await;
    let many: Vec<_> = (0..101).map(|number| format!("tag {number}")).collect();
    for wrong in [json!([""]), json!(["fine", " \n "]), json!(["x".repeat(51)]), json!(["ﷺ".repeat(50)]), json!(many)]
    {
        let payload = tag(&ada, &id, wrong).await;
        assert_eq!(payload["image"], Value::Null);
        let error = &payload["errors"][0];
        assert_eq!((&error["code"], &error["path"]), (&json!("INVALID_INPUT"), &json!(["input", "tags"])), "{error}");
    }
    let seen = ada.ask("query ($id: ID!) { image(id: $id) { tags } }", json!({ "id": id })).await;
    assert_eq!(seen.data("image")["tags"], json!(["before"]));
    let payload = tag(&ada, &id, json!(many[..100])).await;
    assert_eq!(payload["image"]["tags"], json!(many[..100]));
}
