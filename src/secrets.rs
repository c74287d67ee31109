//! The server's secret and the keys derived from it: one key a purpose, so that none can stand in for another.
//! HKDF with SHA-256 (RFC 5869).

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// A 256-bit key for one purpose.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 16 bytes of the HMAC-SHA-256 of `parts`, each with its length before it, so that no two lists of
    /// parts give the same message.
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut mac = self.mac();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let full = mac.finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&full[..16]);
        short
    }

    /// In constant time.
    pub fn verify(&self, parts: &[&[u8]], signature: &[u8]) -> bool {
        self.sign(parts).ct_eq(signature).into()
    }

    fn mac(&self) -> Hmac<Sha256> {
        // HMAC pads a short key with zeros to the hash's block.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        Hmac::<Sha256>::new(&block.into())
    }
}

/// One key a purpose.
#[derive(Clone, Debug)]
pub struct Keys {
    pub access_tokens: Key,
    pub media: Key,
    pub cursors: Key,
    pub attempts: Key,
    pub uploads: Key,
}

impl Keys {
    pub fn derive(secret: &SecretString) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, secret.expose_secret().as_bytes());
        let key = |purpose: &str| {
            let mut bytes = [0; 32];
            // HKDF refuses only more than 255 hashes' worth of output.
            let expanded = hkdf.expand(purpose.as_bytes(), &mut bytes);
            debug_assert!(expanded.is_ok());
            Key(bytes)
        };
        Self {
            access_tokens: key("image-manager/access-tokens/v1"),
            media: key("image-manager/media/v1"),
            cursors: key("image-manager/cursors/v1"),
            attempts: key("image-manager/attempts/v1"),
            uploads: key("image-manager/uploads/v1"),
        }
    }
}

/// The secret in `data_dir`, made on the first start, readable by the owner alone.
pub fn read_or_generate(data_dir: &Path) -> io::Result<SecretString> {
    let path = data_dir.join("secret.key");
    if let Some(secret) = read(&path)? {
        return Ok(secret);
    }
    let secret = hex::encode(rand::rng().random::<[u8; 32]>());
    // Written aside and linked into place: a crash leaves no half a secret, and of two first starts one wins.
    let aside = data_dir.join(format!("secret.key.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&aside, &path);
    fs::remove_file(&aside)?;
    fs::File::open(data_dir)?.sync_all()?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => read(&path)?.ok_or_else(|| io::Error::other("secret.key vanished")),
    }
}

fn read(path: &Path) -> io::Result<Option<SecretString>> {
    match fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= 32 => Ok(Some(text.trim().to_owned().into())),
        Ok(_) => Err(io::Error::other(format!("{} is not a secret of at least 32 characters", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_key_of_its_own_and_the_same_secret_gives_the_same_keys() {
        let keys = Keys::derive(&"0123456789abcdef0123456789abcdef".to_owned().into());
        let again = Keys::derive(&"0123456789abcdef0123456789abcdef".to_owned().into());
        assert_eq!(keys.media.as_bytes(), again.media.as_bytes());
        assert_ne!(keys.media.as_bytes(), keys.cursors.as_bytes());
        assert_ne!(keys.media.as_bytes(), keys.access_tokens.as_bytes());
    }

    #[test]
    fn a_signature_is_bound_to_the_border_between_its_parts() {
        let key = Keys::derive(&"0123456789abcdef0123456789abcdef".to_owned().into()).media;
        let signature = key.sign(&[b"ab", b"c"]);
        assert!(key.verify(&[b"ab", b"c"], &signature));
        assert!(!key.verify(&[b"a", b"bc"], &signature));
        assert!(!key.verify(&[b"ab", b"c"], &signature[..8]));
    }

    #[test]
    fn the_secret_is_generated_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        let first = read_or_generate(dir.path()).unwrap();
        let second = read_or_generate(dir.path()).unwrap();
        assert_eq!(first.expose_secret(), second.expose_secret());
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &fs::metadata(dir.path().join("secret.key")).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }
}
