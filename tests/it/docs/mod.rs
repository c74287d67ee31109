//! The documentation, held against the program: what it names exists, what exists is named, and its examples run.

mod api;
mod database;
mod errors;
mod limits;
mod links;
mod settings;
mod story;

use std::path::{Path, PathBuf};

/// The workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A block of code of a Markdown file.
#[derive(Debug)]
struct Block {
    language: String,
    text: String,
    /// The line of its first line of code, counted from 1.
    line: usize,
}

fn code_blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in markdown.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block { language: language.to_owned(), text: String::new(), line: number + 2 });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block of code is not closed");
    blocks
}

/// The cells of the rows of all tables, without the header and the line under it; `None` where the text is no row.
fn table_rows(markdown: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Option<Vec<String>> {
        let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
        Some(inner.split('|').map(|cell| cell.trim().to_owned()).collect())
    };
    let lines: Vec<Option<Vec<String>>> = markdown.lines().map(cells).collect();
    let is_rule = |row: &[String]| row.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-: ".contains(c)));
    let mut rows = Vec::new();
    for (index, row) in lines.iter().enumerate() {
        let Some(row) = row else { continue };
        let is_header = lines.get(index + 1).and_then(Option::as_deref).is_some_and(is_rule);
        if !is_header && !is_rule(row) {
            rows.push(row.clone());
        }
    }
    rows
}

/// What stands between backticks.
fn code_spans(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}
