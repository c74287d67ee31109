//! The orders that people see: by name as they would put files in order, by the time of taking.

use serde_json::json;

use crate::support::client::Client;
use crate::support::{TestApp, pictures};

async fn upload(client: &Client, name: &str) -> String {
    let payload = client.upload(name, pictures::another(pictures::jpeg(8, 8))).await;
    payload["image"]["id"].as_str().unwrap_or_else(|| panic!("{payload}")).to_owned()
}

async fn names(client: &Client, field: &str, direction: &str) -> Vec<String> {
    let document = "query ($order: ImageOrder) { images(orderBy: $order, first: 100) { nodes { filename } } }";
    let variables = json!({ "order": { "field": field, "direction": direction } });
    let images = client.ask(document, variables).await.data("images");
    let nodes = images["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["filename"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn file_names_are_in_peoples_order_on_every_database() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let ordered = [
        "(1).jpg",
        "1.jpg",
        "02.jpg",
        "éclair.jpg",
        "Eclair 2.jpg",
        "IMG_9.jpg",
        "img_10.JPG",
        "IMG_0100.jpg",
        "über.png",
        "Zoo.gif",
        "птица.jpg",
    ];
    for place in [4, 9, 0, 7, 2, 10, 5, 8, 1, 6, 3] {
        upload(&ada, ordered[place]).await;
    }
    // A dot is more than a space.
    let mut ordered = ordered.map(str::to_owned).to_vec();
    ordered.swap(3, 4);
    assert_eq!(names(&ada, "FILENAME", "ASC").await, ordered);
    ordered.reverse();
    assert_eq!(names(&ada, "FILENAME", "DESC").await, ordered);
}

#[tokio::test]
async fn an_image_stands_where_it_was_taken_and_else_where_it_was_uploaded() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (old, new) = (upload(&ada, "old.jpg").await, upload(&ada, "new.jpg").await);
    upload(&ada, "unknown.jpg").await;
    let update = "mutation ($input: UpdateImageInput!) { updateImage(input: $input) { errors { code } } }";
    for (id, at) in [(&old, json!("1969-07-20T20:17:40Z")), (&new, json!("2999-01-01T00:00:00+02:00"))] {
        let answer = ada.ask(update, json!({ "input": { "id": id, "takenAt": at } })).await;
        assert_eq!(answer.refusals("updateImage"), [""; 0]);
    }
    assert_eq!(names(&ada, "TAKEN_AT", "DESC").await, ["new.jpg", "unknown.jpg", "old.jpg"]);
    // Nobody says any more: by their uploads again, the last one first.
    for id in [&old, &new] {
        ada.ask(update, json!({ "input": { "id": id, "takenAt": null } })).await;
    }
    assert_eq!(names(&ada, "TAKEN_AT", "DESC").await, ["unknown.jpg", "new.jpg", "old.jpg"]);
}
