//! Commands that are waited for, and what Ctrl-C does to them.
//!
//! Every child, also a `service`, gets a process group of its own, so Ctrl-C reaches this program alone, and
//! it ends them in order: the running command first, then the services, then their temporary folders.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::signal::unix::{SignalKind, signal};

/// Why a step did not pass.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The step ran and what it checks is not so, or its setup broke.
    #[error("{0}")]
    Failed(String),
    /// Something outside the workspace is not there; the message says how to get it.
    #[error("{0}")]
    Missing(String),
    #[error("interrupted")]
    Interrupted,
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The process group of the command being waited for; 0 between commands.
static FOREGROUND: AtomicI32 = AtomicI32::new(0);
static INTERRUPTS: AtomicUsize = AtomicUsize::new(0);

/// From here on Ctrl-C and SIGTERM end the running command, and the caller learns `Interrupted`.
/// A second one kills the command.
pub fn watch_signals() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let (mut interrupt, mut terminate) = {
        let _entered = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            loop {
                tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
                let first = INTERRUPTS.fetch_add(1, Ordering::SeqCst) == 0;
                end_foreground(if first { Signal::INT } else { Signal::KILL });
            }
        });
    });
    Ok(())
}

/// Whether the user wants this to end.
pub fn interrupted() -> bool {
    INTERRUPTS.load(Ordering::SeqCst) > 0
}

fn end_foreground(signal: Signal) {
    if let Some(group) = Pid::from_raw(FOREGROUND.load(Ordering::SeqCst)) {
        // It may have ended by itself a moment ago.
        let _ = kill_process_group(group, signal);
    }
}

/// Runs a command to its end with its output on this terminal.
pub fn run(command: &mut Command) -> Result<(), Problem> {
    println!("$ {}", line(command));
    let status = wait(spawn(command)?)?;
    if status.success() { Ok(()) } else { Err(failure(command, status)) }
}

/// Runs a command to its end and returns what it wrote to stdout.
pub fn output(command: &mut Command) -> Result<String, Problem> {
    let mut child = spawn(command.stdout(Stdio::piped()))?;
    let text = child.stdout.take().map(io::read_to_string).transpose();
    let status = wait(child)?;
    if status.success() { Ok(text?.unwrap_or_default()) } else { Err(failure(command, status)) }
}

fn spawn(command: &mut Command) -> Result<Child, Problem> {
    if interrupted() {
        return Err(Problem::Interrupted);
    }
    let child = command.stdin(Stdio::null()).process_group(0).spawn().map_err(|error| cannot_start(command, &error))?;
    FOREGROUND.store(Pid::from_child(&child).as_raw_pid(), Ordering::SeqCst);
    if interrupted() {
        end_foreground(Signal::INT);
    }
    Ok(child)
}

fn wait(mut child: Child) -> Result<ExitStatus, Problem> {
    let status = child.wait();
    FOREGROUND.store(0, Ordering::SeqCst);
    if interrupted() { Err(Problem::Interrupted) } else { Ok(status?) }
}

/// The problem of a program that could not be started at all.
pub fn cannot_start(command: &Command, error: &io::Error) -> Problem {
    Problem::Failed(format!("{} did not start: {error}", command.get_program().display()))
}

fn failure(command: &Command, status: ExitStatus) -> Problem {
    Problem::Failed(format!("`{}` ended with {status}", line(command)))
}

/// The command as one could type it, with the variables set for it.
fn line(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(name, value)| {
        let value = value?;
        Some(format!("{}={}", name.display(), value.display()))
    });
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args()).map(|word| word.display().to_string());
    variables.chain(words).collect::<Vec<_>>().join(" ")
}
