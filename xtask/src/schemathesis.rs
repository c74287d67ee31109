//! `cargo xtask schemathesis`: the public tool makes queries and mutations from the schema, more than a thousand, and
//! sends them to the real server, without a token and with one. None may be answered by a server error.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::application::{self, Application};
use crate::http;
use crate::process::{self, Problem};
use crate::steps::Context;
use crate::tools;

const VERSION: &str = "4.32.5";
/// For each field of `Query` and `Mutation`.
const EXAMPLES: &str = "50";
/// Always the same queries, so that a finding can be found again.
const SEED: &str = "3";

/// Installs the tool under `target`, starts the debug server on an empty data directory, and runs the tool twice.
pub fn run(context: &Context) -> Result<(), Problem> {
    let program = install(&context.root)?;
    let binary = application::build(&context.root, false)?;
    // What is refused for being too many is not tested.
    let application = Application::start(&binary, &[("RATE_LIMIT", "0"), ("LOG_FORMAT", "json")])?;
    let endpoint = format!("{}/graphql", application.url);
    // Before the tool has made so many accounts that nobody may make another one.
    let token = register(&application)?;

    println!("\n--- without a token");
    process::run(&mut tests(&program, &context.root, &endpoint))?;
    healthy(&application)?;

    println!("\n--- with a token");
    let mut with_token = tests(&program, &context.root, &endpoint);
    with_token.args(["--header", &format!("Authorization: Bearer {token}")]);
    // It would end the session, and everything after it would be a test without one.
    with_token.args(["--exclude-name", "Mutation.logout"]);
    process::run(&mut with_token)?;
    healthy(&application)?;
    let me = ask(&application, &json!({ "query": "{ me { email } }" }), Some(&token))?;
    if me.pointer("/data/me/email").is_none() {
        return Err(Problem::Failed(format!("the session ended on the way, so not all was tested with a token: {me}")));
    }
    println!("no server error, no error in the log, and the session still stands");
    Ok(())
}

/// The program, in a virtual environment of its own.
fn install(root: &Path) -> Result<PathBuf, Problem> {
    let python = tools::in_path("python3").ok_or_else(|| Problem::Missing("python3 is missing".to_owned()))?;
    let folder = root.join("target").join(format!("schemathesis-{VERSION}"));
    let program = folder.join("bin/schemathesis");
    if !program.is_file() {
        process::run(Command::new(python).args(["-m", "venv"]).arg(&folder))?;
        let package = format!("schemathesis=={VERSION}");
        process::run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", &package]))?;
    }
    Ok(program)
}

fn tests(program: &Path, root: &Path, endpoint: &str) -> Command {
    let mut command = Command::new(program);
    // It leaves its memory of failed examples where it is started.
    command.current_dir(root.join("target"));
    command.env("SCHEMATHESIS_HOOKS", root.join("xtask/schemathesis/hooks.py"));
    command.args(["run", endpoint, "--checks", "no_server_error", "--continue-on-failure"]);
    command.args(["--max-examples", EXAMPLES, "--seed", SEED, "--suppress-health-check", "all"]);
    command
}

/// What went wrong beside the answers: in the background, or in what was answered all the same.
fn healthy(application: &Application) -> Result<(), Problem> {
    application.clean_log()?;
    let answer = ask(application, &json!({ "query": "{ server { version } }" }), None)?;
    match answer.pointer("/data/server/version") {
        Some(_) => Ok(()),
        None => Err(Problem::Failed(format!("the server does not answer as it did: {answer}"))),
    }
}

/// The access token of a new account.
fn register(application: &Application) -> Result<String, Problem> {
    let query = "mutation($input: RegisterInput!) {
        register(input: $input) { session { accessToken } errors { message } } }";
    let input = json!({ "username": "ada", "email": "ada@example.org", "password": "nine purple walruses" });
    let answer = ask(application, &json!({ "query": query, "variables": { "input": input } }), None)?;
    let token = answer.pointer("/data/register/session/accessToken").and_then(Value::as_str);
    token.map(str::to_owned).ok_or_else(|| Problem::Failed(format!("no account was made: {answer}")))
}

fn ask(application: &Application, body: &Value, token: Option<&str>) -> Result<Value, Problem> {
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let answer = http::post(application.address, "/graphql", &authorization, &body.to_string())?;
    serde_json::from_str(&answer).map_err(|error| Problem::Failed(format!("{error} in the answer: {answer}")))
}
