//! What can go wrong with images.

use sea_orm::DbErr;

use crate::error::{Code, Explain, Fault, Refusal};
use crate::pictures::Rejection;
use crate::storage::StorageError;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("There is no such image.")]
    NotFound { path: Vec<String> },
    /// The file is not taken in; the reason is for people.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error("A title has at most 255 characters.")]
    TitleTooLong,
    #[error("At most 100 ids at a time.")]
    TooManyIds,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        Self::Fault(error.into())
    }
}

impl Explain for Error {
    fn explain(self) -> Result<Vec<Refusal>, Fault> {
        let message = self.to_string();
        let (code, path) = match self {
            Self::Fault(fault) => return Err(fault),
            Self::NotFound { path } => return Ok(vec![Refusal { path, ..Refusal::new(Code::NotFound, message, &[]) }]),
            Self::Rejected(rejection) => (code_of(&rejection), ["input", "file"]),
            Self::TitleTooLong => (Code::InvalidInput, ["input", "title"]),
            Self::TooManyIds => (Code::InvalidInput, ["input", "ids"]),
        };
        Ok(vec![Refusal::new(code, message, &path)])
    }
}

fn code_of(rejection: &Rejection) -> Code {
    match rejection {
        Rejection::UnsupportedType { .. } => Code::UnsupportedType,
        Rejection::TooLarge { .. } => Code::FileTooLarge,
        Rejection::TooManyPixels { .. } => Code::TooManyPixels,
        Rejection::Corrupt { .. } => Code::CorruptFile,
    }
}
