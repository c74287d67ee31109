//! What the operator sees of work that takes long: a bar where the standard error is a terminal, and findings line by
//! line on the standard output. Names are shown with everything escaped that could move a terminal's cursor.

use std::io::Write;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use super::serve::stop_signal;

/// Progress that can be stopped with Ctrl-C, or SIGTERM: what is under way is finished, and nothing is begun.
pub struct Progress {
    bar: ProgressBar,
    stop: CancellationToken,
}

impl Progress {
    pub fn new() -> Self {
        let stop = CancellationToken::new();
        let interrupted = stop.clone();
        tokio::spawn(async move {
            stop_signal().await;
            interrupted.cancel();
        });
        Self { bar: ProgressBar::no_length(), stop }
    }

    pub fn stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Begins to count from 0: `what`, of so many.
    pub fn begins(&self, what: &'static str, steps: Option<u64>) {
        let template = if steps.is_some() {
            "{msg} {wide_bar} {human_pos}/{human_len} ({per_sec}, {eta} left)"
        } else {
            "{msg} {spinner} {human_pos} ({per_sec})"
        };
        self.bar.reset();
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        match steps {
            Some(steps) => self.bar.set_length(steps),
            None => self.bar.unset_length(),
        }
        self.bar.set_message(what);
    }

    pub fn steps(&self, count: u64) {
        self.bar.inc(count);
    }

    /// One line on the standard output, above the bar.
    pub fn tell(&self, line: &str) {
        self.bar.suspend(|| say(line));
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// One line on the standard output. Where nobody listens, nobody misses it.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A path for a terminal.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().escape_debug().to_string()
}
