//! `cargo xtask corpus DIR`: every file of a folder tree goes through `uploadImage` of the real server, and a table tells
//! what became of each. It fails where the server does, where a file takes too long, where a picture that says how it is to
//! be turned is not upright, and where a file of the PngSuite is not judged as its name has it.

pub mod api;
pub mod files;
mod pngsuite;
mod report;
mod upright;

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::application::{self, Application};
use crate::http;
use crate::process::{self, Problem};
use api::{Account, Outcome};

/// Files on their way at the same time.
const AT_ONCE: usize = 4;

/// A file that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(5);

/// A file, and what the server made of it.
pub struct Line {
    /// Below the folder, with `/`.
    pub name: String,
    pub outcome: Outcome,
    pub took: Duration,
}

/// Uploads to the server at `url`, or to the debug server on an empty data directory.
pub fn run(root: &Path, folder: &Path, url: Option<&str>) -> Result<(), Problem> {
    process::watch_signals()?;
    let names = files::below(folder)?;
    if names.is_empty() {
        return Err(Problem::Failed(format!("there is no file in {}", folder.display())));
    }
    if let Some(url) = url {
        return look(folder, names, address_of(url)?);
    }
    let binary = application::build(root, false)?;
    // What is refused for being too many is not tested.
    let application = Application::start(&binary, &[("RATE_LIMIT", "0"), ("LOG_FORMAT", "json")])?;
    look(folder, names, application.address).and_then(|()| application.clean_log())
}

fn look(folder: &Path, names: Vec<String>, address: SocketAddr) -> Result<(), Problem> {
    let account = Account::register(address)?;
    let lines = upload(folder, names, &account)?;
    print!("{}", report::table(&lines));

    let mut faults = report::faults(&lines, LIMIT);
    for summary in [pngsuite::judge(&lines), upright::judge(&lines, &account)].into_iter().flatten() {
        println!("{}", summary.text);
        faults.extend(summary.faults);
    }
    if !http::is_ok(address, "/readyz") {
        faults.push("the server is not ready any more".to_owned());
    }
    println!("{}", report::totals(&lines));
    if faults.is_empty() { Ok(()) } else { Err(Problem::Failed(format!("\n  {}", faults.join("\n  ")))) }
}

/// Something that a part of the corpus shows as a whole.
pub struct Summary {
    pub text: String,
    /// What is not as it has to be.
    pub faults: Vec<String>,
}

/// Everything, a few at once; in the order of the names.
pub fn upload(folder: &Path, names: Vec<String>, account: &Account) -> Result<Vec<Line>, Problem> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || -> Result<(), Problem> {
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            if process::interrupted() {
                return Err(Problem::Interrupted);
            }
            let bytes = std::fs::read(folder.join(name))?;
            let begin = Instant::now();
            let outcome = account.upload(name, &bytes);
            let line = Line { name: name.clone(), outcome, took: begin.elapsed() };
            done.lock().map_err(|_| Problem::Failed("an upload panicked".to_owned()))?.push(line);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let panicked = |_| Problem::Failed("an upload panicked".to_owned());
        workers.into_iter().try_for_each(|worker| worker.join().map_err(panicked)?)
    })?;
    let mut lines = done.into_inner().map_err(|_| Problem::Failed("an upload panicked".to_owned()))?;
    lines.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(lines)
}

/// Of `http://HOST:PORT`.
pub fn address_of(url: &str) -> Result<SocketAddr, Problem> {
    let host = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
    let found = host.and_then(|host| host.to_socket_addrs().ok()?.next());
    found.ok_or_else(|| Problem::Failed(format!("--url wants http://HOST:PORT, not `{url}`")))
}
