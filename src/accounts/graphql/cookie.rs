//! The cookie in which a browser keeps its refresh token: out of reach of scripts, and sent along from our own site's
//! pages alone, unless the operator has web clients on other sites. Under https its name says so (`__Host-`), and no
//! neighbor on the domain can set it.

use async_graphql::Context;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::accounts::SESSION_LIFETIME;
use crate::config::SameSite;

/// The cookie's name and flags, by the server's own URL and the operator's word.
#[derive(Clone, Copy, Debug)]
pub struct RefreshCookie {
    name: &'static str,
    flags: &'static str,
}

impl RefreshCookie {
    pub fn new(public_url: &Url, same_site: SameSite) -> Self {
        let secure = public_url.scheme() == "https";
        match same_site {
            // Partitioned: the browser keeps one for each site whose pages talk to us. It is the only cookie of another
            // site that browsers which block those still take, and no third site's page gets it sent along. Browsers
            // that do not know the word leave it out. The name is another one, because the browser keeps a cookie from
            // before beside it and would send both.
            SameSite::None => {
                Self { name: "__Host-refresh_token_by_site", flags: "HttpOnly; SameSite=None; Secure; Partitioned" }
            }
            SameSite::Strict if secure => {
                Self { name: "__Host-refresh_token", flags: "HttpOnly; SameSite=Strict; Secure" }
            }
            SameSite::Strict => Self { name: "refresh_token", flags: "HttpOnly; SameSite=Strict" },
        }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn set(&self, ctx: &Context<'_>, token: &SecretString) {
        self.append(ctx, token.expose_secret(), SESSION_LIFETIME.as_secs());
    }

    pub(super) fn clear(&self, ctx: &Context<'_>) {
        self.append(ctx, "", 0);
    }

    fn append(&self, ctx: &Context<'_>, value: &str, max_age: u64) {
        let cookie = format!("{}={value}; Path=/; Max-Age={max_age}; {}", self.name, self.flags);
        ctx.append_http_header("set-cookie", cookie);
    }
}
