//! `docs/errors.md` has every code that a client can meet, once, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use image_manager::http::problem::Code;
use serde_json::{Value, json};

use super::{code_blocks, code_spans, read, root, table_rows};
use crate::support::TestApp;

/// The text between a heading and the next one like it.
fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

fn is_code(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// The rows of a section whose first cell is a code, by it.
fn listed(heading: &str) -> BTreeMap<String, Vec<String>> {
    let rows = table_rows(section(&read("docs/errors.md"), heading));
    let mut listed = BTreeMap::new();
    for row in rows.into_iter().filter(|row| is_code(&row[0])) {
        let code = row[0].clone();
        assert!(listed.insert(code.clone(), row).is_none(), "docs/errors.md: {code} is there twice");
    }
    listed
}

fn names(codes: impl IntoIterator<Item = impl Into<String>>) -> BTreeSet<String> {
    codes.into_iter().map(Into::into).collect()
}

#[test]
fn every_top_level_code_is_listed_once_and_no_other() {
    let listed = listed("Top-level errors");
    assert_eq!(names(listed.keys().cloned()), names(Code::ALL.map(Code::as_str)));
    // In the table of statuses too.
    let statuses: String =
        table_rows(section(&read("docs/errors.md"), "Statuses")).iter().filter_map(|row| row.get(1).cloned()).collect();
    for code in Code::ALL {
        assert!(statuses.contains(code.as_str()), "docs/errors.md: no status for {}", code.as_str());
    }
}

#[test]
fn no_other_code_is_put_into_an_error_anywhere() {
    let known = names(Code::ALL.map(Code::as_str));
    let mut found = 0;
    for file in sources(&root().join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        for rest in text.split("set(\"code\", \"").skip(1) {
            let code = rest.split('"').next().unwrap();
            assert!(known.contains(code), "{}: {code} is not among the codes of the door", file.display());
            found += 1;
        }
    }
    assert!(found >= 3, "the codes of the source were not found");
}

fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.extension() {
            Some(extension) if extension == "rs" => vec![path],
            _ if path.is_dir() => sources(&path),
            _ => Vec::new(),
        })
        .collect()
}

/// The body of a definition in the schema.
fn definition(header: &str) -> String {
    let sdl = image_manager::schema::sdl();
    let (_, rest) = sdl.split_once(&format!("\n{header} {{\n")).unwrap_or_else(|| panic!("no {header}"));
    rest.split_once("\n}").unwrap().0.to_owned()
}

/// What is neither a description nor an argument: the names of values or fields.
fn members(header: &str) -> BTreeSet<String> {
    let definition = definition(header);
    let lines = definition.lines().filter_map(|line| line.strip_prefix('\t')).filter(|line| !line.starts_with('"'));
    names(lines.map(|line| line.split(':').next().unwrap_or(line)))
}

#[test]
fn every_code_of_a_payload_is_listed_once_with_its_type_and_that_types_data() {
    let listed = listed("Errors of a payload");
    assert_eq!(names(listed.keys().cloned()), members("enum ErrorCode"));
    let common = members("interface UserError");
    for (code, row) in listed {
        let ty = code_spans(&row[1])[0].to_owned();
        let fields = members(&format!("type {ty} implements UserError"));
        let more: BTreeSet<String> = fields.difference(&common).cloned().collect();
        assert_eq!(names(code_spans(&row[2])), more, "docs/errors.md: the data of {code}");
        // The description of a type with data of its own names its codes.
        let sdl = image_manager::schema::sdl();
        let before = sdl.split_once(&format!("\ntype {ty} ")).unwrap().0;
        let described = before.lines().last().unwrap().contains(&code);
        assert_eq!(described, !more.is_empty(), "docs/errors.md: the type of {code}");
    }
}

#[tokio::test]
async fn the_example_gets_the_answer_that_is_written_under_it() {
    let app = TestApp::start().await;
    let blocks = code_blocks(&read("docs/errors.md"));
    let [document, answer] = blocks.as_slice() else { panic!("one example was expected") };
    assert_eq!((document.language.as_str(), answer.language.as_str()), ("graphql", "json"));
    let expected: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(app.anonymous().ask(&document.text, json!({})).await.body, expected);
}
