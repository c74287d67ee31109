//! Where the workspace is, and how to call cargo in it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Problem};

/// The workspace's root, asked from cargo so that it works from any folder inside.
pub fn root() -> Result<PathBuf, Problem> {
    let mut locate = Command::new(cargo_program());
    locate.args(["locate-project", "--workspace", "--message-format", "plain"]);
    let manifest = PathBuf::from(process::output(&mut locate)?.trim());
    manifest.parent().map(Path::to_path_buf).ok_or_else(|| Problem::Failed("cargo found no workspace here".to_owned()))
}

/// A cargo command in `root`. The database of the tests is SQLite unless the caller sets another one.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(cargo_program());
    command.current_dir(root).env_remove("TEST_DATABASE_URL");
    command
}

fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
