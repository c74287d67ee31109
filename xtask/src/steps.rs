//! What the commands consist of: each step's name and what it runs.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{self, Problem};
use crate::tools::Toolbox;
use crate::workspace::cargo;
use crate::{browser, npm, protocols, schemathesis, servers};

/// One line of the final table.
#[derive(Debug)]
pub struct Step {
    pub name: &'static str,
    pub about: &'static str,
    pub run: fn(&Context) -> Result<(), Problem>,
}

/// What every step is given.
pub struct Context {
    pub root: PathBuf,
    pub tools: Toolbox,
    /// Whether something that cannot be run fails the run (CI=true) instead of being listed as skipped.
    pub strict: bool,
}

impl Context {
    pub fn new(may_install: bool) -> Result<Self, Problem> {
        let strict = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        Ok(Self { root: crate::workspace::root()?, tools: Toolbox::new(may_install), strict })
    }

    pub fn frontend(&self) -> PathBuf {
        self.root.join("frontend")
    }

    fn cargo(&self, line: &str) -> Command {
        let mut command = cargo(&self.root);
        command.args(line.split_whitespace());
        command
    }
}

const FORMAT: Step = Step {
    name: "format",
    about: "cargo fmt --check",
    run: |context| process::run(&mut context.cargo("fmt --all --check")),
};

/// `cargo xtask test`. The suite is built by the same selection of packages each time (`--workspace`): another
/// one would unify features differently and compile the dependencies again.
pub const ALL: &[Step] = &[
    FORMAT,
    Step {
        name: "clippy",
        about: "the lints, warnings denied",
        run: |context| process::run(&mut context.cargo("clippy --workspace --all-targets -- -D warnings")),
    },
    Step {
        name: "sqlite",
        about: "every Rust test; the suite on SQLite",
        run: |context| process::run(&mut context.cargo("test --workspace")),
    },
    Step { name: "storage", about: "the storage contract, on disk and on S3", run: storage_contract },
    Step {
        name: "postgres",
        about: "the suite on PostgreSQL",
        run: |context| suite_on(servers::postgres::start, context),
    },
    Step { name: "mariadb", about: "the suite on MariaDB", run: |context| suite_on(servers::mariadb::start, context) },
    Step {
        name: "protocols",
        about: "the audits of graphql-http, graphql-ws, graphql-sse, and every close code",
        run: protocols::run,
    },
    Step {
        name: "web-check",
        about: "the client's types, lints and generated code",
        run: |context| npm_run("check", context),
    },
    Step { name: "web-test", about: "the client's unit tests", run: |context| npm_run("test", context) },
    Step { name: "browser", about: "the whole application in a headless Chromium", run: browser::run },
];

/// `cargo xtask check`: the root package alone, SQLite alone, no browser.
pub const CHECK: &[Step] = &[
    FORMAT,
    Step {
        name: "clippy",
        about: "the lints of the server",
        run: |context| process::run(&mut context.cargo("clippy --all-targets -- -D warnings")),
    },
    Step {
        name: "sqlite",
        about: "the server's tests; the suite on SQLite",
        run: |context| process::run(&mut context.cargo("test")),
    },
];

/// `cargo xtask schemathesis`. Not a part of `test`: it takes minutes, and a tool that is not in this workspace's lock files.
pub const SCHEMATHESIS: &[Step] = &[Step {
    name: "schemathesis",
    about: "queries and mutations made from the schema, with and without a token",
    run: schemathesis::run,
}];

/// The steps of that name, in the order of the run; all of them when none is named.
pub fn selected(only: &[String]) -> Result<Vec<&'static Step>, Problem> {
    if let Some(unknown) = only.iter().find(|name| ALL.iter().all(|step| step.name != name.as_str())) {
        let known: Vec<&str> = ALL.iter().map(|step| step.name).collect();
        return Err(Problem::Failed(format!("there is no step `{unknown}`; the steps are {}", known.join(", "))));
    }
    Ok(ALL.iter().filter(|step| only.is_empty() || only.iter().any(|name| name == step.name)).collect())
}

/// A part of the suite, named on its own because two stores are behind it. A filter that finds nothing is green for
/// cargo, so it is made sure that there is something.
fn storage_contract(context: &Context) -> Result<(), Problem> {
    let contract = "test --workspace --test it -- contracts::storage";
    let listed = process::output(context.cargo(contract).arg("--list"))?;
    if !listed.lines().any(|line| line.ends_with(": test")) {
        return Err(Problem::Failed("there is no test in contracts::storage".to_owned()));
    }
    process::run(&mut context.cargo(contract))
}

fn suite_on(start: fn(&Toolbox) -> Result<servers::Server, Problem>, context: &Context) -> Result<(), Problem> {
    let server = start(&context.tools)?;
    process::run(context.cargo("test --workspace --test it").env("TEST_DATABASE_URL", &server.url))
}

fn npm_run(script: &str, context: &Context) -> Result<(), Problem> {
    install_packages(context)?;
    process::run(npm::npm(&context.frontend()).args(["run", script]))
}

/// Brings `frontend/node_modules` up to date.
pub fn install_packages(context: &Context) -> Result<(), Problem> {
    npm::check_node().map_err(Problem::Missing)?;
    let frontend = context.frontend();
    if !npm::is_current(&frontend) {
        process::run(&mut npm::install(&frontend))?;
        npm::mark_current(&frontend)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_run_in_their_own_order_whatever_order_they_were_named_in() {
        let chosen = selected(&["browser".to_owned(), "format".to_owned()]).unwrap();
        assert_eq!(chosen.iter().map(|step| step.name).collect::<Vec<_>>(), ["format", "browser"]);
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_names_of_the_real_ones() {
        let message = selected(&["postgress".to_owned()]).unwrap_err().to_string();
        assert!(message.contains("`postgress`") && message.contains("mariadb"), "{message}");
    }

    #[test]
    fn no_name_selects_every_step() {
        assert_eq!(selected(&[]).unwrap().len(), ALL.len());
    }
}
