//! Viewers that were found a moment ago, so that not every request asks the database for its session: a page of the web
//! client sends several at once, and a program sends the next when it has the last one's answer.
//!
//! What ends a session in this process counts at once; what another process ended is seen when the entry is too old,
//! two seconds later. The access token itself is verified each time, whatever is in here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::viewer::Viewer;

/// How long a viewer counts as found, by our clock, from before the database was asked.
const LIFETIME: Duration = Duration::from_secs(2);
/// Viewers kept at most: some 4 MB.
const CAPACITY: u64 = 10_000;
/// Sessions share this many counters of ends.
const STRIPES: usize = 256;

#[derive(Clone)]
pub(super) struct Viewers {
    found: Cache<Uuid, Arc<Found>>,
    /// Counts the ended sessions, by the last byte of their id, which is random.
    ends: Arc<[AtomicU64; STRIPES]>,
}

struct Found {
    viewer: Viewer,
    expires_at: Timestamp,
    question: Question,
}

/// A question to the database that is under way: when it was asked, and how many sessions had ended by then.
#[derive(Clone, Copy)]
pub(super) struct Question {
    asked_at: Timestamp,
    ends: u64,
}

impl Viewers {
    pub fn new() -> Self {
        // Whoever asked last is likely to ask next.
        let found = Cache::builder().max_capacity(CAPACITY).eviction_policy(EvictionPolicy::lru()).build();
        Self { found, ends: Arc::new([const { AtomicU64::new(0) }; STRIPES]) }
    }

    /// To be taken before the session's row is read.
    pub fn question(&self, session_id: Uuid, now: Timestamp) -> Question {
        Question { asked_at: now, ends: self.ends_near(session_id).load(Ordering::SeqCst) }
    }

    /// The answer: the row was there, and the session lives until `expires_at`.
    pub fn keep(&self, question: Question, viewer: Viewer, expires_at: Timestamp) {
        self.found.insert(viewer.session_id, Arc::new(Found { viewer, expires_at, question }));
    }

    /// The viewer, if they were found a moment ago and nothing ended their session since.
    ///
    /// An end is counted after it is in the database and before it is answered; and an answer counts only with the number
    /// that stood before its question. So a question that found the row alive while somebody ended the session may put
    /// its answer in here at any time later: nobody who comes after the end takes it. Removing entries alone would not
    /// do, because such an answer comes after the removal.
    pub fn get(&self, session_id: Uuid, now: Timestamp) -> Option<Viewer> {
        let found = self.found.get(&session_id)?;
        let Question { asked_at, ends } = found.question;
        let fresh = asked_at <= now && now.since(asked_at) < LIFETIME;
        let unended = self.ends_near(session_id).load(Ordering::SeqCst) == ends;
        (fresh && unended && now < found.expires_at).then(|| found.viewer.clone())
    }

    /// The session has ended. Its neighbors by number are asked for again, once.
    pub fn forget(&self, session_id: Uuid) {
        self.ends_near(session_id).fetch_add(1, Ordering::SeqCst);
        self.found.invalidate(&session_id);
    }

    fn ends_near(&self, session_id: Uuid) -> &AtomicU64 {
        &self.ends[usize::from(session_id.as_bytes()[15]) % STRIPES]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);
    const LATER: Timestamp = Timestamp(NOW.0 + 3_600_000);

    fn viewer(last_byte: u8) -> Viewer {
        let mut bytes = *Uuid::now_v7().as_bytes();
        bytes[15] = last_byte;
        let session_id = Uuid::from_bytes(bytes);
        Viewer { user_id: Uuid::now_v7(), session_id, username: "ada".to_owned(), language: "en".to_owned() }
    }

    fn kept(viewers: &Viewers, viewer: &Viewer, expires_at: Timestamp) {
        viewers.keep(viewers.question(viewer.session_id, NOW), viewer.clone(), expires_at);
    }

    #[test]
    fn a_viewer_is_kept_for_two_seconds_of_our_clock_and_never_past_the_session() {
        let (viewers, ada, bob) = (Viewers::new(), viewer(1), viewer(2));
        kept(&viewers, &ada, LATER);
        kept(&viewers, &bob, Timestamp(NOW.0 + 1_000));
        let found = |viewer: &Viewer, after: i64| viewers.get(viewer.session_id, Timestamp(NOW.0 + after)).is_some();
        assert_eq!([0, 1_999, 2_000].map(|after| found(&ada, after)), [true, true, false]);
        assert_eq!([999, 1_000].map(|after| found(&bob, after)), [true, false]);
        // A clock that was set back says nothing about the age.
        assert!(!found(&ada, -1));
    }

    #[test]
    fn an_end_counts_at_once_and_for_no_other_session() {
        let (viewers, ada, bob) = (Viewers::new(), viewer(1), viewer(2));
        kept(&viewers, &ada, LATER);
        kept(&viewers, &bob, LATER);
        viewers.forget(ada.session_id);
        assert!(viewers.get(ada.session_id, NOW).is_none());
        assert_eq!(viewers.get(bob.session_id, NOW).unwrap().user_id, bob.user_id);
    }

    #[test]
    fn an_answer_that_was_asked_for_before_the_end_brings_nobody_back() {
        let (viewers, ada) = (Viewers::new(), viewer(1));
        // Read while the session lived, and put in after it ended.
        let question = viewers.question(ada.session_id, NOW);
        viewers.forget(ada.session_id);
        viewers.keep(question, ada.clone(), LATER);
        assert!(viewers.get(ada.session_id, NOW).is_none());
        // A neighbor by number that is asked for anew is kept again.
        let bob = viewer(1);
        kept(&viewers, &bob, LATER);
        assert!(viewers.get(bob.session_id, NOW).is_some());
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let viewers = Viewers::new();
        for number in 0..CAPACITY + 2_000 {
            kept(&viewers, &viewer(number.to_le_bytes()[0]), LATER);
        }
        viewers.found.run_pending_tasks();
        assert!(viewers.found.entry_count() <= CAPACITY, "{}", viewers.found.entry_count());
    }
}
