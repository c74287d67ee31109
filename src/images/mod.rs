//! Images: what people put in. An upload is checked, written down as PENDING, stored, and only then acknowledged;
//! everything shown is a rendition; what is deleted is gone at once and swept away behind the scenes.

mod ahead;
mod cache;
mod check;
mod delete;
mod error;
mod filename;
mod filter;
pub mod graphql;
mod import;
mod list;
mod loader;
mod making;
mod media_url;
mod own_words;
mod quota;
mod removal;
mod renditions;
mod serve;
mod status;
mod sweep;
mod tags;
mod texts;
mod tickets;
mod tombstone;
mod update;
mod upload;
mod view;

use std::path::PathBuf;

use url::Url;

pub use check::{Checked, Finding, Part, Watch};
pub use error::Error;
pub use filter::{FilterError, ImageFilter, Span, Wanted};
pub use import::{ImportError, Imported};
pub use list::{ImageList, ImageOrder, OrderField};
pub use loader::{ImagesById, MetadataByImage, TagsByImage, TextsByImage};
pub use making::MakeError;
pub use media_url::{MediaLink, MediaUrls, Variant};
pub use own_words::OwnWords;
pub use renditions::{OutputFormat, Transform};
pub use serve::Served;
pub use texts::{Words, choose};
pub use tickets::{Announced, Claimed, Created, Fetched, PutError, Ticket, TicketError};
pub use update::{Change, ImageChanges};
pub use upload::{Answer, DuplicatePolicy, Keyed, NewImage, Receipt, Source, Stage, Staged, Uploaded};

use crate::clock::Clock;
use crate::db::Db;
use crate::events::Events;
use crate::pictures::{Limits, Pool};
use crate::secrets::{Key, Keys};
use crate::storage::Blobs;

/// The service. Cheap to clone.
#[derive(Clone)]
pub struct Images {
    db: Db,
    blobs: Blobs,
    pool: Pool,
    clock: Clock,
    events: Events,
    limits: Limits,
    quota: Option<u64>,
    media: MediaUrls,
    media_redirect: bool,
    upload_urls: tickets::UploadUrls,
    /// Where files lie while they arrive.
    spool: PathBuf,
    cursors: Key,
    makers: making::Makers,
    cache: cache::Cache,
    ahead: ahead::Ahead,
    /// Images whose objects are to be removed now.
    doomed: sweep::Doomed,
}

/// What the service stands on.
pub struct Floors {
    pub db: Db,
    pub blobs: Blobs,
    pub pool: Pool,
    pub clock: Clock,
    pub events: Events,
    /// A directory where files lie while they arrive; on the data disk, not in RAM.
    pub spool: PathBuf,
}

/// What its operator has decided.
pub struct Rules {
    /// What a file must keep to be taken in.
    pub limits: Limits,
    /// Most bytes of originals a person can store.
    pub quota: Option<u64>,
    /// Whether originals are fetched from the bucket itself.
    pub media_redirect: bool,
}

impl Images {
    pub fn new(floors: Floors, rules: Rules, keys: &Keys, public_url: &Url) -> Self {
        let Rules { limits, quota, media_redirect } = rules;
        let Floors { db, blobs, pool, clock, events, spool } = floors;
        Self {
            cache: cache::Cache::new(&db),
            db,
            blobs,
            events,
            pool,
            limits,
            quota,
            media: MediaUrls::new(&keys.media, public_url, clock.clone()),
            media_redirect,
            upload_urls: tickets::UploadUrls::new(&keys.uploads, public_url, clock.clone()),
            spool,
            clock,
            cursors: keys.cursors.clone(),
            makers: making::Makers::default(),
            ahead: ahead::Ahead::default(),
            doomed: sweep::Doomed::default(),
        }
    }

    /// What a file must keep to be taken in.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn media(&self) -> &MediaUrls {
        &self.media
    }
}
