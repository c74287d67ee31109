//! The border where errors are told: refusals as the payload's `errors`, faults as top-level errors that hide their
//! cause. A fault that reaches a client is logged here, once, with its causes.

use async_graphql::{Enum, Error, ErrorExtensions, Interface, Result, SimpleObject};

use super::scalars::{DateTime, SafeInt};
use crate::error::{Code, Data, Explain, Fault, Refusal, chain};
use crate::images::graphql::Image;

/// What went wrong, for programs. More codes may come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Enum)]
#[graphql(remote = "Code")]
pub enum ErrorCode {
    /// A value is not acceptable; the message says why.
    InvalidInput,
    /// The password is too easy to guess.
    WeakPassword,
    /// There is an account with this e-mail address.
    EmailTaken,
    /// There is an account with this username.
    UsernameTaken,
    /// The name or the password is wrong; it is not said which.
    InvalidCredentials,
    /// This server takes no new accounts.
    RegistrationClosed,
    /// The refresh token was never given out, was used before, or its session has ended.
    TokenInvalid,
    /// The session has expired.
    TokenExpired,
    /// This was tried too often; the error says when it can be tried again.
    TooManyAttempts,
    /// There is no such thing, or it is not the caller's.
    NotFound,
    /// Something else is under way that does not go together with this; the message says what to do.
    Conflict,
    /// There is an image with the same bytes; the error has it.
    Duplicate,
    /// The file is of no type that this server accepts.
    UnsupportedType,
    /// The file has more bytes than this server accepts.
    FileTooLarge,
    /// The picture has more pixels than this server accepts, or a side of more than 65,535.
    TooManyPixels,
    /// The file is damaged or incomplete.
    CorruptFile,
    /// The file is not the one that was announced: another length or another SHA-256.
    DigestMismatch,
    /// No file was put where the upload's URL says.
    UploadMissing,
    /// There is no room left; the error says how much there is.
    QuotaExceeded,
    /// This server has no vision model; the message says what its operator can set.
    AnalysisUnavailable,
}

/// A failure that the caller can act on. `code` alone is enough to handle it; the concrete type carries data.
#[derive(Interface)]
#[graphql(
    field(name = "code", ty = "&ErrorCode", desc = "What went wrong, for programs."),
    field(name = "message", ty = "&String", desc = "What went wrong, for people, in English."),
    field(
        name = "path",
        ty = "&Vec<String>",
        desc = "The input path, such as `[\"input\", \"email\"]`; empty when it is about the whole."
    )
)]
pub enum UserError {
    InputError(InputError),
    FileRejectedError(FileRejectedError),
    RetryLaterError(RetryLaterError),
    DuplicateImageError(DuplicateImageError),
    LimitReachedError(LimitReachedError),
}

/// Every failure without data of its own.
#[derive(SimpleObject)]
pub struct InputError {
    /// What went wrong, for programs.
    code: ErrorCode,
    /// What went wrong, for people, in English.
    message: String,
    /// The input path, such as `["input", "email"]`; empty when it is about the whole.
    path: Vec<String>,
}

/// A file that is not taken in: UNSUPPORTED_TYPE, FILE_TOO_LARGE, TOO_MANY_PIXELS or CORRUPT_FILE. Nothing of it is kept.
#[derive(SimpleObject)]
pub struct FileRejectedError {
    /// What went wrong, for programs.
    code: ErrorCode,
    /// What went wrong, for people, in English.
    message: String,
    /// The input path, such as `["input", "file"]`.
    path: Vec<String>,
    /// The media types that this server accepts, such as `image/jpeg`.
    accepted_types: Vec<String>,
    /// The largest file that this server accepts, in bytes.
    max_bytes: SafeInt,
    /// The most pixels, width times height, that this server accepts.
    max_pixels: SafeInt,
}

/// Something that was tried too often: TOO_MANY_ATTEMPTS. Nothing of it was done.
#[derive(SimpleObject)]
pub struct RetryLaterError {
    /// What went wrong, for programs.
    code: ErrorCode,
    /// What went wrong, for people, in English.
    message: String,
    /// Empty: it is about the whole.
    path: Vec<String>,
    /// When the same can be tried again. Earlier it is refused, whatever the input.
    retry_at: DateTime,
}

