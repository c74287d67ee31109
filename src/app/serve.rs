//! Serve: listen, work, and stop well: no new connections, what runs may finish, then the background, then the database.
//! Migrate: only bring the database up to date.

use std::fs::{DirBuilder, File, TryLockError};
use std::future::Future;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;

use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{App, StartError};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::chain;
use crate::http::server;

pub async fn serve(config: Config) -> Result<(), StartError> {
    let address = config.listen;
    let listener = TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
    let _lock = lock_data_dir(&config)?;
    let app = App::build(config, Clock::default()).await?;
    app.bury_predecessors().await;
    say_where_to_click(&app.config);
    if !web_client::is_built() {
        tracing::info!("this build has no web client; `cargo run --release` builds one");
    }
    if let Some(ai) = &app.config.ai {
        tracing::info!(provider = ai.provider.name(), model = ai.model, "a vision model describes pictures");
    } else {
        tracing::info!(
            "no vision model: set OPENAI_API_KEY, GEMINI_API_KEY or OPENAI_BASE_URL to have pictures described"
        );
    }
    run(app, listener, stop_signal()).await;
    Ok(())
}

/// Brings the database up to date. One in `DATA_DIR` is not changed under a server that runs on it; the others keep
/// their own lock.
pub async fn migrate(config: &Config) -> Result<(), StartError> {
    let sqlite = config.database.url.expose_secret().starts_with("sqlite:");
    let _lock = if sqlite { Some(lock_data_dir(config)?) } else { None };
    Ok(Db::open(&config.database).await?.close().await?)
}

/// A plain line on the standard output, whatever is logged.
fn say_where_to_click(config: &Config) {
    let mut out = std::io::stdout();
    // Where nobody listens, nobody misses it.
    let _ = writeln!(out, "Image Manager is ready: open {}", config.public_url).and_then(|()| out.flush());
}

/// One process a data directory: SQLite is not shared, and neither are files on their way in. Held while the file is open.
pub(super) fn lock_data_dir(config: &Config) -> Result<File, StartError> {
    let path = config.data_dir.display().to_string();
    let open = || {
        DirBuilder::new().recursive(true).mode(0o700).create(&config.data_dir)?;
        File::create(config.data_dir.join("lock"))
    };
    let file = open().map_err(|source| StartError::DataDir { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse { path }),
        Err(TryLockError::Error(source)) => Err(StartError::DataDir { path, source }),
    }
}

/// Serves until `until` resolves.
pub async fn run(app: App, listener: TcpListener, until: impl Future<Output = ()> + Send + 'static) {
    let background = app.start_background();
    let stop = app.stop.clone();
    let connections = &app.config.connections;
    server::raise_open_files(connections.max);
    let closing = CancellationToken::new();
    let close = closing.clone();
    let signal = tokio::spawn(async move {
        until.await;
        tracing::info!("stopping");
        stop.cancel();
        close.cancel();
    });
    server::serve(listener, app.router(), connections, closing).await;
    signal.abort();
    // What still runs after its patience is cut off.
    if timeout(connections.times.patience, background.wait()).await.is_err() {
        tracing::warn!("work in the background was cut off");
    }
    if let Err(error) = app.db.close().await {
        tracing::warn!(error = %chain(&error), "the database connection did not close");
    }
}

/// Resolves at Ctrl-C and at SIGTERM.
pub(super) async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}
