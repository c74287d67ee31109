//! Every link of the documentation into this repository leads somewhere.

use super::{read, root};

const FILES: [&str; 6] =
    ["README.md", "docs/api.md", "docs/database.md", "docs/errors.md", "docs/limits.md", "bench/README.md"];

#[test]
fn every_link_leads_to_a_file_and_every_anchor_to_a_heading() {
    for file in FILES {
        let text = read(file);
        let folder = root().join(file).parent().unwrap().to_owned();
        for target in targets(&text) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            if target.contains("://") {
                continue;
            }
            let path = if path.is_empty() { root().join(file) } else { folder.join(path) };
            assert!(path.exists(), "{file} links to {target}, which does not exist");
            if !anchor.is_empty() {
                let there = std::fs::read_to_string(&path).unwrap();
                assert!(anchors(&there).any(|known| known == anchor), "{file} links to {target}: no such heading");
            }
        }
    }
}

/// What the links and pictures of a text lead to.
fn targets(markdown: &str) -> impl Iterator<Item = &str> {
    markdown.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0))
}

/// The headings, as GitHub names them in links.
fn anchors(markdown: &str) -> impl Iterator<Item = String> {
    markdown.lines().filter(|line| line.starts_with('#')).map(|line| {
        let text = line.trim_start_matches('#').trim().to_lowercase();
        text.chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    })
}
