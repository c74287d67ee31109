//! Events: what just happened, told to whoever waits in this process. A fact carries ids only and may get lost: the
//! database is the truth, and a listener reads it again.

use tokio::sync::broadcast;
use uuid::Uuid;

/// Facts that a slow listener may fall behind before it has to read everything again.
const BACKLOG: usize = 1024;

/// Something happened to a thing of this owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    AnalysisChanged { analysis: Uuid, image: Uuid, owner: Uuid },
    ImageDeleted { image: Uuid, owner: Uuid },
}

/// The bus. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Events(broadcast::Sender<Fact>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl Events {
    pub fn publish(&self, fact: Fact) {
        // Nobody listening is no failure.
        let _ = self.0.send(fact);
    }

    pub fn listen(&self) -> broadcast::Receiver<Fact> {
        self.0.subscribe()
    }

    pub fn has_listeners(&self) -> bool {
        self.0.receiver_count() > 0
    }
}
