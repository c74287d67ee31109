//! The configuration: the only reader of the environment. [`Settings`] is what the operator writes, a flag or a variable
//! each; [`Config`] is what it means, checked, one struct a concern. Secrets never print.

mod check;
mod settings;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Command, ValueEnum};
use secrecy::SecretString;
use url::Url;

pub use settings::Settings;

use crate::pictures::Format;

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Registration {
    Open,
    Closed,
}

/// How log lines look: for people or for machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub public_url: Url,
    pub data_dir: PathBuf,
    pub database: Database,
    /// None: generate it into `data_dir` (only with SQLite).
    pub secret_key: Option<SecretString>,
    pub storage: Storage,
    pub ai: Option<Ai>,
    pub uploads: Uploads,
    pub registration: Registration,
    pub cors_origins: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Database {
    pub url: SecretString,
    pub direct_url: SecretString,
}

#[derive(Clone, Debug)]
pub enum Storage {
    Disk { root: PathBuf },
    S3(S3),
}

#[derive(Clone, Debug)]
pub struct S3 {
    pub bucket: String,
    pub region: String,
    /// None: Amazon's own.
    pub endpoint: Option<String>,
    pub access_key_id: String,
    pub secret_access_key: SecretString,
}

/// What a file must keep to be taken in.
#[derive(Clone, Debug)]
pub struct Uploads {
    pub max_bytes: u64,
    pub max_pixels: u64,
    pub formats: Vec<Format>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    OpenAi,
    Gemini,
    /// Any server that speaks OpenAI's chat completions.
    Compatible,
}

impl Provider {
    /// The name shown in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Gemini => "gemini",
            Self::Compatible => "openai-compatible",
        }
    }
}

/// Which vision model answers.
#[derive(Clone, Debug)]
pub struct Ai {
    pub provider: Provider,
    /// Without a slash at the end.
    pub base_url: String,
    pub api_key: SecretString,
    pub model: String,
}

/// A setting that cannot be used; the message is the one line the operator sees.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

fn wrong<T>(message: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError(message.into()))
}

/// Makes an empty variable count as unset, so that `MAX_UPLOAD_SIZE=` in a `.env` file does no harm.
pub fn without_empty_variables(command: Command) -> Command {
    command.mut_args(|arg| {
        let empty = arg.get_env().is_some_and(|name| std::env::var_os(name).is_some_and(|value| value.is_empty()));
        if empty { arg.env(None) } else { arg }
    })
}

/// Reads `.env` into the environment, where nothing is set already. Called before the command line is parsed.
pub fn load_dotenv() -> Result<(), ConfigError> {
    match dotenvy::dotenv() {
        Ok(_) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        Err(error) => wrong(format!(".env: {error}")),
    }
}
