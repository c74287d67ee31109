//! The PngSuite (<http://www.schaik.com/pngsuite/>): its files whose names begin with `x` are damaged, all others are
//! good.

use std::path::Path;

use super::api::Outcome;
use super::{Line, Summary, files};

const FOLDER: &str = "pngsuite";

/// None without such a folder.
pub fn judge(lines: &[Line]) -> Option<Summary> {
    let files = lines.iter().filter_map(|line| Some((files::within(&line.name, FOLDER)?, &line.outcome)));
    let is_png = |name: &str| Path::new(name).extension().is_some_and(|extension| extension == "png");
    let pictures: Vec<_> = files.filter(|(name, _)| is_png(name)).collect();
    if pictures.is_empty() {
        return None;
    }
    let as_named = |name: &str, outcome: &Outcome| match outcome {
        Outcome::Accepted { .. } => !name.starts_with('x'),
        Outcome::Refused { .. } => name.starts_with('x'),
        Outcome::Failed(_) => false,
    };
    let exceptions = pictures.iter().filter(|(name, outcome)| !as_named(name, outcome));
    let faults: Vec<_> = exceptions
        .map(|(name, _)| {
            let expected = if name.starts_with('x') { "refused" } else { "accepted" };
            format!("{FOLDER}/{name} should have been {expected}")
        })
        .collect();
    let right = pictures.len() - faults.len();
    let text = format!("{FOLDER}: {right} of {} judged as their names have it", pictures.len());
    Some(Summary { text, faults })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn damaged_files_have_to_be_refused_and_all_others_accepted() {
        let accepted = || Outcome::Accepted {
            id: String::new(),
            content_type: "image/png".to_owned(),
            width: 32,
            height: 32,
            known: Vec::new(),
        };
        let refused = || Outcome::Refused { code: "CORRUPT_FILE".to_owned(), message: String::new() };
        let line = |name: &str, outcome| Line { name: name.to_owned(), outcome, took: Duration::ZERO };
        let lines = [
            line("pngsuite/basn.png", accepted()),
            line("pngsuite/xs1.png", refused()),
            line("pngsuite/LICENSE", refused()),
            line("pngsuite/tbbn.png", refused()),
            line("pngsuite/xd0.png", accepted()),
            line("elsewhere/xd0.png", accepted()),
        ];
        let summary = judge(&lines).unwrap();
        assert!(summary.text.contains("2 of 4"), "{}", summary.text);
        let expected = ["pngsuite/tbbn.png should have been accepted", "pngsuite/xd0.png should have been refused"];
        assert_eq!(summary.faults, expected);
        assert!(judge(&lines[5..]).is_none());
    }
}
