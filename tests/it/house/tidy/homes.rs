//! Libraries and their homes: what a change of one of them can touch.

use super::Source;

/// A library, who may use it, and where it belongs in words.
struct Home {
    name: &'static str,
    allows: fn(&str) -> bool,
    belongs: &'static str,
}

const HOMES: [Home; 7] = [
    Home {
        name: "async_graphql",
        allows: |path| {
            path.starts_with("graphql/")
                || path.starts_with("http/")
                || is_schema(path)
                || is_root(path)
                || is_face(path)
        },
        belongs: "graphql/, schema.rs, http/, or a slice's graphql or loader module",
    },
    Home { name: "axum", allows: |path| path.starts_with("http/") || is_root(path), belongs: "http/" },
    Home {
        name: "sea_orm",
        allows: |path| !path.starts_with("http/") && !is_slice_graphql(path),
        belongs: "the slice's own modules: neither http/ nor a slice's graphql knows tables",
    },
    Home { name: "aws_sdk_s3", allows: |path| path.starts_with("storage/s3"), belongs: "storage/s3.rs" },
    Home { name: "async_openai", allows: |path| path.starts_with("ai/"), belongs: "ai/" },
    Home { name: "lettre", allows: |path| path.starts_with("mail/"), belongs: "mail/" },
    Home {
        name: "std::env",
        allows: |path| path == "config.rs",
        belongs: "config.rs: the only reader of the environment",
    },
];

pub fn violations(source: &Source) -> Vec<String> {
    let Some(path) = source.in_src() else { return Vec::new() };
    let strangers: Vec<_> = HOMES.iter().filter(|home| !(home.allows)(path)).collect();
    let mut found = Vec::new();
    for (number, line) in source.code() {
        for home in &strangers {
            if names(line, home.name) {
                found.push(format!("{}:{number}: `{}` belongs in {}", source.path, home.name, home.belongs));
            }
        }
    }
    found
}

/// True where the library, or one of its family (`async_graphql_value`), stands in the line as a word of its own.
fn names(line: &str, library: &str) -> bool {
    let before = |at: usize| line[..at].chars().next_back();
    line.match_indices(library).any(|(at, _)| before(at).is_none_or(|c| !c.is_alphanumeric() && c != '_'))
}

fn is_schema(path: &str) -> bool {
    path == "schema.rs" || path.starts_with("schema/")
}

/// The composition root knows everything.
fn is_root(path: &str) -> bool {
    path == "app.rs" || path.starts_with("app/")
}

/// In a slice: `graphql.rs`, `graphql/…`.
pub fn is_slice_graphql(path: &str) -> bool {
    matches!(path.split('/').collect::<Vec<_>>()[..], [slice, part, ..] if super::arrows::is_slice(slice) && matches!(part, "graphql" | "graphql.rs"))
}

/// What clients see is a graph, and cyclic: a slice's `graphql` and `loader` modules may look at every slice.
pub fn is_face(path: &str) -> bool {
    let loader = matches!(path.split('/').collect::<Vec<_>>()[..], [slice, part, ..] if super::arrows::is_slice(slice) && matches!(part, "loader" | "loader.rs"));
    // The list of everything a payload's `errors` can hold: one of them shows an image.
    loader || is_slice_graphql(path) || path == "graphql/error.rs"
}
