//! What is printed: the table of all files, what is wrong with any of them, and the totals.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use super::Line;
use super::api::Outcome;

pub fn table(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.name.chars().count()).max().unwrap_or_default();
    let mut table = format!("{:<width$} {:>6}  result\n", "file", "ms");
    for line in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{:<width$} {:>6}  {}", line.name, line.took.as_millis(), result(&line.outcome));
    }
    table
}

fn result(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { content_type, width, height, known, .. } => {
            format!("accepted  {content_type} {width} × {height}  {}", known.join(", ")).trim_end().to_owned()
        }
        Outcome::Refused { code, message } => format!("refused   {code}: {message}"),
        Outcome::Failed(what) => format!("FAILED    {what}"),
    }
}

/// Files that the server failed at, or that took longer than `limit`.
pub fn faults(lines: &[Line], limit: Duration) -> Vec<String> {
    let mut faults = Vec::new();
    for line in lines {
        if let Outcome::Failed(what) = &line.outcome {
            faults.push(format!("{}: {what}", line.name));
        }
        if line.took > limit {
            faults.push(format!("{}: took {} ms", line.name, line.took.as_millis()));
        }
    }
    faults
}

/// How many of each type were accepted, how many were refused for what, and the slowest.
pub fn totals(lines: &[Line]) -> String {
    let (mut accepted, mut refused, mut failed) = (BTreeMap::new(), BTreeMap::new(), 0);
    for line in lines {
        match &line.outcome {
            Outcome::Accepted { content_type, .. } => *accepted.entry(content_type.as_str()).or_insert(0) += 1,
            Outcome::Refused { code, .. } => *refused.entry(code.as_str()).or_insert(0) += 1,
            Outcome::Failed(_) => failed += 1,
        }
    }
    let count = |counts: &BTreeMap<&str, u32>| {
        let parts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        format!("{} ({})", counts.values().sum::<u32>(), parts.join(", "))
    };
    let slowest = lines.iter().max_by_key(|line| line.took);
    let slowest = slowest.map(|line| format!("{} ms for {}", line.took.as_millis(), line.name)).unwrap_or_default();
    format!(
        "{} files: accepted {}, refused {}, server errors {failed}; the slowest: {slowest}",
        lines.len(),
        count(&accepted),
        count(&refused)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, outcome: Outcome, seconds: u64) -> Line {
        Line { name: name.to_owned(), outcome, took: Duration::from_secs(seconds) }
    }

    #[test]
    fn failures_and_slow_files_are_faults_and_refusals_are_none() {
        let refused = || Outcome::Refused { code: "CORRUPT_FILE".to_owned(), message: "m".to_owned() };
        let lines =
            [line("a", refused(), 1), line("b", Outcome::Failed("INTERNAL".to_owned()), 1), line("c", refused(), 6)];
        let faults = faults(&lines, Duration::from_secs(5));
        assert_eq!(faults, ["b: INTERNAL", "c: took 6000 ms"]);
        let totals = totals(&lines);
        assert!(totals.contains("refused 2 (CORRUPT_FILE 2), server errors 1"), "{totals}");
    }
}
