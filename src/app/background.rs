//! The work in the background of every process: the workers of the queue, the sweepers, the poller of changes.

use std::time::Duration;

use tokio_util::task::TaskTracker;

use super::App;
use crate::analysis::KIND;
use crate::jobs;

/// Analyses at once: each waits for the provider most of the time.
const ANALYSES_AT_ONCE: usize = 4;

const SWEEP_IMAGES: Duration = Duration::from_secs(30);
const SWEEP_SESSIONS: Duration = Duration::from_hours(1);

impl App {
    /// Starts it; it ends when `stop` is cancelled.
    pub fn start_background(&self) -> TaskTracker {
        let tasks = TaskTracker::new();
        tasks.spawn(self.clone().run_analyses());
        tasks.spawn(self.clone().poll_analyses());
        tasks.spawn(self.clone().sweep_images());
        tasks.spawn(self.clone().sweep_sessions());
        tasks.close();
        tasks
    }

    async fn run_analyses(self) {
        if self.analyses.model().is_none() {
            // What is queued waits for a process that has a model.
            return self.stop.cancelled().await;
        }
        let analyses = self.analyses.clone();
        let run = move |claim| {
            let analyses = analyses.clone();
            async move { analyses.run(claim).await }
        };
        jobs::work(self.analyses.jobs().clone(), KIND, ANALYSES_AT_ONCE, self.stop.clone(), run).await;
    }

    async fn poll_analyses(self) {
        self.analyses.poll(self.stop.clone()).await;
    }

    async fn sweep_images(self) {
        loop {
            match self.images.sweep().await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(images = gone, "swept"),
                Err(error) => tracing::warn!(error = %error, "images cannot be swept"),
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.images.sweep_needed() => {}
                () = tokio::time::sleep(SWEEP_IMAGES) => {}
            }
        }
    }

    async fn sweep_sessions(self) {
        loop {
            if let Err(error) = self.accounts.sweep().await {
                tracing::warn!(error = %error, "sessions cannot be swept");
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(SWEEP_SESSIONS) => {}
            }
        }
    }
}
