//! The command line, read by hand: a handful of commands does not need a parser's compile time.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub const HELP: &str = "\
cargo xtask test [--no-install] [--only STEP...]   set up what is needed and run everything
cargo xtask test --list                            the steps and what each one does
cargo xtask check                                  the quick inner loop: format, lints, the suite on SQLite
cargo xtask schemathesis                           queries made from the schema, against the real server
cargo xtask corpus DIR [--url URL]                 upload every file of a folder tree and tell what became of it
cargo xtask renditions DIR [--url URL]             hold the renditions of a folder tree's pictures against sharp's
cargo xtask schema                                 write schema.graphql from the code
cargo xtask scripted-ai --listen ADDR [--delay-ms N]
                                                   an OpenAI-compatible server with scripted answers

A database or browser that `test` needs and does not find is installed with apt-get where that works
(Debian or Ubuntu, as root) unless --no-install is given. What cannot be run is listed as SKIPPED; with
CI=true it counts as failed.";

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Help,
    List,
    Test { install: bool, only: Vec<String> },
    Check,
    Schemathesis,
    Corpus { folder: PathBuf, url: Option<String> },
    Renditions { folder: PathBuf, url: Option<String> },
    Schema,
    ScriptedAi { listen: SocketAddr, delay: Duration },
}

/// Reads the arguments after the program's name. The error is a message for the user.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut arguments = arguments.into_iter();
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    match command.as_deref() {
        None | Some("help" | "--help" | "-h") => Ok(Command::Help),
        Some(_) if rest.iter().any(|argument| matches!(argument.as_str(), "--help" | "-h")) => Ok(Command::Help),
        Some("test") => test(&rest),
        Some("check") => no_arguments(&rest, Command::Check),
        Some("schemathesis") => no_arguments(&rest, Command::Schemathesis),
        Some("corpus") => folder("corpus", &rest).map(|(folder, url)| Command::Corpus { folder, url }),
        Some("renditions") => folder("renditions", &rest).map(|(folder, url)| Command::Renditions { folder, url }),
        Some("schema") => no_arguments(&rest, Command::Schema),
        Some("scripted-ai") => scripted_ai(&rest),
        Some(other) => Err(format!("there is no command `{other}`\n\n{HELP}")),
    }
}

fn no_arguments(rest: &[String], command: Command) -> Result<Command, String> {
    match rest.first() {
        None => Ok(command),
        Some(argument) => Err(unexpected(argument)),
    }
}

fn test(rest: &[String]) -> Result<Command, String> {
    let (mut install, mut only, mut naming) = (true, Vec::new(), false);
    for argument in rest {
        match argument.as_str() {
            "--list" => return Ok(Command::List),
            "--no-install" => (install, naming) = (false, false),
            "--only" => naming = true,
            step if naming && !step.starts_with('-') => only.push(step.to_owned()),
            other => return Err(unexpected(other)),
        }
    }
    if only.is_empty() && rest.iter().any(|argument| argument == "--only") {
        return Err("--only wants the names of steps; `cargo xtask test --list` shows them".to_owned());
    }
    Ok(Command::Test { install, only })
}

/// A folder, and a server where one is given.
fn folder(command: &str, rest: &[String]) -> Result<(PathBuf, Option<String>), String> {
    let (mut folder, mut url) = (None, None);
    let mut arguments = rest.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--url" => url = Some(arguments.next().ok_or("--url wants http://HOST:PORT")?.clone()),
            path if folder.is_none() && !path.starts_with('-') => folder = Some(PathBuf::from(path)),
            other => return Err(unexpected(other)),
        }
    }
    Ok((folder.ok_or_else(|| format!("{command} wants a folder"))?, url))
}

fn scripted_ai(rest: &[String]) -> Result<Command, String> {
    let (mut listen, mut delay) = (None, Duration::ZERO);
    for pair in rest.chunks(2) {
        match pair {
            [name, value] if name == "--listen" => {
                listen = Some(value.parse().map_err(|_| format!("--listen wants HOST:PORT, not `{value}`"))?);
            }
            [name, value] if name == "--delay-ms" => {
                let milliseconds = value.parse().map_err(|_| format!("--delay-ms wants a number, not `{value}`"))?;
                delay = Duration::from_millis(milliseconds);
            }
            [argument, ..] => return Err(unexpected(argument)),
            [] => {}
        }
    }
    let listen = listen.ok_or("scripted-ai wants --listen HOST:PORT")?;
    Ok(Command::ScriptedAi { listen, delay })
}

fn unexpected(argument: &str) -> String {
    format!("unexpected argument `{argument}`\n\n{HELP}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn test_installs_and_runs_everything_unless_told_otherwise() {
        assert_eq!(parsed("test"), Ok(Command::Test { install: true, only: vec![] }));
        let only = vec!["format".to_owned(), "mariadb".to_owned()];
        assert_eq!(parsed("test --only format mariadb --no-install"), Ok(Command::Test { install: false, only }));
    }

    #[test]
    fn only_without_a_step_is_refused() {
        assert!(parsed("test --only").is_err_and(|message| message.contains("--list")));
        assert!(parsed("test --only --no-install").is_err());
    }

    #[test]
    fn a_word_that_means_nothing_is_named_in_the_error() {
        for line in ["tset", "test --fast", "check now", "schemathesis now", "scripted-ai --port", "corpus a b"] {
            let word = line.split_whitespace().last().unwrap_or_default();
            assert!(parsed(line).is_err_and(|message| message.contains(&format!("`{word}`"))), "{line}");
        }
    }

    #[test]
    fn corpus_and_renditions_need_a_folder_and_take_the_address_of_a_server() {
        for line in ["corpus", "corpus --url", "renditions", "renditions --url"] {
            assert!(parsed(line).is_err(), "{line}");
        }
        let (folder, url) = (PathBuf::from("pictures"), Some("http://localhost:8000".to_owned()));
        let corpus = Command::Corpus { folder: folder.clone(), url: url.clone() };
        assert_eq!(parsed("corpus pictures --url http://localhost:8000"), Ok(corpus));
        let renditions = Command::Renditions { folder, url };
        assert_eq!(parsed("renditions pictures --url http://localhost:8000"), Ok(renditions));
    }

    #[test]
    fn scripted_ai_needs_an_address_and_takes_a_delay() {
        assert!(parsed("scripted-ai --delay-ms 5").is_err());
        let listen = SocketAddr::from(([127, 0, 0, 1], 9000));
        let expected = Command::ScriptedAi { listen, delay: Duration::from_millis(5) };
        assert_eq!(parsed("scripted-ai --delay-ms 5 --listen 127.0.0.1:9000"), Ok(expected));
    }
}
