//! Who asks: the signed-in person behind a request, as the session check found them.

use uuid::Uuid;

/// A person with a living session. Every read of user data starts from one.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub user_id: Uuid,
    pub session_id: Uuid,
    pub username: String,
    /// The account's language, a BCP 47 tag.
    pub language: String,
}
