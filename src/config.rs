//! The configuration: the only reader of the environment. [`Settings`] is what the operator writes, a flag or a variable
//! each; [`Config`] is what it means, checked, one struct a concern. Secrets never print.

mod check;
mod settings;

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Command, ValueEnum};
use ipnet::IpNet;
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

/// Which sites' pages the browser sends the refresh cookie from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SameSite {
    /// Only those of the server's own site.
    Strict,
    /// Those of every site; only the origins of `cors_origins` make it count.
    None,
}

/// Which documents are executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Documents {
    /// Any, within the limits.
    Open,
    /// Those of the web client and of the manifest, and no others.
    Known,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
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
    /// `None` only under https and with `cors_origins`.
    pub cookie_same_site: SameSite,
    /// Whether the grid's sizes are made soon after an upload.
    pub prepare_renditions: bool,
    /// Whether originals are fetched from the bucket itself. Only with S3.
    pub media_redirect: bool,
    /// The page for trying queries out.
    pub graphiql: bool,
    pub api: Api,
    pub connections: Connections,
}

/// What the API lets its callers do.
#[derive(Clone, Debug)]
pub struct Api {
    pub introspection: bool,
    pub documents: Documents,
    /// A file with more known documents: a JSON object, the SHA-256 of each text in hexadecimal to the text.
    pub manifest: Option<PathBuf>,
    /// Cost points a minute for a signed-in user; an address that nobody signed in from has a tenth. None: unlimited.
    pub rate_limit: Option<NonZeroU64>,
    /// Of one execution.
    pub request_timeout: Duration,
}

/// Connections of clients, and of the proxies before us.
#[derive(Clone, Debug)]
pub struct Connections {
    /// In all.
    pub max: usize,
    /// Of one address (IPv4) or network (IPv6, /64) that is no trusted proxy.
    pub max_per_client: usize,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    pub times: ConnectionTimes,
}

impl Connections {
    /// Many people can stand behind one address (an office, a phone company's NAT): one of them takes at most a tenth of
    /// the whole.
    pub fn new(max: usize, trusted_proxies: Vec<IpNet>) -> Self {
        Self { max, max_per_client: (max / 10).max(1), trusted_proxies, times: ConnectionTimes::default() }
    }
}

/// How long a connection may keep us waiting. No operator sets them; tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionTimes {
    /// From the first byte of a request to the end of its header; also of a new connection that says nothing.
    pub header: Duration,
    /// Between two requests on a connection.
    pub idle: Duration,
    /// Within which a client takes at least one byte of what waits for it.
    pub stall: Duration,
    /// Between two pings on an HTTP/2 connection; a client that answers none for as long again is gone.
    pub ping: Duration,
    /// What still runs so long after the stop is cut off.
    pub patience: Duration,
}

impl Default for ConnectionTimes {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stall: Duration::from_secs(30),
            ping: Duration::from_secs(20),
            patience: Duration::from_secs(20),
        }
    }
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
    /// For decoding, over all requests; in bytes.
    pub decode_memory: u64,
    /// Of a person's originals, in bytes. None: no limit.
    pub storage_quota: Option<u64>,
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
