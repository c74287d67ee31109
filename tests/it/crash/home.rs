//! Where a program lives from one start to the next.

use std::process::Stdio;
use std::sync::Arc;

use image_manager::config::{Config, Storage};
use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokio::process::Command;

use super::program::Program;
use crate::support::TestApp;
use crate::support::ai::{self, ScriptedAi};
use crate::support::app::{SECRET, eventually};
use crate::support::s3::S3Server;

/// Its database and its files.
pub struct Home {
    pub config: Config,
    data: Arc<TempDir>,
}

impl Home {
    /// With an empty, migrated database.
    pub async fn new() -> Self {
        Self::of(TestApp::start().await).await
    }

    /// With an empty, migrated database, and its files in the bucket.
    pub async fn on_s3(s3: &S3Server) -> Self {
        let settings = s3.settings();
        Self::of(TestApp::with(|config| config.storage = Storage::S3(settings)).await).await
    }

    async fn of(app: TestApp) -> Self {
        let home = Self { config: Config::clone(&app.app.config), data: app.data.clone() };
        app.stop().await;
        home
    }

    /// The program with this home's settings, and no others; dropping it kills it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_image-manager"));
        command
            .current_dir(self.data.path())
            .env_clear()
            .env("DATA_DIR", self.data.path())
            .env("DATABASE_URL", self.config.database.url.expose_secret())
            .env("SECRET_KEY", SECRET)
            .env("RUST_LOG", "error")
            .env("RATE_LIMIT", "0")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if let Storage::S3(s3) = &self.config.storage {
            command.env("S3_BUCKET", &s3.bucket).env("AWS_REGION", &s3.region);
            command.envs(s3.endpoint.iter().map(|endpoint| ("AWS_ENDPOINT_URL_S3", endpoint)));
            command.env("AWS_ACCESS_KEY_ID", &s3.access_key_id);
            command.env("AWS_SECRET_ACCESS_KEY", s3.secret_access_key.expose_secret());
        }
        command
    }

    /// Returns when it serves.
    pub async fn start(&self, ai: Option<&ScriptedAi>) -> Program {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = self.command();
        command.env("LISTEN_ADDR", free.to_string()).env("PUBLIC_URL", format!("http://{free}")).stdout(Stdio::null());
        if let Some(ai) = ai {
            command.env("OPENAI_BASE_URL", ai.base_url()).env("OPENAI_API_KEY", ai::KEY).env("AI_MODEL", "scripted");
        }
        let program = Program { child: command.spawn().unwrap(), url: format!("http://{free}") };
        let ready = format!("{}/readyz", program.url);
        eventually("the program to serve", async || {
            reqwest::get(&ready).await.ok().filter(|response| response.status() == 200).map(drop)
        })
        .await;
        program
    }
}
