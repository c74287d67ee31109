//! Upload: acknowledged means durable. The file is checked; a row is written as PENDING with a lease; the object is
//! stored and synced; the row becomes READY by compare-and-set; then the answer. Whatever dies on the way is found by
//! the sweeper through the row.

pub(super) mod duplicates;
pub(super) mod pending;
pub(super) mod receipt;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

pub use duplicates::DuplicatePolicy;
pub use receipt::{Answer, Keyed, Receipt};

use super::{Error, Images, tags, tickets};
use crate::db::entities::image;
use crate::error::{Fault, chain};
use crate::pictures::{ProbeError, Rejection};
use crate::spool::{Cut, Spooled};
use crate::storage::{self, Pinned};
use crate::viewer::Viewer;
use duplicates::Claimed;

/// How long an upload may go without a sign of life. It is renewed while the object is written.
pub(super) const LEASE: Duration = Duration::from_mins(1);

/// A file that arrived, and what its sender says about it.
pub struct NewImage {
    pub file: Arc<Spooled>,
    pub source: Source,
    pub title: Option<String>,
    pub tags: Vec<String>,
    pub on_duplicate: DuplicatePolicy,
}

/// From where the bytes go to their place.
pub enum Source {
    /// From the spool.
    Spool,
    /// From where the client put them, within the storage. The spool has a copy of exactly these.
    Incoming { key: storage::Key, pinned: Pinned },
}

/// What an upload has come to before its last step.
pub enum Stage {
    /// The object is stored, the row still PENDING.
    New(Staged),
    /// The same bytes were there already.
    Existing(image::Model),
}

/// An image whose object is stored and whose row is still PENDING.
pub struct Staged(image::Model);

/// An image that is there, durably.
pub struct Uploaded {
    pub image: image::Model,
    /// It was there before.
    pub duplicate: bool,
}

impl Images {
    /// Takes a file in. An error leaves nothing behind.
    pub async fn upload(&self, viewer: &Viewer, new: NewImage) -> Result<Uploaded, Error> {
        match self.stage(viewer, new, &Receipt::None).await? {
            Stage::Existing(image) => Ok(Uploaded { image, duplicate: true }),
            Stage::New(staged) => match self.publish(self.db.write(), &staged).await? {
                Some(image) => {
                    self.uploaded(image.id);
                    Ok(Uploaded { image, duplicate: false })
                }
                None => Err(self.take_back(staged).await?),
            },
        }
    }

    /// The first half of an upload, up to the stored object. Keeps the receipt's lease alive, too.
    pub async fn stage(&self, viewer: &Viewer, new: NewImage, receipt: &Receipt) -> Result<Stage, Error> {
        let NewImage { file, source, title, tags, on_duplicate } = new;
        let (title, tags) = (clean_title(title)?, tags::clean(&tags)?);
        match file.cut {
            Some(Cut::TooLarge) => return Err(Rejection::TooLarge { max: self.limits.max_bytes }.into()),
            Some(Cut::OverQuota) => return Err(self.no_room(viewer.user_id).await?),
            None => {}
        }
        if let Some(existing) = self.same_bytes(viewer, &hex::encode(file.sha256), on_duplicate).await? {
            return Ok(Stage::Existing(existing));
        }
        let bytes = file.file.try_clone().map_err(Fault::internal)?;
        let picture = self.pool.probe(bytes, self.limits.clone()).await.map_err(unprobed)?;
        let facts = pending::Facts { viewer, file: &file, title, picture, now: self.clock.now() };
        let row = match self.claim(facts, &tags, on_duplicate).await? {
            Claimed::Mine(row) => row,
            Claimed::Existing(existing) => return Ok(Stage::Existing(existing)),
        };
        match self.store(&row, &file, &source, receipt).await {
            Ok(()) => Ok(Stage::New(Staged(row))),
            Err(error) => {
                self.abandon(&row).await;
                Err(error)
            }
        }
    }

