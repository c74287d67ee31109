//! sharp (npm), which knows nothing of this server: `bench/sharp/compare.mjs`, in one process for all.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::report::Difference;
use crate::npm;
use crate::process::{self, Problem};

fn folder(root: &Path) -> PathBuf {
    root.join("bench/sharp")
}

/// Brings its `node_modules` up to date.
pub fn install(root: &Path) -> Result<(), Problem> {
    npm::check_node().map_err(Problem::Missing)?;
    let folder = folder(root);
    if !npm::is_current(&folder) {
        process::run(&mut npm::install(&folder))?;
        npm::mark_current(&folder)?;
    }
    Ok(())
}

pub struct Eye {
    node: Child,
    answers: BufReader<ChildStdout>,
}

impl Eye {
    pub fn open(root: &Path) -> Result<Self, Problem> {
        let mut command = Command::new("node");
        command.arg(folder(root).join("compare.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut node = command.spawn()?;
        let answers = node.stdout.take().ok_or_else(|| Problem::Failed("Node has no output".to_owned()))?;
        Ok(Self { node, answers: BufReader::new(answers) })
    }

    /// The error says why the two cannot be compared.
    pub fn compare(&mut self, job: &Value) -> Result<Difference, String> {
        let answer = self.ask(job).map_err(|error| format!("sharp has ended: {error}"))?;
        let answer: Value = serde_json::from_str(&answer).map_err(|error| format!("{error} in `{answer}`"))?;
        match (answer["mean"].as_f64(), answer["worst"].as_u64(), answer["own"].as_f64()) {
            (Some(mean), Some(worst), Some(own)) => Ok(Difference { mean, worst, own }),
            _ => Err(format!("sharp: {}", answer["error"].as_str().unwrap_or_default())),
        }
    }

    fn ask(&mut self, job: &Value) -> std::io::Result<String> {
        let input = self.node.stdin.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?;
        writeln!(input, "{job}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        Ok(answer)
    }
}

impl Drop for Eye {
    fn drop(&mut self) {
        // Errors mean that it is gone.
        let _ = self.node.kill();
        let _ = self.node.wait();
    }
}
