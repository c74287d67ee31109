//! Who may use whom: `main → cli → app → { http, schema, slices } → floors → db`, and among the slices to the left only.

use std::collections::HashSet;

use super::Source;
use super::homes::is_face;

/// From left to right.
const SLICES: [&str; 4] = ["accounts", "images", "analysis", "library"];

/// What stands above the slices, and who may use it.
const UPPER: [(&str, &[&str]); 4] = [
    ("http", &["http", "app"]),
    ("schema", &["schema", "app", "cli"]),
    ("app", &["app", "cli", "main"]),
    ("cli", &["cli", "main"]),
];

pub fn is_slice(name: &str) -> bool {
    SLICES.contains(&name)
}

/// The submodules of each slice, as `images/list`.
pub struct Modules(HashSet<String>);

impl Modules {
    pub fn of(all: &[Source]) -> Self {
        let paths = all.iter().filter_map(Source::in_src);
        let second = |path: &str| {
            let mut steps = path.split('/');
            let (slice, part) = (steps.next()?, steps.next()?.trim_end_matches(".rs"));
            is_slice(slice).then(|| format!("{slice}/{part}"))
        };
        Self(paths.filter_map(second).collect())
    }
}

pub fn violations(source: &Source, modules: &Modules) -> Vec<String> {
    let Some(path) = source.in_src() else { return Vec::new() };
    let room = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    if room == "lib" {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, used, inner) in uses(source) {
        if let Some(complaint) = complaint(path, room, &used, inner.as_deref(), modules) {
            found.push(format!("{}:{number}: {complaint}", source.path));
        }
    }
    found
}

fn complaint(path: &str, room: &str, used: &str, inner: Option<&str>, modules: &Modules) -> Option<String> {
    if room == used {
        return None;
    }
    if let Some((_, users)) = UPPER.iter().find(|(upper, _)| *upper == used) {
        let users_in_words = users.join(", ");
        return (!users.contains(&room)).then(|| {
            format!("`{used}` is used by {users_in_words} only: what is needed here belongs on a lower floor")
        });
    }
    let slice = SLICES.iter().position(|slice| *slice == used)?;
    let above = UPPER.iter().any(|(upper, _)| *upper == room) || room == "main";
    let face = is_face(path);
    match SLICES.iter().position(|slice| *slice == room) {
        None if !above && !face => {
            return Some(format!(
                "a floor does not know the slice `{used}`: move this into it, or what it needs down here"
            ));
        }
        Some(own) if slice > own && !face => {
            return Some(format!(
                "`{room}` uses slices to the left of it only: what needs `{used}` belongs in `{used}`"
            ));
        }
        _ => {}
    }
    let inner = inner.filter(|inner| modules.0.contains(&format!("{used}/{inner}")))?;
    let may = inner == "graphql" && (above || face);
    (!may).then(|| format!("`{used}::{inner}` is inside a slice: use `{used}` through its mod.rs"))
}

/// Line, module and what is named in it, of each `crate::module::inner` in a file, also in braces.
fn uses(source: &Source) -> Vec<(usize, String, Option<String>)> {
    let code: Vec<_> = source.code().collect();
    let mut found = Vec::new();
    for (index, (number, line)) in code.iter().enumerate() {
        for root in ["crate::", "image_manager::"] {
            for (at, _) in line.match_indices(root) {
                // `$crate::`, and names that only end so, are something else.
                if line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
                    continue;
                }
                let rest: String = code[index..].iter().map(|(_, line)| *line).collect::<Vec<_>>().join(" ");
                found.extend(
                    paths(&rest[at + root.len()..]).into_iter().map(|(module, inner)| (*number, module, inner)),
                );
            }
        }
    }
    found
}

/// The first two names of a path, or of each path in its braces: `a::b`, `{a, b::{c, d}}`.
fn paths(text: &str) -> Vec<(String, Option<String>)> {
    let Some(group) = text.strip_prefix('{') else {
        let mut names = text
            .split("::")
            .map(|part| part.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>());
        let module = names.next().unwrap_or_default();
        let inner =
            if text[module.len()..].starts_with("::") { names.next().filter(|name| !name.is_empty()) } else { None };
        return if module.is_empty() { Vec::new() } else { vec![(module, inner)] };
    };
    let (mut depth, mut start, mut all) = (0, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                all.extend(paths(group[start..at].trim_start()));
                start = at + 1;
                if letter == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    all
}
