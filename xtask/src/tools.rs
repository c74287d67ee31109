//! What steps need from outside the workspace: found, or installed where that is possible.

use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Problem};

/// A program that a step needs.
pub struct Tool {
    pub name: &'static str,
    /// Its Debian package.
    pub package: &'static str,
    pub find: fn() -> Option<PathBuf>,
}

/// Finds tools, and installs them unless that is forbidden.
pub struct Toolbox {
    may_install: bool,
    lists_updated: Cell<bool>,
}

impl Toolbox {
    pub fn new(may_install: bool) -> Self {
        Self { may_install, lists_updated: Cell::new(false) }
    }

    /// The tool's path. `Missing`, with how to get it, when it is not there and cannot be installed.
    pub fn require(&self, tool: &Tool) -> Result<PathBuf, Problem> {
        if let Some(path) = (tool.find)() {
            return Ok(path);
        }
        if let Some(obstacle) = self.obstacle() {
            return Err(missing(tool, obstacle));
        }
        println!("{} is missing: installing the package {}", tool.name, tool.package);
        match self.install(tool.package) {
            Ok(()) => (tool.find)().ok_or_else(|| missing(tool, "the package did not bring it")),
            Err(Problem::Failed(why)) => Err(missing(tool, &why)),
            Err(other) => Err(other),
        }
    }

    fn obstacle(&self) -> Option<&'static str> {
        if !self.may_install {
            Some("--no-install was given")
        } else if in_path("apt-get").is_none() {
            Some("there is no apt-get here")
        } else if !is_root() {
            Some("only root may install it")
        } else {
            None
        }
    }

    fn install(&self, package: &str) -> Result<(), Problem> {
        if !self.lists_updated.replace(true) {
            process::run(apt_get().arg("update"))?;
        }
        process::run(apt_get().args(["install", "--yes", "--no-install-recommends", package]))
    }
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args([
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=120",
        "-o",
        "Dpkg::Use-Pty=0",
    ]);
    command
}

fn missing(tool: &Tool, why: &str) -> Problem {
    Problem::Missing(format!("{} is missing ({why}); to get it: apt-get install {}", tool.name, tool.package))
}

pub fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// The program's path, from PATH.
pub fn in_path(program: &str) -> Option<PathBuf> {
    first_with(search_path(), &[program]).map(|folder| folder.join(program))
}

/// The folders of PATH, then those for administrators, which a user's PATH often lacks.
pub fn search_path() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.into_iter().chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
}

/// The first folder that holds all of `programs`.
pub fn first_with(mut folders: impl Iterator<Item = PathBuf>, programs: &[&str]) -> Option<PathBuf> {
    folders.find(|folder| programs.iter().all(|program| folder.join(program).is_file()))
}

const CHROMIUM_NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// The browser of the browser tests; `CHROMIUM` names another one.
pub const CHROMIUM: Tool = Tool { name: "Chromium", package: "chromium", find: find_chromium };

fn find_chromium() -> Option<PathBuf> {
    let chosen = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    chosen.or_else(|| CHROMIUM_NAMES.iter().find_map(|name| in_path(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Tool = Tool { name: "Absent", package: "absent-server", find: || None };

    #[test]
    fn a_missing_tool_is_not_installed_when_forbidden_and_the_message_says_how_to() {
        let Err(Problem::Missing(message)) = Toolbox::new(false).require(&ABSENT) else {
            panic!("a tool was found that does not exist");
        };
        assert!(message.contains("--no-install") && message.contains("apt-get install absent-server"), "{message}");
    }

    #[test]
    fn a_folder_counts_only_when_it_holds_every_program() {
        let [partial, whole] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        for file in [partial.path().join("postgres"), whole.path().join("postgres"), whole.path().join("initdb")] {
            std::fs::write(file, "").unwrap();
        }
        let folders = [partial.path().to_path_buf(), whole.path().to_path_buf()];
        let found = first_with(folders.into_iter(), &["postgres", "initdb"]);
        assert_eq!(found.as_deref(), Some(whole.path()));
    }
}
