//! What was read from the database a moment ago, by its id, so that not every request asks for it again.
//!
//! What ends in this process counts at once; what another process ended is seen when the entry is too old.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use uuid::Uuid;

use crate::clock::Timestamp;

/// Ids share this many counters of ends.
const STRIPES: usize = 256;

/// Cheap to clone.
#[derive(Clone)]
pub struct Recent<T> {
    lifetime: Duration,
    found: Cache<Uuid, Arc<Found<T>>>,
    /// Counts what ended, by the last byte of its id, which is random.
    ends: Arc<[AtomicU64; STRIPES]>,
}

struct Found<T> {
    value: T,
    question: Question,
}

/// A question to the database that is under way: when it was asked, and how many had ended by then.
#[derive(Clone, Copy)]
pub struct Question {
    asked_at: Timestamp,
    ends: u64,
}

impl<T: Clone + Send + Sync + 'static> Recent<T> {
    /// For `capacity` entries, each for `lifetime` by our clock, from before the database was asked.
    pub fn new(capacity: u64, lifetime: Duration) -> Self {
        // Whoever asked last is likely to ask next.
        let found = Cache::builder().max_capacity(capacity).eviction_policy(EvictionPolicy::lru()).build();
        Self { lifetime, found, ends: Arc::new([const { AtomicU64::new(0) }; STRIPES]) }
    }

    /// To be taken before the row is read.
    pub fn question(&self, id: Uuid, now: Timestamp) -> Question {
        Question { asked_at: now, ends: self.ends_near(id).load(Ordering::SeqCst) }
    }

    /// The answer: the row was there.
    pub fn keep(&self, question: Question, id: Uuid, value: T) {
        self.found.insert(id, Arc::new(Found { value, question }));
    }

    /// What was found a moment ago, if it did not end since.
    ///
    /// An end is counted after it is in the database and before it is answered; and an answer counts only with the number
    /// that stood before its question. So a question that found the row while somebody ended it may put its answer in
    /// here at any time later: nobody who comes after the end takes it. Removing entries alone would not do, because
    /// such an answer comes after the removal.
    pub fn get(&self, id: Uuid, now: Timestamp) -> Option<T> {
        let found = self.found.get(&id)?;
        let Question { asked_at, ends } = found.question;
        let fresh = asked_at <= now && now.since(asked_at) < self.lifetime;
        let unended = self.ends_near(id).load(Ordering::SeqCst) == ends;
        (fresh && unended).then(|| found.value.clone())
    }

    /// It has ended. Its neighbors by number are asked for again, once.
    pub fn forget(&self, id: Uuid) {
        self.ends_near(id).fetch_add(1, Ordering::SeqCst);
        self.found.invalidate(&id);
    }

    fn ends_near(&self, id: Uuid) -> &AtomicU64 {
        &self.ends[usize::from(id.as_bytes()[15]) % STRIPES]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn recent() -> Recent<u8> {
        Recent::new(100, Duration::from_secs(2))
    }

    fn id(last_byte: u8) -> Uuid {
        let mut bytes = *Uuid::now_v7().as_bytes();
        bytes[15] = last_byte;
        Uuid::from_bytes(bytes)
    }

    fn kept(recent: &Recent<u8>, id: Uuid, value: u8) {
        recent.keep(recent.question(id, NOW), id, value);
    }

    #[test]
    fn what_was_found_is_kept_for_its_lifetime_of_our_clock() {
        let (recent, id) = (recent(), id(1));
        kept(&recent, id, 7);
        let found = |after: i64| recent.get(id, Timestamp(NOW.0 + after));
        assert_eq!([0, 1_999, 2_000].map(found), [Some(7), Some(7), None]);
        // A clock that was set back says nothing about the age.
        assert_eq!(found(-1), None);
    }

    #[test]
    fn an_end_counts_at_once_and_for_no_other() {
        let (recent, one, other) = (recent(), id(1), id(2));
        kept(&recent, one, 1);
        kept(&recent, other, 2);
        recent.forget(one);
        assert_eq!((recent.get(one, NOW), recent.get(other, NOW)), (None, Some(2)));
    }

    #[test]
    fn an_answer_that_was_asked_for_before_the_end_brings_nothing_back() {
        let (recent, one) = (recent(), id(1));
        // Read while it was there, and put in after it ended.
        let question = recent.question(one, NOW);
        recent.forget(one);
        recent.keep(question, one, 1);
        assert_eq!(recent.get(one, NOW), None);
        // A neighbor by number that is asked for anew is kept again.
        let neighbor = id(1);
        kept(&recent, neighbor, 2);
        assert_eq!(recent.get(neighbor, NOW), Some(2));
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let recent = recent();
        for number in 0..=u8::MAX {
            kept(&recent, id(number), number);
        }
        recent.found.run_pending_tasks();
        assert!(recent.found.entry_count() <= 100, "{}", recent.found.entry_count());
    }
}
