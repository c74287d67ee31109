//! The signed URLs by which pictures are fetched: `/media/<image>/<name>?expires=…&signature=…`. A URL stays the same
//! for hours, so that caches work, and is good for 12 to 24 hours.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;
use uuid::Uuid;

use crate::clock::{Clock, Timestamp};
use crate::db::ids::Kind;
use crate::pictures::Spec;
use crate::secrets::Key;

/// Expiry falls on multiples of this, one to two of it ahead.
const STEP: Duration = Duration::from_hours(12);

/// Which file of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    Original {
        /// Offered for saving, instead of shown.
        download: bool,
    },
    Rendition(Spec),
}

impl Variant {
    /// The last part of the URL's path, and of a rendition's storage key.
    pub fn name(self) -> String {
        match self {
            Self::Original { download: false } => "original".to_owned(),
            Self::Original { download: true } => "download".to_owned(),
            Self::Rendition(spec) => spec.to_string(),
        }
    }

    fn parse(name: &str) -> Option<Self> {
        match name {
            "original" => Some(Self::Original { download: false }),
            "download" => Some(Self::Original { download: true }),
            _ => name.parse().ok().map(Self::Rendition),
        }
    }
}

/// A URL and how long it works.
#[derive(Clone, Debug)]
pub struct MediaLink {
    pub url: String,
    pub expires_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct MediaUrls {
    key: Key,
    /// PUBLIC_URL with `/media/`.
    base: String,
    clock: Clock,
}

impl MediaUrls {
    pub fn new(key: &Key, public_url: &Url, clock: Clock) -> Self {
        let base = format!("{}/media/", public_url.as_str().trim_end_matches('/'));
        Self { key: key.clone(), base, clock }
    }

    pub fn link(&self, image: Uuid, variant: Variant) -> MediaLink {
        let expires_at = self.expiry();
        let name = variant.name();
        let signature = URL_SAFE_NO_PAD.encode(self.sign(image, &name, expires_at));
        let url = format!(
            "{}{}/{name}?expires={}&signature={signature}",
            self.base,
            Kind::Image.encode(image),
            expires_at.unix_seconds(),
        );
        MediaLink { url, expires_at }
    }

    /// What a URL of ours asks for; None when it is forged, changed or expired.
    pub fn verify(&self, image: &str, name: &str, expires: i64, signature: &str) -> Option<(Uuid, Variant)> {
        let image = Kind::Image.decode(image)?;
        let expires_at = Timestamp(expires.checked_mul(1000)?);
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let signed = self.sign(image, name, expires_at);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(&signed[..], &signature[..])) || expires_at <= self.clock.now() {
            return None;
        }
        Some((image, Variant::parse(name)?))
    }

    fn sign(&self, image: Uuid, name: &str, expires_at: Timestamp) -> [u8; 16] {
        self.key.sign(&[image.as_bytes(), name.as_bytes(), &expires_at.0.to_be_bytes()])
    }

    fn expiry(&self) -> Timestamp {
        let step = i64::try_from(STEP.as_millis()).unwrap_or(i64::MAX);
        Timestamp((self.clock.now().0.div_euclid(step) + 2) * step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pictures::Output;
    use crate::secrets::Keys;

    fn urls(clock: &Clock) -> MediaUrls {
        let keys = Keys::derive(&"0123456789abcdef0123456789abcdef".to_owned().into());
        MediaUrls::new(&keys.media, &Url::parse("https://images.example.org/").unwrap(), clock.clone())
    }

    /// The parts of a URL that the server reads.
    fn parts(link: &MediaLink) -> (String, String, i64, String) {
        let url = Url::parse(&link.url).unwrap();
        let path: Vec<String> = url.path().split('/').map(str::to_owned).collect();
        let query: std::collections::HashMap<String, String> = url.query_pairs().into_owned().collect();
        (path[2].clone(), path[3].clone(), query["expires"].parse().unwrap(), query["signature"].clone())
    }

    #[test]
    fn a_url_works_until_its_expiry_and_is_stable_meanwhile() {
        let clock = Clock::default();
        let urls = urls(&clock);
        let (image, variant) = (Uuid::now_v7(), Variant::Rendition(Spec::contain(400, 300, Output::Jpeg)));
        let link = urls.link(image, variant);
        let left = link.expires_at.since(clock.now());
        assert!(left > STEP && left <= 2 * STEP, "{left:?}");
        let (id, name, expires, signature) = parts(&link);
        assert_eq!(urls.verify(&id, &name, expires, &signature), Some((image, variant)));
        clock.advance(left - Duration::from_secs(5));
        assert!(urls.verify(&id, &name, expires, &signature).is_some());
        clock.advance(Duration::from_secs(6));
        assert_eq!(urls.verify(&id, &name, expires, &signature), None);
    }

    #[test]
    fn a_changed_url_is_no_url() {
        let clock = Clock::default();
        let urls = urls(&clock);
        let (id, name, expires, signature) = parts(&urls.link(Uuid::now_v7(), Variant::Original { download: false }));
        let other = Kind::Image.encode(Uuid::now_v7());
        assert_eq!(urls.verify(&other, &name, expires, &signature), None);
        assert_eq!(urls.verify(&id, "download", expires, &signature), None);
        assert_eq!(urls.verify(&id, "9000x9000.jpg", expires, &signature), None);
        assert_eq!(urls.verify(&id, &name, expires + 1, &signature), None);
        assert_eq!(urls.verify(&id, &name, i64::MAX, &signature), None);
        assert_eq!(urls.verify(&id, &name, expires, &signature[1..]), None);
        assert_eq!(urls.verify(&id, &name, expires, ""), None);
    }
}
