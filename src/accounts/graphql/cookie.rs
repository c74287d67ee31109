//! The cookie in which a browser keeps its refresh token: out of reach of scripts, and never sent along from another
//! site. Under https its name says so (`__Host-`), and no neighbor on the domain can set it.

use async_graphql::Context;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::accounts::SESSION_LIFETIME;

/// The cookie's name and flags, by the server's own URL.
#[derive(Clone, Debug)]
pub struct RefreshCookie {
    secure: bool,
}

impl RefreshCookie {
    pub fn new(public_url: &Url) -> Self {
        Self { secure: public_url.scheme() == "https" }
    }

    pub fn name(&self) -> &'static str {
        if self.secure { "__Host-refresh_token" } else { "refresh_token" }
    }

    pub(super) fn set(&self, ctx: &Context<'_>, token: &SecretString) {
        self.append(ctx, token.expose_secret(), SESSION_LIFETIME.as_secs());
    }

    pub(super) fn clear(&self, ctx: &Context<'_>) {
        self.append(ctx, "", 0);
    }

    fn append(&self, ctx: &Context<'_>, value: &str, max_age: u64) {
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie = format!("{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}", self.name());
        ctx.append_http_header("set-cookie", cookie);
    }
}
