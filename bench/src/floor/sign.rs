//! Access tokens, signed URLs and cursors, as the server makes and reads them.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use image_manager::secrets::{Key, Keys};
use jsonwebtoken::errors::Error;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use super::ids;
use crate::Outcome;

/// HMAC-SHA-256 with its key in place, to be cloned for each message.
struct Signer(Hmac<Sha256>);

impl Signer {
    fn new(key: &Key) -> Outcome<Self> {
        Ok(Self(Hmac::new_from_slice(key.as_bytes())?))
    }

    /// The first 16 bytes, over parts with their lengths before them.
    fn sign(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let full = mac.finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&full[..16]);
        short
    }
}

pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

#[derive(Deserialize, Serialize)]
struct Claims {
    iss: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

impl Tokens {
    pub fn new(keys: &Keys) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&["image-manager"]);
        let key = keys.access_tokens.as_bytes();
        Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key), validation }
    }

    /// Good for 15 minutes.
    pub fn issue(&self, user: Uuid, session: Uuid) -> Result<String, Error> {
        let iat = now() / 1000;
        let claims = Claims { iss: "image-manager".to_owned(), sub: user, sid: session, iat, exp: iat + 15 * 60 };
        encode(&Header::default(), &claims, &self.encoding)
    }

    pub fn session(&self, authorization: &str) -> Option<Uuid> {
        let token = authorization.strip_prefix("Bearer ")?;
        Some(decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims.sid)
    }
}

pub struct Media {
    signer: Signer,
    base: String,
}

impl Media {
    pub fn new(keys: &Keys, public_url: &str) -> Outcome<Self> {
        let base = format!("{}/media/", public_url.trim_end_matches('/'));
        Ok(Self { signer: Signer::new(&keys.media)?, base })
    }

    /// The URL of a rendition; `name` holds its size and format.
    pub fn url(&self, image: Uuid, name: &str) -> String {
        const STEP: i64 = 12 * 60 * 60 * 1000;
        let expires = (now().div_euclid(STEP) + 2) * STEP;
        let signature = self.signer.sign(&[image.as_bytes(), name.as_bytes(), &expires.to_be_bytes()]);
        let (id, signature) = (ids::encode("image", image), URL_SAFE_NO_PAD.encode(signature));
        format!("{}{id}/{name}?expires={}&signature={signature}", self.base, expires / 1000)
    }
}

pub struct Cursors(Signer);

impl Cursors {
    pub fn new(keys: &Keys) -> Outcome<Self> {
        Ok(Self(Signer::new(&keys.cursors)?))
    }

    pub fn encode(&self, owner: Uuid, uploaded_at: i64, id: Uuid) -> String {
        let mut bytes = [0; 40];
        bytes[..8].copy_from_slice(&uploaded_at.to_be_bytes());
        bytes[8..24].copy_from_slice(id.as_bytes());
        let list = format!("images/UploadedAt-desc/{owner}");
        let signature = self.0.sign(&[list.as_bytes(), &bytes[..24]]);
        bytes[24..].copy_from_slice(&signature);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// Milliseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
