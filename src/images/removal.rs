//! Removal of objects for the sweepers: several at once, each with its time, and one that fails hinders no other.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::timeout;
use uuid::Uuid;

use crate::error::{Fault, chain};

/// Rows that a sweeper reads and drops with one statement.
pub(super) const BATCH: u64 = 200;

/// How long a row whose objects could not be removed stays out of the way of the others.
pub(super) const PAUSE: Duration = Duration::from_mins(1);

const AT_ONCE: usize = 8;

/// For the objects of one row.
const PATIENCE: Duration = Duration::from_secs(30);

/// Rows by what became of their objects.
#[derive(Default)]
pub(super) struct Removal {
    /// Nothing is stored for them any more.
    pub removed: Vec<Uuid>,
    /// Something may still be.
    pub stuck: Vec<Uuid>,
}

pub(super) async fn of_each<F>(ids: Vec<Uuid>, remove: impl Fn(Uuid) -> F) -> Removal
where
    F: Future<Output = Result<(), Fault>>,
{
    let removals = stream::iter(ids).map(|id| {
        let removal = timeout(PATIENCE, remove(id));
        async move { (id, removal.await.unwrap_or_else(|late| Err(Fault::Unavailable(late.into())))) }
    });
    let mut removals = removals.buffer_unordered(AT_ONCE);
    let mut sum = Removal::default();
    while let Some((id, outcome)) = removals.next().await {
        match outcome {
            Ok(()) => sum.removed.push(id),
            Err(error) => {
                tracing::warn!(%id, error = %chain(&error), "the files of a deleted image or expired upload stay for now");
                sum.stuck.push(id);
            }
        }
    }
    sum
}
