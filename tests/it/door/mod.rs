//! The door over the real socket: methods, media types, statuses, forms, attacks, sockets, event streams, origins, pages.

mod attacks;
mod connections;
mod cop;
mod crowds;
mod elsewhere;
mod event_stream;
mod every_transport;
mod files;
mod forged_files;
mod http;
mod mutants;
mod open_files;
mod origins;
mod pages;
mod raw;
mod slow;
mod socket;
mod socket_rules;
mod variables;
mod viewer;

use reqwest::Method;
use serde_json::Value;

use crate::support::TestApp;
use crate::support::client::Answer;

const JSON: &str = "application/json";
const GRAPHQL: &str = "application/graphql-response+json";

/// A request to the endpoint with these headers and this body.
async fn send(app: &TestApp, method: Method, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Answer {
    let mut request = app.anonymous().http.request(method, format!("{}/graphql", app.url)).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request).await
}

/// A JSON body by POST.
async fn post(app: &TestApp, accept: &str, body: &Value) -> Answer {
    send(app, Method::POST, &[("content-type", JSON), ("accept", accept)], body.to_string()).await
}

/// A GET with these parameters.
async fn get(app: &TestApp, accept: &str, parameters: &[(&str, &str)]) -> Answer {
    let mut url = url::Url::parse(&format!("{}/graphql", app.url)).unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    Answer::of(app.anonymous().http.get(url).header("accept", accept)).await
}

/// A request error: it has a code and no `data`.
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code()), (status, code), "{}", answer.body);
    assert!(answer.body.get("data").is_none(), "{}", answer.body);
    assert!(answer.body["errors"][0]["message"].as_str().is_some_and(|message| !message.is_empty()));
}

/// The server lives and answers.
async fn still_answers(app: &TestApp) {
    let answer = app.anonymous().query("{ server { version } }").await;
    assert!(answer.data("server")["version"].is_string());
}
