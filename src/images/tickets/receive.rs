//! Receive: a file that is put under one of our own URLs, where the storage takes nothing from others.

use std::path::Path;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::UploadUrls;
use crate::db::entities::upload;
use crate::error::Fault;
use crate::images::Images;
use crate::spool::Spooled;
use crate::storage::Key;

/// Why a file that was put is not kept.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The ticket is completed, expired, or gone.
    #[error("There is no such upload, or it has expired.")]
    NotOpen,
    #[error("Other bytes were announced for this upload.")]
    OtherBytes,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Images {
    pub fn upload_urls(&self) -> &UploadUrls {
        &self.upload_urls
    }

    /// Where files lie while they arrive.
    pub fn spool(&self) -> &Path {
        &self.spool
    }

    /// A ticket whose file may be put now, whoever's it is: for whoever shows its signed URL.
    pub async fn open_ticket(&self, id: Uuid) -> Result<Option<upload::Model>, Fault> {
        // One that is being completed may be put again, as in a bucket: who looks at its file has it pinned.
        let open = upload::Entity::find_by_id(id)
            .filter(upload::Column::State.ne(upload::State::Completed))
            .filter(upload::Column::ExpiresAt.gt(self.clock.now()));
        Ok(open.one(self.db.read()).await?)
    }

    /// Stores what was put for a ticket, in the place of what was put before. When this returns it survives a power cut.
    pub async fn receive(&self, ticket: &upload::Model, file: &Spooled) -> Result<(), PutError> {
        let (len, digest) = (u64::try_from(ticket.byte_size).ok(), hex::encode(file.sha256));
        if len != Some(file.len) || ticket.sha256.as_ref().is_some_and(|announced| *announced != digest) {
            return Err(PutError::OtherBytes);
        }
        // It may have been completed, or expired, while the bytes arrived.
        if self.open_ticket(ticket.id).await?.is_none() {
            return Err(PutError::NotOpen);
        }
        let source = file.file.try_clone().map_err(Fault::internal)?;
        let stored = self.blobs.put_file(&Key::incoming(ticket.id), source, file.len, &ticket.content_type).await;
        stored.map_err(|error| PutError::Fault(error.into()))
    }
}
