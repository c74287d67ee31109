//! Paging arguments that cannot be used, and cursors that were not given out for this list in this order.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;

const IMAGES: &str = "query($first: Int, $after: String, $last: Int, $before: String, $order: ImageOrder) {
    images(first: $first, after: $after, last: $last, before: $before, orderBy: $order) { edges { cursor node { id } } } }";
const ANALYSES: &str = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { image(id: $id) {
    analyses(first: $first, after: $after, last: $last, before: $before) { edges { cursor } } } }";
const ASK: &str = "mutation($id: ID!) { analyzeImage(input: {imageId: $id}) { analysis { id } } }";

/// A person with three images, two analyses of the first of them (not answered yet) and one of the second.
async fn person(app: &TestApp, name: &str) -> (Client, Vec<String>) {
    app.scripted_ai().hold();
    let client = app.register(name).await;
    let mut images = Vec::new();
    for _ in 0..3 {
        images.push(client.picture().await);
    }
    for image in [&images[0], &images[0], &images[1]] {
        client.ask(ASK, json!({ "id": image })).await.data("analyzeImage");
    }
    (client, images)
}

async fn image_cursors(client: &Client, order: &Value) -> Vec<String> {
    let page = client.ask(IMAGES, json!({ "order": order })).await.data("images");
    page["edges"].as_array().unwrap().iter().map(|edge| edge["cursor"].as_str().unwrap().to_owned()).collect()
}

async fn analysis_cursors(client: &Client, image: &str) -> Vec<String> {
    let page = client.ask(ANALYSES, json!({ "id": image })).await.data("image");
    let edges = page["analyses"]["edges"].as_array().unwrap();
    edges.iter().map(|edge| edge["cursor"].as_str().unwrap().to_owned()).collect()
}

async fn refused(client: &Client, document: &str, variables: Value) {
    let answer = client.ask(document, variables.clone()).await;
    assert_eq!((answer.status, answer.code()), (200, "BAD_REQUEST"), "{variables}: {}", answer.body);
    assert_eq!(answer.body["errors"].as_array().map(Vec::len), Some(1));
}

fn order(field: &str, direction: &str) -> Value {
    json!({ "field": field, "direction": direction })
}

#[tokio::test]
async fn sizes_outside_one_to_a_hundred_and_both_ends_at_once_are_refused() {
    let app = TestApp::with_ai().await;
    let (ada, images) = person(&app, "ada").await;
    for size in [0, -1, 101, 1_000, i32::MIN, i32::MAX] {
        for name in ["first", "last"] {
            refused(&ada, IMAGES, json!({ name: size })).await;
            refused(&ada, ANALYSES, json!({ "id": images[0], name: size })).await;
        }
    }
    for (first, last) in [(1, 1), (0, 1), (100, 100)] {
        refused(&ada, IMAGES, json!({ "first": first, "last": last })).await;
        refused(&ada, ANALYSES, json!({ "id": images[0], "first": first, "last": last })).await;
    }
    for size in [1, 100] {
        for name in ["first", "last"] {
            ada.ask(IMAGES, json!({ name: size })).await.data("images");
            ada.ask(ANALYSES, json!({ "id": images[0], name: size })).await.data("image");
        }
    }
}

