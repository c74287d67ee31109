//! Duplicates: what happens when somebody sends bytes that they have already, and how many of the same at once become
//! one image. The first of them holds `dedupe_key`, which is unique for an owner; the others wait for it.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, SqlErr};
use tokio::time::{Instant, sleep};

use super::pending::{Facts, Rows};
use crate::db::entities::image;
use crate::error::Fault;
use crate::images::tags::{self, Tag};
use crate::images::{Error, Images};
use crate::viewer::Viewer;

/// How long an upload waits for another one of the same bytes.
const PATIENCE: Duration = Duration::from_secs(20);

const FIRST_LOOK: Duration = Duration::from_millis(20);
const LATER_LOOKS: Duration = Duration::from_millis(500);

/// When its sender has an image with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicatePolicy {
    ReturnExisting,
    KeepBoth,
    Reject,
}

/// Who takes these bytes in.
pub(super) enum Claimed {
    /// The row is there, PENDING, and the sender's storage is charged.
    Mine(image::Model),
    /// Somebody else did, while we were looking at them.
    Existing(image::Model),
}

impl Images {
    /// This person's image with these bytes, the oldest one. `sha256` in hexadecimal.
    pub async fn find_same(&self, viewer: &Viewer, sha256: &str) -> Result<Option<image::Model>, Fault> {
        let same = image::Entity::visible_to(viewer.user_id).filter(image::Column::Sha256.eq(sha256));
        // From the writer: what was acknowledged a moment ago is to be found.
        Ok(same.order_by_asc(image::Column::Id).one(self.db.write()).await?)
    }

    /// The image that these bytes are already, by the sender's policy.
    pub(super) async fn same_bytes(
        &self,
        viewer: &Viewer,
        sha256: &str,
        policy: DuplicatePolicy,
    ) -> Result<Option<image::Model>, Error> {
        if policy == DuplicatePolicy::KeepBoth {
            return Ok(None);
        }
        match self.find_same(viewer, sha256).await? {
            Some(existing) if policy == DuplicatePolicy::Reject => Err(Error::Duplicate(Box::new(existing))),
            existing => Ok(existing),
        }
    }

    /// Writes the PENDING row, or waits for the upload of the same bytes that was faster.
    pub(super) async fn claim(
        &self,
        facts: Facts<'_>,
        tags: &[Tag],
        policy: DuplicatePolicy,
    ) -> Result<Claimed, Error> {
        let viewer = facts.viewer;
        let mut rows = Rows::of(facts)?;
        if policy != DuplicatePolicy::KeepBoth {
            rows.image.dedupe_key = Some(rows.image.sha256.clone());
        }
        let give_up = Instant::now() + PATIENCE;
        let mut pause = FIRST_LOOK;
        loop {
            match self.insert(&rows, tags).await {
                Ok(true) => return Ok(Claimed::Mine(rows.image)),
                Ok(false) => {}
                // What fills the room may be the very upload of these bytes that was faster, or that died.
                Err(error @ Error::QuotaExceeded { .. }) => {
                    if !self.is_held(&rows.image).await? {
                        let existing = self.same_bytes(viewer, &rows.image.sha256, policy).await?;
                        return existing.map(Claimed::Existing).ok_or(error);
                    }
                }
                Err(error) => return Err(error),
            }
            if let Some(existing) = self.same_bytes(viewer, &rows.image.sha256, policy).await? {
                return Ok(Claimed::Existing(existing));
            }
            self.bury_dead_holder(&rows.image).await?;
            if Instant::now() >= give_up {
                return Err(Error::SameUnderWay);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LATER_LOOKS);
            // Waiting was no sign of death.
            rows.image.lease_until = Some(self.clock.now().plus(super::LEASE));
        }
    }

    /// Whether another upload of these bytes is under way.
    async fn is_held(&self, wanted: &image::Model) -> Result<bool, Fault> {
        Ok(wanted.dedupe_key.is_some()
            && self.holder(wanted).await?.is_some_and(|row| row.state == image::State::Pending))
    }

    /// Whoever holds these bytes may have died; the sweeper of a server may be far away.
    async fn bury_dead_holder(&self, wanted: &image::Model) -> Result<(), Fault> {
        let now = self.clock.now();
        match self.holder(wanted).await? {
            Some(holder) if holder.lease_until.is_some_and(|lease| lease < now) => {
                self.bury(holder.id, holder.owner_id, Some(now)).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    async fn holder(&self, wanted: &image::Model) -> Result<Option<image::Model>, Fault> {
        let holder = image::Entity::find()
            .filter(image::Column::OwnerId.eq(wanted.owner_id))
            .filter(image::Column::DedupeKey.eq(wanted.sha256.as_str()));
        Ok(holder.one(self.db.read()).await?)
    }

    /// The rows and the charge, in one transaction. False: another upload of the same bytes is under way.
    async fn insert(&self, rows: &Rows, tags: &[Tag]) -> Result<bool, Error> {
        let image = &rows.image;
        let txn = self.db.begin().await?;
        self.charge(&txn, image.owner_id, image.byte_size).await?;
        match rows.insert(&txn).await {
            Ok(()) => {}
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                txn.rollback().await?;
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        }
        tags::store(&txn, image.id, image.owner_id, tags).await?;
        txn.commit().await?;
        Ok(true)
    }
}
