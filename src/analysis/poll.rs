//! Poll: one look a second at what changed lately, for all watchers of this process together. It finds what another
//! replica did, and what a lost hint would have told.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Analyses;
use crate::clock::Timestamp;
use crate::db::entities::analysis::{self, Column};
use crate::error::Fault;
use crate::events::Fact;

const LOOK: Duration = Duration::from_secs(1);
/// Clocks of replicas differ, and a row is seen only when its transaction has committed.
pub(super) const OVERLAP: Duration = Duration::from_secs(5);
const BATCH: u64 = 1000;

impl Analyses {
    /// Runs until `stop`; idle while nobody watches.
    pub async fn poll(&self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            if !self.events.has_listeners() {
                continue;
            }
            if let Err(error) = self.look().await {
                tracing::warn!(error = %error, "changes of analyses cannot be read");
            }
        }
    }

    async fn look(&self) -> Result<(), Fault> {
        let since: Timestamp = self.clock.now().minus(OVERLAP);
        let changed: Vec<(Uuid, Uuid, Uuid)> = analysis::Entity::find()
            .select_only()
            .columns([Column::Id, Column::ImageId, Column::OwnerId])
            .filter(Column::UpdatedAt.gte(since))
            .order_by_desc(Column::UpdatedAt)
            .limit(BATCH)
            .into_tuple()
            .all(self.db.read())
            .await?;
        for (analysis, image, owner) in changed {
            self.events.publish(Fact::AnalysisChanged { analysis, image, owner });
        }
        for (image, owner) in self.images.tombstones().await? {
            self.events.publish(Fact::ImageDeleted { image, owner });
        }
        Ok(())
    }
}
