//! Fetch: what was put for a ticket, pinned and read into the spool, and held against what was announced.

use std::sync::Arc;

use futures_util::TryStreamExt;

use super::TicketError;
use super::claim::LEASE;
use crate::db::entities::upload;
use crate::error::{Fault, chain};
use crate::images::{Error, Images};
use crate::spool::{Spooled, Writer};
use crate::storage::{Blob, Key, Pinned, StorageError};

/// What was put for a ticket.
pub struct Fetched {
    /// A copy of it.
    pub file: Arc<Spooled>,
    /// Where it is.
    pub key: Key,
    pub pinned: Pinned,
}

impl Images {
    /// The file of a ticket that this request holds. Renews the lease meanwhile.
    pub async fn fetch(&self, ticket: &upload::Model) -> Result<Fetched, Error> {
        let fetch = self.fetch_pinned(ticket);
        tokio::pin!(fetch);
        loop {
            tokio::select! {
                fetched = &mut fetch => return fetched,
                () = tokio::time::sleep(LEASE / 3) => {
                    if !self.renew_ticket(ticket.id).await? {
                        return Err(TicketError::Conflict.into());
                    }
                }
            }
        }
    }

    async fn fetch_pinned(&self, ticket: &upload::Model) -> Result<Fetched, Error> {
        let (key, announced) = (Key::incoming(ticket.id), u64::try_from(ticket.byte_size).map_err(Fault::internal)?);
        let pinned = self.blobs.inspect(&key).await?.ok_or(TicketError::Missing)?;
        // Before a byte is read: whoever gave the bucket more than it should take does not fill our disk.
        if pinned.len != announced {
            return Err(TicketError::OtherLength { found: pinned.len, announced }.into());
        }
        let blob = self.blobs.get_pinned(&key, &pinned).await.map_err(replaced)?;
        let file = self.spool_blob(ticket, &pinned, blob).await?;
        if ticket.sha256.as_ref().is_some_and(|digest| *digest != hex::encode(file.sha256)) {
            return Err(TicketError::OtherDigest.into());
        }
        Ok(Fetched { file: Arc::new(file), key, pinned })
    }

    /// Exactly the pinned bytes.
    async fn spool_blob(&self, ticket: &upload::Model, pinned: &Pinned, blob: Blob) -> Result<Spooled, Error> {
        let mut file = Writer::create(&self.spool).await.map_err(unwritten)?;
        let mut body = blob.body.into_stream();
        while let Some(piece) = body.try_next().await.map_err(replaced)? {
            if piece.len() as u64 > pinned.len - file.len() {
                return Err(TicketError::Conflict.into());
            }
            file.write(&piece).await.map_err(unwritten)?;
        }
        if file.len() < pinned.len {
            return Err(TicketError::Conflict.into());
        }
        Ok(file.finish(Some(&ticket.filename), Some(&ticket.content_type), None).await.map_err(unwritten)?)
    }

    /// Removes the file of a ticket: it became an image, or never will. What cannot be removed now is the sweeper's.
    pub async fn remove_put(&self, ticket: &upload::Model) {
        if let Err(error) = self.blobs.delete(&Key::incoming(ticket.id)).await {
            tracing::warn!(error = %chain(&error), "the file of an upload stays until it expires");
        }
    }

    /// The same for a file that is refused, unless another one was put in its place.
    pub async fn remove_refused(&self, ticket: &upload::Model, refused: &Pinned) {
        if matches!(self.blobs.inspect(&Key::incoming(ticket.id)).await, Ok(Some(now)) if now == *refused) {
            self.remove_put(ticket).await;
        }
    }
}

/// What was pinned is there no more: the client put something else, or it was removed.
pub(in crate::images) fn replaced(error: StorageError) -> Error {
    match error {
        StorageError::Changed | StorageError::NotFound => TicketError::Conflict.into(),
        error => error.into(),
    }
}

fn unwritten(error: std::io::Error) -> Fault {
    Fault::Unavailable(error.into())
}
