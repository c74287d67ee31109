//! Small requests that would cost much, or do what nobody may. The process lives, and answers the next one.

use serde_json::{Value, json};

use super::{GRAPHQL, JSON, get, post, refused, still_answers};
use crate::support::TestApp;
use crate::support::ws::Socket;

const PLACEHOLDER: &str = "#__graphql_file__:7";

#[tokio::test]
async fn thousands_of_nested_brackets_are_refused_on_every_transport() {
    let app = TestApp::start().await;
    for levels in [65, 1_500, 6_000] {
        let lists = format!("{{ nodes(ids: {}{}) {{ id }} }}", "[".repeat(levels), "]".repeat(levels));
        let objects = format!("{{ image(id: {}1{}) {{ id }} }}", "{a:".repeat(levels), "}".repeat(levels));
        let fields = format!("{}{}", "{ me ".repeat(levels), "}".repeat(levels));
        let types = format!("query($a: {}Int{}) {{ me {{ email }} }}", "[".repeat(levels), "]".repeat(levels));
        let open = "{ image(id: [".to_owned() + &"[".repeat(levels);
        for query in [&lists, &objects, &fields, &types, &open] {
            let shown = &query[..40];
            let answer = post(&app, GRAPHQL, &json!({ "query": query })).await;
            assert_eq!((answer.status, answer.code()), (400, "QUERY_TOO_COMPLEX"), "{levels} {shown}");
            refused(&answer, 400, "QUERY_TOO_COMPLEX");
            still_answers(&app).await;
        }
        let by_url = get(&app, GRAPHQL, &[("query", &lists)]).await;
        match levels {
            // Three bytes a bracket are no header any more.
            6_000 => assert_eq!(by_url.status, 431),
            _ => refused(&by_url, 400, "QUERY_TOO_COMPLEX"),
        }
        let mut socket = Socket::connect(&app.url).await;
        socket.init(None).await;
        socket.subscribe("1", &lists, json!({})).await;
        assert_eq!(socket.next().await["payload"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX");
    }
}

#[tokio::test]
async fn fragments_that_multiply_are_refused() {
    let app = TestApp::start().await;
    for (levels, times) in [(31, 2), (12, 4), (6, 100)] {
        let fragment = |n: usize| format!("fragment F{n} on Query {{ {} }} ", format!("...F{} ", n + 1).repeat(times));
        let all: String = (1..levels).map(fragment).collect();
        let query = format!("{{ ...F1 }} {all} fragment F{levels} on Query {{ me {{ email }} }}");
        refused(&post(&app, GRAPHQL, &json!({ "query": query })).await, 400, "QUERY_TOO_COMPLEX");
    }
    for cycle in
        ["{ ...A } fragment A on Query { ...A }", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"]
    {
        refused(&post(&app, GRAPHQL, &json!({ "query": cycle })).await, 400, "GRAPHQL_VALIDATION_FAILED");
    }
    still_answers(&app).await;
}

#[tokio::test]
async fn more_aliases_root_fields_and_directives_than_a_person_writes_are_refused() {
    let app = TestApp::start().await;
    let login = "login(input: {login: \"a\", password: \"b\"}) { errors { code } }";
    let aliases = (0..200).map(|n| format!("a{n}: version")).collect::<Vec<_>>().join(" ");
    let logins = (0..21).map(|n| format!("l{n}: {login}")).collect::<Vec<_>>().join(" ");
    for query in [
        format!("{{ server {{ {aliases} }} }}"),
        format!("mutation {{ {logins} }}"),
        format!("{{ me {{ email {} }} }}", "@include(if: true) ".repeat(60)),
        format!("{{ me {{ {} }} }}", "email ".repeat(3_000)),
    ] {
        let answer = post(&app, GRAPHQL, &json!({ "query": query })).await;
        assert_eq!(answer.code(), "QUERY_TOO_COMPLEX", "{}", &query[..40]);
        refused(&answer, 400, "QUERY_TOO_COMPLEX");
    }
    still_answers(&app).await;
}

#[tokio::test]
async fn a_forged_file_is_refused_at_any_depth_of_the_variables() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let upload = "mutation($input: UploadImageInput!) { uploadImage(input: $input) { image { id } errors { code } } }";
    let title = "mutation($file: Upload!, $title: String) { uploadImage(input: {file: $file, title: $title}) { errors { code } } }";
    for (query, variables) in [
        (upload, json!({ "input": { "file": PLACEHOLDER } })),
        (upload, json!({ "input": { "file": "#__graphql_file__:0" } })),
        (upload, json!({ "input": { "file": "#__graphql_file__:x" } })),
        (upload, json!({ "input": { "file": [{ "a": [[PLACEHOLDER]] }] } })),
        (title, json!({ "file": null, "title": PLACEHOLDER })),
        ("{ me { email } }", json!({ "unused": PLACEHOLDER })),
        ("{ me { email } }", json!({ "unused": { "a": [1, { "b": PLACEHOLDER }] } })),
        ("query($id: ID!) { image(id: $id) { id } }", json!({ "id": PLACEHOLDER })),
    ] {
        let answer = ada.ask(query, variables.clone()).await;
        assert_eq!(answer.code(), "BAD_REQUEST", "{variables}");
        refused(&answer, 200, "BAD_REQUEST");
        refused(&post(&app, GRAPHQL, &json!({ "query": query, "variables": variables })).await, 400, "BAD_REQUEST");
        refused(
            &get(&app, GRAPHQL, &[("query", "{ me { email } }"), ("variables", &variables.to_string())]).await,
            400,
            "BAD_REQUEST",
        );
        let mut socket = Socket::of(&ada).await;
        socket.subscribe("1", query, variables).await;
        let message = socket.next().await;
        assert_eq!(
            (&message["type"], &message["payload"][0]["extensions"]["code"]),
            (&json!("error"), &json!("BAD_REQUEST"))
        );
    }
    still_answers(&app).await;
}

#[tokio::test]
async fn a_forged_file_is_refused_as_a_literal_however_it_is_written() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for literal in [
        format!("\"{PLACEHOLDER}\""),
        "\"\\u0023__graphql_file__:7\"".to_owned(),
        format!("\"\"\"{PLACEHOLDER}\"\"\""),
        "\"#__graphql_file__:\"".to_owned(),
    ] {
        for query in [
            format!("mutation {{ uploadImage(input: {{file: {literal}}}) {{ errors {{ code }} }} }}"),
            format!(
                "mutation($file: Upload! = {literal}) {{ uploadImage(input: {{file: $file}}) {{ errors {{ code }} }} }}"
            ),
            format!("{{ ...F }} fragment F on Query {{ image(id: {literal}) {{ id }} }}"),
        ] {
            let answer = ada.ask(&query, json!({})).await;
            assert_eq!(answer.code(), "BAD_REQUEST", "{query}");
            assert_eq!(answer.body.get("data"), None::<&Value>, "{query}");
        }
    }
    // In a comment, or not at the beginning, it is only text.
    let harmless = format!("{{ image(id: \"a{PLACEHOLDER}\") {{ id }} }} # {PLACEHOLDER}");
    assert_eq!(ada.query(&harmless).await.data("image"), Value::Null);
    let answer =
        post(&app, JSON, &json!({ "query": "mutation { uploadImage(input: {file: null}) { errors { code } } }" }))
            .await;
    refused(&answer, 200, "GRAPHQL_VALIDATION_FAILED");
}
