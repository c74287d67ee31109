//! The browser tests: the whole application as a user meets it, with a scripted model behind it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::process::{self, Problem};
use crate::service::{Service, free_address, tethered};
use crate::steps::{Context, install_packages};
use crate::workspace::cargo;
use crate::{npm, tools};

const START_LIMIT: Duration = Duration::from_mins(1);
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// Builds the server with the client in it, starts it on an empty data directory, and lets Playwright at it.
pub fn run(context: &Context) -> Result<(), Problem> {
    install_packages(context)?;
    let chromium = context.tools.require(&tools::CHROMIUM)?;
    let binary = build(&context.root)?;
    let folder = tempfile::Builder::new().prefix("image-manager-browser-").tempdir()?;
    let (_model, model_url) = start_model(folder.path())?;
    let (server, server_url) = start_server(&binary, folder.path(), &model_url)?;

    let mut tests = npm::npm(&context.frontend());
    tests.args(["run", "e2e"]).env("BASE_URL", server_url).env("CHROMIUM", chromium);
    process::run(&mut tests).inspect_err(|_| println!("the server's last words:\n{}", server.log_tail()))
}

/// The debug server with the web client. Built as the suite was, so that only what holds the client is compiled.
fn build(root: &Path) -> Result<PathBuf, Problem> {
    println!("building the server with the web client in it");
    let mut build = cargo(root);
    build.args(["test", "--workspace", "--test", "it", "--no-run", "--message-format=json-render-diagnostics"]);
    let messages = process::output(build.env("WEB_CLIENT", "build").stderr(Stdio::inherit()))?;
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

/// The server and its URL. It sees none of the developer's variables and no `.env`.
fn start_server(binary: &Path, folder: &Path, model_url: &str) -> Result<(Service, String), Problem> {
    let address = free_address()?;
    let url = format!("http://{address}");
    let mut command = tethered(binary, None);
    command.current_dir(folder).env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.env("LISTEN_ADDR", address.to_string()).env("PUBLIC_URL", &url).env("DATA_DIR", folder.join("data"));
    command.env("OPENAI_BASE_URL", model_url).env("AI_MODEL", "scripted");
    let mut service = Service::start("the server", command, folder.join("server.log"), Signal::TERM)?;
    service.wait_until(START_LIMIT, || is_ready(address))?;
    Ok((service, url))
}

/// Whether `/readyz` answers 200.
fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        write!(stream, "GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
        let mut status = [0; "HTTP/1.0 200".len()];
        stream.read_exact(&mut status)?;
        Ok(String::from_utf8_lossy(&status).into_owned())
    };
    ask().is_ok_and(|status| status.ends_with(" 200"))
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
