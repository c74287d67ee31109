//! Poll: one look a second at what changed lately, for all watchers of this process together. It finds what another
//! replica did, and what a lost hint would have told.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Analyses;
use crate::clock::Timestamp;
use crate::db::entities::analysis::{self, Column, Status};
use crate::error::{Fault, chain};
use crate::events::Fact;

const LOOK: Duration = Duration::from_secs(1);
/// Clocks of replicas differ, and a row is seen only when its transaction has committed.
pub(super) const OVERLAP: Duration = Duration::from_secs(5);
const BATCH: u64 = 1000;

/// What the last look found, so that the next one tells only what is new. No larger than a look: what is not found any
/// more is forgotten.
#[derive(Default)]
struct Told {
    changes: HashMap<Uuid, (Timestamp, Status)>,
    tombstones: HashSet<Uuid>,
}

impl Analyses {
    /// Runs until `stop`; idle while nobody watches.
    pub async fn poll(&self, stop: CancellationToken) {
        let mut told = Told::default();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            if !self.events.has_listeners() {
                continue;
            }
            if let Err(error) = self.look(&mut told).await {
                tracing::warn!(error = %chain(&error), "changes of analyses cannot be read");
            }
        }
    }

    async fn look(&self, told: &mut Told) -> Result<(), Fault> {
        let since: Timestamp = self.clock.now().minus(OVERLAP);
        let found: Vec<(Uuid, Uuid, Uuid, Timestamp, Status)> = analysis::Entity::find()
            .select_only()
            .columns([Column::Id, Column::ImageId, Column::OwnerId, Column::UpdatedAt, Column::Status])
            .filter(Column::UpdatedAt.gte(since))
            .order_by_desc(Column::UpdatedAt)
            .limit(BATCH)
            .into_tuple()
            .all(self.db.read())
            .await?;
        let mut changes = HashMap::with_capacity(found.len());
        for (analysis, image, owner, at, status) in found {
            if told.changes.get(&analysis) != Some(&(at, status)) {
                self.events.publish(Fact::AnalysisChanged { analysis, image, owner });
            }
            changes.insert(analysis, (at, status));
        }
        told.changes = changes;

        let mut tombstones = HashSet::new();
        for (image, owner) in self.images.tombstones().await? {
            if !told.tombstones.contains(&image) {
                self.events.publish(Fact::ImageDeleted { image, owner });
            }
            tombstones.insert(image);
        }
        told.tombstones = tombstones;
        Ok(())
    }
}
