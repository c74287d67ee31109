//! Viewers that were found a moment ago, so that not every request asks the database for its session: a page of the web
//! client sends several at once, and a program sends the next when it has the last one's answer.
//!
//! What ends a session in this process counts at once; what another process ended is seen two seconds later. The access
//! token itself is verified each time, whatever is in here.

use std::time::Duration;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::recent::{Question, Recent};
use crate::viewer::Viewer;

/// How long a viewer counts as found.
const LIFETIME: Duration = Duration::from_secs(2);
/// Viewers kept at most: some 4 MB.
const CAPACITY: u64 = 10_000;

/// With the end of each one's session.
#[derive(Clone)]
pub(super) struct Viewers(Recent<(Viewer, Timestamp)>);

impl Viewers {
    pub fn new() -> Self {
        Self(Recent::new(CAPACITY, LIFETIME))
    }

    /// To be taken before the session's row is read.
    pub fn question(&self, session_id: Uuid, now: Timestamp) -> Question {
        self.0.question(session_id, now)
    }

    /// The answer: the row was there, and the session lives until `expires_at`.
    pub fn keep(&self, question: Question, viewer: Viewer, expires_at: Timestamp) {
        self.0.keep(question, viewer.session_id, (viewer, expires_at));
    }

    /// The viewer, if they were found a moment ago and nothing ended their session since.
    pub fn get(&self, session_id: Uuid, now: Timestamp) -> Option<Viewer> {
        let (viewer, expires_at) = self.0.get(session_id, now)?;
        (now < expires_at).then_some(viewer)
    }

    /// The session has ended.
    pub fn forget(&self, session_id: Uuid) {
        self.0.forget(session_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_is_kept_for_two_seconds_and_never_past_the_session() {
        const NOW: Timestamp = Timestamp(1_700_000_000_000);
        let viewers = Viewers::new();
        let kept = |expires_in: i64| {
            let (user_id, session_id) = (Uuid::now_v7(), Uuid::now_v7());
            let viewer = Viewer { user_id, session_id, username: "ada".to_owned(), language: "en".to_owned() };
            viewers.keep(viewers.question(session_id, NOW), viewer, Timestamp(NOW.0 + expires_in));
            session_id
        };
        let (ada, bob) = (kept(3_600_000), kept(1_000));
        let found = |session_id: Uuid, after: i64| viewers.get(session_id, Timestamp(NOW.0 + after)).is_some();
        assert_eq!([0, 1_999, 2_000].map(|after| found(ada, after)), [true, true, false]);
        assert_eq!([999, 1_000].map(|after| found(bob, after)), [true, false]);
        viewers.forget(ada);
        assert!(!found(ada, 0));
    }
}
