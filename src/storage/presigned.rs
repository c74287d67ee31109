//! What a client needs to put an object into the bucket by itself, or to get one, and what it may do there.

use std::fmt;
use std::time::{Duration, SystemTime};

/// What a presigned PUT allows, and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct PutTerms<'a> {
    /// Bytes of the object, exactly.
    pub len: u64,
    pub content_type: &'a str,
    /// Where it is given, the bucket refuses other bytes.
    pub sha256: Option<[u8; 32]>,
    /// From now on; a week at most.
    pub expires_in: Duration,
}

/// What a presigned GET answers.
#[derive(Clone, Copy, Debug)]
pub struct GetTerms<'a> {
    pub content_type: &'a str,
    /// The header `Content-Disposition`.
    pub disposition: &'a str,
    /// The header `Cache-Control`.
    pub cache: &'a str,
    pub signed_at: SystemTime,
    /// From `signed_at` on; a week at most.
    pub expires_in: Duration,
}

/// A PUT that whoever has it may send, until it expires and as often as he likes: what it put there can be replaced
/// until then. See [`Pinned`](super::Pinned).
#[derive(Clone)]
pub struct PresignedPut {
    /// A secret: it carries the signature.
    pub url: String,
    /// Headers, by their names in lower case, that the client has to send as they are. `content-length` is signed as
    /// well and not among them: every HTTP client sends it by itself, and browsers let nobody set it.
    pub headers: Vec<(String, String)>,
}

impl fmt::Debug for PresignedPut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedPut").finish_non_exhaustive()
    }
}
