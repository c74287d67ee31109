//! Rate limits: each principal has a bucket of points that fills up within a minute; an operation takes its cost.
//!
//! The generic cell rate algorithm (ITU-T I.371, "virtual scheduling"): one number a bucket, the time at which it will be
//! full again. Crates for it count in ones and keep every bucket; here an operation takes hundreds, the answer says what
//! is left, and buckets that nobody asks for are forgotten. Each process counts for itself.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;
use tokio::time::Instant;
use uuid::Uuid;

use crate::address::place;

/// In which an empty bucket gets full.
const WINDOW: Duration = Duration::from_mins(1);
/// Buckets that are remembered; those that were not asked for the longest go first.
const MAX_BUCKETS: u64 = 100_000;
/// An address without an account gets this part of what an account gets.
const ANONYMOUS_PART: u64 = 10;

/// Who pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    User(Uuid),
    /// A [`place`].
    Address(IpAddr),
    /// Anonymous, over a connection without an address.
    Unknown,
}

impl Principal {
    pub fn anonymous(address: Option<IpAddr>) -> Self {
        address.map_or(Self::Unknown, |address| Self::Address(place(address)))
    }
}

/// How a bucket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Points of a full bucket.
    pub limit: u64,
    /// Points left.
    pub remaining: u64,
    /// Until it is full.
    pub reset: Duration,
}

/// Not enough is left; enough will be, after this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted(pub Duration);

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct RateLimiter {
    /// Points a minute of an account; 0 is no limit.
    points: u64,
    start: Instant,
    /// When each is full again, in nanoseconds since `start`.
    full_at: Cache<Principal, Arc<AtomicU64>>,
}

impl RateLimiter {
    /// `points`: a minute, of an account; 0 turns all of it off.
    pub fn new(points: u64) -> Self {
        let full_at = Cache::builder().max_capacity(MAX_BUCKETS).time_to_idle(WINDOW * 2).build();
        Self { points, start: Instant::now(), full_at }
    }

    /// Of this principal, as it stands now; looked up once for all that one request takes.
    pub fn bucket(&self, principal: Principal) -> Bucket {
        Bucket(self.at(principal, Instant::now()))
    }

    /// None where there is no limit.
    pub fn standing(&self, principal: Principal) -> Option<Standing> {
        self.at(principal, Instant::now()).map(|level| level.standing())
    }

    fn at(&self, principal: Principal, now: Instant) -> Option<Level> {
        if self.points == 0 {
            return None;
        }
        let limit = match principal {
            Principal::User(_) => self.points,
            Principal::Address(_) | Principal::Unknown => (self.points / ANONYMOUS_PART).max(1),
        };
        Some(Level { full_at: self.full_at.get_with(principal, Arc::default), limit, now: nanos(now - self.start) })
    }
}

/// What one request pays from. Good for a moment: what comes back meanwhile is not in it.
#[derive(Debug)]
pub struct Bucket(Option<Level>);

impl Bucket {
    /// Takes points, all or none. What costs more than a full bucket holds takes a full one.
    pub fn take(&self, cost: u64) -> Result<(), Exhausted> {
        self.0.as_ref().map_or(Ok(()), |level| level.take(cost))
    }

    /// Takes points for what was refused: as many as there are, if there are too few.
    pub fn charge(&self, cost: u64) {
        if let Some(level) = &self.0 {
            // Somebody else may have taken them meanwhile: then nothing is left to take.
            let _ = level.take(cost.min(level.standing().remaining));
        }
    }
}

/// A bucket at a time.
#[derive(Debug)]
struct Level {
    full_at: Arc<AtomicU64>,
    limit: u64,
    /// Nanoseconds.
    now: u64,
}

impl Level {
    /// In which one point comes back.
    fn interval(&self) -> u64 {
        (nanos(WINDOW) / self.limit).max(1)
    }