/// A file that is there already: DUPLICATE, where `onDuplicate` is REJECT. Nothing was changed.
#[derive(SimpleObject)]
pub struct DuplicateImageError {
    /// What went wrong, for programs.
    code: ErrorCode,
    /// What went wrong, for people, in English.
    message: String,
    /// The input path, such as `["input", "file"]`.
    path: Vec<String>,
    /// The image with the same bytes.
    existing: Box<Image>,
}

/// Something of which there would be too much: QUOTA_EXCEEDED. Nothing was done.
#[derive(SimpleObject)]
pub struct LimitReachedError {
    /// What went wrong, for programs.
    code: ErrorCode,
    /// What went wrong, for people, in English.
    message: String,
    /// The input path, such as `["input", "file"]`.
    path: Vec<String>,
    /// The most there may be; bytes for QUOTA_EXCEEDED.
    limit: SafeInt,
    /// What there is already, in the same unit.
    used: SafeInt,
}

/// What a rejected file is told.
#[derive(Clone, Debug)]
pub struct FileLimits {
    pub accepted_types: Vec<String>,
    pub max_bytes: u64,
    pub max_pixels: u64,
}

/// The `errors` of a payload; or the top-level error, if the failure is the server's.
pub fn user_errors(error: impl Explain, limits: &FileLimits) -> Result<Vec<UserError>> {
    let refusals = error.explain().map_err(fault)?;
    Ok(refusals.into_iter().map(|refusal| tell(refusal, limits)).collect())
}

fn tell(refusal: Refusal, limits: &FileLimits) -> UserError {
    let Refusal { code, message, path, data } = refusal;
    let is_file = matches!(code, Code::UnsupportedType | Code::FileTooLarge | Code::TooManyPixels | Code::CorruptFile);
    let code = code.into();
    match data {
        Data::RetryAt(at) => {
            UserError::RetryLaterError(RetryLaterError { code, message, path, retry_at: DateTime(at) })
        }
        Data::Limit { limit, used } => {
            let (limit, used) = (SafeInt(limit), SafeInt(used));
            UserError::LimitReachedError(LimitReachedError { code, message, path, limit, used })
        }
        Data::Existing(image) => UserError::DuplicateImageError(DuplicateImageError {
            code,
            message,
            path,
            existing: Box::new(Image(*image)),
        }),
        Data::None if is_file => UserError::FileRejectedError(FileRejectedError {
            code,
            message,
            path,
            accepted_types: limits.accepted_types.clone(),
            max_bytes: SafeInt(limits.max_bytes),
            max_pixels: SafeInt(limits.max_pixels),
        }),
        Data::None => UserError::InputError(InputError { code, message, path }),
    }
}

/// The top-level error for a failure of the server. Logged here, once; the cause is not shown.
pub fn fault(fault: Fault) -> Error {
    told(&fault)
}

/// The same for a failure that several fields share.
pub fn shared_fault(fault: std::sync::Arc<Fault>) -> Error {
    told(&fault)
}

fn told(fault: &Fault) -> Error {
    let (code, message) = match fault {
        Fault::Unavailable(cause) => {
            tracing::warn!(cause = %chain(cause.as_ref()), "unavailable");
            ("UNAVAILABLE", "A part of this server cannot be reached. Try again in a moment.")
        }
        Fault::Internal(cause) => {
            tracing::error!(cause = %chain(cause.as_ref()), "internal error");
            ("INTERNAL", "Something went wrong on this server.")
        }
    };
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// The top-level error for a request that cannot be answered as it stands.
pub fn bad_request(message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", "BAD_REQUEST"))
}

/// The top-level error where somebody must be signed in and nobody is.
pub fn unauthenticated() -> Error {
    Error::new("Sign in first: send `Authorization: Bearer …` with an access token.")
        .extend_with(|_, extensions| extensions.set("code", "UNAUTHENTICATED"))
}
