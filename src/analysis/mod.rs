//! Analyses: a vision model says what an image shows. A question becomes a row and a job in one transaction; a worker
//! asks; the answer is stored whole, recorded on the image, and told to whoever watches.

mod ask;
mod error;
pub mod graphql;
mod job;
mod list;
mod loader;
mod poll;
mod record;
mod watch;

pub use ask::{Options, UploadedImage};
pub use error::Error;
pub use job::KIND;
pub use loader::{AnalysesById, AnalysisPages, CountsByImage, LatestByImage, PageKey};
pub use watch::{Subject, WatchError};

use crate::ai::VisionModel;
use crate::clock::Clock;
use crate::db::Db;
use crate::events::Events;
use crate::images::Images;
use crate::jobs::Jobs;
use crate::secrets::{Key, Keys};

/// The service. Cheap to clone.
#[derive(Clone)]
pub struct Analyses {
    db: Db,
    clock: Clock,
    images: Images,
    jobs: Jobs,
    events: Events,
    /// None: no provider is configured.
    model: Option<VisionModel>,
    cursors: Key,
}

impl Analyses {
    pub fn new(
        db: Db,
        clock: Clock,
        images: Images,
        jobs: Jobs,
        events: Events,
        model: Option<VisionModel>,
        keys: &Keys,
    ) -> Self {
        Self { db, clock, images, jobs, events, model, cursors: keys.cursors.clone() }
    }

    /// The model that answers; None when no provider is configured.
    pub fn model(&self) -> Option<&VisionModel> {
        self.model.as_ref()
    }

    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    pub fn events(&self) -> &Events {
        &self.events
    }
}
