//! Ids at the border: what a client sends is untrusted text, and one that cannot be an id is one that is not there.

use async_graphql::ID;
use uuid::Uuid;

use crate::db::ids::Kind;

pub fn encode(kind: Kind, id: Uuid) -> ID {
    ID(kind.encode(id))
}

/// None: malformed or of another kind.
pub fn decode(kind: Kind, id: &ID) -> Option<Uuid> {
    kind.decode(&id.0)
}
