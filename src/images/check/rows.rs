//! From the rows to the objects: every image's file is there, whole, and was asked for what it says.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{AT_ONCE, Check, Finding, PAGE, Part, Watch};
use crate::db::entities::{image, image_metadata};
use crate::error::Fault;
use crate::images::upload::pending;
use crate::images::{Images, filename, quota};
use crate::pictures::ProbeError;
use crate::storage::{Key, StorageError};

/// So many files that are lost, and most of those looked at, are healed by nobody.
const DOUBTFUL: usize = 10;

impl<W: Watch> Check<'_, W> {
    pub(super) async fn rows(&mut self) -> Result<(), Fault> {
        let images = self.images;
        let ready = || image::Entity::find().filter(image::Column::State.eq(image::State::Ready));
        self.watch.begins(Part::Images, Some(ready().count(images.db.read()).await?));
        let mut after = Uuid::nil();
        while !self.watch.stopped() {
            let page = ready().filter(image::Column::Id.gt(after)).order_by_asc(image::Column::Id).limit(PAGE);
            let page = page.all(images.db.read()).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            let asked = asked_for_metadata(images, &page).await?;
            let differing = stream::iter(page.iter().map(|image| images.look_at(image)));
            let differing: Vec<_> = differing.buffered(AT_ONCE).try_collect().await?;
            // Where most files are gone, it is more likely that this is another storage than that they are lost.
            let without = differing.iter().flatten().count();
            let doubtful = without >= DOUBTFUL && without * 2 > page.len();
            self.sum.doubtful |= doubtful;
            for (image, finding) in page.iter().zip(differing) {
                match finding {
                    Some(finding) => {
                        let healed = self.repair && !doubtful && images.give_up(image).await?;
                        self.note(&finding, healed);
                    }
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

    /// Deletes an image whose file is lost; the sweeper does the rest. False: somebody else did.
    async fn give_up(&self, image: &image::Model) -> Result<bool, Fault> {
        let txn = self.db.begin().await?;
        quota::lock(&txn, image.owner_id).await?;
        let gone = image::Entity::update_many()
            .col_expr(image::Column::State, Expr::value(image::State::Deleting))
            .col_expr(image::Column::LeaseUntil, Expr::value(self.clock.now()))
            .col_expr(image::Column::DedupeKey, Expr::value(None::<String>))
            .filter(image::Column::Id.eq(image.id))
            .filter(image::Column::State.eq(image::State::Ready))
            .exec(&txn)
            .await?;
        if gone.rows_affected == 1 {
            quota::refund(&txn, image.owner_id, 1, image.byte_size).await?;
        }
        txn.commit().await?;
        Ok(gone.rows_affected == 1)
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
            Err(error) => return Err(Fault::internal(error)),
        };
        let metadata = pending::metadata(image.id, &picture);
        let txn = self.db.begin().await?;
        let mut update = image::Entity::update_many()
            .col_expr(image::Column::Animated, Expr::value(picture.frames > 1))
            .col_expr(image::Column::FilenameKey, Expr::value(filename::key(&image.filename)))
            .filter(image::Column::Id.eq(image.id))
            .filter(image::Column::State.eq(image::State::Ready));
        if image.taken_at.is_none() {
            update = update.col_expr(image::Column::TakenAt, Expr::value(metadata.taken_at)).col_expr(
                image::Column::TakenOrUploadedAt,
                Expr::value(metadata.taken_at.unwrap_or(image.uploaded_at)),
            );
        }
        if update.exec(&txn).await?.rows_affected == 0 {
            return Ok(false);
        }
        pending::insert_metadata(&txn, metadata).await?;
        txn.commit().await?;
        Ok(true)
    }
}
