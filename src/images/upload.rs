//! Upload: acknowledged means durable. The file is checked; a row is written as PENDING with a lease; the object is
//! stored and synced; the row becomes READY by compare-and-set; then the answer. Whatever dies on the way is found by
//! the sweeper through the row.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use super::delete::LAST_WRITER;
use super::{Error, Images, filename};
use crate::db::entities::image;
use crate::db::ids;
use crate::error::{Fault, chain};
use crate::pictures::{Picture, ProbeError, Rejection};
use crate::spool::Spooled;
use crate::storage;
use crate::viewer::Viewer;

/// How long an upload may go without a sign of life. It is renewed while the object is written.
const LEASE: Duration = Duration::from_mins(1);

/// A file that arrived, and what its sender says about it.
pub struct NewImage<'a> {
    pub file: &'a Spooled,
    pub title: Option<String>,
}

/// An image whose object is stored and whose row is still PENDING.
pub struct Staged(image::Model);

impl Images {
    /// Takes a file in. An error leaves nothing behind.
    pub async fn upload(&self, viewer: &Viewer, new: NewImage<'_>) -> Result<image::Model, Error> {
        let staged = self.stage(viewer, new).await?;
        match self.publish(self.db.write(), &staged).await? {
            Some(image) => Ok(image),
            None => Err(self.take_back(staged).await?),
        }
    }

    /// The first half of an upload, up to the stored object.
    pub async fn stage(&self, viewer: &Viewer, new: NewImage<'_>) -> Result<Staged, Error> {
        let title = clean_title(new.title)?;
        if new.file.too_large {
            return Err(Rejection::TooLarge { max: self.limits.max_bytes }.into());
        }
        let file = new.file.file.try_clone().map_err(Fault::internal)?;
        let picture = self.pool.probe(file, self.limits.clone()).await.map_err(unprobed)?;
        let row = self.pending(viewer, new.file, title, &picture)?;
        row.clone().into_active_model().insert(self.db.write()).await?;
        match self.store(&row, new.file).await {
            Ok(()) => Ok(Staged(row)),
            Err(error) => {
                self.abandon(row.id).await;
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

    /// Removes the object of an upload that was taken for dead, since the sweeper may have come before it. Gives what
    /// its sender is told.
    pub async fn take_back(&self, staged: Staged) -> Result<Error, Fault> {
        self.blobs.delete(&storage::Key::original(staged.0.id)).await?;
        Ok(too_late())
    }

    fn pending(
        &self,
        viewer: &Viewer,
        file: &Spooled,
        title: Option<String>,
        picture: &Picture,
    ) -> Result<image::Model, Error> {
        let (now, name) = (self.clock.now(), filename::clean(&file.filename));
        Ok(image::Model {
            id: ids::new(),
            owner_id: viewer.user_id,
            state: image::State::Pending,
            lease_until: Some(now.plus(LEASE)),
            filename_key: filename::key(&name),
            filename: name,
            title,
            content_type: picture.format.content_type().to_owned(),
            byte_size: i64::try_from(file.len).map_err(Fault::internal)?,
            width: i32::try_from(picture.width).map_err(Fault::internal)?,
            height: i32::try_from(picture.height).map_err(Fault::internal)?,
            has_alpha: picture.has_alpha,
            sha256: hex::encode(file.sha256),
            thumbhash: picture.thumbhash.clone(),
            uploaded_at: now,
            updated_at: now,
            animated: false,
            favorite: false,
            taken_at: None,
            taken_or_uploaded_at: now,
            dedupe_key: None,
            analysis_id: None,
            analysis_status: None,
        })
    }

    /// Writes the object, and keeps the lease alive meanwhile.
    async fn store(&self, row: &image::Model, file: &Spooled) -> Result<(), Error> {
        let source = file.file.try_clone().map_err(Fault::internal)?;
        let key = storage::Key::original(row.id);
        let put = self.blobs.put_file(&key, source, file.len, &row.content_type);
        tokio::pin!(put);
        loop {
            tokio::select! {
                stored = &mut put => return Ok(stored?),
                () = tokio::time::sleep(LEASE / 3) => self.renew(row.id).await?,
            }
        }
    }

    async fn renew(&self, id: Uuid) -> Result<(), Error> {
        let renewed = image::Entity::update_many()
            .col_expr(image::Column::LeaseUntil, Expr::value(self.clock.now().plus(LEASE)))
            .filter(image::Column::Id.eq(id))
            .filter(image::Column::State.eq(image::State::Pending))
            .exec(self.db.write())
            .await?;
        if renewed.rows_affected == 0 { Err(too_late()) } else { Ok(()) }
    }

    /// Hands a failed upload to the sweeper at once; where even that fails, the lease does it later. That the storage
    /// failed does not mean that it stopped writing.
    async fn abandon(&self, id: Uuid) {
        let handed_over = image::Entity::update_many()
            .col_expr(image::Column::State, Expr::value(image::State::Deleting))
            .col_expr(image::Column::LeaseUntil, Expr::value(self.clock.now().plus(LAST_WRITER)))
            .filter(image::Column::Id.eq(id))
            .filter(image::Column::State.eq(image::State::Pending))
            .exec(self.db.write())
            .await;
        if let Err(error) = handed_over {
            tracing::warn!(error = %chain(&error), "a failed upload is left to its lease");
        }
        self.doomed.hand_over(id);
    }
}

fn too_late() -> Error {
    Fault::Unavailable("the upload took too long".into()).into()
}

fn unprobed(error: ProbeError) -> Error {
    match error {
        ProbeError::Rejected(rejection) => rejection.into(),
        ProbeError::Read(error) => Fault::internal(error).into(),
    }
}

fn clean_title(title: Option<String>) -> Result<Option<String>, Error> {
    // One line; and the character of number 0 is one that Postgres does not keep.
    let visible = |text: String| text.chars().filter(|c| !c.is_control()).collect::<String>();
    let title = title.map(|text| visible(text).trim().to_owned()).filter(|text| !text.is_empty());
    match title {
        Some(text) if text.chars().count() > 255 => Err(Error::TitleTooLong),
        title => Ok(title),
    }
}
