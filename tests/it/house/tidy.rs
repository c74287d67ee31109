//! Every line is in its room (DESIGN.md, section 2). A violation says file, line, and where the thing belongs.

mod arrows;
mod homes;

use std::fs;
use std::path::Path;

/// About 120 lines are typical.
const MAX_LINES: usize = 400;

/// A file of ours.
struct Source {
    /// From the repository's root: `src/http/door.rs`.
    path: String,
    text: String,
}

impl Source {
    /// Its lines without comments, numbered from 1. A `//` in a string cuts the rest of its line off as well: the rules
    /// look for paths, and none follows a string on its line.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
    }

    /// The path within `src`; None for files elsewhere.
    fn in_src(&self) -> Option<&str> {
        self.path.strip_prefix("src/")
    }
}

/// All Rust files below these folders of the repository.
fn sources(folders: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folders {
        collect(&root.join(folder), folder, &mut found);
    }
    found
}

fn collect(directory: &Path, name: &str, found: &mut Vec<Source>) {
    let mut entries: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &name, found);
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "rs") {
            found.push(Source { text: fs::read_to_string(path).unwrap(), path: name });
        }
    }
}

fn none(violations: &[String]) {
    assert!(violations.is_empty(), "{} lines are in the wrong room:\n{}", violations.len(), violations.join("\n"));
}

#[test]
fn every_library_stays_in_its_home() {
    let violations: Vec<_> = sources(&["src"]).iter().flat_map(homes::violations).collect();
    none(&violations);
}

#[test]
fn every_arrow_points_down_or_to_the_left() {
    let all = sources(&["src"]);
    let modules = arrows::Modules::of(&all);
    let violations: Vec<_> = all.iter().flat_map(|source| arrows::violations(source, &modules)).collect();
    none(&violations);
}

#[test]
fn every_file_says_what_lives_there_and_is_short() {
    let all = sources(&["src", "migration/src", "xtask/src", "tests/it"]);
    assert!(all.len() > 100, "the files were not found");
    let mut violations = Vec::new();
    for source in &all {
        if !source.text.starts_with("//! ") {
            violations.push(format!("{}:1: begins without `//!`: say what lives there", source.path));
        }
        let lines = source.text.lines().count();
        if lines > MAX_LINES {
            violations.push(format!("{}:{lines}: more than {MAX_LINES} lines: make two files of it", source.path));
        }
    }
    none(&violations);
}

/// The rules, on lines made up for them: what they must see, and what they must not.
#[test]
fn the_rules_see_what_they_forbid() {
    let modules = arrows::Modules::of(&sources(&["src"]));
    for (path, line, seen) in [
        ("src/accounts/login.rs", "use async_graphql::Context;", "async_graphql"),
        ("src/accounts/graphql/types.rs", "use async_graphql::Context;", ""),
        ("src/images/loader.rs", "use async_graphql::dataloader::Loader;", ""),
        ("src/images/list.rs", "    async_graphql_value::Name::new(a);", "async_graphql"),
        ("src/images/serve.rs", "use axum::body::Body;", "axum"),
        ("src/app.rs", "use axum::Router;", ""),
        ("src/http/media.rs", "use axum::body::Body;", ""),
        ("src/http/media.rs", "    sea_orm::DbErr::Custom(text)", "sea_orm"),
        ("src/images/graphql/image.rs", "use sea_orm::EntityTrait;", "sea_orm"),
        ("src/storage/disk.rs", "use aws_sdk_s3::Client;", "aws_sdk_s3"),
        ("src/storage/s3/multipart.rs", "use aws_sdk_s3::Client;", ""),
        ("src/analysis/job.rs", "use async_openai::types::Role;", "async_openai"),
        ("src/app/serve.rs", "    let port = std::env::var(\"PORT\");", "std::env"),
        ("src/config.rs", "    let port = std::env::var(\"PORT\");", ""),
        ("src/images/list.rs", "// axum would do", ""),
        ("src/accounts/login.rs", "use crate::images::Images;", "to the left"),
        ("src/images/upload.rs", "use crate::accounts::Accounts;", ""),
        ("src/images/upload.rs", "use crate::accounts::graphql::User;", "mod.rs"),
        ("src/images/upload.rs", "use crate::accounts::names::Email;", "mod.rs"),
        ("src/images/upload.rs", "use crate::images::list::OrderField;", ""),
        ("src/images/graphql/image.rs", "use crate::analysis::graphql::Analysis;", ""),
        ("src/images/graphql/image.rs", "use crate::analysis::list::position;", "mod.rs"),
        ("src/images/upload.rs", "use crate::{accounts, http::Door};", "http"),
        ("src/page.rs", "use crate::accounts::LanguageTag;", "slice"),
        ("src/db/connect.rs", "    crate::images::Images::new()", "slice"),
        ("src/graphql/scalars.rs", "use crate::accounts;", "slice"),
        ("src/storage/disk.rs", "use crate::http::Door;", "http"),
        ("src/images/serve.rs", "use crate::app::App;", "app"),
        ("src/accounts/login.rs", "use crate::schema::ApiSchema;", "schema"),
        ("src/http/execute.rs", "use crate::schema::ApiSchema;", "schema"),
        ("src/app.rs", "use crate::http::Door;", ""),
        ("src/cli.rs", "use crate::app;", ""),
        ("src/app.rs", "use crate::cli::Cli;", "cli"),
        ("src/main.rs", "use image_manager::cli;", ""),
    ] {
        let source = Source { path: path.to_owned(), text: line.to_owned() };
        let violations: Vec<_> =
            homes::violations(&source).into_iter().chain(arrows::violations(&source, &modules)).collect();
        if seen.is_empty() {
            assert_eq!(violations, Vec::<String>::new());
        } else {
            assert_eq!(violations.len(), 1, "{path}: {line}: {violations:?}");
            assert!(
                violations[0].starts_with(&format!("{path}:1: ")) && violations[0].contains(seen),
                "{violations:?}"
            );
        }
    }
}
