//! Small documents that would cost much. Each is refused on every transport, before the database hears of it; the process
//! lives, and answers the next query.

use serde_json::json;

use super::every_transport::{costs_nothing, refused};
use super::{JSON, post, send};
use crate::support::TestApp;
use crate::support::client::PASSWORD;

const TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";

/// `count` pieces, each with its number.
fn pieces(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn fragments_that_multiply_are_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for (levels, times) in [(24, 2), (31, 2), (10, 4), (6, 100)] {
        let fragment = |n: usize| format!("fragment F{n} on Query {{ {} }}", format!("...F{} ", n + 1).repeat(times));
        let all: String = (1..levels).map(fragment).collect();
        let bomb = format!("{{ ...F1 }} {all} fragment F{levels} on Query {{ me {{ email }} }}");
        refused(&app, &ada, &bomb, TOO_COMPLEX).await;
        // Not only at the root.
        let inside = bomb.replace("on Query", "on Account").replace("me { email }", "email");
        refused(&app, &ada, &inside.replacen("{ ...F1 }", "{ me { ...F1 } }", 1), TOO_COMPLEX).await;
    }
}

#[tokio::test]
async fn fragments_that_spread_themselves_are_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let ring = pieces(40, |n| format!("fragment F{n} on Query {{ ...F{} }}", (n + 1) % 40));
    for cycle in [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...A } fragment A on Query { me { user { ...U } } } fragment U on User { ... { ...U } }",
        "{ me { email } } fragment A on Query { ...B } fragment B on Query { ...A }",
        &format!("{{ ...F0 }} {ring}"),
    ] {
        refused(&app, &ada, cycle, "GRAPHQL_VALIDATION_FAILED").await;
    }
}

#[tokio::test]
async fn fields_that_a_validator_would_compare_over_and_over_are_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let inside = |levels: usize, fields: &str| {
        format!("{{ me {{ {} {fields} {} }} }}", "... {".repeat(levels), "}".repeat(levels))
    };
    let arguments = |count: usize| pieces(count, |n| format!("x{n}: 1"));
    for (document, code) in [
        // Gigabytes of errors in the library's own check: an argument each, a pair each, a level each.
        (inside(50, &format!("email({}) {}", arguments(299), "email ".repeat(1_200))), TOO_COMPLEX),
        (inside(9, &format!("email({}) {}", arguments(49), "email ".repeat(900))), "GRAPHQL_VALIDATION_FAILED"),
        (inside(59, &pieces(1_900, |n| format!("unknown{n}"))), TOO_COMPLEX),
        (inside(5, &"a: email a: createdAt ".repeat(40)), "GRAPHQL_VALIDATION_FAILED"),
        // Nobody spreads it.
        (
            format!("{{ me {{ email }} }} fragment F on Account {{ {}email{} }}", "... {".repeat(50), "}".repeat(50)),
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        refused(&app, &ada, &document, code).await;
    }
    let many =
        json!({ "query": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": { "ids": vec![1; 20_000] } });
    assert_eq!(post(&app, JSON, &many).await.code(), TOO_COMPLEX);
}

/// Lists, objects, selections and types in each other, and lists without an end.
async fn nested(levels: usize) {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for document in [
        format!("{{ nodes(ids: {}{}) {{ id }} }}", "[".repeat(levels), "]".repeat(levels)),
        format!("{{ image(id: {}1{}) {{ id }} }}", "{a:".repeat(levels), "}".repeat(levels)),
        format!("{}{}", "{ me ".repeat(levels), "}".repeat(levels)),
        format!("query($a: {}Int{}) {{ me {{ email }} }}", "[".repeat(levels), "]".repeat(levels)),
        format!("{{ image(id: {}", "[".repeat(levels)),
    ] {
        refused(&app, &ada, &document, TOO_COMPLEX).await;
    }
}

#[tokio::test]
async fn one_bracket_more_than_allowed_is_refused() {
    nested(65).await;
}

#[tokio::test]
async fn fifteen_hundred_nested_brackets_are_refused() {
    nested(1_500).await;
}

#[tokio::test]
async fn six_thousand_nested_brackets_are_refused() {
    nested(6_000).await;
}

#[tokio::test]
async fn more_aliases_than_a_person_writes_are_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for aliases in [101, 1_000, 100_000] {
        let document = format!("{{ server {{ {} }} }}", pieces(aliases, |n| format!("a{n}:version")));
        refused(&app, &ada, &document, TOO_COMPLEX).await;
    }
}

#[tokio::test]
async fn more_fields_than_a_person_writes_are_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for fields in [21, 10_000] {
        refused(&app, &ada, &format!("{{ {} }}", "__typename ".repeat(fields).trim_end()), TOO_COMPLEX).await;
    }
    refused(&app, &ada, &format!("{{ {} }}", "a ".repeat(10_000)), TOO_COMPLEX).await;
    refused(&app, &ada, &format!("{{ me {{ {} }} }}", "email ".repeat(2_001)), TOO_COMPLEX).await;
}

