//! The public suites of the protocols, against the real server: GraphQL over HTTP, WebSocket and Server-Sent Events.

use crate::application::{self, Application};
use crate::npm;
use crate::process::{self, Problem};
use crate::steps::{Context, install_packages};

/// Starts the debug server on an empty data directory and lets the npm clients at it. One of them stops the server, to
/// see what its sockets are told.
pub fn run(context: &Context) -> Result<(), Problem> {
    install_packages(context)?;
    let binary = application::build(&context.root, false)?;
    let application = Application::start(&binary, &[])?;

    let mut suites = npm::npm(&context.frontend());
    suites.args(["run", "protocols"]).env("BASE_URL", &application.url);
    suites.env("SERVER_PID", application.server.id().to_string());
    process::run(&mut suites).inspect_err(|_| println!("the server's last words:\n{}", application.server.log_tail()))
}
