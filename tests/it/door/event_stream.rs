//! graphql-sse, distinct connections mode: subscriptions as event streams over the real socket.

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::eventually;
use crate::support::client::{Client, PASSWORD};
use crate::support::ws::{Said, Socket};

const FOLLOW: &str =
    "subscription($of: AnalysisSubject!) { analysisEvents(of: $of) { ... on AnalysisStatusChanged { status }
    analysis { id description } } }";
const ASK: &str =
    "mutation($input: AnalyzeImageInput!) { analyzeImage(input: $input) { analysis { id } errors { code } } }";

async fn subscribe(client: &Client, document: &str, variables: Value) -> Response {
    let body = json!({ "query": document, "variables": variables });
    let request = client.http.post(format!("{}/graphql", client.url)).header("accept", "text/event-stream").json(&body);
    client.signed(request).send().await.unwrap()
}

async fn follow_all(client: &Client) -> Response {
    subscribe(client, FOLLOW, json!({ "of": { "all": true } })).await
}

/// What comes, event by event; comments are left out.
fn events(response: Response) -> BoxStream<'static, String> {
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    let chunks = response.bytes_stream();
    let events = futures_util::stream::unfold((chunks, String::new()), |(mut chunks, mut text)| async move {
        loop {
            if let Some((event, rest)) = text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                return Some((event, (chunks, rest)));
            }
            text.push_str(std::str::from_utf8(&chunks.next().await?.ok()?).unwrap());
        }
    });
    events.filter(|event| std::future::ready(event != ":")).boxed()
}

fn data(event: &str) -> Value {
    serde_json::from_str(event.strip_prefix("event: next\ndata: ").expect(event)).unwrap()
}

#[tokio::test]
async fn a_stream_tells_until_its_analysis_is_over() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    app.scripted_ai().hold();
    let asked = ada.ask(ASK, json!({ "input": { "imageId": image } })).await.data("analyzeImage");
    let id = &asked["analysis"]["id"];
    let mut events = events(subscribe(&ada, FOLLOW, json!({ "of": { "analysisId": id } })).await);
    let first = data(&events.next().await.unwrap());
    assert_eq!(&first["data"]["analysisEvents"]["analysis"]["id"], id);
    app.scripted_ai().open();
    let mut rest: Vec<String> = events.collect().await;
    assert_eq!(rest.pop().unwrap(), "event: complete\ndata: ");
    let last = data(rest.last().unwrap());
    assert_eq!(last["data"]["analysisEvents"]["status"], "COMPLETED", "{last}");
}

#[tokio::test]
async fn queries_and_mutations_have_one_event_and_their_cookies() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let me: Vec<_> = events(subscribe(&ada, "{ me { user { username } } }", json!({})).await).collect().await;
    assert_eq!(me.len(), 2);
    assert_eq!(data(&me[0]), json!({ "data": { "me": { "user": { "username": "ada" } } } }));
    let login = "mutation($input: LoginInput!) { login(input: $input) { session { account { email } } } }";
    let input = json!({ "input": { "login": "ada", "password": PASSWORD, "deliver": "COOKIE" } });
    let answer = subscribe(&app.anonymous(), login, input).await;
    assert!(answer.headers().contains_key("set-cookie"));
    let events: Vec<_> = events(answer).collect().await;
    assert_eq!(data(&events[0])["data"]["login"]["session"]["account"]["email"], "ada@example.org");
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_no_other_does() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut elsewhere = app.anonymous();
    elsewhere.login("ada", PASSWORD).await;
    let mut stays = events(follow_all(&elsewhere).await);
    let ends = events(follow_all(&ada).await);
    ada.query("mutation { logout { errors { code } } }").await.data("logout");
    assert_eq!(ends.collect::<Vec<_>>().await, Vec::<String>::new(), "it ends, and is not complete");
    app.app.stop.cancel();
    assert_eq!(stays.next().await, None, "this one ended with the server");
}

#[tokio::test]
async fn sockets_and_streams_of_one_person_are_counted_together_and_free_their_seats() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut sockets = Vec::new();
    for _ in 0..50 {
        sockets.push(Socket::of(&ada).await);
    }
    let mut streams = Vec::new();
    for _ in 0..50 {
        streams.push(events(follow_all(&ada).await));
    }
    let refused = follow_all(&ada).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["content-type"], "application/graphql-response+json; charset=utf-8");
    assert_eq!(refused.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "RATE_LIMITED");
    let mut late = Socket::connect(&app.url).await;
    assert_eq!(late.init(ada.token.as_deref()).await, Said::Closed(1013));
    // Others have seats of their own, and plain requests need none.
    let mut nobody = Socket::connect(&app.url).await;
    assert_eq!(nobody.init(None).await, Said::Message(json!({ "type": "connection_ack" })));
    ada.query("{ me { email } }").await.data("me");
    // A client that disconnects says so in no other way.
    drop(streams.pop());
    eventually("a free seat", || async { (follow_all(&ada).await.status() == 200).then_some(()) }).await;
}

#[tokio::test]
async fn without_a_token_a_private_subscription_is_refused_and_with_a_wrong_one_the_request() {
    let app = TestApp::start().await;
    let mut client = app.anonymous();
    let events: Vec<_> = events(follow_all(&client).await).collect().await;
    assert_eq!(data(&events[0])["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!((events.len(), events[1].as_str()), (2, "event: complete\ndata: "));
    client.token = Some("forged".to_owned());
    let refused = follow_all(&client).await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["www-authenticate"]), (401, &"Bearer".parse().unwrap()));
}
