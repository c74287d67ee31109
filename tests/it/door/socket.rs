//! What goes over a WebSocket: queries, mutations, subscriptions, and whose socket it is.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::app::eventually;
use crate::support::client::PASSWORD;
use crate::support::ws::{Said, Socket};

const EVENTS: &str =
    "subscription($of: AnalysisSubject!) { analysisEvents(of: $of) { ... on AnalysisStatusChanged { status }
    analysis { id description } } }";
const ME: &str = "{ me { user { username } } }";
const ASK: &str =
    "mutation($input: AnalyzeImageInput!) { analyzeImage(input: $input) { analysis { id } errors { code } } }";

/// The answer to one query, and its end.
async fn answer(socket: &mut Socket, id: &str, query: &str) -> Value {
    socket.subscribe(id, query, json!({})).await;
    let message = socket.next().await;
    assert_eq!((&message["type"], &message["id"]), (&json!("next"), &json!(id)), "{message}");
    assert_eq!(socket.next().await, json!({ "type": "complete", "id": id }));
    message["payload"].clone()
}

#[tokio::test]
async fn queries_and_mutations_are_answered_as_whoever_opened_the_socket() {
    let app = TestApp::start().await;
    let mut ada = Socket::of(&app.register("ada").await).await;
    assert_eq!(answer(&mut ada, "1", ME).await, json!({ "data": { "me": { "user": { "username": "ada" } } } }));
    // An id is free again when its operation is over.
    let login = format!(
        "mutation {{ login(input: {{login: \"ada\", password: \"{PASSWORD}\"}}) {{ session {{ account {{ email }} }} }} }}"
    );
    let payload = answer(&mut ada, "1", &login).await;
    assert_eq!(payload["data"]["login"]["session"]["account"]["email"], "ada@example.org");

    let mut nobody = Socket::connect(&app.url).await;
    assert_eq!(nobody.init(None).await, Said::Message(json!({ "type": "connection_ack" })));
    assert_eq!(answer(&mut nobody, "1", ME).await, json!({ "data": { "me": null } }));
    let payload = answer(&mut nobody, "2", "{ images { nodes { id } } }").await;
    assert_eq!(
        (&payload["data"], &payload["errors"][0]["extensions"]["code"]),
        (&json!(null), &json!("UNAUTHENTICATED"))
    );
}

#[tokio::test]
async fn what_was_not_executed_ends_with_an_error_and_the_socket_goes_on() {
    let app = TestApp::start().await;
    let mut socket = Socket::of(&app.register("ada").await).await;
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($id: ID!) { image(id: $id) { id } }", "BAD_REQUEST"),
        ("subscription { analysisEvents(of: {all: false}) { cursor } }", "BAD_REQUEST"),
        ("subscription { analysisEvents(of: {all: true}, after: \"junk\") { cursor } }", "BAD_REQUEST"),
        ("subscription { analysisEvents(of: {}) { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { analysisEvents(of: {all: true, imageId: \"x\"}) { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        socket.subscribe("1", query, json!({})).await;
        let message = socket.next().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("1")), "{query}: {message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query}: {message}");
    }
    assert_eq!(answer(&mut socket, "1", ME).await["data"]["me"]["user"]["username"], "ada");
}

#[tokio::test]
async fn a_subscription_tells_until_its_analysis_is_over() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    app.scripted_ai().hold();
    let asked = ada.ask(ASK, json!({ "input": { "imageId": image } })).await.data("analyzeImage");
    let id = &asked["analysis"]["id"];
    let mut socket = Socket::of(&ada).await;
    socket.subscribe("s", EVENTS, json!({ "of": { "analysisId": id } })).await;
    let first = socket.next().await;
    assert_eq!((&first["type"], &first["payload"]["data"]["analysisEvents"]["analysis"]["id"]), (&json!("next"), id));
    app.scripted_ai().open();
    let mut last = first;
    loop {
        let message = socket.next().await;
        if message == json!({ "type": "complete", "id": "s" }) {
            break;
        }
        last = message;
    }
    let event = &last["payload"]["data"]["analysisEvents"];
    assert_eq!(event["status"], "COMPLETED", "{last}");
    assert!(event["analysis"]["description"].is_string());
}

