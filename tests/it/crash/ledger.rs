//! What the server said, which is what it has to keep.

use std::collections::BTreeMap;

/// The images of which the server ever spoke, by their ids.
#[derive(Default)]
pub struct Ledger {
    images: BTreeMap<String, Entry>,
}

struct Entry {
    sha256: String,
    fate: Fate,
}

/// What became of an image that was stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    Kept,
    /// Its deletion was asked for and not answered: it may be there or not.
    Open,
    Deleted,
}

impl Ledger {
    /// The server said that it has these bytes as this image.
    pub fn stored(&mut self, id: &str, sha256: &str) {
        let entry = Entry { sha256: sha256.to_owned(), fate: Fate::Kept };
        let known = self.images.insert(id.to_owned(), entry);
        assert!(known.is_none(), "{id} was given out twice");
    }

    /// An image that is kept, by any number; None where there is none.
    pub fn some(&self, number: u32) -> Option<String> {
        let kept: Vec<_> = self.with(Fate::Kept).map(|(id, _)| id).collect();
        (!kept.is_empty()).then(|| kept[number as usize % kept.len()].to_owned())
    }

    /// As [`Self::some`]; from now on its fate is open, so that nobody else is given it.
    pub fn doom(&mut self, number: u32) -> Option<String> {
        let id = self.some(number)?;
        self.settle(&id, Fate::Open);
        Some(id)
    }

    pub fn settle(&mut self, id: &str, fate: Fate) {
        self.images.get_mut(id).unwrap().fate = fate;
    }

    /// The images of this fate, and the SHA-256 of the bytes of each.
    pub fn with(&self, fate: Fate) -> impl Iterator<Item = (&str, &str)> {
        let those = self.images.iter().filter(move |(_, entry)| entry.fate == fate);
        those.map(|(id, entry)| (id.as_str(), entry.sha256.as_str()))
    }
}
