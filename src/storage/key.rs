//! Names of objects. The server makes every one of them; nothing that a client wrote ever becomes part of a key
//! or of a path.

use std::fmt;

use uuid::Uuid;

use super::StorageError;

/// The first level of all keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Folder {
    Originals,
    Renditions,
    Incoming,
}

impl Folder {
    pub const ALL: [Self; 3] = [Self::Originals, Self::Renditions, Self::Incoming];

    /// As it begins a key: `originals`, `renditions` or `incoming`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Originals => "originals",
            Self::Renditions => "renditions",
            Self::Incoming => "incoming",
        }
    }
}

/// The longest name of a rendition, in bytes.
const NAME_LIMIT: usize = 128;

/// The name of one object: `originals/<id>`, `renditions/<image>/<name>` or `incoming/<ticket>`, the ids as 32
/// hexadecimal digits. `Display` gives that text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    folder: Folder,
    id: Uuid,
    name: Option<String>,
}

impl Key {
    /// The file as it was uploaded.
    pub fn original(image: Uuid) -> Self {
        Self { folder: Folder::Originals, id: image, name: None }
    }

    /// One size and format of an image. `name` is 1 to 128 of `a-z`, `0-9`, `.` and `-`, and does not begin with a
    /// dot; anything else is [`StorageError::Name`].
    pub fn rendition(image: Uuid, name: &str) -> Result<Self, StorageError> {
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
        if name.is_empty() || name.len() > NAME_LIMIT || name.starts_with('.') || !name.bytes().all(allowed) {
            return Err(StorageError::Name);
        }
        Ok(Self { folder: Folder::Renditions, id: image, name: Some(name.to_owned()) })
    }

    /// What a client put there itself, until it has been looked at.
    pub fn incoming(ticket: Uuid) -> Self {
        Self { folder: Folder::Incoming, id: ticket, name: None }
    }

    /// The key that `text` is the text of, letter for letter; `None` for a name that nobody here made.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let folder = parts.next()?;
        let folder = Folder::ALL.into_iter().find(|known| known.name() == folder)?;
        let id = Uuid::try_parse(parts.next()?).ok()?;
        let key = match (folder, parts.next()) {
            (Folder::Renditions, Some(name)) => Self::rendition(id, name).ok()?,
            (Folder::Originals, None) => Self::original(id),
            (Folder::Incoming, None) => Self::incoming(id),
            _ => return None,
        };
        // An id can be written in several ways, and only one of them is found again.
        (key.to_string() == text).then_some(key)
    }

    pub fn folder(&self) -> Folder {
        self.folder
    }

    /// The image, or in `incoming` the ticket.
    pub fn id(&self) -> Uuid {
        self.id
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.folder.name(), self.id.simple())?;
        self.name.iter().try_for_each(|name| write!(f, "/{name}"))
    }
}

/// The common beginning of some keys. `Display` gives it with the slash at its end, so that it can never be the
/// beginning of another image's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    image: Uuid,
}

impl Prefix {
    /// All renditions of an image.
    pub fn renditions(image: Uuid) -> Self {
        Self { image }
    }

    #[expect(clippy::unused_self, reason = "the same question as to a key; there is one kind of prefix so far")]
    pub(super) fn folder(&self) -> Folder {
        Folder::Renditions
    }

    pub(super) fn id(&self) -> Uuid {
        self.image
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/", self.folder().name(), self.image.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_00ab);

    #[test]
    fn keys_read_as_folder_id_and_name() {
        assert_eq!(Key::original(ID).to_string(), "originals/019800000000700080000000000000ab");
        assert_eq!(Key::incoming(ID).to_string(), "incoming/019800000000700080000000000000ab");
        let rendition = Key::rendition(ID, "640x480-contain.webp").unwrap();
        assert_eq!(rendition.to_string(), "renditions/019800000000700080000000000000ab/640x480-contain.webp");
        assert!(rendition.to_string().starts_with(&Prefix::renditions(ID).to_string()));
    }

    #[test]
    fn a_key_is_read_back_from_its_text_and_from_no_other() {
        let rendition = Key::rendition(ID, "640x480-contain.webp").unwrap();
        for key in [Key::original(ID), Key::incoming(ID), rendition] {
            assert_eq!(Key::parse(&key.to_string()), Some(key));
        }
        let foreign = [
            "",
            "originals",
            "originals/",
            "originals/note.txt",
            "originals/019800000000700080000000000000AB",
            "originals/01980000-0000-7000-8000-0000000000ab",
            "originals/019800000000700080000000000000ab/a.webp",
            "renditions/019800000000700080000000000000ab",
            "renditions/019800000000700080000000000000ab/",
            "renditions/019800000000700080000000000000ab/a/b",
            "tmp/019800000000700080000000000000ab",
        ];
        for text in foreign {
            assert_eq!(Key::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_name_that_could_leave_its_folder_is_refused() {
        let too_long = "a".repeat(NAME_LIMIT + 1);
        for name in ["", ".", "..", ".hidden", "a/b", "../a", "a\\b", "A.webp", "a b", "ä", "a\0", &too_long] {
            assert!(matches!(Key::rendition(ID, name), Err(StorageError::Name)), "{name:?}");
        }
    }
}
