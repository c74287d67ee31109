//! Following analyses: what is told, to whom, and when it ends.

use image_manager::db::ids::{self, Kind};
use serde_json::{Value, json};

use super::{ask, completed, event, follow, until};
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::ws::Socket;

async fn delete(client: &Client, image: &str) {
    let document = "mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { deletedIds } }";
    let payload = client.ask(document, json!({ "input": { "ids": [image] } })).await.data("deleteImages");
    assert_eq!(payload["deletedIds"], json!([image]));
}

#[tokio::test]
async fn everything_of_the_viewer_can_be_followed_and_nothing_of_anybody_else() {
    let app = TestApp::with_ai().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "all": true }), None).await;
    let mut theirs = Socket::of(&bob).await;
    follow(&mut theirs, "1", json!({ "all": true }), None).await;
    let (first, second) = (ada.picture().await, ada.picture().await);
    let foreign = ask(&bob, &bob.picture().await).await;
    assert_eq!(until(&mut theirs, "COMPLETED").await["id"], foreign);
    for image in [&first, &second] {
        let id = ask(&ada, image).await;
        loop {
            let event = event(&mut socket).await;
            assert_eq!(event["analysis"]["id"], id);
            if event["status"] == "COMPLETED" {
                break;
            }
        }
    }
}

#[tokio::test]
async fn the_state_as_it_is_comes_first() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    let image = ada.picture().await;
    let finished = ask(&ada, &image).await;
    super::outcome(&ada, &finished).await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "image", json!({ "imageId": image }), None).await;
    let latest = event(&mut socket).await;
    assert_eq!((&latest["analysis"]["id"], &latest["status"]), (&json!(finished), &json!("COMPLETED")));

    ai.hold();
    let open = ask(&ada, &image).await;
    until(&mut socket, "RUNNING").await;
    for of in [json!({ "all": true }), json!({ "imageId": image }), json!({ "analysisId": open })] {
        let mut socket = Socket::of(&ada).await;
        follow(&mut socket, "1", of, None).await;
        let first = event(&mut socket).await;
        assert_eq!((&first["analysis"]["id"], &first["status"]), (&json!(open), &json!("RUNNING")));
    }
    ai.open();
}

#[tokio::test]
async fn following_a_finished_analysis_tells_it_once_and_ends() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let id = ask(&ada, &ada.picture().await).await;
    super::outcome(&ada, &id).await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "analysisId": id }), None).await;
    assert_eq!(event(&mut socket).await["status"], "COMPLETED");
    completed(&mut socket).await;
}

#[tokio::test]
async fn following_what_is_not_there_ends_at_once_whatever_the_reason() {
    let app = TestApp::with_ai().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let theirs = bob.picture().await;
    let analysis = ask(&bob, &theirs).await;
    let mut socket = Socket::of(&ada).await;
    for of in [
        json!({ "analysisId": analysis }),
        json!({ "analysisId": Kind::Analysis.encode(ids::new()) }),
        json!({ "analysisId": "no id" }),
        json!({ "analysisId": theirs }),
        json!({ "imageId": theirs }),
        json!({ "imageId": Kind::Image.encode(ids::new()) }),
        json!({ "imageId": "no id" }),
    ] {
        follow(&mut socket, "1", of, None).await;
        completed(&mut socket).await;
    }
}

#[tokio::test]
async fn following_ends_when_the_image_is_deleted() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.hold();
    let (image, other) = (ada.picture().await, ada.picture().await);
    let id = ask(&ada, &image).await;
    let (mut by_image, mut by_analysis) = (Socket::of(&ada).await, Socket::of(&ada).await);
    follow(&mut by_image, "1", json!({ "imageId": image }), None).await;
    follow(&mut by_analysis, "1", json!({ "analysisId": id }), None).await;
    until(&mut by_image, "RUNNING").await;
    until(&mut by_analysis, "RUNNING").await;
    delete(&ada, &other).await;
    delete(&ada, &image).await;
    completed(&mut by_image).await;
    completed(&mut by_analysis).await;
    ai.open();
}

#[tokio::test]
async fn what_cannot_be_followed_is_an_error() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let mut socket = Socket::of(&ada).await;
    let nothing: [Value; 4] = [json!({ "all": false }), json!({}), json!({ "all": true, "imageId": "x" }), json!(null)];
    for (number, of) in nothing.into_iter().enumerate() {
        let id = number.to_string();
        follow(&mut socket, &id, of.clone(), None).await;
        let error = socket.next().await;
        assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!(id)), "{of}: {error}");
    }
}
