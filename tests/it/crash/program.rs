//! The real program as a process of its own.

use std::process::Stdio;
use std::sync::Arc;

use image_manager::config::Config;
use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::support::TestApp;
use crate::support::ai::{self, ScriptedAi};
use crate::support::app::{SECRET, eventually};

/// Where a program lives from one start to the next: its database and its files.
pub struct Home {
    pub config: Config,
    data: Arc<TempDir>,
}

/// A running program. Dropping it kills it.
pub struct Program {
    child: Child,
    pub url: String,
}

impl Home {
    /// With an empty, migrated database.
    pub async fn new() -> Self {
        let app = TestApp::start().await;
        let home = Self { config: Config::clone(&app.app.config), data: app.data.clone() };
        app.stop().await;
        home
    }

    /// Returns when it serves.
    pub async fn start(&self, ai: Option<&ScriptedAi>) -> Program {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_image-manager"));
        command
            .current_dir(self.data.path())
            .env_clear()
            .env("DATA_DIR", self.data.path())
            .env("DATABASE_URL", self.config.database.url.expose_secret())
            .env("SECRET_KEY", SECRET)
            .env("LISTEN_ADDR", free.to_string())
            .env("PUBLIC_URL", format!("http://{free}"))
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true);
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

impl Program {
    /// With SIGKILL, which nothing can be done about. Returns when the process is gone.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}
