//! From what the operator wrote to what it means. A value that cannot be used is one clear line.

use std::fmt::Write;
use std::net::IpAddr;
use std::num::NonZeroU64;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    Ai, Api, Config, ConfigError, Connections, Database, Provider, S3, SameSite, Settings, Storage, Switch, Uploads,
    wrong,
};

impl Settings {
    pub fn check(self) -> Result<Config, ConfigError> {
        let public_url = self.public_url()?;
        let database = self.database()?;
        let sqlite = database.url.expose_secret().starts_with("sqlite:");
        let secret_key = given_secret(self.secret_key.as_ref());
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
        if self.decode_memory.as_u64() == 0 {
            return wrong("DECODE_MEMORY must be more than 0");
        }
        if self.allowed_types.is_empty() {
            return wrong("ALLOWED_TYPES must name at least one type");
        }
        if self.media_redirect == Switch::On && self.s3_bucket.is_none() {
            return wrong("MEDIA_REDIRECT=on needs a bucket: set S3_BUCKET");
        }
        let cors_origins = self.cors_origins()?;
        if self.cookie_same_site == SameSite::None && (public_url.scheme() != "https" || cors_origins.is_empty()) {
            return wrong(
                "COOKIE_SAMESITE=none needs a PUBLIC_URL with https:// and the origins of the web clients in CORS_ORIGINS",
            );
        }
        Ok(Config {
            listen: self.listen_addr,
            storage: self.storage()?,
            ai: self.ai()?,
            uploads: Uploads {
                max_bytes: self.max_upload_size.as_u64(),
                max_pixels: self.max_pixels,
                decode_memory: self.decode_memory.as_u64(),
                storage_quota: self.storage_quota.map(|quota| quota.as_u64()),
                formats: self.allowed_types.clone(),
            },
            registration: self.registration,
            cors_origins,
            cookie_same_site: self.cookie_same_site,
            prepare_renditions: self.prepare_renditions == Switch::On,
            media_redirect: self.media_redirect == Switch::On,
            graphiql: self.graphiql == Switch::On,
            api: self.api()?,
            connections: self.connections()?,
            data_dir: self.data_dir,
            public_url,
            database,
            secret_key,
        })
    }

    fn public_url(&self) -> Result<Url, ConfigError> {
        match given(self.public_url.as_ref()) {
            Some(text) => http_url("PUBLIC_URL", text),
            None => http_url("PUBLIC_URL", &format!("http://localhost:{}", self.listen_addr.port())),
        }
    }

    fn database(&self) -> Result<Database, ConfigError> {
        let url = match given_secret(self.database_url.as_ref()) {
            Some(url) => database_url("DATABASE_URL", &url)?,
            None => sqlite_in(&self.data_dir),
        };
        let direct_url = match given_secret(self.database_direct_url.as_ref()) {
            Some(url) => database_url("DATABASE_DIRECT_URL", &url)?,
            None => url.clone(),
        };
        Ok(Database { url, direct_url })
    }