#[tokio::test]
async fn more_directives_than_a_person_writes_are_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for directives in ["@include(if: true) ".repeat(51), "@include(if: true) ".repeat(1_000), "@a ".repeat(1_000)] {
        refused(&app, &ada, &format!("{{ me {{ email {directives} }} }}"), TOO_COMPLEX).await;
        refused(&app, &ada, &format!("{{ ...A {directives} }} fragment A on Query {{ me {{ email }} }}"), TOO_COMPLEX)
            .await;
        refused(&app, &ada, &format!("query {directives} {{ me {{ email }} }}"), TOO_COMPLEX).await;
    }
}

#[tokio::test]
async fn a_string_of_a_megabyte_is_refused() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let long = "x".repeat(1_000_000);
    refused(&app, &ada, &format!("{{ image(id: \"{long}\") {{ id }} }}"), TOO_COMPLEX).await;
    refused(&app, &ada, &format!("{{ image(id: \"\"\"{long}\"\"\") {{ id }} }}"), TOO_COMPLEX).await;
    // One that fits into a body, and into no document.
    refused(&app, &ada, &format!("{{ image(id: \"{}\") {{ id }} }}", &long[..100_000]), TOO_COMPLEX).await;
    let body = serde_json::json!({ "query": "query($id: ID!) { image(id: $id) { id } }", "variables": { "id": long } });
    assert_eq!(post(&app, JSON, &body).await.status, 413);
    super::still_answers(&app).await;
}

#[tokio::test]
async fn of_a_thousand_logins_in_one_document_none_is_tried() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for logins in [21, 1_000] {
        let aliases = pieces(logins, |n| format!("l{n}:login(input:$i){{errors{{code}}}}"));
        refused(&app, &ada, &format!("mutation($i:LoginInput!){{ {aliases} }}"), TOO_COMPLEX).await;
        let literal = pieces(logins, |n| {
            format!("l{n}: login(input: {{login: \"ada\", password: \"wrong {n}\"}}) {{ errors {{ code }} }}")
        });
        refused(&app, &ada, &format!("mutation {{ {literal} }}"), TOO_COMPLEX).await;
    }
    // Ten wrong ones would be counted, and keep her out.
    assert_eq!(app.anonymous().login("ada", PASSWORD).await.refusals("login"), Vec::<String>::new());
}

#[tokio::test]
async fn a_batch_of_thousands_is_refused_before_its_first_query() {
    let app = TestApp::start().await;
    let register = "mutation { register(input: {username: \"eve\", email: \"eve@example.org\", password: \"nine purple walruses\"}) { errors { code } } }";
    let one = serde_json::json!({ "query": register });
    for batch in [vec![&one; 1_000], vec![&one]] {
        let body = serde_json::to_string(&batch).unwrap();
        for accept in [super::GRAPHQL, JSON, "text/event-stream"] {
            let headers = [("content-type", JSON), ("accept", accept)];
            costs_nothing(&app, async || {
                let answer = send(&app, reqwest::Method::POST, &headers, body.clone()).await;
                super::refused(&answer, 400, "BAD_REQUEST");
            })
            .await;
        }
    }
    super::still_answers(&app).await;
}
