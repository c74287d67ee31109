//! The server under test: the real program on a real socket, with a clock that the test moves.

use std::sync::Arc;
use std::time::Duration;

use image_manager::app::{self, App};
use image_manager::clock::Clock;
use image_manager::config::{self, Config};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::ai::{self, Flavor, ScriptedAi};
use super::client::Client;
use super::database;

/// A running server. Dropping it stops it.
pub struct TestApp {
    pub app: App,
    pub clock: Clock,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    /// The vision model, where the test asked for one.
    pub ai: Option<Arc<ScriptedAi>>,
    pub data: Arc<TempDir>,
    /// Cancelled: what SIGTERM does.
    pub terminate: CancellationToken,
    server: JoinHandle<()>,
}

impl TestApp {
    /// Without a vision model.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With a scripted vision model.
    pub async fn with_ai() -> Self {
        Self::with_ai_and(|_| {}).await
    }

    /// With a configuration of the test's own.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::build(None, change).await
    }

    pub async fn with_ai_and(change: impl FnOnce(&mut Config)) -> Self {
        let ai = ScriptedAi::start(Flavor::OpenAi).await.unwrap();
        Self::build(Some(ai), change).await
    }

    async fn build(ai: Option<ScriptedAi>, change: impl FnOnce(&mut Config)) -> Self {
        // A second installation of the TLS provider is refused, and does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let database = database::settings(&database::fresh(data.path()).await);
        let mut config = config(&url, &data, database);
        config.ai = ai.as_ref().map(scripted);
        change(&mut config);
        Self::serve(config, listener, Clock::default(), ai.map(Arc::new), Arc::new(data)).await
    }

    /// A second server on the same database, files, clock and vision model, as behind a load balancer.
    pub async fn replica(&self) -> Self {
        self.replica_with(|_| {}).await
    }

    pub async fn replica_with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = Config::clone(&self.app.config);
        change(&mut config);
        Self::serve(config, listener, self.clock.clone(), self.ai.clone(), self.data.clone()).await
    }

    async fn serve(
        config: Config,
        listener: TcpListener,
        clock: Clock,
        ai: Option<Arc<ScriptedAi>>,
        data: Arc<TempDir>,
    ) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = App::build(config, clock.clone()).await.unwrap();
        let terminate = CancellationToken::new();
        let server = tokio::spawn(app::run(app.clone(), listener, terminate.clone().cancelled_owned()));
        Self { app, clock, url, ai, data, terminate, server }
    }

    /// Nobody in particular.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.url)
    }

    /// A new person with this name, signed in.
    pub async fn register(&self, username: &str) -> Client {
        let mut client = self.anonymous();
        client.register(username).await;
        client
    }

    pub fn scripted_ai(&self) -> &ScriptedAi {
        self.ai.as_ref().expect("started with a vision model")
    }

    /// Statements sent to the database while `work` runs.
    pub async fn statements<T>(&self, work: impl Future<Output = T>) -> (u64, T) {
        let before = self.app.db.statements().count();
        let done = work.await;
        (self.app.db.statements().count() - before, done)
    }

    /// Stops the server, as SIGTERM does.
    pub async fn stop(self) {
        self.app.stop.cancel();
        self.server.abort();
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.stop.cancel();
        self.server.abort();
    }
}

pub const SECRET: &str = "a secret for tests, of 32 characters at least";

fn config(url: &str, data: &TempDir, database: config::Database) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: url.parse().unwrap(),
        data_dir: data.path().to_owned(),
        database,
        secret_key: Some(SECRET.into()),
        storage: config::Storage::Disk { root: data.path().join("files") },
        ai: None,
        uploads: config::Uploads {
            max_bytes: 1_000_000,
            max_pixels: 4_000_000,
            decode_memory: 256 * 1024 * 1024,
            storage_quota: None,
            formats: image_manager::pictures::Format::ALL.to_vec(),
        },
        registration: config::Registration::Open,
        cors_origins: Vec::new(),
        cookie_same_site: config::SameSite::Strict,
        prepare_renditions: false,
        media_redirect: false,
        graphiql: true,
        api: config::Api {
            introspection: true,
            documents: config::Documents::Open,
            manifest: None,
            rate_limit: None,
            request_timeout: Duration::from_secs(60),
        },
        // All of a test's clients have one address.
        connections: config::Connections { max_per_client: 10_000, ..config::Connections::new(10_000, Vec::new()) },
    }
}

fn scripted(ai: &ScriptedAi) -> config::Ai {
    config::Ai {
        provider: config::Provider::OpenAi,
        base_url: ai.base_url(),
        api_key: ai::KEY.into(),
        model: "scripted".to_owned(),
    }
}

/// Asks again and again until `done` gives something; for what happens in the background.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut done: impl FnMut() -> F) -> T {
    let patience = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = done().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < patience, "waited in vain for: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
