//! From the objects to the rows: every stored object belongs to something that is written down.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Check, Finding, Part, Watch};
use crate::db::entities::{image, upload};
use crate::error::Fault;
use crate::images::Images;
use crate::storage::{Folder, FoundKey};

/// Objects of one page of the walk.
const PAGE: usize = 500;

impl<W: Watch> Check<'_, W> {
    pub(super) async fn objects(&mut self) -> Result<(), Fault> {
        self.watch.begins(Part::Objects, None);
        for folder in Folder::ALL {
            let mut after = None;
            while !self.watch.stopped() {
                let page = self.images.blobs.list_all(folder, after.as_deref(), PAGE).await?;
                let known = self.images.known(folder, page.keys.iter().filter_map(FoundKey::id)).await?;
                for object in &page.keys {
                    self.object(folder, object, &known).await?;
                }
                self.sum.objects += page.keys.len() as u64;
                self.watch.steps(page.keys.len() as u64);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn object(&mut self, folder: Folder, object: &FoundKey, known: &HashSet<Uuid>) -> Result<(), Fault> {
        let name = object.name.clone();
        let (Some(key), Some(id)) = (&object.key, object.id()) else {
            self.note(&Finding::Foreign { name }, false);
            return Ok(());
        };
        // A row is written before its object and goes after it: one that is missing twice was never there, or is gone.
        if known.contains(&id) || self.images.known(folder, [id]).await?.contains(&id) {
            return Ok(());
        }
        if self.repair {
            self.images.blobs.delete(key).await?;
        }
        self.note(&Finding::Stray { name }, self.repair);
        Ok(())
    }
}

impl Images {
    /// Those of the ids that are written down.
    async fn known(&self, folder: Folder, ids: impl IntoIterator<Item = Uuid>) -> Result<HashSet<Uuid>, Fault> {
        let ids: HashSet<Uuid> = ids.into_iter().collect();
        let db = self.db.read();
        let known: Vec<Uuid> = if folder == Folder::Incoming {
            let tickets = upload::Entity::find().select_only().column(upload::Column::Id);
            tickets.filter(upload::Column::Id.is_in(ids)).into_tuple().all(db).await?
        } else {
            let images = image::Entity::find().select_only().column(image::Column::Id);
            images.filter(image::Column::Id.is_in(ids)).into_tuple().all(db).await?
        };
        Ok(known.into_iter().collect())
    }
}
