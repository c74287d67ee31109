//! Who may talk to us from a browser: pages of our own origin, and those of `CORS_ORIGINS`.

use axum::http::{HeaderMap, header};

/// Origins are compared as text, `scheme://host[:port]`, the way browsers send them.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// That of `PUBLIC_URL`, and the allowed ones.
    known: Vec<String>,
}

impl Origins {
    pub fn new(own: impl Into<String>, allowed: impl IntoIterator<Item = String>) -> Self {
        let known = std::iter::once(own.into()).chain(allowed);
        Self { known: known.map(|origin| origin.trim_end_matches('/').to_ascii_lowercase()).collect() }
    }

    /// True where no other site's page can have sent this: no `Origin` (no browser, or a plain GET of our own), a known
    /// one, or the very host that was asked (the server reached by another name than `PUBLIC_URL` says).
    pub fn trust(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else {
            let site = headers.get("sec-fetch-site").map(axum::http::HeaderValue::as_bytes);
            return !matches!(site, Some(b"cross-site" | b"same-site"));
        };
        let Ok(origin) = origin.to_str() else { return false };
        let origin = origin.to_ascii_lowercase();
        if self.known.contains(&origin) {
            return true;
        }
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let asked = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        asked.is_some() && asked == host.map(str::to_ascii_lowercase).as_deref()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_our_own_pages_and_the_allowed_ones_are_trusted() {
        let origins = Origins::new("https://pictures.example", ["https://app.example/".to_owned()]);
        let table: [(&[(&str, &str)], bool); 10] = [
            (&[], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("origin", "https://pictures.example")], true),
            (&[("origin", "https://app.example")], true),
            (&[("origin", "http://localhost:8000"), ("host", "localhost:8000")], true),
            (&[("origin", "http://localhost:5173"), ("host", "localhost:8000")], false),
            (&[("origin", "https://evil.example"), ("host", "pictures.example")], false),
            (&[("origin", "https://pictures.example.evil.example"), ("host", "pictures.example")], false),
            (&[("origin", "null"), ("host", "null")], false),
        ];
        for (headers, expected) in table {
            let headers = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(origins.trust(&headers), expected, "{headers:?}");
        }
    }
}
