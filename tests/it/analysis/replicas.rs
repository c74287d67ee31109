//! Several servers on one database: a subscription at one hears what another does.

use image_manager::events::Fact;
use serde_json::json;

use super::{analyze, ask, completed, event, follow, until};
use crate::support::client::Client;
use crate::support::ws::Socket;
use crate::support::{TestApp, rows};

/// The same person at another server.
fn at(server: &TestApp, client: &Client) -> Client {
    Client { url: server.url.clone(), ..client.clone() }
}

#[tokio::test]
async fn changes_made_by_another_server_arrive() {
    let worker = TestApp::with_ai().await;
    let watcher = worker.replica_with(|config| config.ai = None).await;
    let (ada, ai) = (worker.register("ada").await, worker.scripted_ai());
    ai.hold();
    let image = ada.picture().await;
    let mut all = Socket::of(&at(&watcher, &ada)).await;
    follow(&mut all, "1", json!({ "all": true }), None).await;
    let id = ask(&ada, &image).await;
    assert_eq!(until(&mut all, "RUNNING").await["id"], id);
    let mut one = Socket::of(&at(&watcher, &ada)).await;
    follow(&mut one, "1", json!({ "analysisId": id }), None).await;
    assert_eq!(event(&mut one).await["status"], "RUNNING");
    ai.open();
    assert_eq!(until(&mut all, "COMPLETED").await["id"], id);
    assert_eq!(until(&mut one, "COMPLETED").await["id"], id);
    completed(&mut one).await;
}

#[tokio::test]
async fn each_change_made_by_another_server_is_published_once() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    ada.picture().await;
    let image = rows::images(&app.app).await.remove(0);
    let mut facts = app.app.analyses.events().listen();
    let (mut made, mut heard) = (Vec::new(), Vec::new());
    // One after the other, so that the server looks again, several times, while the first ones are still young.
    for _ in 0..3 {
        let mut change = rows::analysis(&image);
        change.updated_at = app.clock.now();
        rows::insert_analyses(&app.app, std::slice::from_ref(&change)).await;
        made.push(change.id);
        while heard.last() != Some(&change.id) {
            if let Fact::AnalysisChanged { analysis, .. } = facts.recv().await.unwrap() {
                heard.push(analysis);
            }
        }
    }
    assert_eq!(heard, made);
}

#[tokio::test]
async fn an_image_deleted_at_another_server_ends_its_subscriptions_here() {
    let (here, ada) = (TestApp::start().await, "ada");
    let there = here.replica().await;
    let ada = here.register(ada).await;
    let image = ada.picture().await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "imageId": image }), None).await;
    // The subscription stands when the socket has answered a later question.
    socket.subscribe("2", "{ __typename }", json!({})).await;
    assert_eq!(socket.next().await["id"], "2");
    completed(&mut socket).await;

    let document = "mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { deletedIds } }";
    at(&there, &ada).ask(document, json!({ "input": { "ids": [image] } })).await.data("deleteImages");
    completed(&mut socket).await;
}

#[tokio::test]
async fn what_a_server_without_a_model_finds_queued_waits_for_one_that_has_one() {
    let worker = TestApp::with_ai().await;
    let (ada, ai) = (worker.register("ada").await, worker.scripted_ai());
    let without = worker.replica_with(|config| config.ai = None).await;
    let image = ada.picture().await;
    assert_eq!(
        analyze(&at(&without, &ada), &image, json!({})).await.refusals("analyzeImage"),
        ["ANALYSIS_UNAVAILABLE"]
    );
    let id = ask(&ada, &image).await;
    assert_eq!(super::outcome(&at(&without, &ada), &id).await["status"], "COMPLETED");
    assert_eq!(ai.asked().len(), 1);
}
