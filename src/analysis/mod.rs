//! Analyses: a vision model says what an image shows. A question becomes a row and a job in one transaction; a worker
//! asks; the answer is stored whole, recorded on the image, and told to whoever watches.

mod ask;
mod complete;
mod error;
pub mod graphql;
mod job;
mod list;
mod loader;
mod poll;
mod record;
mod watch;

pub use ask::{Options, UploadedImage};
pub use complete::Completion;
pub use error::Error;
pub use job::KIND;
pub use loader::{AnalysesById, AnalysisPages, CountsByImage, LatestByImage, PageKey};
pub use watch::{Subject, WatchError};

use std::ops::Deref;
use std::sync::Arc;

use crate::ai::VisionModel;
use crate::clock::Clock;
use crate::db::Db;
use crate::events::Events;
use crate::images::Images;
use crate::jobs::Jobs;
use crate::secrets::{Key, Keys};

/// The service. Cheap to clone, and small: every subscription holds one.
#[derive(Clone)]
pub struct Analyses(Arc<Parts>);

/// What it consists of.
pub struct Parts {
    db: Db,
    clock: Clock,
    images: Images,
    jobs: Jobs,
    events: Events,
    /// None: no provider is configured.
    model: Option<VisionModel>,
    cursors: Key,
}

impl Deref for Analyses {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
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
        Self(Arc::new(Parts { db, clock, images, jobs, events, model, cursors: keys.cursors.clone() }))
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
