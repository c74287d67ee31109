//! sharp, in Node: installed into `bench/sharp` when it is not there.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, npm};

/// `node SCRIPT`, with one thread for sharp beside its own.
pub fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(folder().join(script)).env("UV_THREADPOOL_SIZE", "1");
    command
}

pub fn install() -> Outcome<()> {
    let folder = folder();
    npm::check_node()?;
    if !npm::is_current(&folder) {
        println!("installing sharp in {}", folder.display());
        if !npm::install(&folder).status()?.success() {
            return Err("sharp could not be installed".into());
        }
        npm::mark_current(&folder)?;
    }
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sharp")
}