#[tokio::test]
async fn a_completed_subscription_sends_nothing_more_and_its_id_is_free() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    let mut socket = Socket::of(&ada).await;
    socket.subscribe("1", EVENTS, json!({ "of": { "all": true } })).await;
    socket.send(&json!({ "type": "complete", "id": "1" })).await;
    // Messages are taken in order: now the end is known.
    socket.send(&json!({ "type": "ping" })).await;
    assert_eq!(socket.next().await, json!({ "type": "pong" }));
    let asked = ada.ask(ASK, json!({ "input": { "imageId": image } })).await.data("analyzeImage");
    let document = format!("{{ analysis(id: {}) {{ status }} }}", asked["analysis"]["id"]);
    eventually("the analysis", || async {
        (ada.query(&document).await.data("analysis")["status"] == "COMPLETED").then_some(())
    })
    .await;
    assert_eq!(answer(&mut socket, "1", ME).await["data"]["me"]["user"]["username"], "ada");
}

#[tokio::test]
async fn a_socket_belongs_to_its_session_and_not_to_the_token_it_came_with() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut socket = Socket::of(&ada).await;
    app.clock.advance(Duration::from_mins(16));
    assert_eq!(answer(&mut socket, "1", ME).await["data"]["me"]["user"]["username"], "ada");
    // A new socket with that token is refused.
    let mut late = Socket::connect(&app.url).await;
    assert_eq!(late.init(ada.token.as_deref()).await, Said::Closed(4403));
}

#[tokio::test]
async fn a_session_that_ends_takes_its_sockets_along_and_no_others() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut elsewhere = app.anonymous();
    elsewhere.login("ada", PASSWORD).await;
    let mut stays = Socket::of(&elsewhere).await;
    let (mut idle, mut busy) = (Socket::of(&ada).await, Socket::of(&ada).await);
    busy.subscribe("1", EVENTS, json!({ "of": { "all": true } })).await;
    ada.query("mutation { logout { errors { code } } }").await.data("logout");
    // The server looks every 2 seconds; the test waits for the close itself.
    assert_eq!((idle.close_code().await, busy.close_code().await), (4403, 4403));
    assert_eq!(answer(&mut stays, "1", ME).await["data"]["me"]["user"]["username"], "ada");
}

#[tokio::test]
async fn logging_out_over_the_socket_is_answered_and_ends_it() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut socket = Socket::of(&ada).await;
    let payload = answer(&mut socket, "1", "mutation { logout { errors { code } } }").await;
    assert_eq!(payload, json!({ "data": { "logout": { "errors": [] } } }));
    assert_eq!(socket.close_code().await, 4403);
    assert_eq!(ada.query(ME).await.status, 401);
}

#[tokio::test]
async fn sockets_are_told_when_the_server_stops() {
    let app = TestApp::start().await;
    let mut socket = Socket::of(&app.register("ada").await).await;
    app.app.stop.cancel();
    assert_eq!(socket.close_code().await, 1001);
}

#[tokio::test]
async fn sessions_are_asked_after_in_batches_of_five_hundred() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.register("ada").await, app.register("bob").await);
    let sessions = futures_util::future::join_all([&ada, &bob].map(|client| async {
        let viewer = app.app.accounts.authenticate(client.token.as_deref().unwrap()).await;
        viewer.ok().unwrap().session_id
    }))
    .await;
    let mut asked: Vec<Uuid> = (0..48).map(|_| Uuid::now_v7()).chain(sessions.clone()).collect();
    let (statements, living) = app.statements(app.app.accounts.living(&asked)).await;
    assert_eq!((statements, living.unwrap()), (1, sessions.iter().copied().collect::<HashSet<_>>()));
    asked.extend((0..460).map(|_| Uuid::now_v7()));
    ada.query("mutation { logout { errors { code } } }").await.data("logout");
    let (statements, living) = app.statements(app.app.accounts.living(&asked)).await;
    assert_eq!((statements, living.unwrap()), (2, HashSet::from([sessions[1]])));
    app.clock.advance(image_manager::accounts::SESSION_LIFETIME);
    assert!(app.app.accounts.living(&asked).await.unwrap().is_empty(), "a session that nobody refreshed is over");
}
