//! What can go wrong with tickets, and is the caller's to act on.

use super::MAX_OPEN;
use crate::error::{Code, Refusal};
use crate::images::error::code_of;
use crate::pictures::Rejection;

#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// As announced, the file would be refused.
    #[error(transparent)]
    Announced(Rejection),
    #[error("A file has at least one byte.")]
    Empty,
    #[error("{MAX_OPEN} of your uploads are neither completed nor expired. Complete some of them first.")]
    TooMany,
    #[error("There is no such upload, or it has expired.")]
    NotFound,
    #[error("Nothing was put under the upload's URL yet.")]
    Missing,
    #[error(
        "{found} bytes were put, and {announced} were announced. Put the right file, and complete the upload then."
    )]
    OtherLength { found: u64, announced: u64 },
    #[error(
        "Other bytes were put than announced: their SHA-256 is another. Put the right file, and complete the upload then."
    )]
    OtherDigest,
    #[error(
        "The upload is being completed by another request, or its file was replaced meanwhile. Try again in a moment."
    )]
    Conflict,
}

impl TicketError {
    pub fn refusal(&self) -> Refusal {
        let (code, path): (Code, &[&str]) = match self {
            Self::Announced(rejection @ Rejection::TooLarge { .. }) => (code_of(rejection), &["input", "byteSize"]),
            Self::Announced(rejection) => (code_of(rejection), &["input", "contentType"]),
            Self::Empty => (Code::InvalidInput, &["input", "byteSize"]),
            Self::TooMany => (Code::InvalidInput, &[]),
            Self::NotFound => (Code::NotFound, &["input", "uploadId"]),
            Self::Missing => (Code::UploadMissing, &["input", "uploadId"]),
            Self::OtherLength { .. } | Self::OtherDigest => (Code::DigestMismatch, &["input", "uploadId"]),
            Self::Conflict => (Code::Conflict, &["input", "uploadId"]),
        };
        Refusal::new(code, self.to_string(), path)
    }
}
