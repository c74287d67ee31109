//! nginx as it serves files best: one worker, `sendfile`, no log. In a directory of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Outcome;
use crate::service::free_address;
use crate::tools::{self, Tool, Toolbox};

const NGINX: Tool = Tool { name: "nginx", package: "nginx-light", find: || tools::in_path("nginx") };

const START_LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(5);

/// What nginx says by itself, or what belongs to one answer.
const ITS_OWN: [&str; 7] =
    ["content-length", "content-type", "etag", "accept-ranges", "date", "last-modified", "connection"];

pub struct Nginx {
    master: Child,
    pub address: SocketAddr,
}

/// Whether there is one; says so if not.
pub fn is_there() -> bool {
    let found = Toolbox::new(false).require(&NGINX);
    if let Err(missing) = &found {
        println!("{missing}: not measured");
    }
    found.is_ok()
}

impl Nginx {
    /// Serves the files in `folder`, all with these headers besides its own.
    pub fn start(folder: &Path, content_type: &str, headers: &BTreeMap<String, String>) -> Outcome<Self> {
        let address = free_address()?;
        let mut fields = String::new();
        for (name, value) in headers.iter().filter(|(name, _)| !ITS_OWN.contains(&name.as_str())) {
            // Writing to a string cannot fail.
            let _ = writeln!(fields, "add_header {name} \"{}\" always;", value.replace('"', "\\\""));
        }
        // The folder is for its owner alone, and only root can have a worker of another user.
        let user = if tools::is_root() { "user root;" } else { "" };
        let configuration = format!(
            "{user} worker_processes 1; daemon off; pid nginx.pid; error_log nginx.log;
            events {{ worker_connections 512; }}
            http {{
                access_log off; sendfile on; tcp_nopush on; server_tokens off;
                keepalive_requests 1000000000;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                types {{}} default_type {content_type};
                {fields}
                server {{ listen {address}; root .; }}
            }}"
        );
        fs::write(folder.join("nginx.conf"), configuration)?;
        let program = Toolbox::new(false).require(&NGINX)?;
        let prefix = format!("{}/", folder.display());
        let mut command = Command::new(program);
        command.args(["-p", &prefix, "-c", "nginx.conf", "-e", "nginx.log"]).stdin(Stdio::null());
        let mut nginx = Self { master: command.spawn()?, address };
        let begin = Instant::now();
        while TcpStream::connect(address).is_err() {
            if nginx.master.try_wait()?.is_some() || begin.elapsed() > START_LIMIT {
                return Err(format!("nginx did not start, see {prefix}nginx.log").into());
            }
            thread::sleep(POLL);
        }
        Ok(nginx)
    }

    /// The id of the process that serves. It may come a moment after the socket.
    pub fn worker(&self) -> Outcome<u32> {
        let (master, begin) = (self.master.id(), Instant::now());
        loop {
            let children = fs::read_to_string(format!("/proc/{master}/task/{master}/children"))?;
            match children.split_whitespace().next() {
                Some(worker) => return Ok(worker.parse()?),
                None if begin.elapsed() > START_LIMIT => return Err("nginx has no worker".into()),
                None => thread::sleep(POLL),
            }
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Ends the worker too. Errors mean that it is gone.
        let _ = kill_process(Pid::from_child(&self.master), Signal::TERM);
        let _ = self.master.wait();
    }
}
