//! Who is at the door: what a request tells of its sender, and the token that it brings.

use std::net::IpAddr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::house::AuthError;
use super::origin::Origins;
use super::peer::ClientAddress;
use super::rate::Principal;
use crate::viewer::Viewer;

/// What the house may know of the one who asks.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo {
    /// As [`super::peer`] finds it out: behind a trusted proxy not the proxy's.
    pub ip: Option<IpAddr>,
    /// At most 255 characters.
    pub user_agent: Option<String>,
    /// The header `GraphQL-Cost` was sent: `extensions.cost` of the answer says what the operation cost.
    pub shows_cost: bool,
    cookies: Cookies,
}

/// Kept from logs.
#[derive(Clone, Default)]
struct Cookies(Vec<String>);

impl std::fmt::Debug for Cookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cookies({} headers)", self.0.len())
    }
}

impl ClientInfo {
    /// Cookies count only where no other site's page can have sent the request.
    pub fn of(parts: &Parts, origins: &Origins) -> Self {
        let text = |value: &axum::http::HeaderValue| value.to_str().ok().map(str::to_owned);
        let cookies = if origins.trust(&parts.headers) {
            parts.headers.get_all(header::COOKIE).iter().filter_map(text).collect()
        } else {
            Vec::new()
        };
        Self {
            ip: parts.extensions.get::<ClientAddress>().map(|client| client.0),
            user_agent: parts
                .headers
                .get(header::USER_AGENT)
                .and_then(text)
                .map(|agent| agent.chars().take(255).collect()),
            shows_cost: parts.headers.contains_key("graphql-cost"),
            cookies: Cookies(cookies),
        }
    }

    /// The value of the cookie `name`.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies
            .0
            .iter()
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    pub viewer: Option<&'a Viewer>,
    pub client: &'a ClientInfo,
}

impl Asker<'_> {
    pub fn principal(self) -> Principal {
        match self.viewer {
            Some(viewer) => Principal::User(viewer.user_id),
            None => Principal::anonymous(self.client.ip),
        }
    }
}

/// The token of an `Authorization` header, or of the same words in a `connection_init`.
///
/// # Errors
/// Where there is something, and it is not `Bearer <token>`.
pub fn bearer(authorization: &str) -> Result<&str, AuthError> {
    match authorization.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => Ok(token.trim()),
        _ => Err(AuthError::Invalid),
    }
}

/// The bearer token of a request; `None` where it has no `Authorization`.
///
/// # Errors
/// As [`bearer`].
pub fn bearer_of(headers: &HeaderMap) -> Result<Option<&str>, AuthError> {
    match headers.get(header::AUTHORIZATION) {
        None => Ok(None),
        Some(value) => bearer(value.to_str().map_err(|_| AuthError::Invalid)?).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn client(headers: &[(&str, &str)]) -> ClientInfo {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        ClientInfo::of(&parts, &Origins::new("http://localhost:8000", []))
    }

    #[test]
    fn a_cookie_counts_only_from_our_own_pages() {
        let cookie = ("cookie", "a=1; refresh=secret; b=2");
        assert_eq!(client(&[cookie]).cookie("refresh"), Some("secret"));
        assert_eq!(client(&[cookie, ("origin", "http://localhost:8000")]).cookie("refresh"), Some("secret"));
        assert_eq!(client(&[cookie, ("origin", "https://evil.example")]).cookie("refresh"), None);
        assert_eq!(client(&[cookie, ("sec-fetch-site", "cross-site")]).cookie("refresh"), None);
        assert_eq!(client(&[cookie]).cookie("fresh"), None);
    }

    #[test]
    fn cookies_never_show_in_debug_output() {
        let shown = format!("{:?}", client(&[("cookie", "refresh=secret")]));
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn only_a_bearer_token_is_one() {
        assert_eq!(bearer("Bearer abc"), Ok("abc"));
        assert_eq!(bearer("bearer  abc "), Ok("abc"));
        for wrong in ["", "abc", "Bearer", "Bearer ", "Basic abc"] {
            assert_eq!(bearer(wrong), Err(AuthError::Invalid), "{wrong}");
        }
    }
}
