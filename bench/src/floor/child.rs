//! A floor in a process of its own, as the server has one: this program, started again as `bench --floor <what> …`. It
//! prints its address, and ends when its standard input does.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};

use tokio::runtime::Runtime;

use super::{echo, me, s3};
use crate::Outcome;

/// The first argument of such a process.
pub const FLAG: &str = "--floor";

pub struct Floor {
    child: Child,
    pub address: SocketAddr,
}

impl Floor {
    pub fn start(arguments: &[&str]) -> Outcome<Self> {
        let mut command = Command::new(env::current_exe()?);
        let mut child =
            command.arg(FLAG).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).env_clear().spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
        let address = line.trim().parse().map_err(|_| format!("the floor `{}` did not start", arguments.join(" ")))?;
        Ok(Self { child, address })
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// In the child.
pub fn run(arguments: &[String]) -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    let runtime = Runtime::new()?;
    let _inside = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(listener)?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["me", secret, answer] => {
            let (secret, answer) = (std::fs::read_to_string(secret)?, std::fs::read(answer)?);
            runtime.spawn(me::serve(listener, secret.trim().to_owned(), answer));
        }
        ["echo", buffers] => {
            runtime.spawn(echo::serve(listener, *buffers == "small"));
        }
        ["s3", directory] => {
            runtime.spawn(s3::serve(listener, (*directory).to_owned()));
        }
        _ => return Err("there is no such floor".into()),
    }
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
