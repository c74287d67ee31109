//! What can go wrong, in two kinds: a `Refusal` is the caller's to act on (it becomes an entry of a payload's
//! `errors`), a `Fault` is the server's (a top-level error; the cause is logged once, at the border, and never shown).

use std::error::Error as StdError;

use sea_orm::{DbErr, RuntimeErr};

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
    NotFound,
    UnsupportedType,
    FileTooLarge,
    TooManyPixels,
    CorruptFile,
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
}

impl Refusal {
    pub fn new(code: Code, message: impl Into<String>, path: &[&str]) -> Self {
        Self { code, message: message.into(), path: path.iter().map(|&step| step.to_owned()).collect() }
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
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                connection_lost(cause)
            }
            _ => false,
        };
        if unavailable { Self::Unavailable(error.into()) } else { Self::Internal(error.into()) }
    }
}

/// True where the statement never had a chance: the connection broke, the server is going down or out of room.
fn connection_lost(error: &sea_orm::SqlxError) -> bool {
    use sea_orm::SqlxError as E;
    match error {
        E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) => true,
        E::Database(cause) => cause.code().is_some_and(|code| is_outage(&code)),
        _ => false,
    }
}

/// By the code that the database gives: a SQLSTATE of five characters (Postgres and MySQL: class 08 connection, such as
/// MySQL's too many connections and shutdown, 53 resources, 57P operator intervention, 58 system), or a result code of
/// SQLite, extended in its upper bytes (5 busy, 8 read-only, 10 I/O, 13 full, 14 cannot open).
fn is_outage(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 8 | 10 | 13 | 14))
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Self::Unavailable(error.into()),
            _ => Self::Internal(error.into()),
        }
    }
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
        // A statement canceled, a unique violation, a syntax error; SQLite's own for the last two.
        for code in ["57014", "23505", "23000", "42601", "HY000", "2067", "1", ""] {
            assert!(!is_outage(code), "{code}");
        }
    }
}
