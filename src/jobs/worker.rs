//! The worker: claims what is due, a bounded number at a time, and sleeps until something is. When it stops it claims
//! nothing more, and waits for what is in hand.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Claim, Jobs};
use crate::error::{Fault, chain};

/// Looked for at least this often: another replica's jobs ring no bell here.
const LOOK: Duration = Duration::from_secs(1);

/// Works until `stop`. `run` handles one claim; a failure of it is logged, and the lease brings the job back. It learns
/// of `stop` by itself, and ends soon after: see [`Jobs::keep`].
pub async fn work<R, F>(jobs: Jobs, kind: &'static str, at_once: usize, stop: CancellationToken, run: R)
where
    R: Fn(Claim) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    let hands = Arc::new(Semaphore::new(at_once));
    let tasks = TaskTracker::new();
    loop {
        let pause = match claim_some(&jobs, kind, &hands).await {
            Ok((claims, pause)) => {
                for (claim, hand) in claims {
                    let (run, wake) = (run.clone(), jobs.wake.clone());
                    tasks.spawn(async move {
                        if let Err(error) = run(claim).await {
                            tracing::error!(error = %chain(&error), kind, "a job failed");
                        }
                        // A free hand looks for work at once.
                        drop(hand);
                        wake.notify_one();
                    });
                }
                pause
            }
            Err(error) => {
                tracing::warn!(error = %chain(&error), kind, "the queue cannot be read");
                LOOK
            }
        };
        tokio::select! {
            () = stop.cancelled() => break,
            () = jobs.wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    tasks.close();
    tasks.wait().await;
}

type Hand = tokio::sync::OwnedSemaphorePermit;

/// As many claims as there are free hands, and how long to wait before looking again.
async fn claim_some(
    jobs: &Jobs,
    kind: &'static str,
    hands: &Arc<Semaphore>,
) -> Result<(Vec<(Claim, Hand)>, Duration), Fault> {
    let mut free = Vec::new();
    while let Ok(hand) = hands.clone().try_acquire_owned() {
        free.push(hand);
    }
    if free.is_empty() {
        return Ok((Vec::new(), LOOK));
    }
    let claims = jobs.claim(kind, free.len() as u64).await?;
    let pause = jobs.next_due(kind).await?.map_or(LOOK, |due| due.clamp(Duration::from_millis(50), LOOK));
    Ok((claims.into_iter().zip(free).collect(), pause))
}
