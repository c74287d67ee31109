//! A document that is right, with variables that are not: a request error on every transport, and nothing is executed.

use serde_json::{Value, json};

use super::every_transport::costs_nothing;
use super::{GRAPHQL, JSON, get, post, refused};
use crate::support::TestApp;
use crate::support::ws::Socket;

const GALLERY: &str = "query($first: Int!, $after: String, $orderBy: ImageOrder) {
    images(first: $first, after: $after, orderBy: $orderBy) { totalCount } }";
const IMAGE: &str = "query($id: ID!, $format: ImageFormat!) {
    image(id: $id) { rendition(transform: { width: 64, format: $format }) { url } } }";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) { errors { code } } }";
const DELETE: &str = "mutation($input: ImageIdsInput!) { deleteImages(input: $input) { errors { code } } }";
const FOLLOW: &str = "subscription($of: AnalysisSubject!) { analysisEvents(of: $of) { cursor } }";

#[tokio::test]
async fn variables_that_do_not_fit_are_a_request_error_on_every_transport() {
    let app = TestApp::start().await;
    let order = |order: Value| json!({ "first": 1, "orderBy": order });
    for (what, document, variables) in [
        ("missing", GALLERY, json!({})),
        ("null", GALLERY, json!({ "first": null })),
        ("a string for an Int", GALLERY, json!({ "first": "1" })),
        ("a fraction for an Int", GALLERY, json!({ "first": 1.5 })),
        ("an Int too large", GALLERY, json!({ "first": 3_000_000_000_u64 })),
        ("a Boolean for a String", GALLERY, json!({ "first": 1, "after": true })),
        ("a list for a String", GALLERY, json!({ "first": 1, "after": ["a"] })),
        ("a string for an object", GALLERY, order(json!("UPLOADED_AT"))),
        ("an unknown enum value", GALLERY, order(json!({ "field": "PRICE" }))),
        ("null for a field that is not nullable", GALLERY, order(json!({ "field": null }))),
        ("an unknown field", GALLERY, order(json!({ "field": "UPLOADED_AT", "fields": 1 }))),
        ("an enum value of another case", IMAGE, json!({ "id": "x", "format": "webp" })),
        ("an object for an ID", IMAGE, json!({ "id": {}, "format": "WEBP" })),
        ("a fraction for an ID", IMAGE, json!({ "id": 1.5, "format": "WEBP" })),
        ("a missing field", LOGIN, json!({ "input": { "login": "ada" } })),
        ("null for an object", LOGIN, json!({ "input": null })),
        ("a list for an object", LOGIN, json!({ "input": [{ "login": "a", "password": "b" }] })),
        ("null in a list", DELETE, json!({ "input": { "ids": ["a", null] } })),
        ("a list in a list", DELETE, json!({ "input": { "ids": [["a"]] } })),
        ("oneOf with two", FOLLOW, json!({ "of": { "all": true, "imageId": "x" } })),
        ("oneOf with none", FOLLOW, json!({ "of": {} })),
        ("oneOf with null", FOLLOW, json!({ "of": { "all": null } })),
    ] {
        costs_nothing(&app, async || refused_everywhere(&app, what, document, &variables).await).await;
    }
    super::still_answers(&app).await;
}

async fn refused_everywhere(app: &TestApp, what: &str, document: &str, variables: &Value) {
    let body = json!({ "query": document, "variables": variables });
    for (accept, status) in [(GRAPHQL, 400), (JSON, 200)] {
        let answer = post(app, accept, &body).await;
        assert_eq!(answer.code(), "BAD_REQUEST", "{what}");
        refused(&answer, status, "BAD_REQUEST");
        assert!(answer.body["errors"][0]["locations"][0]["line"].is_number(), "{what}: {}", answer.body);
        let parameters = [("query", document), ("variables", &variables.to_string())];
        refused(&get(app, accept, &parameters).await, status, "BAD_REQUEST");
    }
    let events = post(app, "text/event-stream", &body).await.body;
    let events: Vec<&str> = events.as_str().unwrap().split("\n\n").filter(|event| event.starts_with("event")).collect();
    let next: Value = serde_json::from_str(events[0].strip_prefix("event: next\ndata: ").expect(what)).unwrap();
    assert_eq!(next["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{what}");
    assert_eq!((next.get("data"), events.len()), (None, 2), "{what}: then it is complete");

    let mut socket = Socket::connect(&app.url).await;
    socket.init(None).await;
    socket.subscribe("1", document, variables.clone()).await;
    let message = socket.next().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("1")), "{what}");
    assert_eq!(message["payload"][0]["extensions"]["code"], "BAD_REQUEST", "{what}");
    // Nothing more of it comes, and the id is free.
    socket.subscribe("1", "{ __typename }", json!({})).await;
    assert_eq!(socket.next().await["payload"], json!({ "data": { "__typename": "Query" } }), "{what}");
}

#[tokio::test]
async fn variables_that_fit_in_another_form_are_taken() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for (document, variables) in [
        (GALLERY, json!({ "first": 1.0 })),
        (GALLERY, json!({ "first": 1, "after": null, "orderBy": null })),
        (GALLERY, json!({ "first": 1, "orderBy": {} })),
        (GALLERY, json!({ "first": 1, "orderBy": { "direction": "ASC" }, "unknown": [{}] })),
        (IMAGE, json!({ "id": 7, "format": "WEBP" })),
        (DELETE, json!({ "input": { "ids": "image_x" } })),
    ] {
        let answer = ada.ask(document, variables.clone()).await;
        assert!(answer.body["data"].is_object() && answer.body.get("errors").is_none(), "{variables}: {}", answer.body);
    }
}