#[tokio::test]
async fn a_cursor_that_was_changed_or_made_up_is_refused() {
    let app = TestApp::with_ai().await;
    let (ada, images) = person(&app, "ada").await;
    let good = image_cursors(&ada, &Value::Null).await.remove(1);
    let analysis = analysis_cursors(&ada, &images[0]).await.remove(0);
    let mut wrong: Vec<String> =
        ["", " ", "0", "junk", "====", "\u{0}", "null", "\u{1f9a6}"].map(str::to_owned).to_vec();
    wrong.extend([
        format!("{good}="),
        format!("{good}A"),
        format!(" {good}"),
        good[1..].to_owned(),
        "A".repeat(good.len()),
        "A".repeat(10_000),
    ]);
    // Whichever of its letters is another one.
    for at in 0..good.len() {
        let other = if good.as_bytes()[at] == b'Q' { "w" } else { "Q" };
        wrong.push(format!("{}{other}{}", &good[..at], &good[at + 1..]));
    }
    for cursor in &wrong {
        for name in ["after", "before"] {
            refused(&ada, IMAGES, json!({ name: cursor })).await;
        }
        refused(&ada, ANALYSES, json!({ "id": images[0], "after": cursor })).await;
    }
    assert_eq!(ada.ask(IMAGES, json!({ "after": good })).await.data("images")["edges"].as_array().unwrap().len(), 1);
    let page = ada.ask(ANALYSES, json!({ "id": images[0], "after": analysis })).await.data("image");
    assert_eq!(page["analyses"]["edges"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_cursor_of_another_order_person_or_list_is_refused() {
    let app = TestApp::with_ai().await;
    let (ada, images) = person(&app, "ada").await;
    let (bob, others) = person(&app, "bob").await;
    let orders = [
        ("UPLOADED_AT", "DESC"),
        ("UPLOADED_AT", "ASC"),
        ("BYTE_SIZE", "DESC"),
        ("TAKEN_AT", "ASC"),
        ("FILENAME", "DESC"),
        ("FILENAME", "ASC"),
    ];
    let orders = orders.map(|(field, direction)| order(field, direction));
    let analyses = analysis_cursors(&ada, &images[0]).await;
    for own in &orders {
        let cursor = image_cursors(&ada, own).await.remove(0);
        assert_eq!(
            ada.ask(IMAGES, json!({ "order": own, "after": cursor })).await.data("images")["edges"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        for other in orders.iter().filter(|other| *other != own) {
            refused(&ada, IMAGES, json!({ "order": other, "after": cursor })).await;
        }
        let foreign = image_cursors(&bob, own).await.remove(0);
        for name in ["after", "before"] {
            refused(&ada, IMAGES, json!({ "order": own, name: foreign })).await;
            refused(&ada, IMAGES, json!({ "order": own, name: analyses[0] })).await;
            refused(&ada, ANALYSES, json!({ "id": images[0], name: cursor })).await;
        }
    }
    // Of another image's list, one's own or somebody else's.
    for cursor in
        [analysis_cursors(&ada, &images[1]).await.remove(0), analysis_cursors(&bob, &others[0]).await.remove(0)]
    {
        refused(&ada, ANALYSES, json!({ "id": images[0], "after": cursor })).await;
    }
}

#[tokio::test]
async fn a_cursor_of_events_is_good_for_the_events_of_its_person_only() {
    use crate::support::ws::Socket;
    let app = TestApp::with_ai().await;
    let (ada, images) = person(&app, "ada").await;
    let (bob, _) = person(&app, "bob").await;
    let events = "subscription($after: String) { analysisEvents(of: {all: true}, after: $after) { cursor } }";
    let (mut one, mut other) = (Socket::of(&ada).await, Socket::of(&bob).await);
    one.subscribe("1", events, json!({})).await;
    let cursor = one.next().await["payload"]["data"]["analysisEvents"]["cursor"].as_str().unwrap().to_owned();
    refused(&ada, IMAGES, json!({ "after": cursor })).await;
    refused(&ada, ANALYSES, json!({ "id": images[0], "after": cursor })).await;
    let lists = [image_cursors(&bob, &Value::Null).await.remove(0), cursor, "junk".to_owned(), String::new()];
    for after in lists {
        other.subscribe("1", events, json!({ "after": after })).await;
        let message = other.next().await;
        assert_eq!(
            (&message["type"], &message["payload"][0]["extensions"]["code"]),
            (&json!("error"), &json!("BAD_REQUEST")),
            "{after:?}"
        );
    }
}
