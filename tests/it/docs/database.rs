//! `docs/database.md` tells every table, column and index of a migrated database, and none that is not there.

use std::collections::BTreeSet;

use image_manager::db::Db;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{code_blocks, code_spans, read, table_rows};
use crate::support::database;

/// The names that a migrated database gives for a query. A SQLite of its own, whatever the suite runs on: the tables
/// are the same on all, and this asks what they are called.
async fn names(query: &str) -> BTreeSet<String> {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("documented.db").display());
    let db = Db::open(&database::settings(&url)).await.unwrap();
    let rows = db.read().query_all_raw(Statement::from_string(DbBackend::Sqlite, query)).await.unwrap();
    let names: BTreeSet<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    db.close().await.unwrap();
    assert!(!names.is_empty());
    names
}

const COLUMNS: &str = "SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'seaql_migrations'";

/// Without those that SQLite makes by itself for primary keys.
const INDEXES: &str = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
    AND tbl_name <> 'seaql_migrations'";

#[tokio::test]
async fn every_column_stands_in_the_table_of_its_table_and_no_other() {
    let text = read("docs/database.md");
    let mut told = BTreeSet::new();
    // A section a table, headed by its name in code; the first cell of a row is the column.
    for section in text.split("\n### `").skip(1) {
        let (table, section) = section.split_once('`').unwrap();
        let section = section.split("\n## ").next().unwrap();
        for row in table_rows(section) {
            told.extend(code_spans(&row[0]).first().map(|column| format!("{table}.{column}")));
        }
    }
    assert_eq!(told, names(COLUMNS).await);
}

#[tokio::test]
async fn every_column_stands_in_the_diagram_and_no_other() {
    let text = read("docs/database.md");
    let diagram = code_blocks(&text).into_iter().find(|block| block.language == "mermaid").unwrap();
    let mut drawn = BTreeSet::new();
    let mut table = None;
    for line in diagram.text.lines().map(str::trim) {
        match (line.strip_suffix(" {"), table) {
            (Some(name), _) => table = Some(name),
            (None, Some(_)) if line == "}" => table = None,
            (None, Some(name)) => {
                // type column keys
                drawn.extend(line.split_whitespace().nth(1).map(|column| format!("{name}.{column}")));
            }
            (None, None) => {}
        }
    }
    assert_eq!(drawn, names(COLUMNS).await);
}

#[tokio::test]
async fn every_index_is_told_with_its_question_and_no_other() {
    let text = read("docs/database.md");
    let section = text.split("\n## Indexes").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table_rows(section);
    assert!(rows.iter().all(|row| row.last().is_some_and(|question| !question.is_empty())));
    let told: BTreeSet<String> =
        rows.iter().filter_map(|row| code_spans(&row[0]).first().map(|name| (*name).to_owned())).collect();
    assert_eq!(told, names(INDEXES).await);
}
