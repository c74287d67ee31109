//! What was measured, as a table.

use std::fmt::Write;

/// One line of the table.
pub struct Row {
    pub what: String,
    /// What it has to be, or `-`.
    pub target: String,
    pub result: Spread,
    /// Behind each number.
    pub unit: &'static str,
    pub decimals: usize,
    /// None: only for information.
    pub met: Option<bool>,
}

/// The smallest, the middle and the largest of several measurements.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    pub min: f64,
    pub median: f64,
    pub max: f64,
}

impl Spread {
    /// Of at least one measurement.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        let half = values.len() / 2;
        let median =
            if values.len().is_multiple_of(2) && half > 0 { f64::midpoint(at(half - 1), at(half)) } else { at(half) };
        Self { min: at(0), median, max: at(values.len().saturating_sub(1)) }
    }
}

/// The value below which `percent` of a hundred values are.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let at = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(at).copied().unwrap_or(f64::NAN)
}

pub fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.what.chars().count()).max().unwrap_or_default();
    let mut table = format!("{:width$}  {:>10} {:>10} {:>10}  target\n", "", "min", "median", "max");
    for row in rows {
        let number = |value: f64| format!("{value:.*}{}", row.decimals, row.unit);
        let Spread { min, median, max } = row.result;
        let verdict = match row.met {
            None => "",
            Some(true) => "  met",
            Some(false) => "  MISSED",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{:width$}  {:>10} {:>10} {:>10}  {}{verdict}",
            row.what,
            number(min),
            number(median),
            number(max),
            row.target
        );
    }
    table
}
