//! What is printed: a line for each file with how far each rendition is from sharp's, and the worst of all.

use std::fmt::Write;

use super::wanted;

/// From sharp's pixels, of all samples, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    pub mean: f64,
    pub worst: u64,
    /// The mean one of what sharp itself has encoded.
    pub own: f64,
}

impl Difference {
    /// By how much more it differs than sharp's own file does.
    fn more(self) -> f64 {
        self.mean - self.own
    }
}

pub struct Compared {
    /// In pixels.
    pub size: (u64, u64),
    /// Or what is wrong with it.
    pub result: Result<Difference, String>,
}

/// A file and its renditions, in the order in which they are wanted.
pub struct Line {
    pub name: String,
    pub compared: Vec<Compared>,
}

/// Each rendition with its size, the mean and the largest difference, and the mean one of sharp's own file.
pub fn table(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.name.chars().count()).max().unwrap_or_default();
    let names = wanted::ALL.map(|wanted| format!(" {:<21}", wanted.name)).concat();
    let mut table = format!("{:<width$} {names}\n", "file");
    for line in lines {
        let cells: String = line.compared.iter().map(|compared| format!(" {:<21}", cell(compared))).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{:<width$} {}", line.name, cells.trim_end());
    }
    table
}

fn cell(Compared { size: (width, height), result }: &Compared) -> String {
    match result {
        Ok(Difference { mean, worst, own }) => format!("{width}×{height} {mean:.2} {worst} ({own:.2})"),
        Err(_) => format!("{width}×{height} FAILED"),
    }
}

pub fn fault(result: &Result<Difference, String>, bound: f64) -> Option<String> {
    match result {
        Ok(difference) if difference.more() <= bound => None,
        Ok(Difference { mean, own, .. }) => {
            Some(format!("it differs from what is due by {mean:.2}, sharp's own by {own:.2}: more than {bound} apart"))
        }
        Err(what) => Some(what.clone()),
    }
}

/// Of each that is wanted: how much farther than sharp's own it is on the mean of all files, and where it is the farthest.
pub fn totals(lines: &[Line]) -> String {
    let of = |index: usize| {
        lines.iter().filter_map(move |line| {
            let difference = line.compared.get(index)?.result.as_ref().ok()?;
            Some((difference.more(), line.name.as_str()))
        })
    };
    let total = |(index, wanted): (usize, &wanted::Wanted)| {
        let (sum, count) = of(index).fold((0.0, 0.0), |(sum, count), (mean, _)| (sum + mean, count + 1.0));
        let farthest = of(index).max_by(|(one, _), (other, _)| one.total_cmp(other));
        let farthest = farthest.map(|(mean, name)| format!("{mean:.2} for {name}")).unwrap_or_default();
        let mean = if count > 0.0 { sum / count } else { 0.0 };
        format!("{}: {mean:.2} more than sharp's own on the mean, at most {farthest}", wanted.name)
    };
    let totals: Vec<_> = wanted::ALL.iter().enumerate().map(total).collect();
    format!("{} files (bound {})\n  {}", lines.len(), wanted::BOUND, totals.join("\n  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_far_and_what_cannot_be_compared_is_a_fault() {
        let near = |mean| Ok(Difference { mean, worst: 9, own: 1.0 });
        assert_eq!(fault(&near(3.0), 2.0), None);
        assert!(fault(&near(3.1), 2.0).is_some_and(|fault| fault.contains("by 3.10, sharp's own by 1.00")));
        assert_eq!(fault(&Err("it has a chunk eXIf".to_owned()), 2.0).as_deref(), Some("it has a chunk eXIf"));
    }

    #[test]
    fn the_totals_name_the_file_that_is_the_farthest() {
        let line = |name: &str, mean| Line {
            name: name.to_owned(),
            compared: vec![Compared { size: (4, 3), result: Ok(Difference { mean, worst: 9, own: 0.5 }) }],
        };
        let totals = totals(&[line("near", 1.0), line("far", 3.0)]);
        assert!(totals.contains("1.50 more than sharp's own on the mean, at most 2.50 for far"), "{totals}");
    }
}
