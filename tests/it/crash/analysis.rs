//! Killed in the middle of an analysis: it is finished after the restart, when the dead worker's lease is over.

use serde_json::json;

use super::home::Home;
use crate::support::ai::{Flavor, ScriptedAi};
use crate::support::client::{Client, PASSWORD};
use crate::support::pictures;
use crate::support::ws::Socket;

#[tokio::test]
async fn a_kill_in_the_middle_of_an_analysis_loses_nothing() {
    let home = Home::new().await;
    let ai = ScriptedAi::start(Flavor::OpenAi).await.unwrap();
    ai.hold();
    let program = home.start(Some(&ai)).await;
    let mut ada = Client::new(&program.url);
    ada.register("ada").await;
    let answer = ada.upload_with("a.jpg", pictures::jpeg(64, 48), json!({ "analyze": { "prompt": "Who?" } })).await;
    let id = answer.data("uploadImage")["analysis"]["id"].as_str().unwrap().to_owned();
    ai.arrived(1).await;
    program.kill().await;

    ai.open();
    let program = home.start(Some(&ai)).await;
    let mut ada = Client::new(&program.url);
    ada.login("ada", PASSWORD).await;
    let mut socket = Socket::of(&ada).await;
    let document = "subscription ($id: ID!) { analysisEvents(of: { analysisId: $id }) {
        analysis { status attempts answer image { description } } } }";
    socket.subscribe("1", document, json!({ "id": id })).await;
    let done = loop {
        let message = socket.next().await;
        let analysis = message["payload"]["data"]["analysisEvents"]["analysis"].clone();
        if analysis["status"] != "RUNNING" {
            break analysis;
        }
    };
    assert_eq!((&done["status"], &done["attempts"]), (&json!("COMPLETED"), &json!(2)));
    assert_eq!(done["answer"], "A scripted answer to: Who?");
    assert!(done["image"]["description"].is_string());
    assert_eq!(ai.asked().len(), 2);
}
