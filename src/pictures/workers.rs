//! The threads that work on pixels: as many as there are cores, and behind all other work of this machine, so that lists
//! and logins stay quick however many pictures are made.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon_core::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::oneshot;

/// A nice value: a thread of the usual 0 gets about thirty times as much of a core that both want. More would be no help
/// to those, and would have pictures stand still where something else is busy.
#[cfg(target_os = "linux")]
const NICE: i32 = 15;

/// Bytes: decoders put rows on it.
const STACK: usize = 4 << 20;

#[derive(Debug)]
pub(super) struct Workers(Option<ThreadPool>);

/// Why work has no result: it panicked, or the process is going down.
#[derive(Debug)]
pub(super) struct Lost;

impl Workers {
    pub(super) fn new(threads: usize) -> Self {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|number| format!("pictures-{number}"))
            .stack_size(STACK)
            .start_handler(|_| step_back())
            .build();
        Self(pool.inspect_err(|error| tracing::error!(%error, "there are no threads for pictures")).ok())
    }

    /// Runs it to its end, whether anybody still waits or not.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Lost> {
        let (done, result) = oneshot::channel();
        self.0.as_ref().ok_or(Lost)?.spawn(move || {
            // Whoever waits is told by the channel that nothing comes.
            if let Ok(result) = catch_unwind(AssertUnwindSafe(work)) {
                let _ = done.send(result);
            }
        });
        result.await.map_err(|_| Lost)
    }
}

/// On Linux, priorities are a thread's own.
fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, NICE);
}
