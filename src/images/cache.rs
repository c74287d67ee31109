//! What serving the same pictures again and again would ask the database and the storage for each time.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::sync::Cache as Bounded;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::Db;
use crate::db::entities::image;
use crate::pictures::Spec;
use crate::recent::{Question, Recent};

/// How long a row counts as found.
const LIFETIME: Duration = Duration::from_secs(1);
/// Rows held at most: some 8 MB.
const ROWS: u64 = 10_000;

/// Bytes of renditions held at most, and of one of them; what a grid shows has some 30 kB each.
const RENDITIONS: u64 = 32 << 20;
const RENDITION: usize = 256 << 10;
/// What nobody has fetched for so long is given up.
const IDLE: Duration = Duration::from_mins(10);

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Cache {
    /// None where other servers delete as well: an image's URLs are dead at once, so each request asks the database.
    rows: Option<Recent<Arc<image::Model>>>,
    /// Of images that are READY or were: the row is asked for first.
    renditions: Bounded<(Uuid, Spec), Bytes>,
}

impl Cache {
    pub fn new(db: &Db) -> Self {
        let weight = |_: &(Uuid, Spec), bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Self {
            rows: (!db.is_shared()).then(|| Recent::new(ROWS, LIFETIME)),
            renditions: Bounded::builder().weigher(weight).max_capacity(RENDITIONS).time_to_idle(IDLE).build(),
        }
    }

    pub fn row(&self, id: Uuid, now: Timestamp) -> Option<Arc<image::Model>> {
        self.rows.as_ref()?.get(id, now)
    }

    /// To be taken before the row is read.
    pub fn question(&self, id: Uuid, now: Timestamp) -> Option<Question> {
        self.rows.as_ref().map(|rows| rows.question(id, now))
    }

    /// The answer: it is READY.
    pub fn keep_row(&self, question: Option<Question>, row: &Arc<image::Model>) {
        if let (Some(rows), Some(question)) = (&self.rows, question) {
            rows.keep(question, row.id, Arc::clone(row));
        }
    }

    /// To be called when it is not READY any more, before anybody is told.
    pub fn forget(&self, id: Uuid) {
        if let Some(rows) = &self.rows {
            rows.forget(id);
        }
    }

    pub fn rendition(&self, image: Uuid, spec: Spec) -> Option<Bytes> {
        self.renditions.get(&(image, spec))
    }

    /// Whether a rendition of so many bytes is held.
    pub fn has_room_for(len: u64) -> bool {
        len <= RENDITION as u64
    }

    pub fn keep_rendition(&self, image: Uuid, spec: Spec, bytes: &Bytes) {
        if Self::has_room_for(bytes.len() as u64) {
            self.renditions.insert((image, spec), bytes.clone());
        }
    }
}
