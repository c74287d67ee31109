//! A throw-away PostgreSQL.

use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::Signal;

use super::{MAX_CONNECTIONS, START_LIMIT, Server};
use crate::process::{self, Problem};
use crate::service::{Service, free_address, tethered};
use crate::tools::{Tool, Toolbox, first_with, is_root, search_path};

const POSTGRES: Tool = Tool { name: "PostgreSQL", package: "postgresql", find: find_initdb };

/// Starts one on a free port of 127.0.0.1.
pub fn start(tools: &Toolbox) -> Result<Server, Problem> {
    let initdb = tools.require(&POSTGRES)?;
    let user = unprivileged_user()?;
    let folder = tempfile::Builder::new().prefix("image-manager-postgres-").tempdir_in(parent(user))?;
    if let Some((uid, gid)) = user {
        chown(folder.path(), Some(uid), Some(gid))?;
    }

    let data = folder.path().join("data");
    let mut init = tethered(&initdb, user);
    init.current_dir(folder.path()).arg("--pgdata").arg(&data);
    init.args(["--username=postgres", "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync"]);
    process::output(&mut init)?;

    let address = free_address()?;
    let mut server = tethered(initdb.with_file_name("postgres"), user);
    server.current_dir(folder.path()).arg("-D").arg(&data).arg("-p").arg(address.port().to_string());
    let settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "full_page_writes=off"];
    for setting in settings.into_iter().chain(["synchronous_commit=off", &format!("max_connections={MAX_CONNECTIONS}")])
    {
        server.args(["-c", setting]);
    }
    let mut service = Service::start("PostgreSQL", server, folder.path().join("server.log"), Signal::QUIT)?;
    service.wait_for_log(START_LIMIT, "ready to accept connections")?;
    Ok(Server { url: format!("postgres://postgres@{address}/postgres"), _service: service, _folder: folder })
}

/// `initdb`, in a folder that has `postgres` too: from PATH, else the newest of Debian's versions.
fn find_initdb() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let folders = search_path().chain(newest_first(versions.collect()).into_iter().map(|version| version.join("bin")));
    first_with(folders, &["initdb", "postgres"]).map(|folder| folder.join("initdb"))
}

/// Folders named by a number, the highest first: 9 comes after 15.
fn newest_first(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let number = |folder: &Path| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()).unwrap_or(0);
    folders.sort_by_key(|folder| std::cmp::Reverse(number(folder)));
    folders
}

/// PostgreSQL refuses to run as root: root runs it as `nobody` (uid, gid), everyone else as themselves.
fn unprivileged_user() -> Result<Option<(u32, u32)>, Problem> {
    if !is_root() {
        return Ok(None);
    }
    let id = |kind: &str| {
        let printed = process::output(Command::new("id").args([kind, "nobody"]))?;
        printed.trim().parse().map_err(|_| Problem::Failed(format!("`id {kind} nobody` printed {printed:?}")))
    };
    Ok(Some((id("-u")?, id("-g")?)))
}

/// Root's TMPDIR may be closed to others; /tmp is open to everyone.
fn parent(user: Option<(u32, u32)>) -> PathBuf {
    if user.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let folders = ["9", "15", "17", "common"].map(PathBuf::from).to_vec();
        assert_eq!(newest_first(folders), ["17", "15", "9", "common"].map(PathBuf::from));
    }
}
