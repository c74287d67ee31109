//! The configuration: the only reader of the environment. `Settings` is what the operator writes (a flag or a
//! variable each); `Config` is what it means, checked, one struct a concern. Secrets never print.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use clap::{Args, ValueEnum};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::pictures::Format;

/// What the operator sets. Empty values count as unset, so that `KEY=` in a `.env` file does no harm.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Address and port to listen on
    #[arg(long, env = "LISTEN_ADDR", default_value = "127.0.0.1:8000", value_name = "ADDR:PORT", global = true)]
    pub listen_addr: SocketAddr,

    /// Where people reach this server, for example https://images.example.org; absolute URLs are made from it
    /// [default: http://localhost:PORT]
    #[arg(long, env = "PUBLIC_URL", value_name = "URL", global = true)]
    pub public_url: Option<String>,

    /// Directory for the SQLite database, the files and the generated secret
    #[arg(long, env = "DATA_DIR", default_value = "./data", value_name = "DIR", global = true)]
    pub data_dir: PathBuf,

    /// sqlite://, postgres:// or mysql:// URL [default: SQLite in DATA_DIR]
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub database_url: Option<SecretString>,

    /// A connection past any pooler, for migrations, where DATABASE_URL goes through one (Neon, PgBouncer)
    #[arg(long, env = "DATABASE_DIRECT_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub database_direct_url: Option<SecretString>,

    /// At least 32 characters; tokens and media URLs are signed with keys derived from it
    /// [default: generated into DATA_DIR with SQLite; required with Postgres and MySQL]
    #[arg(long, env = "SECRET_KEY", value_name = "KEY", hide_env_values = true, global = true)]
    pub secret_key: Option<SecretString>,

    /// Keep the files in this S3 bucket instead of on the local disk
    #[arg(long, env = "S3_BUCKET", value_name = "NAME", global = true)]
    pub s3_bucket: Option<String>,

    /// Region of the bucket [default: us-east-1; auto for R2]
    #[arg(long, env = "AWS_REGION", value_name = "REGION", global = true)]
    pub aws_region: Option<String>,

    /// Endpoint of an S3-compatible server (MinIO, Garage, RustFS …); left out for Amazon S3
    #[arg(long, env = "AWS_ENDPOINT_URL_S3", value_name = "URL", global = true)]
    pub aws_endpoint_url_s3: Option<String>,

    /// Access key id of the bucket
    #[arg(long, env = "AWS_ACCESS_KEY_ID", value_name = "ID", hide_env_values = true, global = true)]
    pub aws_access_key_id: Option<String>,

    /// Secret access key of the bucket
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", value_name = "SECRET", hide_env_values = true, global = true)]
    pub aws_secret_access_key: Option<SecretString>,

    /// Use Cloudflare R2 of this account: sets the endpoint, and the region to auto. R2 wants an S3 key pair
    /// (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), not an API token
    #[arg(long, env = "CLOUDFLARE_ACCOUNT_ID", value_name = "ID", global = true)]
    pub cloudflare_account_id: Option<String>,

    /// Describe pictures with OpenAI (or, with OPENAI_BASE_URL, the key of that server)
    #[arg(long, env = "OPENAI_API_KEY", value_name = "KEY", hide_env_values = true, global = true)]
    pub openai_api_key: Option<SecretString>,

    /// Base URL of an OpenAI-compatible server, for example http://localhost:11434/v1 for Ollama
    #[arg(long, env = "OPENAI_BASE_URL", value_name = "URL", global = true)]
    pub openai_base_url: Option<String>,

    /// Describe pictures with Google Gemini
    #[arg(long, env = "GEMINI_API_KEY", value_name = "KEY", hide_env_values = true, global = true)]
    pub gemini_api_key: Option<SecretString>,

    /// Vision model to ask [default: gpt-4o-mini with OpenAI, gemini-2.5-flash with Gemini; required with
    /// OPENAI_BASE_URL]
    #[arg(long, env = "AI_MODEL", value_name = "NAME", global = true)]
    pub ai_model: Option<String>,

    /// Largest file taken in
    #[arg(long, env = "MAX_UPLOAD_SIZE", default_value = "25MB", value_name = "SIZE", global = true)]
    pub max_upload_size: ByteSize,

    /// Most pixels (width times height, all frames of an animation one by one) taken in
    #[arg(long, env = "MAX_PIXELS", default_value = "50000000", value_name = "COUNT", global = true)]
    pub max_pixels: u64,

    /// File types taken in
    #[arg(
        long,
        env = "ALLOWED_TYPES",
        default_value = "jpeg,png,gif,webp",
        value_delimiter = ',',
        value_name = "TYPES",
        global = true
    )]
    pub allowed_types: Vec<Format>,

    /// Who may register
    #[arg(long, env = "REGISTRATION", default_value = "open", global = true)]
    pub registration: Registration,

    /// Origins of web clients hosted elsewhere that may call the API, separated by commas
    #[arg(long, env = "CORS_ORIGINS", value_delimiter = ',', value_name = "ORIGINS", global = true)]
    pub cors_origins: Vec<String>,

    /// What to log, as tracing directives, for example info,image_manager=debug
    #[arg(long, env = "RUST_LOG", default_value = "info", value_name = "FILTER", global = true)]
    pub rust_log: String,

    /// How log lines look
    #[arg(long, env = "LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
}

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

