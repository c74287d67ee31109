//! Children that run beside the steps: databases, the scripted AI, the server under test.

use std::ffi::OsStr;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::process::{Problem, cannot_start, interrupted};
use crate::tools;

const POLL: Duration = Duration::from_millis(25);
const STOP_LIMIT: Duration = Duration::from_secs(5);
const LOG_TAIL_LINES: usize = 25;

/// A child that runs beside the steps until this is dropped. Its output goes to a log file.
pub struct Service {
    name: &'static str,
    child: Child,
    log: PathBuf,
    stop: Signal,
}

impl Service {
    /// Starts `command` with stdout and stderr in `log`; `stop` is the signal that ends it soon and cleanly.
    pub fn start(name: &'static str, mut command: Command, log: PathBuf, stop: Signal) -> Result<Self, Problem> {
        let file = File::create(&log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).process_group(0);
        let child = command.spawn().map_err(|error| cannot_start(&command, &error))?;
        Ok(Self { name, child, log, stop })
    }

    /// Waits until `ready` says so. An early end or `limit` is a failure that shows the end of the log.
    pub fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<(), Problem> {
        let deadline = Instant::now() + limit;
        loop {
            if interrupted() {
                return Err(Problem::Interrupted);
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(self.unready(&format!("ended early with {status}")));
            }
            if ready() {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(self.unready(&format!("was not ready after {} s", limit.as_secs())));
            }
            std::thread::sleep(POLL);
        }
    }

    /// Waits until the log holds `text`.
    pub fn wait_for_log(&mut self, limit: Duration, text: &str) -> Result<(), Problem> {
        let log = self.log.clone();
        self.wait_until(limit, || String::from_utf8_lossy(&std::fs::read(&log).unwrap_or_default()).contains(text))
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The last lines of the log.
    pub fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
    }

    fn unready(&self, what: &str) -> Problem {
        Problem::Failed(format!("{} {what}\n{}", self.name, self.log_tail()))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Errors here mean that it is gone already.
        let _ = kill_process(Pid::from_child(&self.child), self.stop);
        let deadline = Instant::now() + STOP_LIMIT;
        while Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(POLL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command that the kernel kills when this program dies without a chance to clean up, and that runs as
/// another user when `user` (uid, gid) is given. Needs util-linux; without it, and with nobody to become, the
/// command is started plainly.
pub fn tethered(program: impl AsRef<OsStr>, user: Option<(u32, u32)>) -> Command {
    if user.is_none() && tools::in_path("setpriv").is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if let Some((uid, gid)) = user {
        command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]);
    }
    command.arg("--").arg(program);
    command
}

/// A loopback address nobody listens on. It is free for anyone until it is used, which is soon.
pub fn free_address() -> Result<SocketAddr, Problem> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
