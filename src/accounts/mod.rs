//! Accounts: people register, log in and out, and keep a session alive. A session is one log-in of one browser or
//! program; an access token proves it for 15 minutes, a refresh token, used once, gives the next.

mod access_token;
mod attempts;
mod authenticate;
mod error;
mod find;
pub mod graphql;
mod living;
mod login;
mod logout;
mod names;
mod password;
mod refresh;
mod register;
mod session;
mod sweep;
mod viewers;

pub use error::{Error, TokenError};
pub use register::NewAccount;
pub use session::{AuthSession, SESSION_LIFETIME};

use std::net::IpAddr;

use crate::clock::Clock;
use crate::config::Registration;
use crate::db::Db;
use crate::secrets::Keys;
use access_token::AccessTokens;
use attempts::Attempts;
use password::Passwords;
use viewers::Viewers;

/// The service. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    db: Db,
    clock: Clock,
    registration: Registration,
    access_tokens: AccessTokens,
    attempts: Attempts,
    passwords: Passwords,
    viewers: Viewers,
}

/// The browser or program that asks to be signed in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client<'c> {
    /// By which attempts are counted; None where it is not known.
    pub address: Option<IpAddr>,
    /// What it calls itself.
    pub user_agent: Option<&'c str>,
}

impl Accounts {
    pub fn new(db: Db, clock: Clock, keys: &Keys, registration: Registration) -> Self {
        Self {
            access_tokens: AccessTokens::new(keys),
            attempts: Attempts::new(db.clone(), clock.clone(), keys.attempts.clone()),
            passwords: Passwords::new(),
            viewers: Viewers::new(),
            db,
            clock,
            registration,
        }
    }

    pub fn registration(&self) -> Registration {
        self.registration
    }
}
