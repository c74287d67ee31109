//! The whole application for the steps that need it: the debug server on an empty data directory, and a scripted model
//! behind it.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::http;
use crate::process::{self, Problem};
use crate::service::{Service, free_address, tethered};
use crate::workspace::cargo;

const START_LIMIT: Duration = Duration::from_mins(1);

/// A running application. Dropped, it stops, and its data is gone.
pub struct Application {
    // In this order they are dropped: the server before the model, and both before the folder.
    pub server: Service,
    _model: Service,
    _folder: TempDir,
    pub address: SocketAddr,
    pub url: String,
}

impl Application {
    /// Starts the server at `binary`, with `variables` besides the usual ones.
    pub fn start(binary: &Path, variables: &[(&str, &str)]) -> Result<Self, Problem> {
        let folder = tempfile::Builder::new().prefix("image-manager-").tempdir()?;
        let (model, model_url) = start_model(folder.path())?;
        let (server, address) = start_server(binary, folder.path(), &model_url, variables)?;
        Ok(Self { server, _model: model, _folder: folder, address, url: format!("http://{address}") })
    }

    /// Nothing went wrong beside the answers, in the background or in what was answered all the same. For a server that
    /// was started with `LOG_FORMAT=json`.
    pub fn clean_log(&self) -> Result<(), Problem> {
        let log = self.server.log();
        let is_error = |line: &&str| line.contains(r#""level":"ERROR""#) || line.contains("panicked");
        let errors: Vec<&str> = log.lines().filter(is_error).collect();
        match errors.first() {
            None => Ok(()),
            Some(first) => {
                Err(Problem::Failed(format!("{} errors in the server's log, the first: {first}", errors.len())))
            }
        }
    }
}

/// The debug server, with the web client or without it. Built as the suite was, so that only what holds the client is
/// compiled.
pub fn build(root: &Path, web_client: bool) -> Result<PathBuf, Problem> {
    println!("building the server {} the web client in it", if web_client { "with" } else { "without" });
    let mut build = cargo(root);
    build.args(["test", "--workspace", "--test", "it", "--no-run", "--message-format=json-render-diagnostics"]);
    if web_client {
        build.env("WEB_CLIENT", "build");
    }
    let messages = process::output(build.stderr(Stdio::inherit()))?;
    server_binary(&messages).ok_or_else(|| Problem::Failed("cargo built no image-manager".to_owned()))
}

/// The path of the server among the messages that cargo prints as JSON, one a line.
fn server_binary(messages: &str) -> Option<PathBuf> {
    messages.lines().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let target = message.get("target")?;
        let is_server = target.get("name")? == "image-manager" && target.get("kind")?.get(0)? == "bin";
        if is_server { Some(PathBuf::from(message.get("executable")?.as_str()?)) } else { None }
    })
}

/// The scripted model and its base URL. It is this program again, in another process.
fn start_model(folder: &Path) -> Result<(Service, String), Problem> {
    let address = free_address()?;
    let mut command = tethered(std::env::current_exe()?, None);
    command.args(["scripted-ai", "--listen", &address.to_string()]);
    let mut service = Service::start("the scripted model", command, folder.join("model.log"), Signal::TERM)?;
    service.wait_until(START_LIMIT, || TcpStream::connect(address).is_ok())?;
    Ok((service, format!("http://{address}/v1")))
}

/// The server and its address. It sees none of the developer's variables and no `.env`.
fn start_server(
    binary: &Path,
    folder: &Path,
    model_url: &str,
    variables: &[(&str, &str)],
) -> Result<(Service, SocketAddr), Problem> {
    let address = free_address()?;
    let url = format!("http://{address}");
    let mut command = tethered(binary, None);
    command.current_dir(folder).env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.env("LISTEN_ADDR", address.to_string()).env("PUBLIC_URL", &url).env("DATA_DIR", folder.join("data"));
    command.env("OPENAI_BASE_URL", model_url).env("AI_MODEL", "scripted");
    command.envs(variables.iter().copied());
    let mut service = Service::start("the server", command, folder.join("server.log"), Signal::TERM)?;
    service.wait_until(START_LIMIT, || http::is_ok(address, "/readyz"))?;
    Ok((service, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_told_from_the_library_and_the_tests_of_the_same_name() {
        let messages = [
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"image-manager"},"executable":null}"#,
            r#"{"reason":"compiler-artifact","target":{"kind":["test"],"name":"it"},"executable":"/t/it"}"#,
            r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"image-manager"},"executable":"/t/server"}"#,
            r#"{"reason":"build-finished","success":true}"#,
        ];
        assert_eq!(server_binary(&messages.join("\n")), Some(PathBuf::from("/t/server")));
        assert_eq!(server_binary(messages[3]), None);
    }
}
