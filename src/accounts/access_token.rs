//! Access tokens: JWTs (RFC 7519, HS256) of 15 minutes, bound to a session.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::Fault;
use crate::secrets::Keys;

const LIFETIME: Duration = Duration::from_mins(15);
const ISSUER: &str = "image-manager";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    /// The user.
    sub: Uuid,
    /// The session.
    sid: Uuid,
    iat: i64,
    exp: i64,
}

#[derive(Clone)]
pub(super) struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    pub fn new(keys: &Keys) -> Self {
        let key = keys.access_tokens.as_bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        // Expiry is held against our clock, below: the library asks the system's.
        validation.validate_exp = false;
        Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key), validation }
    }

    /// The token, and when it expires.
    pub fn issue(&self, user: Uuid, session: Uuid, now: Timestamp) -> Result<(String, Timestamp), Fault> {
        let expires_at = now.plus(LIFETIME);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: user,
            sid: session,
            iat: now.unix_seconds(),
            exp: expires_at.unix_seconds(),
        };
        let token = encode(&Header::default(), &claims, &self.encoding).map_err(Fault::internal)?;
        Ok((token, Timestamp(expires_at.unix_seconds() * 1000)))
    }

    /// The session that the token proves; None when it is malformed, forged or expired.
    pub fn session(&self, token: &str, now: Timestamp) -> Option<Uuid> {
        let claims = decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        (now.unix_seconds() < claims.exp).then_some(claims.sid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(secret: &str) -> AccessTokens {
        AccessTokens::new(&Keys::derive(&secret.to_owned().into()))
    }

    #[test]
    fn a_token_proves_its_session_until_it_expires_and_only_with_the_same_secret() {
        let ours = tokens("0123456789abcdef0123456789abcdef");
        let (user, session, now) = (Uuid::now_v7(), Uuid::now_v7(), Timestamp(1_700_000_000_000));
        let (token, expires_at) = ours.issue(user, session, now).unwrap();
        assert_eq!(expires_at, now.plus(LIFETIME));
        assert_eq!(ours.session(&token, now), Some(session));
        assert_eq!(ours.session(&token, Timestamp(expires_at.0 - 1)), Some(session));
        assert_eq!(ours.session(&token, expires_at), None);
        assert_eq!(tokens("another secret of 32 characters!").session(&token, now), None);
        assert_eq!(ours.session("", now), None);
        assert_eq!(ours.session(&format!("{token}x"), now), None);
    }

    #[test]
    fn a_token_without_a_signature_proves_nothing() {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
        let claims =
            format!(r#"{{"iss":"image-manager","sub":"{0}","sid":"{0}","iat":0,"exp":99999999999}}"#, Uuid::nil());
        let none = format!("{}.{}.", B64.encode(r#"{"alg":"none","typ":"JWT"}"#), B64.encode(claims));
        assert_eq!(tokens("0123456789abcdef0123456789abcdef").session(&none, Timestamp(0)), None);
    }
}
