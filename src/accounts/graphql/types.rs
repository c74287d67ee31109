//! People and their sessions.

use async_graphql::{ID, Object, SimpleObject};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::accounts;
use crate::db::entities::user;
use crate::db::ids::Kind;
use crate::graphql::id;
use crate::graphql::scalars::{DateTime, LanguageTag};

/// What anybody may know of a person.
#[derive(Clone)]
pub struct User {
    pub id: Uuid,
    pub username: String,
}

/// What anybody may know of a person.
#[Object]
impl User {
    /// Opaque; begins with `user_`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::User, self.id)
    }

    /// The name the person chose: 3 to 32 letters, digits, dots, hyphens and underscores.
    async fn username(&self) -> &str {
        &self.username
    }
}

/// What only the person may know.
pub struct Account(pub user::Model);

/// What only the person may know.
#[Object]
impl Account {
    /// What others see.
    async fn user(&self) -> User {
        User { id: self.0.id, username: self.0.username.clone() }
    }

    /// The e-mail address.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// The language in which pictures are described when none is asked for.
    async fn language(&self) -> LanguageTag {
        LanguageTag(self.0.language.clone())
    }

    /// When the person registered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// A session just opened or refreshed, with its tokens.
#[derive(SimpleObject)]
pub struct AuthSession {
    /// Whose session it is.
    account: Account,
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// When the access token stops working, 15 minutes from now. Get the next one with `refresh`.
    access_token_expires_at: DateTime,
    /// Gives the next pair of tokens, once. Null when it went into the cookie.
    refresh_token: Option<String>,
}

impl AuthSession {
    /// With `show_refresh_token`, the token is in the answer; else it is in the cookie.
    pub fn new(session: accounts::AuthSession, show_refresh_token: bool) -> Self {
        Self {
            access_token: session.access_token,
            access_token_expires_at: DateTime(session.access_token_expires_at),
            refresh_token: show_refresh_token.then(|| session.refresh_token.expose_secret().to_owned()),
            account: Account(session.user),
        }
    }
}
