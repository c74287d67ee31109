//! Goes through the steps, one failure does not keep the next from running, and keeps the score.

use std::borrow::Borrow;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::process::{self, Problem};
use crate::steps::{Context, Step};

/// The exit code that shells give a program ended by Ctrl-C.
const INTERRUPTED: u8 = 130;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    Skipped,
    Interrupted,
}

struct Line {
    name: &'static str,
    verdict: Verdict,
    took: Duration,
    note: String,
}

/// Runs the steps in order, prints the table and, as the last line, `N passed, N failed`.
pub fn run<S: Borrow<Step>>(steps: &[S], context: &Context) -> Result<ExitCode, Problem> {
    process::watch_signals()?;
    let mut lines = Vec::new();
    for step in steps.iter().map(Borrow::borrow) {
        println!("\n=== {}: {}", step.name, step.about);
        let start = Instant::now();
        let outcome = (step.run)(context);
        let (verdict, note) = judge(outcome, context.strict);
        lines.push(Line { name: step.name, verdict, took: start.elapsed(), note });
        if verdict == Verdict::Interrupted {
            break;
        }
    }
    print!("\n{}", table(&lines));
    println!("{}", score(&lines));
    Ok(exit_code(&lines))
}

/// With `strict`, what could not be run counts as failed.
fn judge(outcome: Result<(), Problem>, strict: bool) -> (Verdict, String) {
    match outcome {
        Ok(()) => (Verdict::Passed, String::new()),
        Err(Problem::Missing(why)) if !strict => (Verdict::Skipped, why),
        Err(Problem::Interrupted) => (Verdict::Interrupted, String::new()),
        Err(problem) => (Verdict::Failed, problem.to_string()),
    }
}

fn table(lines: &[Line]) -> String {
    let row = |line: &Line| {
        let result = match line.verdict {
            Verdict::Passed => "passed",
            Verdict::Failed => "FAILED",
            Verdict::Skipped => "SKIPPED",
            Verdict::Interrupted => "interrupted",
        };
        let text = format!("{:<12} {result:<11} {:>7.1} s  {}", line.name, line.took.as_secs_f64(), line.note);
        text.trim_end().to_owned() + "\n"
    };
    let head = format!("{:<12} {:<11} {:>9}\n", "step", "result", "time");
    std::iter::once(head).chain(lines.iter().map(row)).collect()
}

/// The line that CI reads. What was skipped is in the table.
fn score(lines: &[Line]) -> String {
    let count = |verdict| lines.iter().filter(|line| line.verdict == verdict).count();
    format!("{} passed, {} failed", count(Verdict::Passed), count(Verdict::Failed))
}

fn exit_code(lines: &[Line]) -> ExitCode {
    let any = |verdict| lines.iter().any(|line| line.verdict == verdict);
    if any(Verdict::Interrupted) {
        ExitCode::from(INTERRUPTED)
    } else if any(Verdict::Failed) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing() -> Result<(), Problem> {
        Err(Problem::Missing("no such server".to_owned()))
    }

    fn lines(outcomes: Vec<Result<(), Problem>>, strict: bool) -> Vec<Line> {
        let line = |outcome| {
            let (verdict, note) = judge(outcome, strict);
            Line { name: "step", verdict, took: Duration::ZERO, note }
        };
        outcomes.into_iter().map(line).collect()
    }

    #[test]
    fn a_missing_tool_is_a_loud_skip_and_a_failure_where_skips_are_forbidden() {
        let lenient = lines(vec![Ok(()), missing()], false);
        assert!(table(&lenient).contains("SKIPPED") && table(&lenient).contains("no such server"));
        assert_eq!((score(&lenient).as_str(), exit_code(&lenient)), ("1 passed, 0 failed", ExitCode::SUCCESS));

        let strict = lines(vec![Ok(()), missing()], true);
        assert_eq!((score(&strict).as_str(), exit_code(&strict)), ("1 passed, 1 failed", ExitCode::FAILURE));
    }

    #[test]
    fn one_failed_step_fails_the_run() {
        let run = lines(vec![Ok(()), Err(Problem::Failed("red".to_owned())), Ok(())], false);
        assert_eq!((score(&run).as_str(), exit_code(&run)), ("2 passed, 1 failed", ExitCode::FAILURE));
    }

    #[test]
    fn an_interrupted_run_never_looks_like_a_passed_one() {
        let run = lines(vec![Ok(()), Err(Problem::Interrupted)], false);
        assert_eq!(exit_code(&run), ExitCode::from(INTERRUPTED));
    }
}
