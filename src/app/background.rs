//! The work in the background of every process: the workers of the queue, the sweepers, the poller of changes.

use std::time::Duration;

use tokio_util::task::TaskTracker;

use super::App;
use crate::analysis::KIND;
use crate::error::chain;
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
        tasks.spawn(self.clone().make_ahead());
        tasks.spawn(self.clone().remove_images());
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
        let (analyses, stop) = (self.analyses.clone(), self.stop.clone());
        let run = move |claim| {
            let (analyses, stop) = (analyses.clone(), stop.clone());
            async move { analyses.run(claim, &stop).await }
        };
        jobs::work(self.analyses.jobs().clone(), KIND, ANALYSES_AT_ONCE, self.stop.clone(), run).await;
    }

    async fn poll_analyses(self) {
        self.analyses.poll(self.stop.clone()).await;
    }

    async fn make_ahead(self) {
        if !self.config.prepare_renditions {
            return;
        }
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.images.make_ahead() => {}
        }
    }

    async fn remove_images(self) {
        // What is left over then is the sweeper's.
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.images.remove_doomed() => {}
        }
    }

    async fn sweep_images(self) {
        loop {
            // A round that is cut off is begun anew by whoever sweeps next.
            tokio::select! {
                () = self.stop.cancelled() => return,
                swept = self.images.sweep() => match swept {
                    Ok(0) => {}
                    Ok(gone) => tracing::info!(images = gone, "swept"),
                    Err(error) => tracing::warn!(error = %chain(&error), "images cannot be swept"),
                },
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                swept = self.images.sweep_tickets() => match swept {
                    Ok(0) => {}
                    Ok(gone) => tracing::info!(tickets = gone, "expired uploads swept"),
                    Err(error) => tracing::warn!(error = %chain(&error), "expired uploads cannot be swept"),
                },
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(SWEEP_IMAGES) => {}
            }
        }
    }

    async fn sweep_sessions(self) {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return,
                swept = self.accounts.sweep() => match swept {
                    Ok(0) => {}
                    Ok(gone) => tracing::info!(rows = gone, "sessions, refresh tokens and counted attempts swept"),
                    Err(error) => tracing::warn!(error = %chain(&error), "sessions cannot be swept"),
                },
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(SWEEP_SESSIONS) => {}
            }
        }
    }
}
