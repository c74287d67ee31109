//! What can go wrong with accounts.

use sea_orm::DbErr;

use crate::clock::Timestamp;
use crate::error::{Code, Data, Explain, Fault, Refusal};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("A username has 3 to 32 letters, digits, dots, hyphens or underscores, and begins with a letter or digit.")]
    InvalidUsername,
    #[error("This is not an e-mail address.")]
    InvalidEmail,
    #[error("{0}")]
    WeakPassword(String),
    #[error("This username is taken.")]
    UsernameTaken,
    #[error("There is an account with this e-mail address already.")]
    EmailTaken,
    #[error("The name or the password is wrong.")]
    InvalidCredentials,
    #[error("Registration is closed on this server.")]
    RegistrationClosed,
    #[error("Log in again: this refresh token is not valid.")]
    TokenInvalid,
    #[error("Log in again: the session has expired.")]
    TokenExpired,
    #[error("Too many attempts. Try again in {wait}.")]
    TooManyAttempts { retry_at: Timestamp, wait: String },
    /// More than one field is wrong; all are said at once.
    #[error("Several fields are wrong.")]
    Several(Vec<Error>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Explain for Error {
    fn explain(self) -> Result<Vec<Refusal>, Fault> {
        let (code, path): (Code, &[&str]) = match self {
            Self::Fault(fault) => return Err(fault),
            Self::Several(errors) => {
                let each: Result<Vec<_>, _> = errors.into_iter().map(Self::explain).collect();
                return Ok(each?.into_iter().flatten().collect());
            }
            Self::TooManyAttempts { retry_at, .. } => {
                let refusal = Refusal::new(Code::TooManyAttempts, self.to_string(), &[]);
                return Ok(vec![refusal.with(Data::RetryAt(retry_at))]);
            }
            Self::InvalidUsername => (Code::InvalidInput, &["input", "username"]),
            Self::InvalidEmail => (Code::InvalidInput, &["input", "email"]),
            Self::WeakPassword(_) => (Code::WeakPassword, &["input", "password"]),
            Self::UsernameTaken => (Code::UsernameTaken, &["input", "username"]),
            Self::EmailTaken => (Code::EmailTaken, &["input", "email"]),
            Self::InvalidCredentials => (Code::InvalidCredentials, &["input"]),
            Self::RegistrationClosed => (Code::RegistrationClosed, &[]),
            Self::TokenInvalid => (Code::TokenInvalid, &["input", "refreshToken"]),
            Self::TokenExpired => (Code::TokenExpired, &["input", "refreshToken"]),
        };
        Ok(vec![Refusal::new(code, self.to_string(), path)])
    }
}

/// Why an access token does not sign anybody in.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Forged, expired, malformed, or of a session that has ended.
    #[error("the access token is not valid")]
    Invalid,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbErr> for TokenError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}
