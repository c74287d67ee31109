//! A process that makes renditions of one file, which it holds in memory, and says how much CPU time that took. Ours is
//! this program, started again; sharp's is a script of Node. Both are asked in the same way.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use image_manager::pictures::{self, Output, Spec};

use super::sharp;
use crate::{Outcome, usage};

/// The first argument of our process.
pub const FLAG: &str = "--renditions";

/// Width and height, in pixels.
pub type Size = (u32, u32);

pub struct Maker {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Maker {
    pub fn ours(original: &Path, sizes: &[Size]) -> Outcome<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg(FLAG).arg(original).args(sizes.iter().copied().map(name)).env_clear();
        Self::start(command)
    }

    /// `way`: see `make.mjs`.
    pub fn sharp(original: &Path, way: &str, quality: u8, sizes: &[Size]) -> Outcome<Self> {
        let mut command = sharp::node("make.mjs");
        command.arg(original).arg(way).arg(quality.to_string()).args(sizes.iter().copied().map(name));
        Self::start(command)
    }

    fn start(mut command: Command) -> Outcome<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let answers = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        Ok(Self { child, answers })
    }

    /// All sizes, so many times; the CPU time of it.
    pub fn make(&mut self, times: u32) -> Outcome<Duration> {
        self.ask(&times.to_string())
    }

    /// One of each size, in the order of the sizes. `folder` must be there.
    pub fn keep(&mut self, folder: &Path, sizes: usize) -> Outcome<Vec<Vec<u8>>> {
        let prefix = folder.join("kept-").display().to_string();
        self.ask(&prefix)?;
        (0..sizes).map(|index| Ok(fs::read(format!("{prefix}{index}"))?)).collect()
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn ask(&mut self, line: &str) -> Outcome<Duration> {
        writeln!(self.child.stdin.as_mut().ok_or("no standard input")?, "{line}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let nanoseconds = answer.trim().parse().map_err(|_| "who makes the renditions has ended")?;
        Ok(Duration::from_nanos(nanoseconds))
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn name((width, height): Size) -> String {
    format!("{width}x{height}")
}

/// In our process.
pub fn run(arguments: &[String]) -> Outcome<()> {
    let (file, sizes) = arguments.split_first().ok_or("no file")?;
    let original = fs::read(file)?;
    let specs = sizes.iter().map(|size| spec(size)).collect::<Outcome<Vec<_>>>()?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let before = usage::cpu(std::process::id())?;
        match line.parse::<u32>() {
            Ok(times) => {
                for _ in 0..times {
                    made(&original, &specs)?;
                }
            }
            Err(_) => {
                for (index, bytes) in made(&original, &specs)?.iter().enumerate() {
                    fs::write(format!("{line}{index}"), bytes)?;
                }
            }
        }
        let cpu = usage::cpu(std::process::id())?.saturating_sub(before);
        writeln!(std::io::stdout(), "{}", cpu.as_nanos())?;
    }
    Ok(())
}

/// What is measured.
fn made(original: &[u8], specs: &[Spec]) -> Outcome<Vec<Vec<u8>>> {
    Ok(pictures::render_all(original, specs)?)
}

fn spec(size: &str) -> Outcome<Spec> {
    let (width, height) = size.split_once('x').ok_or("a size is WIDTHxHEIGHT")?;
    Ok(Spec::contain(width.parse()?, height.parse()?, Output::Jpeg))
}