    fn storage(&self) -> Result<Storage, ConfigError> {
        let Some(bucket) = given(self.s3_bucket.as_ref()) else {
            return Ok(Storage::Disk { root: self.data_dir.join("files") });
        };
        let (Some(access_key_id), Some(secret_access_key)) =
            (given(self.aws_access_key_id.as_ref()), given_secret(self.aws_secret_access_key.as_ref()))
        else {
            return wrong("S3_BUCKET needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        };
        let account = given(self.cloudflare_account_id.as_ref());
        let endpoint = match given(self.aws_endpoint_url_s3.as_ref()) {
            Some(text) => Some(http_url("AWS_ENDPOINT_URL_S3", text)?.to_string()),
            None => account.map(|id| format!("https://{id}.r2.cloudflarestorage.com")),
        };
        // R2 knows no region but auto, whatever the shell happens to be set to.
        let r2 = account.is_some() && given(self.aws_endpoint_url_s3.as_ref()).is_none();
        let region = match given(self.aws_region.as_ref()) {
            Some(region) if !r2 => region,
            _ if account.is_some() => "auto",
            _ => "us-east-1",
        };
        Ok(Storage::S3(S3 {
            bucket: bucket.to_owned(),
            region: region.to_owned(),
            endpoint,
            access_key_id: access_key_id.to_owned(),
            secret_access_key,
        }))
    }

    fn ai(&self) -> Result<Option<Ai>, ConfigError> {
        let model = given(self.ai_model.as_ref());
        let openai_key = given_secret(self.openai_api_key.as_ref());
        if let Some(text) = given(self.openai_base_url.as_ref()) {
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
        let (provider, base_url, api_key, default_model) =
            match (openai_key, given_secret(self.gemini_api_key.as_ref())) {
                // With both OpenAI answers; the start says which one does.
                (Some(key), _) => (Provider::OpenAi, "https://api.openai.com/v1", key, "gpt-4o-mini"),
                (None, Some(key)) => (
                    Provider::Gemini,
                    "https://generativelanguage.googleapis.com/v1beta/openai",
                    key,
                    "gemini-2.5-flash",
                ),
                (None, None) => return Ok(None),
            };
        Ok(Some(Ai {
            provider,
            base_url: base_url.to_owned(),
            api_key,
            model: model.unwrap_or(default_model).to_owned(),
        }))
    }

    fn api(&self) -> Result<Api, ConfigError> {
        if self.request_timeout.is_zero() {
            return wrong("REQUEST_TIMEOUT must be more than 0");
        }
        Ok(Api {
            introspection: self.introspection == Switch::On,
            documents: self.documents,
            manifest: self.documents_manifest.clone(),
            rate_limit: NonZeroU64::new(self.rate_limit),
            request_timeout: self.request_timeout.into(),
        })
    }

    fn connections(&self) -> Result<Connections, ConfigError> {
        if self.max_connections == 0 {
            return wrong("MAX_CONNECTIONS must be more than 0");
        }
        let given = self.trusted_proxies.iter().map(|network| network.trim()).filter(|network| !network.is_empty());
        Ok(Connections::new(self.max_connections, given.map(network).collect::<Result<_, _>>()?))
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

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, ConfigError> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical())));
    match network {
        // Whoever connects could then say who he is.
        Ok(network) if network.prefix_len() == 0 => {
            wrong(format!("TRUSTED_PROXIES: {text:?} is everybody; name the networks of the proxies"))
        }
        Ok(network) => Ok(network.trunc()),
        Err(_) => wrong(format!("TRUSTED_PROXIES: {text:?} is neither an address nor a network such as 10.0.0.0/8")),
    }
}

/// The driver knows MariaDB by the name of MySQL. It also panics at what is no URL at all.
fn database_url(name: &str, url: &SecretString) -> Result<SecretString, ConfigError> {
    let url = url.expose_secret().trim();
    let url = match url.strip_prefix("mariadb://") {
        Some(rest) => format!("mysql://{rest}"),
        None => url.to_owned(),
    };
    let known = ["sqlite:", "postgres://", "postgresql://", "mysql://"];
    if !known.iter().any(|scheme| url.starts_with(scheme)) {
        return wrong(format!("{name} must begin with sqlite://, postgres:// or mysql://"));
    }
    if url.strip_prefix("sqlite:").is_some_and(names_no_file) {
        return wrong(format!("{name} must name a file: a SQLite database in memory would lose everything"));
    }
    // What stands in it is not repeated: it has a password.
    match Url::parse(&url) {
        Ok(_) => Ok(url.into()),
        Err(error) => wrong(format!("{name} is not a URL ({error}); write special characters as %XX")),
    }
}

/// True for a database in memory, in every way to write it: each connection would have its own.
fn names_no_file(sqlite: &str) -> bool {
    let rest = sqlite.trim_start_matches("//");
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    path.is_empty() || path.contains(":memory:") || query.split('&').any(|pair| pair == "mode=memory")
}

/// The path percent-encoded, since `?`, `#`, `%` and spaces mean something else in a URL.
fn sqlite_in(data_dir: &Path) -> SecretString {
    let path = data_dir.join("image-manager.db");
    let mut url = "sqlite://".to_owned();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url.into()
}

fn given(value: Option<&String>) -> Option<&str> {
    value.map(String::as_str).map(str::trim).filter(|text| !text.is_empty())
}

fn given_secret(value: Option<&SecretString>) -> Option<SecretString> {
    value.filter(|secret| !secret.expose_secret().trim().is_empty()).cloned()
}

fn http_url(name: &str, text: &str) -> Result<Url, ConfigError> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => wrong(format!("{name} must be a URL that begins with http:// or https://, not {text:?}")),
    }
}

#[cfg(test)]
mod tests;
