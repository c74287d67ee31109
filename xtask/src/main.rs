//! `cargo xtask`: the workspace's own commands.
//!
//! `cli` reads the command line, `steps` names what a run consists of, `runner` goes through it and
//! keeps the score. Below them: `tools` finds or installs what a step needs, `servers` starts
//! throw-away databases, `application` puts the whole application together for the suites of `protocols`,
//! the tests of `browser` and the files of `corpus` and `renditions`, `npm` keeps `frontend/node_modules` current, and `process` starts and stops every child.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]

mod application;
mod browser;
mod cli;
mod corpus;
mod http;
mod npm;
mod process;
mod protocols;
mod renditions;
mod runner;
mod schema;
mod schemathesis;
mod scripted_ai;
mod servers;
mod service;
mod steps;
mod tools;
mod workspace;

use std::process::ExitCode;

use cli::Command;
use process::Problem;
use steps::Context;

fn main() -> ExitCode {
    match cli::parse(std::env::args().skip(1)).map_err(Problem::Failed).and_then(perform) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Help => println!("{}", cli::HELP),
        Command::List => steps::ALL.iter().for_each(|step| println!("{:<12} {}", step.name, step.about)),
        Command::Schema => schema::write(&workspace::root()?)?,
        Command::Corpus { folder, url } => corpus::run(&workspace::root()?, &folder, url.as_deref())?,
        Command::Renditions { folder, url } => renditions::run(&workspace::root()?, &folder, url.as_deref())?,
        Command::ScriptedAi { listen, delay } => scripted_ai::serve(listen, delay)?,
        Command::Schemathesis => return runner::run(steps::SCHEMATHESIS, &Context::new(false)?),
        Command::Check => return runner::run(steps::CHECK, &Context::new(false)?),
        Command::Test { install, only } => return runner::run(&steps::selected(&only)?, &Context::new(install)?),
    }
    Ok(ExitCode::SUCCESS)
}
