//! Ids: a UUIDv7 in the table (ordered by time of making), a TypeID in the API (`image_01j9…`), translated here only.
//! TypeID: <https://github.com/jetify-com/typeid/tree/main/spec>.

use std::time::SystemTime;

use rand::RngExt;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::{Builder, Uuid};

/// What an id names; the word before the underscore.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    User,
    Session,
    Image,
    Analysis,
    /// A ticket for a direct upload.
    Upload,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::User, Self::Session, Self::Image, Self::Analysis, Self::Upload];

    pub fn prefix(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Session => "session",
            Self::Image => "image",
            Self::Analysis => "analysis",
            Self::Upload => "upload",
        }
    }

    /// The id as the API shows it.
    pub fn encode(self, id: Uuid) -> String {
        match DynamicType::new(self.prefix()) {
            Ok(prefix) => TypeSafeId::from_type_and_uuid(prefix, id).to_string(),
            // Every prefix above is a valid one; the test below says so.
            Err(_) => id.to_string(),
        }
    }

    /// None: malformed, or of another kind.
    pub fn decode(self, text: &str) -> Option<Uuid> {
        parse(text).filter(|(kind, _)| *kind == self).map(|(_, id)| id)
    }
}

/// What an id of the API names; None when it is malformed or of no known kind.
pub fn parse(text: &str) -> Option<(Kind, Uuid)> {
    let id: TypeSafeId<DynamicType> = text.parse().ok()?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.prefix() == id.type_prefix())?;
    Some((kind, id.uuid()))
}

/// A new id, later in order than all before it.
pub fn new() -> Uuid {
    Uuid::now_v7()
}

/// A new id for what is stored nowhere, and in no order within its millisecond: its random part comes from this thread's
/// generator. Asking the system for it, as [`new`] does, would cost each request a call.
pub fn passing() -> Uuid {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX);
    Builder::from_unix_timestamp_millis(millis, &rand::rng().random()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_way_to_the_api_and_back_and_names_only_its_own_kind() {
        for kind in Kind::ALL {
            let id = new();
            let text = kind.encode(id);
            assert!(text.starts_with(&format!("{}_", kind.prefix())));
            assert_eq!(kind.decode(&text), Some(id));
            assert_eq!(parse(&text), Some((kind, id)));
        }
        assert_eq!(Kind::User.decode(&Kind::Image.encode(new())), None);
        for junk in ["", "image", "image_", "image_zzzz", "42", "💥", "image_01j9zzzzzzzzzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(parse(junk), None, "{junk}");
        }
    }
}
