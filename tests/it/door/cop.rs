//! The checks of graphql-cop 1.15 (<https://github.com/dolevf/graphql-cop>), written anew and named after its own, with the
//! request that it sends. What would be a finding is said at each; two of its findings are choices of ours.

use reqwest::Method;
use serde_json::{Value, json};

use super::{JSON, get, post, refused, send};
use crate::support::TestApp;
use crate::support::client::Answer;

async fn ask(app: &TestApp, query: &str) -> Answer {
    post(app, JSON, &json!({ "query": query, "operationName": "cop" })).await
}

/// A finding: it is executed.
#[tokio::test]
async fn alias_overloading() {
    let app = TestApp::start().await;
    let aliases: String = (0..101).map(|n| format!("alias{n}:__typename \n")).collect();
    refused(&ask(&app, &format!("query cop {{ {aliases} }}")).await, 200, "QUERY_TOO_COMPLEX");
}

/// A finding: an answer for each.
#[tokio::test]
async fn batch_query() {
    let app = TestApp::start().await;
    let batch: Vec<Value> =
        (0..10).map(|_| json!({ "operationName": "cop", "query": "query cop { __typename }" })).collect();
    refused(&post(&app, JSON, &Value::from(batch)).await, 400, "BAD_REQUEST");
}

/// A finding: ten errors, one for each directive. Wherever they stand, what is wrong is said once.
#[tokio::test]
async fn directive_overloading() {
    let app = TestApp::start().await;
    let many = "@aa".repeat(10);
    for query in [
        format!("query cop {{ __typename {many} }}"),
        format!("query cop {{ server {many} {{ version }} }}"),
        format!("query cop {many} {{ server {{ version }} }}"),
        format!("query cop {{ ... {many} {{ server {{ version }} }} }}"),
    ] {
        let answer = ask(&app, &query).await;
        refused(&answer, 200, "GRAPHQL_VALIDATION_FAILED");
        assert!(answer.body["errors"].as_array().unwrap().len() <= 2, "{}", answer.body);
    }
}

/// A finding: all types are listed.
#[tokio::test]
async fn circular_query_introspection() {
    let app = TestApp::start().await;
    let circle = "query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }";
    refused(&ask(&app, circle).await, 200, "QUERY_TOO_COMPLEX");
}

/// A finding: it is executed. (The tool has it turned off.)
#[tokio::test]
async fn field_duplication() {
    let app = TestApp::start().await;
    let fields = "__typename \n".repeat(500);
    refused(&ask(&app, &format!("query cop {{ {fields} }}")).await, 200, "QUERY_TOO_COMPLEX");
}

/// A finding: "Did you mean" and the name of what there is.
#[tokio::test]
async fn field_suggestions() {
    let app = TestApp::start().await;
    for query in [
        "query cop { __schema { directive } }",
        "query cop { servr { version } }",
        "query cop { server { versio } }",
        "query cop { image(ids: 1) { id } }",
        "query cop { image { id } }",
        "query cop { images(orderBy: {field: UPLOADED}) { totalCount } }",
        "query cop { images(orderBy: {fild: UPLOADED_AT}) { totalCount } }",
        "query cop { server { ... on Serve { version } } }",
        "query cop($a: ImageOrde) { server { version } }",
        "query cop { server @includ(if: true) { version } }",
    ] {
        let answer = ask(&app, query).await;
        refused(&answer, 200, "GRAPHQL_VALIDATION_FAILED");
        let shown = answer.body.to_string().to_lowercase();
        assert!(!shown.contains("did you mean") && !shown.contains("suggest"), "{shown}");
    }
    let variables = json!({ "o": { "fild": "UPLOADED_AT" } });
    let query = "query cop($o: ImageOrder!) { images(orderBy: $o) { totalCount } }";
    let answer = post(&app, JSON, &json!({ "query": query, "variables": variables })).await;
    refused(&answer, 200, "BAD_REQUEST");
    assert!(!answer.body.to_string().to_lowercase().contains("did you mean"), "{}", answer.body);
}

/// A finding: it is executed.
#[tokio::test]
async fn get_based_mutation() {
    let app = TestApp::start().await;
    refused(&get(&app, JSON, &[("query", "mutation cop {__typename}")]).await, 405, "BAD_REQUEST");
}

