//! The signed URLs by which files are put where the storage takes none itself:
//! `/uploads/<ticket>?expires=…&signature=…`. Whoever has one may put that one file, until the ticket expires.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;
use uuid::Uuid;

use crate::clock::{Clock, Timestamp};
use crate::db::ids::Kind;
use crate::secrets::Key;

#[derive(Clone, Debug)]
pub struct UploadUrls {
    key: Key,
    /// PUBLIC_URL with `/uploads/`.
    base: String,
    clock: Clock,
}

impl UploadUrls {
    pub fn new(key: &Key, public_url: &Url, clock: Clock) -> Self {
        let base = format!("{}/uploads/", public_url.as_str().trim_end_matches('/'));
        Self { key: key.clone(), base, clock }
    }

    /// `expires_at` in whole seconds.
    pub fn link(&self, ticket: Uuid, expires_at: Timestamp) -> String {
        let signature = URL_SAFE_NO_PAD.encode(self.sign(ticket, expires_at));
        let (ticket, expires) = (Kind::Upload.encode(ticket), expires_at.unix_seconds());
        format!("{}{ticket}?expires={expires}&signature={signature}", self.base)
    }

    /// The ticket of a URL of ours; None when it is forged, changed or expired.
    pub fn verify(&self, ticket: &str, expires: i64, signature: &str) -> Option<Uuid> {
        let ticket = Kind::Upload.decode(ticket)?;
        let expires_at = Timestamp(expires.checked_mul(1000)?);
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let signed = self.sign(ticket, expires_at);
        let genuine: bool = subtle::ConstantTimeEq::ct_eq(&signed[..], &signature[..]).into();
        (genuine && expires_at > self.clock.now()).then_some(ticket)
    }

    fn sign(&self, ticket: Uuid, expires_at: Timestamp) -> [u8; 16] {
        self.key.sign(&[ticket.as_bytes(), &expires_at.0.to_be_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::secrets::Keys;

    #[test]
    fn a_url_is_good_for_its_ticket_until_it_expires_and_for_nothing_else() {
        let clock = Clock::default();
        let keys = Keys::derive(&"0123456789abcdef0123456789abcdef".to_owned().into());
        let public_url = Url::parse("https://images.example.org/").unwrap();
        let urls = UploadUrls::new(&keys.uploads, &public_url, clock.clone());
        let (ticket, other) = (Uuid::now_v7(), Kind::Upload.encode(Uuid::now_v7()));
        let expires_at = Timestamp((clock.now().unix_seconds() + 100) * 1000);
        let url = Url::parse(&urls.link(ticket, expires_at)).unwrap();
        let id = url.path().strip_prefix("/uploads/").unwrap();
        let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
        let (expires, signature) = (query["expires"].parse().unwrap(), &query["signature"]);
        assert_eq!(urls.verify(id, expires, signature), Some(ticket));
        assert_eq!(urls.verify(&other, expires, signature), None);
        for expires in [expires + 1, expires - 1, i64::MAX, i64::MIN] {
            assert_eq!(urls.verify(id, expires, signature), None);
        }
        for signature in ["", &signature[1..], "!", &format!("A{}", &signature[1..])] {
            assert_eq!(urls.verify(id, expires, signature), None, "{signature}");
        }
        clock.advance(Duration::from_secs(100));
        assert_eq!(urls.verify(id, expires, signature), None);
    }
}
