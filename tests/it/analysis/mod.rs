//! Analyses: asked for, answered, retried, followed; by several workers, and by workers that die.

mod ask;
mod complete;
mod events;
mod failures;
mod outage;
mod replicas;
mod resume;
mod status;
mod stopping;
mod words;
mod workers;

use image_manager::db::entities::analysis;
use image_manager::db::ids::Kind;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::ws::Socket;

const ANALYZE: &str = "mutation ($input: AnalyzeImageInput!) { analyzeImage(input: $input) {
    analysis { id status prompt answer language provider model attempts description altText tags startedAt finishedAt
        failure { code } usage { input } image { id } }
    errors { code message path } } }";

const EVENTS: &str = "subscription ($of: AnalysisSubject!, $after: String) { analysisEvents(of: $of, after: $after) {
    __typename cursor analysis { id status attempts description altText tags answer startedAt finishedAt
        usage { input output } failure { code message nextAttemptAt } image { id description altText } }
    ... on AnalysisStatusChanged { status } } }";

async fn analyze(client: &Client, image: &str, options: Value) -> Answer {
    client.ask(ANALYZE, json!({ "input": { "imageId": image, "options": options } })).await
}

/// Asks about an image; the analysis's id.
async fn ask(client: &Client, image: &str) -> String {
    let payload = analyze(client, image, json!({})).await.data("analyzeImage");
    payload["analysis"]["id"].as_str().unwrap_or_else(|| panic!("not asked: {payload}")).to_owned()
}

async fn follow(socket: &mut Socket, id: &str, of: Value, after: Option<&Value>) {
    socket.subscribe(id, EVENTS, json!({ "of": of, "after": after })).await;
}

/// The next event of the only subscription of a socket.
async fn event(socket: &mut Socket) -> Value {
    let message = socket.next().await;
    assert_eq!(message["type"], "next", "{message}");
    let event = &message["payload"]["data"]["analysisEvents"];
    assert_eq!(event["status"], event["analysis"]["status"], "{message}");
    event.clone()
}

/// Reads on until the analysis is in this state.
async fn until(socket: &mut Socket, status: &str) -> Value {
    loop {
        let event = event(socket).await;
        if event["status"] == status {
            return event["analysis"].clone();
        }
    }
}

async fn completed(socket: &mut Socket) {
    let message = socket.next().await;
    assert_eq!(message["type"], "complete", "{message}");
}

/// What comes of an analysis: its last state.
async fn outcome(client: &Client, id: &str) -> Value {
    let mut socket = Socket::of(client).await;
    follow(&mut socket, "1", json!({ "analysisId": id }), None).await;
    let mut last = Value::Null;
    loop {
        let message = socket.next().await;
        if message["type"] == "complete" {
            return last;
        }
        last = message["payload"]["data"]["analysisEvents"]["analysis"].clone();
    }
}

/// The row of an analysis as it is now.
async fn row(app: &TestApp, id: &str) -> analysis::Model {
    let id = Kind::Analysis.decode(id).unwrap();
    analysis::Entity::find_by_id(id).one(app.app.db.read()).await.unwrap().unwrap()
}