/// A finding, for the tool: a query by GET is answered, and a page of another site may have sent it. Ours answers, since
/// GET is a part of GraphQL over HTTP, and such a page gains nothing by it: the answer is what everybody gets, because no
/// cookie signs anybody in, and it may not read it.
#[tokio::test]
async fn get_method_support() {
    let app = TestApp::start().await;
    let http = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let login = "mutation { register(input: {username: \"ada\", email: \"ada@example.org\", password: \"nine purple walruses\", deliver: COOKIE}) { session { account { email } } } }";
    let url = format!("{}/graphql", app.url);
    let answer = Answer::of(http.post(&url).json(&json!({ "query": login }))).await;
    assert!(answer.headers.contains_key("set-cookie"), "{}", answer.body);
    let mut by_get = url::Url::parse(&url).unwrap();
    by_get.query_pairs_mut().append_pair("query", "query cop {__typename me { email }}");
    let answer = Answer::of(http.get(by_get).header("origin", "https://evil.example")).await;
    assert_eq!(answer.body, json!({ "data": { "__typename": "Query", "me": null } }));
    assert_eq!(answer.headers.get("access-control-allow-origin"), None);
}

/// A finding: it is executed, so that a form of another site's page can send it.
#[tokio::test]
async fn post_based_csrf() {
    let app = TestApp::start().await;
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let body = "query=query+cop+%7B+__typename+%7D";
    refused(&send(&app, Method::POST, &headers, body).await, 415, "BAD_REQUEST");
}

/// A finding, for the tool: the schema is shown. Ours is public, with its documentation in the repository, so it is shown
/// unless the operator says `INTROSPECTION=off`; then not on any way.
#[tokio::test]
async fn introspection() {
    let on = TestApp::start().await;
    let query = "query cop { __schema { types { name fields { name } } } }";
    assert!(ask(&on, query).await.data("__schema")["types"].as_array().unwrap().len() > 25);
    let off = TestApp::with(|config| config.api.introspection = false).await;
    let ada = off.register("ada").await;
    for query in [
        query,
        "query cop { __type(name: \"Query\") { name } }",
        "query cop { a: __schema { types { name } } }",
        "query cop { ...F } fragment F on Query { __schema { types { name } } }",
        "query cop { ... { ... on Query { __type(name: \"Query\") { name } } } }",
        "query cop { server { version } } query other { __schema { types { name } } }",
    ] {
        super::every_transport::refused(&off, &ada, query, "GRAPHQL_VALIDATION_FAILED").await;
    }
    // What programs need to tell types apart is no introspection of the schema.
    let answer = ask(&off, "query cop { __typename server { __typename } }").await;
    assert_eq!(answer.body["data"], json!({ "__typename": "Query", "server": { "__typename": "Server" } }));
}

/// A finding: the endpoint answers a browser with an IDE. Ours is a page of its own, which the operator can turn off.
#[tokio::test]
async fn detect_graphiql() {
    let app = TestApp::with(|config| config.graphiql = false).await;
    let http = app.anonymous().http;
    for path in ["/graphql", "/graphiql", "/playground", "/console", "/"] {
        let request = http.get(format!("{}{path}", app.url)).header("accept", "text/html");
        let text = request.send().await.unwrap().text().await.unwrap();
        for word in ["graphiql.min.css", "GraphQL Playground", "GraphiQL", "graphql-playground"] {
            assert!(!text.contains(word), "{path}: {word}");
        }
    }
    let on = TestApp::start().await;
    let request = on.anonymous().http.get(format!("{}/graphql", on.url)).header("accept", "text/html");
    assert_eq!(request.send().await.unwrap().status(), 406);
}

/// A finding: `extensions.tracing`, in the answer or in an error.
#[tokio::test]
async fn trace_mode() {
    let app = TestApp::start().await;
    assert_eq!(ask(&app, "query cop { __typename }").await.body, json!({ "data": { "__typename": "Query" } }));
    for query in ["query cop { nothing }", "query cop { images { totalCount } }"] {
        let answer = ask(&app, query).await;
        assert_eq!(answer.body.get("extensions"), None);
        let told: Vec<&String> = answer.body["errors"][0]["extensions"].as_object().unwrap().keys().collect();
        assert_eq!(told, ["code"], "{}", answer.body);
    }
}

/// A finding: `extensions.exception`, or words from within.
#[tokio::test]
async fn unhandled_error_detection() {
    let app = TestApp::start().await;
    for query in ["qwerty cop { abc }", "", "{", "\u{0}", "query cop { image(id: \"\u{1}\") { id } }", "\u{feff}"] {
        let answer = ask(&app, query).await;
        let shown = answer.body.to_string().to_lowercase();
        for word in ["exception", "panick", "stack", ".rs", "async_graphql", "serde", "sql", "pest", "src/"] {
            assert!(!shown.contains(word), "{query:?}: {shown}");
        }
        if answer.body.get("data").is_none() {
            assert_eq!(answer.body["errors"][0]["extensions"].as_object().unwrap().len(), 1, "{shown}");
        }
    }
}
