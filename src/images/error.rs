//! What can go wrong with images.

use sea_orm::DbErr;

use super::TicketError;
use crate::db::entities::image;
use crate::error::{Code, Data, Explain, Fault, Refusal};
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
    #[error("A description has at most 10000 characters.")]
    DescriptionTooLong,
    #[error("An alt text has at most 2000 characters.")]
    AltTextTooLong,
    #[error("An image has words in at most 100 languages.")]
    TooManyLanguages,
    #[error("An image has at most 100 tags.")]
    TooManyTags,
    #[error("A tag has 1 to 50 characters.")]
    TagLength,
    #[error("At most 100 ids at a time.")]
    TooManyIds,
    #[error("An idempotency key has 1 to 255 characters.")]
    IdempotencyKeyLength,
    #[error("Another request with this idempotency key is still under way. Try again in a moment.")]
    KeyInUse,
    #[error("This idempotency key stands for an image that was deleted since. Use another one.")]
    KeySpent,
    #[error("another upload of the same bytes is under way")]
    SameUnderWay,
    #[error("There is an image with the same bytes.")]
    Duplicate(Box<image::Model>),
    #[error("There is no room left: {} of {} are used.", size(*used), size(*limit))]
    QuotaExceeded { limit: u64, used: u64 },
    #[error(transparent)]
    Ticket(#[from] TicketError),
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
        let (code, path): (_, &[&str]) = match self {
            Self::Fault(fault) => return Err(fault),
            Self::SameUnderWay => return Err(Fault::Unavailable(message.into())),
            Self::Ticket(error) => return Ok(vec![error.refusal()]),
            Self::NotFound { path } => return Ok(vec![Refusal { path, ..Refusal::new(Code::NotFound, message, &[]) }]),
            Self::Rejected(rejection) => (code_of(&rejection), &["input", "file"]),
            Self::TitleTooLong => (Code::InvalidInput, &["input", "title"]),
            Self::Duplicate(existing) => {
                let refusal = Refusal::new(Code::Duplicate, message, &["input", "file"]);
                return Ok(vec![refusal.with(Data::Existing(existing))]);
            }
            Self::QuotaExceeded { limit, used } => {
                let refusal = Refusal::new(Code::QuotaExceeded, message, &["input", "file"]);
                return Ok(vec![refusal.with(Data::Limit { limit, used })]);
            }
            Self::TagLength | Self::TooManyTags => (Code::InvalidInput, &["input", "tags"]),
            Self::IdempotencyKeyLength => (Code::InvalidInput, &["input", "idempotencyKey"]),
            Self::KeyInUse | Self::KeySpent => (Code::Conflict, &["input", "idempotencyKey"]),
            Self::DescriptionTooLong => (Code::InvalidInput, &["input", "text", "description"]),
            Self::AltTextTooLong => (Code::InvalidInput, &["input", "text", "altText"]),
            Self::TooManyLanguages => (Code::InvalidInput, &["input", "text", "language"]),
            Self::TooManyIds => (Code::InvalidInput, &["input", "ids"]),
        };
        Ok(vec![Refusal::new(code, message, path)])
    }
}

fn size(bytes: u64) -> String {
    bytesize::ByteSize(bytes).display().si().to_string()
}

pub(super) fn code_of(rejection: &Rejection) -> Code {
    match rejection {
        Rejection::UnsupportedType { .. } => Code::UnsupportedType,
        Rejection::TooLarge { .. } => Code::FileTooLarge,
        Rejection::TooManyPixels { .. } | Rejection::TooLong { .. } => Code::TooManyPixels,
        Rejection::Corrupt { .. } => Code::CorruptFile,
    }
}
