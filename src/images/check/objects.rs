//! From the objects to the rows: every stored object belongs to something that is written down.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Check, Finding, Part, Watch};
use crate::db::entities::{image, upload};
use crate::error::Fault;
use crate::images::Images;
use crate::storage::{Folder, FoundKey, Key};

/// So many objects of nothing, and most of all, are removed by nobody.
const DOUBTFUL: usize = 3;

/// Objects of one page of the walk.
const PAGE: usize = 500;

/// Strays that are remembered, to be removed at the end of the walk; the next check finds the others.
const MOST: usize = 100_000;

impl<W: Watch> Check<'_, W> {
    pub(super) async fn objects(&mut self) -> Result<(), Fault> {
        self.watch.begins(Part::Objects, None);
        let mut strays = Vec::new();
        for folder in Folder::ALL {
            let mut after = None;
            while !self.watch.stopped() && strays.len() < MOST {
                let page = self.images.blobs.list_all(folder, after.as_deref(), PAGE).await?;
                let known = self.images.known(folder, page.keys.iter().filter_map(FoundKey::id)).await?;
                for object in &page.keys {
                    match (&object.key, object.id()) {
                        (Some(key), Some(id)) if !known.contains(&id) => {
                            strays.push((key.clone(), object.name.clone()));
                        }
                        (Some(_), Some(_)) => {}
                        _ => self.note(&Finding::Foreign { name: object.name.clone() }, false),
                    }
                }
                self.sum.objects += page.keys.len() as u64;
                self.watch.steps(page.keys.len() as u64);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        self.strays(strays).await
    }

    /// What is to be done about objects of nothing, known when all have been looked at.
    async fn strays(&mut self, strays: Vec<(Key, String)>) -> Result<(), Fault> {
        // Where most objects are nobody's, they are more likely another database's.
        let most = strays.len() as u64 * 2 > self.sum.objects;
        self.sum.doubtful |= most && strays.len() >= DOUBTFUL;
        for (key, name) in strays {
            // A row is written before its object and goes after it: one that is missing twice was never there, or is gone.
            if self.images.known(key.folder(), [key.id()]).await?.contains(&key.id()) {
                continue;
            }
            let remove = self.repair && !self.sum.doubtful && !self.watch.stopped();
            if remove {
                self.images.blobs.delete(&key).await?;
            }
            self.note(&Finding::Stray { name }, remove);
        }
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
