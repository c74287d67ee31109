//! The release binary, run as a child the way its users run it: SQLite and the disk, in a directory of its own.

use std::env;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Outcome;
use crate::client::{self, Connection};
use crate::service::free_address;

const START_LIMIT: Duration = Duration::from_secs(30);

/// Between two tries to connect.
const POLL: Duration = Duration::from_micros(200);

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From before the process was made to the end of its first answer.
    pub first_answer: Duration,
}

/// Builds the binary next to this one, or finds it built.
pub fn build() -> Outcome<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.current_dir(root).args(["build", "--package", "image-manager", "--bin", "image-manager"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let status = build.status()?;
    let binary = env::current_exe()?.with_file_name("image-manager");
    if status.success() && binary.is_file() {
        Ok(binary)
    } else {
        Err(format!("{} was not built", binary.display()).into())
    }
}

impl Server {
    /// Starts it and waits for its first answer, to `{ server { version } }`.
    pub fn start(binary: &Path, data: &Path) -> Outcome<Self> {
        Self::start_with(binary, data, &[])
    }

    /// With more on its command line.
    pub fn start_with(binary: &Path, data: &Path, flags: &[&str]) -> Outcome<Self> {
        let address = free_address()?;
        let log = fs::File::create(data.join("log"))?;
        let begin = Instant::now();
        let child = Command::new(binary)
            // Whatever the environment and a `.env` around here say.
            .env_clear()
            .current_dir(data)
            .args(["--listen-addr", &address.to_string(), "--data-dir", "."])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let mut server = Self { child, address, first_answer: Duration::ZERO };
        server.ask_first(begin)?;
        server.first_answer = begin.elapsed();
        Ok(server)
    }

    fn ask_first(&mut self, begin: Instant) -> Outcome<()> {
        loop {
            match Connection::open(self.address) {
                Ok(mut connection) => {
                    connection.ask(&client::get("/graphql?query=%7Bserver%7Bversion%7D%7D"))?;
                    return Ok(());
                }
                Err(error) if error.kind() != io::ErrorKind::ConnectionRefused => return Err(error.into()),
                Err(_) => {}
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the server ended at its start with {status}").into());
            }
            if begin.elapsed() > START_LIMIT {
                return Err("the server did not answer".into());
            }
            thread::sleep(POLL);
        }
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // As an operator stops it, so that the next start finds a closed database. Errors mean that it is gone.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}
