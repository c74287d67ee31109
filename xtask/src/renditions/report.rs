//! What is printed: a line for each file with how far each rendition is from sharp's, and the worst of all.

use std::fmt::Write;

use super::wanted;

/// Of all samples, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    pub mean: f64,
    pub worst: u64,
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

/// Each rendition with its size, and the mean and the largest difference.
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
        Ok(Difference { mean, worst }) => format!("{width}×{height} {mean:.2} {worst}"),
        Err(_) => format!("{width}×{height} FAILED"),
    }
}

pub fn fault(result: &Result<Difference, String>, bound: f64) -> Option<String> {
    match result {
        Ok(difference) if difference.mean <= bound => None,
        Ok(Difference { mean, .. }) => Some(format!("it differs from sharp's by {mean:.2} of {bound}")),
        Err(what) => Some(what.clone()),
    }
}

/// Of each that is wanted: how far it is on the mean of all files, and the file where it is the farthest.
pub fn totals(lines: &[Line]) -> String {
    let of = |index: usize| {
        lines.iter().filter_map(move |line| {
            let difference = line.compared.get(index)?.result.as_ref().ok()?;
            Some((difference.mean, line.name.as_str()))
        })
    };
    let total = |(index, wanted): (usize, &wanted::Wanted)| {
        let (sum, count) = of(index).fold((0.0, 0.0), |(sum, count), (mean, _)| (sum + mean, count + 1.0));
        let farthest = of(index).max_by(|(one, _), (other, _)| one.total_cmp(other));
        let farthest = farthest.map(|(mean, name)| format!("{mean:.2} for {name}")).unwrap_or_default();
        let mean = if count > 0.0 { sum / count } else { 0.0 };
        format!("{}: {mean:.2} on the mean, at most {farthest} (bound {})", wanted.name, wanted.bound)
    };
    let totals: Vec<_> = wanted::ALL.iter().enumerate().map(total).collect();
    format!("{} files\n  {}", lines.len(), totals.join("\n  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_far_and_what_cannot_be_compared_is_a_fault() {
        let near = |mean| Ok(Difference { mean, worst: 9 });
        assert_eq!(fault(&near(2.0), 2.0), None);
        assert!(fault(&near(2.1), 2.0).is_some_and(|fault| fault.contains("2.10 of 2")));
        assert_eq!(fault(&Err("it has a chunk eXIf".to_owned()), 2.0).as_deref(), Some("it has a chunk eXIf"));
    }

    #[test]
    fn the_totals_name_the_file_that_is_the_farthest() {
        let line = |name: &str, mean| Line {
            name: name.to_owned(),
            compared: vec![Compared { size: (4, 3), result: Ok(Difference { mean, worst: 9 }) }],
        };
        let totals = totals(&[line("near", 1.0), line("far", 3.0)]);
        assert!(totals.contains("2.00 on the mean, at most 3.00 for far"), "{totals}");
    }
}
