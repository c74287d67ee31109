//! `docs/limits.md` tells the numbers that hold, and its example is what a server answers.

use std::num::NonZeroU64;

use image_manager::http::guard::{cost, lexer, measure};
use image_manager::schema;
use serde_json::{Value, json};

use super::{code_blocks, code_spans, read, table_rows};
use crate::support::TestApp;

fn section(heading: &str) -> String {
    let text = read("docs/limits.md");
    let section = text.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    section.to_owned()
}

#[test]
fn every_limit_of_a_document_is_told_with_its_number() {
    let told: Vec<u64> =
        table_rows(&section("What a document may be")).iter().map(|row| row[1].parse().unwrap()).collect();
    let holds = [
        lexer::MAX_BYTES as u64,
        lexer::MAX_TOKENS as u64,
        lexer::MAX_NESTING as u64,
        measure::MAX_DEFINITIONS as u64,
        measure::MAX_DEPTH.into(),
        measure::MAX_ROOTS.into(),
        measure::MAX_SELECTIONS.into(),
        measure::MAX_ARGUMENTS as u64,
        measure::MAX_MEETINGS.into(),
        measure::MAX_VALUES.into(),
        measure::MAX_ALIASES.into(),
        measure::MAX_DIRECTIVES.into(),
        measure::MAX_INTROSPECTION_LISTS.into(),
        cost::MAX_COST,
    ];
    assert_eq!(told, holds);
}

#[test]
fn every_mutation_of_another_cost_is_told() {
    let rows = table_rows(&section("Cost"));
    let told: Vec<(&str, u64)> = rows.iter().map(|row| (code_spans(&row[0])[0], row[1].parse().unwrap())).collect();
    let holds: Vec<(&str, u64)> = schema::COSTS.iter().map(|(_, field, cost)| (*field, *cost)).collect();
    assert!(schema::COSTS.iter().all(|(parent, ..)| *parent == "Mutation"));
    assert_eq!(told, holds);
}

#[tokio::test]
async fn the_example_of_a_cost_is_what_a_server_answers() {
    let app = TestApp::with(|config| config.api.rate_limit = NonZeroU64::new(100_000)).await;
    let section = section("Cost");
    let told = code_blocks(&section).into_iter().find(|block| block.language == "json").unwrap();
    let told: Value = serde_json::from_str(&told.text).unwrap();
    let ask = async || {
        let request = app.anonymous().http.post(format!("{}/graphql", app.url)).header("graphql-cost", "1");
        let answer = request.json(&json!({ "query": "{ server { version } }" })).send().await.unwrap();
        assert_eq!(answer.headers()["ratelimit-limit"], "10000");
        answer.json::<Value>().await.unwrap()
    };
    // A point comes back every 6 ms: a machine that is slower than that asks again.
    let mut answer = ask().await;
    for _ in 0..20 {
        if answer == told {
            break;
        }
        answer = ask().await;
    }
    assert_eq!(answer, told);
}