    fn take(&self, cost: u64) -> Result<(), Exhausted> {
        let added = cost.min(self.limit) * self.interval();
        let taken = self.full_at.fetch_update(Ordering::AcqRel, Ordering::Acquire, |full_at| {
            let next = full_at.max(self.now).saturating_add(added);
            (next <= self.now + self.span()).then_some(next)
        });
        match taken {
            Ok(_) => Ok(()),
            Err(full_at) => {
                let wait = full_at.max(self.now).saturating_add(added) - self.span() - self.now;
                Err(Exhausted(Duration::from_nanos(wait)))
            }
        }
    }

    fn standing(&self) -> Standing {
        let reset = self.full_at.load(Ordering::Acquire).saturating_sub(self.now);
        Standing {
            limit: self.limit,
            remaining: self.span().saturating_sub(reset) / self.interval(),
            reset: Duration::from_nanos(reset),
        }
    }

    /// In which an empty bucket gets full.
    fn span(&self) -> u64 {
        self.limit * self.interval()
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: Principal = Principal::User(Uuid::from_u128(1));

    fn bucket(limiter: &RateLimiter, seconds: u64) -> Level {
        limiter.at(ADA, limiter.start + Duration::from_secs(seconds)).unwrap()
    }

    #[test]
    fn a_bucket_gives_what_is_in_it_and_fills_up_within_a_minute() {
        let limiter = RateLimiter::new(600);
        assert_eq!(bucket(&limiter, 0).take(600), Ok(()));
        assert_eq!(bucket(&limiter, 0).take(1), Err(Exhausted(Duration::from_millis(100))));
        assert_eq!(bucket(&limiter, 0).take(50), Err(Exhausted(Duration::from_secs(5))));
        assert_eq!(bucket(&limiter, 5).take(50), Ok(()));
        assert_eq!(bucket(&limiter, 5).take(1), Err(Exhausted(Duration::from_millis(100))));
        let standing = Standing { limit: 600, remaining: 300, reset: Duration::from_secs(30) };
        assert_eq!(bucket(&limiter, 35).standing(), standing);
        assert_eq!(bucket(&limiter, 500).standing().remaining, 600);
        assert_eq!(bucket(&limiter, 500).take(600), Ok(()));
    }

    #[test]
    fn what_costs_more_than_a_bucket_holds_takes_a_full_one() {
        let limiter = RateLimiter::new(600);
        assert_eq!(bucket(&limiter, 0).take(1), Ok(()));
        assert_eq!(bucket(&limiter, 0).take(u64::MAX), Err(Exhausted(Duration::from_millis(100))));
        assert_eq!(bucket(&limiter, 1).take(u64::MAX), Ok(()));
        assert_eq!(bucket(&limiter, 1).standing().remaining, 0);
    }

    #[test]
    fn many_at_once_cannot_take_more_than_there_is() {
        let limiter = RateLimiter::new(1_000);
        let now = limiter.start;
        let taken: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..1_000).filter(|_| limiter.at(ADA, now).unwrap().take(1).is_ok()).count()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 1_000);
    }

    #[test]
    fn each_has_a_bucket_of_its_own_and_strangers_a_smaller_one() {
        let limiter = RateLimiter::new(600);
        let address = |text: &str| Principal::anonymous(Some(text.parse().unwrap()));
        limiter.bucket(ADA).charge(700);
        assert!(limiter.bucket(ADA).take(100).is_err());
        assert_eq!(limiter.bucket(Principal::User(Uuid::from_u128(2))).take(100), Ok(()));
        assert_eq!(limiter.bucket(address("192.0.2.1")).take(60), Ok(()));
        assert!(limiter.bucket(address("192.0.2.1")).take(30).is_err());
        assert_eq!(limiter.bucket(address("192.0.2.2")).take(60), Ok(()));
        assert_eq!(address("2001:db8:1:2:3::4"), address("2001:db8:1:2:ffff::"));
        assert_ne!(address("2001:db8:1:2::"), address("2001:db8:1:3::"));
    }

    #[test]
    fn zero_is_no_limit() {
        let limiter = RateLimiter::new(0);
        assert_eq!((limiter.bucket(ADA).take(u64::MAX), limiter.standing(ADA)), (Ok(()), None));
    }
}