    /// The second half: from here on the image is there. None: the lease ran out, and the sweeper took the upload for
    /// dead; then it is to be taken back, after the end of the transaction.
    pub async fn publish(&self, db: &impl ConnectionTrait, staged: &Staged) -> Result<Option<image::Model>, Fault> {
        let published = image::Entity::update_many()
            .col_expr(image::Column::State, Expr::value(image::State::Ready))
            .col_expr(image::Column::LeaseUntil, Expr::value(None::<i64>))
            .filter(image::Column::Id.eq(staged.0.id))
            .filter(image::Column::State.eq(image::State::Pending))
            .exec(db)
            .await?;
        let ready = || image::Model { state: image::State::Ready, lease_until: None, ..staged.0.clone() };
        Ok((published.rows_affected > 0).then(ready))
    }

    /// Removes what an upload that cannot be finished has left: its object, since the sweeper may have come before it,
    /// and its claim. Gives what its sender is told.
    pub async fn take_back(&self, staged: Staged) -> Result<Error, Fault> {
        self.abandon(&staged.0).await;
        self.blobs.delete(&storage::Key::original(staged.0.id)).await?;
        Ok(too_late())
    }

    /// Writes the object, and keeps the leases alive meanwhile.
    async fn store(&self, row: &image::Model, file: &Spooled, source: &Source, receipt: &Receipt) -> Result<(), Error> {
        let key = storage::Key::original(row.id);
        let put = async {
            match source {
                Source::Spool => {
                    let bytes = file.file.try_clone().map_err(Fault::internal)?;
                    Ok::<_, Error>(self.blobs.put_file(&key, bytes, file.len, &row.content_type).await?)
                }
                Source::Incoming { key: from, pinned } => {
                    self.blobs.copy(from, pinned, &key, &row.content_type).await.map_err(tickets::replaced)
                }
            }
        };
        tokio::pin!(put);
        loop {
            tokio::select! {
                stored = &mut put => return stored,
                () = tokio::time::sleep(LEASE / 3) => {
                    self.renew(row).await?;
                    self.renew_receipt(receipt).await?;
                }
            }
        }
    }

    async fn renew(&self, row: &image::Model) -> Result<(), Error> {
        let renewed = image::Entity::update_many()
            .col_expr(image::Column::LeaseUntil, Expr::value(self.clock.now().plus(LEASE)))
            .filter(image::Column::Id.eq(row.id))
            .filter(image::Column::State.eq(image::State::Pending))
            .exec(self.db.write())
            .await?;
        if renewed.rows_affected == 0 { Err(too_late()) } else { Ok(()) }
    }

    /// Hands a failed upload to the sweeper at once; where even that fails, the lease does it later. That the storage
    /// failed does not mean that it stopped writing.
    async fn abandon(&self, row: &image::Model) {
        match self.bury(row.id, row.owner_id, None).await {
            Ok(true) => self.doomed.hand_over(row.id),
            Ok(false) => {}
            Err(error) => tracing::warn!(error = %chain(&error), "a failed upload is left to its lease"),
        }
    }
}

fn too_late() -> Error {
    Fault::Unavailable("the upload took too long".into()).into()
}

fn unprobed(error: ProbeError) -> Error {
    match error {
        ProbeError::Rejected(rejection) => rejection.into(),
        ProbeError::Read(error) => Fault::internal(error).into(),
        ProbeError::TimedOut => Fault::Unavailable(error.into()).into(),
    }
}

/// One line; and the character of number 0 is one that Postgres does not keep.
pub(super) fn clean_title(title: Option<String>) -> Result<Option<String>, Error> {
    let visible = |text: String| text.chars().filter(|c| !c.is_control()).collect::<String>();
    let title = title.map(|text| visible(text).trim().to_owned()).filter(|text| !text.is_empty());
    match title {
        Some(text) if text.chars().count() > 255 => Err(Error::TitleTooLong),
        title => Ok(title),
    }
}