/// Reads `.env` into the environment, where nothing is set already. Called before the command line is parsed.
pub fn load_dotenv() -> Result<(), ConfigError> {
    match dotenvy::dotenv() {
        Ok(_) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        Err(error) => wrong(format!(".env: {error}")),
    }
}

impl Settings {
    pub fn check(self) -> Result<Config, ConfigError> {
        let public_url = self.public_url()?;
        let database = self.database()?;
        let sqlite = database.url.expose_secret().starts_with("sqlite:");
        let secret_key = given_secret(&self.secret_key);
        match &secret_key {
            Some(key) if key.expose_secret().len() < 32 => {
                return wrong("SECRET_KEY must have at least 32 characters; make one with: openssl rand -hex 32");
            }
            None if !sqlite => {
                return wrong(
                    "SECRET_KEY is required with Postgres and MySQL, the same on every replica; make one with: openssl rand -hex 32",
                );
            }
            _ => {}
        }
        if self.max_upload_size.as_u64() == 0 {
            return wrong("MAX_UPLOAD_SIZE must be more than 0");
        }
        if self.max_pixels == 0 {
            return wrong("MAX_PIXELS must be more than 0");
        }
        if self.allowed_types.is_empty() {
            return wrong("ALLOWED_TYPES must name at least one type");
        }
        Ok(Config {
            listen: self.listen_addr,
            storage: self.storage()?,
            ai: self.ai()?,
            uploads: Uploads {
                max_bytes: self.max_upload_size.as_u64(),
                max_pixels: self.max_pixels,
                formats: self.allowed_types.clone(),
            },
            registration: self.registration,
            cors_origins: self.cors_origins()?,
            data_dir: self.data_dir,
            public_url,
            database,
            secret_key,
        })
    }

    fn public_url(&self) -> Result<Url, ConfigError> {
        match given(&self.public_url) {
            Some(text) => http_url("PUBLIC_URL", text),
            None => http_url("PUBLIC_URL", &format!("http://localhost:{}", self.listen_addr.port())),
        }
    }

