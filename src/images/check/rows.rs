//! From the rows to the objects: every image's file is there, whole, and was asked for what it says.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{AT_ONCE, Check, Finding, PAGE, Part, Watch};
use crate::db::entities::{image, image_metadata};
use crate::error::Fault;
use crate::images::upload::pending;
use crate::images::{Images, filename, tombstone};
use crate::pictures::ProbeError;
use crate::storage::{Key, StorageError};

/// Where so many files are gone, and most of all, it is more likely that this is another storage than that they are lost.
const DOUBTFUL: usize = 3;

impl<W: Watch> Check<'_, W> {
    pub(super) async fn rows(&mut self) -> Result<(), Fault> {
        let images = self.images;
        let ready = || image::Entity::find().filter(image::Column::State.eq(image::State::Ready));
        self.watch.begins(Part::Images, Some(ready().count(images.db.read()).await?));
        let (mut after, mut lost) = (Uuid::nil(), Vec::new());
        while !self.watch.stopped() {
            let page = ready().filter(image::Column::Id.gt(after)).order_by_asc(image::Column::Id).limit(PAGE);
            let page = page.all(images.db.read()).await?;
            let Some(end) = page.last() else { break };
            after = end.id;
            let asked = asked_for_metadata(images, &page).await?;
            let differing = stream::iter(page.iter().map(|image| images.look_at(image)));
            let differing: Vec<_> = differing.buffered(AT_ONCE).try_collect().await?;
            for (image, finding) in page.iter().zip(differing) {
                match finding {
                    Some(finding) => lost.push((image.id, finding)),
                    None if !asked.contains(&image.id) => {
                        let healed = self.repair && images.ask_for_metadata(image).await?;
                        self.note(&Finding::MetadataMissing { image: image.id }, healed);
                    }
                    None => {}
                }
            }
            self.sum.images += page.len() as u64;
            self.watch.steps(page.len() as u64);
        }
        self.lost(lost).await
    }

    /// What is to be done about images without their files, known when all have been looked at.
    async fn lost(&mut self, lost: Vec<(Uuid, Finding)>) -> Result<(), Fault> {
        let most = lost.len() as u64 * 2 > self.sum.images;
        self.sum.doubtful = most && lost.len() >= DOUBTFUL;
        for (image, finding) in lost {
            let healed =
                self.repair && !self.sum.doubtful && !self.watch.stopped() && self.images.give_up(image).await?;
            self.note(&finding, healed);
        }
        Ok(())
    }
}

async fn asked_for_metadata(images: &Images, page: &[image::Model]) -> Result<HashSet<Uuid>, Fault> {
    let asked = image_metadata::Entity::find()
        .select_only()
        .column(image_metadata::Column::ImageId)
        .filter(image_metadata::Column::ImageId.is_in(page.iter().map(|image| image.id)))
        .into_tuple::<Uuid>();
    Ok(asked.all(images.db.read()).await?.into_iter().collect())
}

impl Images {
    /// What is wrong with an image's file; nothing where the image was deleted meanwhile.
    async fn look_at(&self, image: &image::Model) -> Result<Option<Finding>, Fault> {
        let expected = image.byte_size.unsigned_abs();
        let found = self.blobs.len(&Key::original(image.id)).await?;
        if found == Some(expected) || self.ready(image.id).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(match found {
            Some(found) => Finding::OriginalDamaged { image: image.id, expected, found },
            None => Finding::OriginalMissing { image: image.id },
        }))
    }

    /// Deletes an image whose file is still not what it should be; the sweeper does the rest. False: it is, or somebody
    /// else did.
    async fn give_up(&self, id: Uuid) -> Result<bool, Fault> {
        let Some(image) = self.ready(id).await? else { return Ok(false) };
        if self.look_at(&image).await?.is_none() {
            return Ok(false);
        }
        let ready = image::Column::State.eq(image::State::Ready);
        let which = Condition::all().add(image::Column::Id.eq(id)).add(ready);
        let txn = self.db.begin().await?;
        let gone = tombstone::lay(&txn, image.owner_id, which, self.clock.now()).await?;
        txn.commit().await?;
        self.cache.forget(id);
        Ok(!gone.is_empty())
    }

    /// Asks a file of before for its colors and metadata. False: it cannot be read.
    async fn ask_for_metadata(&self, image: &image::Model) -> Result<bool, Fault> {
        let bytes = match self.blobs.get(&Key::original(image.id), None).await {
            Err(StorageError::NotFound) => return Ok(false),
            original => original?.bytes(image.byte_size.unsigned_abs()).await?,
        };
        let limits = crate::pictures::Limits { max_bytes: u64::MAX, max_pixels: u64::MAX, ..self.limits.clone() };
        let picture = match self.pool.probe(bytes, limits).await {
            Ok(picture) => picture,
            Err(ProbeError::Rejected(_)) => return Ok(false),
            Err(error @ ProbeError::TimedOut) => return Err(Fault::Unavailable(error.into())),
            Err(error) => return Err(Fault::internal(error)),
        };
        let metadata = pending::metadata(image.id, &picture);
        let txn = self.db.begin().await?;
        let ready = || image::Entity::update_many().filter(image::Column::Id.eq(image.id));
        let update = ready()
            .col_expr(image::Column::Animated, Expr::value(picture.frames > 1))
            .col_expr(image::Column::FilenameKey, Expr::value(filename::key(&image.filename)))
            .filter(image::Column::State.eq(image::State::Ready));
        if update.exec(&txn).await?.rows_affected == 0 {
            return Ok(false);
        }
        // The owner may have said when meanwhile.
        ready()
            .col_expr(image::Column::TakenAt, Expr::value(metadata.taken_at))
            .col_expr(image::Column::TakenOrUploadedAt, Expr::value(metadata.taken_at.unwrap_or(image.uploaded_at)))
            .filter(image::Column::TakenAt.is_null())
            .exec(&txn)
            .await?;
        pending::insert_metadata(&txn, metadata).await?;
        txn.commit().await?;
        Ok(true)
    }
}
