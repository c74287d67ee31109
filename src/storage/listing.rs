//! A walk over every object of a folder, page by page.

use super::Key;
use crate::clock::Timestamp;

/// One page of a walk.
#[derive(Debug)]
pub struct Listing {
    pub keys: Vec<FoundKey>,
    /// Where the walk goes on; `None` after the last page. Opaque, and good for as long as anybody keeps it.
    pub next: Option<String>,
}

/// An object as a walk finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundKey {
    /// Its name in the storage, for people: also of an object that we did not make.
    pub name: String,
    /// `None` for a name that we did not make.
    pub key: Option<Key>,
    /// In bytes.
    pub len: u64,
    /// When these bytes were put there; with S3 to the second.
    pub modified: Timestamp,
}

impl FoundKey {
    /// The image, or in `incoming` the ticket; `None` for a name that we did not make.
    pub fn id(&self) -> Option<uuid::Uuid> {
        self.key.as_ref().map(Key::id)
    }
}
