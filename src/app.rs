//! The composition root: builds the floors, then the slices on them, then the door; starts the work in the background,
//! and at the end stops taking in, gives what runs some seconds to come to an end, hands back the work that does not, and
//! goes.

mod background;
mod check;
mod house;
mod import;
mod progress;
mod serve;

use std::fs;
use std::io;
use std::num::NonZeroU64;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use async_graphql::ValidationMode;
use axum::Router;
use tokio_util::sync::CancellationToken;

pub use check::check;
pub use house::AppHouse;
pub use import::import;
pub use serve::{migrate, run, serve};

use crate::accounts::Accounts;
use crate::accounts::graphql::RefreshCookie;
use crate::ai::{AiError, VisionModel};
use crate::analysis::Analyses;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::db::Db;
use crate::error::chain;
use crate::events::Events;
use crate::graphql::FileLimits;
use crate::http::documents::{self, Known};
use crate::http::{self, Door, Settings, UploadLimits};
use crate::images::{self, Images};
use crate::jobs::Jobs;
use crate::pictures::{Limits, Pool};
use crate::schema;
use crate::secrets::{self, Keys};
use crate::storage::{Blobs, StorageError};

/// Why the server does not start; one line for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("DATA_DIR {path} cannot be used: {source}")]
    DataDir { path: String, source: io::Error },
    #[error("DATA_DIR {path} is in use by another Image Manager; several need Postgres or MySQL, or a DATA_DIR each")]
    InUse { path: String },
    #[error("a server of another version is running; stop it first")]
    OtherVersion,
    #[error("the database cannot be used: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("the storage cannot be used: {0}")]
    Storage(#[from] StorageError),
    #[error("the vision model cannot be used: {0}")]
    Ai(#[from] AiError),
    #[error("DOCUMENTS_MANIFEST {path} cannot be used: {why}")]
    Manifest { path: String, why: String },
    #[error("LISTEN_ADDR {address} cannot be used: {source}")]
    Listen { address: std::net::SocketAddr, source: io::Error },
}

/// The whole program, built.
#[derive(Clone)]
pub struct App {
    pub config: Arc<Config>,
    pub db: Db,
    pub blobs: Blobs,
    pub accounts: Accounts,
    pub images: Images,
    pub analyses: Analyses,
    pub stop: CancellationToken,
    documents: documents::Rules,
    house: AppHouse,
}

impl App {
    pub async fn build(config: Config, clock: Clock) -> Result<Self, StartError> {
        let db = Db::open(&config.database).await?;
        Self::build_on(db, config, clock).await
    }

    /// For a command that may run while a server does. Where one runs on this data directory, the database is taken as it
    /// is; else it is brought up to date, and the directory is ours as long as the lock is held.
    pub async fn beside_a_server(config: Config, clock: Clock) -> Result<(Self, Option<fs::File>), StartError> {
        let (db, lock) = match serve::lock_data_dir(&config) {
            Ok(lock) => (Db::open(&config.database).await?, Some(lock)),
            Err(StartError::InUse { .. }) => {
                let db = Db::connect(&config.database).await?;
                if !db.is_up_to_date().await? {
                    return Err(StartError::OtherVersion);
                }
                (db, None)
            }
            Err(error) => return Err(error),
        };
        let app = Self::build_on(db, config, clock).await?;
        if lock.is_some() {
            app.bury_predecessors().await;
        }
        Ok((app, lock))
    }

    /// To be called by whoever holds the lock of the data directory. With SQLite nobody else has the database, so an
    /// upload that is still under way is one of a process that died: nobody has to wait for the end of its lease.
    async fn bury_predecessors(&self) {
        if self.db.is_shared() {
            return;
        }
        if let Err(error) = self.images.bury_predecessors().await {
            tracing::warn!(error = %chain(&error), "uploads that died are left to their leases");
        }
    }

    async fn build_on(db: Db, config: Config, clock: Clock) -> Result<Self, StartError> {
        let keys = prepare(&config)?;
        let documents = document_rules(&config)?;
        let blobs = Blobs::open(&config.storage).await?;
        let model = config.ai.as_ref().map(VisionModel::new).transpose()?;
        let (events, jobs) = (Events::default(), Jobs::new(db.clone(), clock.clone()));

        let accounts = Accounts::new(db.clone(), clock.clone(), &keys, config.registration);
        let floors = images::Floors {
            db: db.clone(),
            blobs: blobs.clone(),
            pool: Pool::new(config.uploads.decode_memory),
            clock: clock.clone(),
            events: events.clone(),
            spool: spool_dir(&config),
        };
        let images = Images::new(floors, image_rules(&config), &keys, &config.public_url);
        let analyses = Analyses::new(db.clone(), clock, images.clone(), jobs, events, model, &keys);

        let refresh_cookie = RefreshCookie::new(&config.public_url, config.cookie_same_site);
        // The door has validated what is executed.
        let schema = schema::builder()
            .validation_mode(ValidationMode::Fast)
            .data(accounts.clone())
            .data(images.clone())
            .data(analyses.clone())
            .data(file_limits(&config))
            .data(refresh_cookie)
            .finish();
        let house = AppHouse::new(schema, accounts.clone(), images.clone(), analyses.clone(), refresh_cookie);
        Ok(Self {
            config: Arc::new(config),
            db,
            blobs,
            accounts,
            images,
            analyses,
            stop: CancellationToken::new(),
            documents,
            house,
        })
    }

    pub fn router(&self) -> Router {
        let own = self.config.public_url.origin().ascii_serialization();
        let uploads = UploadLimits { max_bytes: self.config.uploads.max_bytes, spool: spool_dir(&self.config) };
        let mut settings =
            Settings::new(http::origin::Origins::new(own.clone(), self.config.cors_origins.iter().cloned()), uploads);
        settings.documents = self.documents.clone();
        settings.rate_limit = self.config.api.rate_limit.map_or(0, NonZeroU64::get);
        settings.execution = self.config.api.request_timeout;
        settings.shutdown = self.stop.clone();
        let door = Door::new(self.house.clone(), settings);
        let app = self.clone();
        let ready = move || {
            let app = app.clone();
            async move { app.is_ready().await }
        };
        let site = http::router::Site {
            public_origin: &own,
            cors_origins: &self.config.cors_origins,
            graphiql: self.config.graphiql,
        };
        http::router::router(door, self.images.clone(), site, ready)
    }

    /// True while the database and the storage answer.
    pub async fn is_ready(&self) -> bool {
        let (database, storage) = tokio::join!(self.db.ping(), self.blobs.check());
        if let Err(error) = &database {
            tracing::warn!(error = %chain(error), "the database does not answer");
        }
        if let Err(error) = &storage {
            tracing::warn!(error = %chain(error), "the storage does not answer");
        }
        database.is_ok() && storage.is_ok()
    }
}

/// The directories, and the keys derived from the secret.
fn prepare(config: &Config) -> Result<Keys, StartError> {
    let unusable = |source| StartError::DataDir { path: config.data_dir.display().to_string(), source };
    // What people put in is nobody else's on this machine.
    fs::DirBuilder::new().recursive(true).mode(0o700).create(spool_dir(config)).map_err(unusable)?;
    let secret = match &config.secret_key {
        Some(secret) => secret.clone(),
        None => secrets::read_or_generate(&config.data_dir).map_err(unusable)?,
    };
    Ok(Keys::derive(&secret))
}

/// The web client's own documents are always known by their hash.
fn document_rules(config: &Config) -> Result<documents::Rules, StartError> {
    let unusable = |why: String| StartError::Manifest { path: describe(config.api.manifest.as_deref()), why };
    let listed = config.api.manifest.as_deref().map(fs::read_to_string).transpose();
    let listed = listed.map_err(|error| unusable(error.to_string()))?;
    let manifests = std::iter::once(web_client::documents()).chain(listed.as_deref());
    let known = Known::read(manifests).map_err(|error| unusable(error.to_string()))?;
    let only_known = config.api.documents == config::Documents::Known;
    Ok(documents::Rules { known, only_known, introspection: config.api.introspection })
}

fn describe(path: Option<&Path>) -> String {
    path.map(|path| path.display().to_string()).unwrap_or_default()
}

/// Where files lie while they arrive.
fn spool_dir(config: &Config) -> std::path::PathBuf {
    config.data_dir.join("incoming")
}

fn image_rules(config: &Config) -> images::Rules {
    let limits = Limits {
        max_bytes: config.uploads.max_bytes,
        max_pixels: config.uploads.max_pixels,
        formats: config.uploads.formats.clone(),
    };
    images::Rules { limits, quota: config.uploads.storage_quota, media_redirect: config.media_redirect }
}

fn file_limits(config: &Config) -> FileLimits {
    FileLimits {
        accepted_types: config.uploads.formats.iter().map(|format| format.content_type().to_owned()).collect(),
        max_bytes: config.uploads.max_bytes,
        max_pixels: config.uploads.max_pixels,
    }
}
