//! Node and `frontend/node_modules`. Shared with `frontend/build.rs`, which includes this file: both install
//! the same way and believe the same stamp.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

/// What to tell somebody whose Node is missing or too old.
pub const NODE_WANTED: &str = "Node 20.19 or newer (or 22.12 or newer) with npm is needed: https://nodejs.org";

/// A copy of the lock file that `node_modules` was made from.
const STAMP: &str = "node_modules/.made-from-lock";

/// Whether a Node that can build the client is in PATH. The error says what is wrong and what is wanted.
pub fn check_node() -> Result<(), String> {
    let printed = Command::new("node").arg("--version").output();
    let version = match &printed {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Err(_) => return Err(format!("there is no Node here. {NODE_WANTED}")),
    };
    if node_is_new_enough(&version) { Ok(()) } else { Err(format!("this Node is {version:?}. {NODE_WANTED}")) }
}

/// Vite's own rule: 20.19 and later of 20, and everything from 22.12.
fn node_is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    match (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) {
        (20, minor) => minor >= 19,
        (22, minor) => minor >= 12,
        (major, _) => major > 22,
    }
}

/// Whether `node_modules` was made from the lock file as it is now.
pub fn is_current(frontend: &Path) -> bool {
    match (fs::read(frontend.join("package-lock.json")), fs::read(frontend.join(STAMP))) {
        (Ok(lock), Ok(stamp)) => lock == stamp,
        _ => false,
    }
}

/// Remembers that `node_modules` was made from the lock file as it is now.
pub fn mark_current(frontend: &Path) -> io::Result<()> {
    fs::create_dir_all(frontend.join("node_modules"))?;
    fs::copy(frontend.join("package-lock.json"), frontend.join(STAMP)).map(drop)
}

/// `npm` in `frontend`.
pub fn npm(frontend: &Path) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(frontend);
    command
}

/// `npm ci`, with the tools for building whatever `NODE_ENV` says.
pub fn install(frontend: &Path) -> Command {
    let mut command = npm(frontend);
    command.args(["ci", "--include=dev", "--no-audit", "--no-fund"]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_accepted_by_the_rule_of_vite() {
        for version in ["v20.19.0", "v20.20.2", "v22.12.0", "v23.0.1", "v24.1.0"] {
            assert!(node_is_new_enough(version), "{version}");
        }
        for version in ["v18.20.4", "v20.18.3", "v21.7.0", "v22.11.0", "", "node"] {
            assert!(!node_is_new_enough(version), "{version}");
        }
    }

    #[test]
    fn packages_are_current_until_the_lock_changes() {
        let frontend = tempfile::tempdir().unwrap();
        let lock = frontend.path().join("package-lock.json");
        fs::write(&lock, "{}").unwrap();
        assert!(!is_current(frontend.path()), "nothing was installed yet");

        mark_current(frontend.path()).unwrap();
        assert!(is_current(frontend.path()));

        fs::write(&lock, r#"{"packages":{}}"#).unwrap();
        assert!(!is_current(frontend.path()), "the lock changed");
    }
}