    fn database(&self) -> Result<Database, ConfigError> {
        let url = given_secret(&self.database_url).unwrap_or_else(|| sqlite_in(&self.data_dir));
        let direct_url = given_secret(&self.database_direct_url).unwrap_or_else(|| url.clone());
        for (name, url) in [("DATABASE_URL", &url), ("DATABASE_DIRECT_URL", &direct_url)] {
            let known = ["sqlite:", "postgres://", "postgresql://", "mysql://", "mariadb://"];
            if !known.iter().any(|scheme| url.expose_secret().starts_with(scheme)) {
                return wrong(format!("{name} must begin with sqlite://, postgres:// or mysql://"));
            }
        }
        Ok(Database { url, direct_url })
    }

    fn storage(&self) -> Result<Storage, ConfigError> {
        let Some(bucket) = given(&self.s3_bucket) else {
            return Ok(Storage::Disk { root: self.data_dir.join("files") });
        };
        let (Some(access_key_id), Some(secret_access_key)) =
            (given(&self.aws_access_key_id), given_secret(&self.aws_secret_access_key))
        else {
            return wrong("S3_BUCKET needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        };
        let account = given(&self.cloudflare_account_id);
        let endpoint = match given(&self.aws_endpoint_url_s3) {
            Some(text) => Some(http_url("AWS_ENDPOINT_URL_S3", text)?.to_string()),
            None => account.map(|id| format!("https://{id}.r2.cloudflarestorage.com")),
        };
        let default_region = if account.is_some() { "auto" } else { "us-east-1" };
        Ok(Storage::S3(S3 {
            bucket: bucket.to_owned(),
            region: given(&self.aws_region).unwrap_or(default_region).to_owned(),
            endpoint,
            access_key_id: access_key_id.to_owned(),
            secret_access_key,
        }))
    }

    fn ai(&self) -> Result<Option<Ai>, ConfigError> {
        let model = given(&self.ai_model);
        let openai_key = given_secret(&self.openai_api_key);
        if let Some(text) = given(&self.openai_base_url) {
            let Some(model) = model else {
                return wrong("OPENAI_BASE_URL needs AI_MODEL: the name of the vision model on that server");
            };
            return Ok(Some(Ai {
                provider: Provider::Compatible,
                base_url: http_url("OPENAI_BASE_URL", text)?.as_str().trim_end_matches('/').to_owned(),
                api_key: openai_key.unwrap_or_default(),
                model: model.to_owned(),
            }));
        }
        let (provider, base_url, api_key, default_model) = match (openai_key, given_secret(&self.gemini_api_key)) {
            (Some(_), Some(_)) => return wrong("set OPENAI_API_KEY or GEMINI_API_KEY, not both"),
            (Some(key), None) => (Provider::OpenAi, "https://api.openai.com/v1", key, "gpt-4o-mini"),
            (None, Some(key)) => {
                (Provider::Gemini, "https://generativelanguage.googleapis.com/v1beta/openai", key, "gemini-2.5-flash")
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(Ai {
            provider,
            base_url: base_url.to_owned(),
            api_key,
            model: model.unwrap_or(default_model).to_owned(),
        }))
    }

    fn cors_origins(&self) -> Result<Vec<String>, ConfigError> {
        let given = self.cors_origins.iter().map(|origin| origin.trim()).filter(|origin| !origin.is_empty());
        given
            .map(|origin| match http_url("CORS_ORIGINS", origin) {
                Ok(url) if url.path() == "/" && !origin.ends_with('/') => Ok(url.origin().ascii_serialization()),
                _ => wrong(format!("CORS_ORIGINS: {origin:?} is not an origin such as https://app.example.org")),
            })
            .collect()
    }
}

fn sqlite_in(data_dir: &Path) -> SecretString {
    format!("sqlite://{}", data_dir.join("image-manager.db").display()).into()
}

fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn given_secret(value: &Option<SecretString>) -> Option<SecretString> {
    value.as_ref().filter(|secret| !secret.expose_secret().trim().is_empty()).cloned()
}

fn http_url(name: &str, text: &str) -> Result<Url, ConfigError> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => wrong(format!("{name} must be a URL that begins with http:// or https://, not {text:?}")),
    }
}
