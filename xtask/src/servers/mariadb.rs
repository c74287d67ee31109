//! A throw-away MariaDB.

use std::path::PathBuf;

use rustix::process::Signal;

use super::{MAX_CONNECTIONS, START_LIMIT, Server};
use crate::process::{self, Problem};
use crate::service::{Service, free_address, tethered};
use crate::tools::{Tool, Toolbox, in_path, is_root};

const INSTALLER: &str = "mariadb-install-db";
const MARIADB: Tool = Tool { name: "MariaDB", package: "mariadb-server", find: find_server };

/// Starts one on a free port of 127.0.0.1.
pub fn start(tools: &Toolbox) -> Result<Server, Problem> {
    let program = tools.require(&MARIADB)?;
    let folder = tempfile::Builder::new().prefix("image-manager-mariadb-").tempdir()?;
    let data = format!("--datadir={}", folder.path().join("data").display());
    // Refused without a word about the user when root; nobody else may name one.
    let user = is_root().then_some("--user=root");

    let mut init = tethered(INSTALLER, None);
    init.args(["--no-defaults", &data, "--auth-root-authentication-method=normal", "--skip-test-db"]).args(user);
    process::output(&mut init)?;

    let address = free_address()?;
    let mut server = tethered(program, None);
    server.args(["--no-defaults", &data]).args(user);
    server.args(["--bind-address=127.0.0.1", &format!("--port={}", address.port())]);
    server.arg(format!("--socket={}", folder.path().join("socket").display()));
    server.arg(format!("--pid-file={}", folder.path().join("pid").display()));
    server.args(["--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci"]);
    server.args(["--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve"]);
    server.arg(format!("--max-connections={MAX_CONNECTIONS}"));
    let mut service = Service::start("MariaDB", server, folder.path().join("server.log"), Signal::TERM)?;
    service.wait_for_log(START_LIMIT, "ready for connections")?;
    Ok(Server { url: format!("mysql://root@{address}/mysql"), _service: service, _folder: folder })
}

/// `mariadbd`, when the program that makes its first data is there as well.
fn find_server() -> Option<PathBuf> {
    in_path(INSTALLER).and_then(|_| in_path("mariadbd"))
}
