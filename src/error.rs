//! What can go wrong, in two kinds: a `Refusal` is the caller's to act on (it becomes an entry of a payload's
//! `errors`), a `Fault` is the server's (a top-level error; the cause is logged once, where the fault stops, and never
//! shown).

use std::error::Error as StdError;

use sea_orm::sqlx::mysql::MySqlDatabaseError;
use sea_orm::{DbErr, RuntimeErr};

use crate::clock::Timestamp;
use crate::db::entities::image;
use crate::storage::StorageError;

/// Every code that a payload's `errors` can carry. `graphql` shows it as the enum `ErrorCode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    InvalidInput,
    WeakPassword,
    EmailTaken,
    UsernameTaken,
    InvalidCredentials,
    RegistrationClosed,
    TokenInvalid,
    TokenExpired,
    TooManyAttempts,
    NotFound,
    Conflict,
    Duplicate,
    UnsupportedType,
    FileTooLarge,
    TooManyPixels,
    CorruptFile,
    DigestMismatch,
    UploadMissing,
    QuotaExceeded,
    AnalysisUnavailable,
}

/// A failure that the caller can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    /// For people; safe to show.
    pub message: String,
    /// The input path, such as `input`, `email`.
    pub path: Vec<String>,
    pub data: Data,
}

/// What a refusal tells beside its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    None,
    /// When the same can be tried again.
    RetryAt(Timestamp),
    /// What there may be at the most, and what there is.
    Limit {
        limit: u64,
        used: u64,
    },
    /// The image that is there already.
    Existing(Box<image::Model>),
}

impl Refusal {
    pub fn new(code: Code, message: impl Into<String>, path: &[&str]) -> Self {
        let path = path.iter().map(|&step| step.to_owned()).collect();
        Self { code, message: message.into(), path, data: Data::None }
    }

    #[must_use]
    pub fn with(self, data: Data) -> Self {
        Self { data, ..self }
    }
}

/// A failure of the server or of what it stands on.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database, the storage or another part cannot be reached; trying again later makes sense.
    #[error("unavailable: {0}")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// A defect, or something nobody foresaw.
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

impl Fault {
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        let unavailable = match &error {
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => passes(cause),
            _ => false,
        };
        if unavailable { Self::Unavailable(error.into()) } else { Self::Internal(error.into()) }
    }
}

/// True where the same statement may succeed later: the connection broke, the server is going down or out of room, or
/// another transaction was in the way.
fn passes(error: &sea_orm::SqlxError) -> bool {
    use sea_orm::SqlxError as E;
    match error {
        E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) => true,
        E::Database(cause) => {
            cause.code().is_some_and(|code| is_outage(&code))
                || cause.try_downcast_ref::<MySqlDatabaseError>().is_some_and(|error| is_conflict(error.number()))
        }
        _ => false,
    }
}

/// By the code that the database gives: a SQLSTATE of five characters (Postgres and MySQL: class 08 connection, such as
/// MySQL's too many connections and shutdown, 53 resources, 57P operator intervention, 58 system; 40001 and 40P01, a
/// conflict of transactions and a deadlock), or a result code of SQLite, extended in its upper bytes (5 busy, 8
/// read-only, 10 I/O, 13 full, 14 cannot open).
fn is_outage(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "53", "57P", "58", "40001", "40P01"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 8 | 10 | 13 | 14))
}

/// By MySQL's own number, since its SQLSTATE for two of them is HY000: 1020 the record has changed since it was read,
/// 1205 waited too long for a lock, 1213 deadlock.
fn is_conflict(number: u16) -> bool {
    matches!(number, 1020 | 1205 | 1213)
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Self::Unavailable(error.into()),
            _ => Self::Internal(error.into()),
        }
    }
}

/// An error with all its causes, for the log. A cause that an error tells in its own words already is not told again.
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = next.source();
    }
    text
}

/// Implemented by the one error enum of each slice: which of its variants are the caller's.
pub trait Explain {
    /// What the caller can act on, never empty; or the fault.
    fn explain(self) -> Result<Vec<Refusal>, Fault>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_from_a_mistake_by_the_code_of_any_database() {
        // SQLite's are BUSY_SNAPSHOT, IOERR_READ, IOERR_FSYNC, READONLY_DBMOVED, CANTOPEN_ISDIR.
        for code in
            ["08006", "08S01", "08004", "53300", "57P01", "58030", "5", "517", "266", "1034", "1032", "13", "526"]
        {
            assert!(is_outage(code), "{code}");
        }
        // Conflicts: serialization failures and deadlocks, of Postgres and of MySQL.
        assert!(is_outage("40001") && is_outage("40P01"));
        assert!([1020, 1205, 1213].into_iter().all(is_conflict));
        // A duplicate, a syntax error.
        assert!(![1062, 1064].into_iter().any(is_conflict));
        // A statement canceled, a unique violation, a syntax error; SQLite's own for the last two.
        for code in ["57014", "23505", "23000", "42601", "40002", "HY000", "2067", "1", ""] {
            assert!(!is_outage(code), "{code}");
        }
    }

    #[derive(Debug, thiserror::Error)]
    #[error("{words}")]
    struct Told {
        words: &'static str,
        source: Option<Box<Told>>,
    }

    #[test]
    fn a_chain_tells_every_cause_once() {
        let told = |words, source| Told { words, source: Some(Box::new(source)) };
        let refused = Told { words: "connection refused", source: None };
        let deep = told("the bucket does not answer", told("dispatch failure", refused));
        assert_eq!(chain(&deep), "the bucket does not answer: dispatch failure: connection refused");
        let refused = Told { words: "connection refused", source: None };
        let repeats = Fault::Unavailable(told("dispatch failure", refused).into());
        assert_eq!(chain(&repeats), "unavailable: dispatch failure: connection refused");
    }
}
