//! The browser tests: the whole application as a user meets it, with a scripted model behind it.

use crate::application::{self, Application};
use crate::process::{self, Problem};
use crate::steps::{Context, install_packages};
use crate::{npm, tools};

/// Builds the server with the client in it, starts it on an empty data directory, and lets Playwright at it.
pub fn run(context: &Context) -> Result<(), Problem> {
    install_packages(context)?;
    let chromium = context.tools.require(&tools::CHROMIUM)?;
    let binary = application::build(&context.root, true)?;
    let application = Application::start(&binary, &[])?;

    let mut tests = npm::npm(&context.frontend());
    tests.args(["run", "e2e"]).env("BASE_URL", &application.url).env("CHROMIUM", chromium);
    process::run(&mut tests).inspect_err(|_| println!("the server's last words:\n{}", application.server.log_tail()))
}
