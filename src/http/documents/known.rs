//! Known documents: those of the web client, and those that the operator lists. A manifest is a JSON object of texts by
//! the SHA-256 of each, in hexadecimal digits.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::http::params::Hash;

#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("it is not a JSON object of texts: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the document under {0:?} has another SHA-256")]
    Hash(String),
}

/// Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<HashMap<Hash, String>>);

impl Known {
    /// # Errors
    /// Which manifest cannot be read, and why.
    pub fn read<'m>(manifests: impl IntoIterator<Item = &'m str>) -> Result<Self, ManifestError> {
        let mut known = HashMap::new();
        for manifest in manifests {
            let texts: HashMap<String, String> = serde_json::from_str(manifest)?;
            for (claimed, text) in texts {
                let hash: Hash = Sha256::digest(text.as_bytes()).into();
                if hex::encode(hash) != claimed.to_ascii_lowercase() {
                    return Err(ManifestError::Hash(claimed));
                }
                known.insert(hash, text);
            }
        }
        Ok(Self(Arc::new(known)))
    }

    pub fn text(&self, hash: &Hash) -> Option<&str> {
        self.0.get(hash).map(String::as_str)
    }

    /// Every text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_lists_texts_by_their_hash() {
        let hash = hex::encode(Sha256::digest(b"{ a }"));
        let known = Known::read([format!("{{\"{hash}\": \"{{ a }}\"}}").as_str(), "{}"]).unwrap();
        assert_eq!(known.text(&Sha256::digest(b"{ a }").into()), Some("{ a }"));
        assert_eq!(known.text(&[0; 32]), None);
        assert_eq!(known.texts().collect::<Vec<_>>(), ["{ a }"]);
        for wrong in [format!("{{\"{hash}\": \"{{ b }}\"}}"), "[]".into(), "{\"a\": 1}".into(), String::new()] {
            assert!(Known::read([wrong.as_str()]).is_err(), "{wrong}");
        }
    }
}
