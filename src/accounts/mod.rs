//! Accounts: people register, log in and out, and keep a session alive. A session is one log-in of one browser or
//! program; an access token proves it for 15 minutes, a refresh token, used once, gives the next.

mod access_token;
mod authenticate;
mod error;
pub mod graphql;
mod login;
mod logout;
mod names;
mod password;
mod refresh;
mod register;
mod session;
mod sweep;

pub use error::{Error, TokenError};
pub use register::NewAccount;
pub use session::{AuthSession, SESSION_LIFETIME};

use crate::clock::Clock;
use crate::config::Registration;
use crate::db::Db;
use crate::secrets::Keys;
use access_token::AccessTokens;
use password::Passwords;

/// The service. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    db: Db,
    clock: Clock,
    registration: Registration,
    access_tokens: AccessTokens,
    passwords: Passwords,
}

impl Accounts {
    pub fn new(db: Db, clock: Clock, keys: &Keys, registration: Registration) -> Self {
        Self { db, access_tokens: AccessTokens::new(keys), passwords: Passwords::new(), clock, registration }
    }

    pub fn registration(&self) -> Registration {
        self.registration
    }
}
