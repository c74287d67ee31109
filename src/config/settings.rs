//! What the operator can set: each a flag and an environment variable. `.env.example` and the README list the same.

use std::net::SocketAddr;
use std::path::PathBuf;

use bytesize::ByteSize;
use clap::Args;
use secrecy::SecretString;

use super::{Documents, LogFormat, Registration, SameSite, Switch};
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

    /// Region of the bucket [default: us-east-1; with R2 always auto]
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

    /// Describe pictures with Google Gemini, when no other key or server is set
    #[arg(long, env = "GEMINI_API_KEY", value_name = "KEY", hide_env_values = true, global = true)]
    pub gemini_api_key: Option<SecretString>,

    /// Vision model to ask [default: gpt-4o-mini with OpenAI, gemini-2.5-flash with Gemini; required with
    /// OPENAI_BASE_URL]
    #[arg(long, env = "AI_MODEL", value_name = "NAME", global = true)]
    pub ai_model: Option<String>,

    /// Largest file taken in
    #[arg(long, env = "MAX_UPLOAD_SIZE", default_value = "25MB", value_name = "SIZE", global = true)]
    pub max_upload_size: ByteSize,

    /// Most pixels (width times height) of a picture taken in
    #[arg(long, env = "MAX_PIXELS", default_value = "50000000", value_name = "COUNT", global = true)]
    pub max_pixels: u64,

    /// Memory for decoding pictures, over all requests
    #[arg(long, env = "DECODE_MEMORY", default_value = "256MB", value_name = "SIZE", global = true)]
    pub decode_memory: ByteSize,

    /// Most bytes of originals a person can store [default: no limit]
    #[arg(long, env = "STORAGE_QUOTA", value_name = "SIZE", global = true)]
    pub storage_quota: Option<ByteSize>,

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

    /// strict: the browser sends the refresh cookie from this server's own site only. none: also from the CORS_ORIGINS on
    /// other sites, which needs an https PUBLIC_URL
    #[arg(long = "cookie-samesite", env = "COOKIE_SAMESITE", default_value = "strict", global = true)]
    pub cookie_same_site: SameSite,

    /// Addresses and networks of the proxies before this server, separated by commas: their X-Forwarded-For says who the
    /// client is
    #[arg(long, env = "TRUSTED_PROXIES", value_delimiter = ',', value_name = "NETWORKS", global = true)]
    pub trusted_proxies: Vec<String>,

    /// Most connections at once; one client address has at most a tenth of them, a trusted proxy all
    #[arg(long, env = "MAX_CONNECTIONS", default_value = "10000", value_name = "COUNT", global = true)]
    pub max_connections: usize,

    /// Whether the API describes itself to whoever asks
    #[arg(long, env = "INTROSPECTION", default_value = "on", global = true)]
    pub introspection: Switch,

    /// Whether /graphiql, the page for trying queries out, is there
    #[arg(long, env = "GRAPHIQL", default_value = "on", global = true)]
    pub graphiql: Switch,

    /// on: the sizes that the web client's grid shows are made soon after an upload. off: on first use, like all others
    #[arg(long, env = "PREPARE_RENDITIONS", default_value = "on", global = true)]
    pub prepare_renditions: Switch,

    /// on: originals are fetched from the bucket itself, by a URL that it gives for an hour. Only with S3
    #[arg(long, env = "MEDIA_REDIRECT", default_value = "off", global = true)]
    pub media_redirect: Switch,

    /// open: any document is executed. known: only those of the web client and of DOCUMENTS_MANIFEST
    #[arg(long, env = "DOCUMENTS", default_value = "open", global = true)]
    pub documents: Documents,

    /// File with more known documents: a JSON object, the SHA-256 of each text in hexadecimal to the text
    #[arg(long, env = "DOCUMENTS_MANIFEST", value_name = "FILE", global = true)]
    pub documents_manifest: Option<PathBuf>,

    /// Cost points a minute for a signed-in user; an address that nobody signed in from has a tenth. 0: no limit
    #[arg(long, env = "RATE_LIMIT", default_value = "100000", value_name = "POINTS", global = true)]
    pub rate_limit: u64,

    /// Longest execution of one request, such as 30s or 2m
    #[arg(long, env = "REQUEST_TIMEOUT", default_value = "60s", value_name = "DURATION", global = true)]
    pub request_timeout: humantime::Duration,

    /// What to log, as tracing directives, for example info,image_manager=debug
    #[arg(long, env = "RUST_LOG", default_value = "info,sea_orm_migration=warn", value_name = "FILTER", global = true)]
    pub rust_log: String,

    /// How log lines look
    #[arg(long, env = "LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
}
