//! People and their sessions.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use secrecy::ExposeSecret;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::accounts::{self, Accounts};
use crate::db::entities::user;
use crate::db::ids::Kind;
use crate::graphql::scalars::{DateTime, LanguageTag, SafeInt};
use crate::graphql::{Ctx, fault, id, unauthenticated};
use crate::images::Images;
use crate::viewer::Viewer;

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
pub struct Account {
    user: User,
    language: String,
    /// None: read when a field needs it.
    row: Option<user::Model>,
}

impl Account {
    /// What the session check has found already, and the rest when it is asked for.
    pub fn of(viewer: &Viewer) -> Self {
        let user = User { id: viewer.user_id, username: viewer.username.clone() };
        Self { user, language: viewer.language.clone(), row: None }
    }

    async fn row<'c>(&'c self, ctx: &Context<'c>) -> Result<&'c user::Model> {
        match &self.row {
            Some(row) => Ok(row),
            None => ctx.part::<OwnAccount>()?.read(ctx).await,
        }
    }
}

impl From<user::Model> for Account {
    fn from(row: user::Model) -> Self {
        let user = User { id: row.id, username: row.username.clone() };
        Self { user, language: row.language.clone(), row: Some(row) }
    }
}

/// The viewer's own row, read once a request, whoever asks first. In the request's context.
#[derive(Default)]
pub struct OwnAccount(OnceCell<user::Model>);

impl OwnAccount {
    async fn read(&self, ctx: &Context<'_>) -> Result<&user::Model> {
        let found = async || {
            let account = ctx.part::<Accounts>()?.account(ctx.viewer()?).await.map_err(fault)?;
            // Deleted since the session check.
            account.ok_or_else(unauthenticated)
        };
        self.0.get_or_try_init(found).await
    }
}

/// What only the person may know.
#[Object]
impl Account {
    /// What others see.
    async fn user(&self) -> User {
        self.user.clone()
    }

    /// The e-mail address.
    async fn email<'c>(&'c self, ctx: &Context<'c>) -> Result<&'c str> {
        Ok(&self.row(ctx).await?.email)
    }

    /// The language in which pictures are described when none is asked for.
    async fn language(&self) -> LanguageTag {
        LanguageTag(self.language.clone())
    }

    /// How much of the storage the person's images take.
    async fn storage(&self, ctx: &Context<'_>) -> Result<StorageUse> {
        let images = ctx.part::<Images>()?;
        let used = images.storage_use(self.user.id).await.map_err(fault)?;
        Ok(StorageUse {
            images: i32::try_from(used.images).unwrap_or(i32::MAX),
            bytes: SafeInt(used.bytes.unsigned_abs()),
            byte_limit: images.quota().map(SafeInt),
        })
    }

    /// When the person registered.
    async fn created_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(self.row(ctx).await?.created_at))
    }
}

/// How much a person stores. Images being uploaded right now count; deleted ones do not.
#[derive(SimpleObject)]
pub struct StorageUse {
    /// How many images.
    images: i32,
    /// Of the files as they were uploaded, in bytes.
    bytes: SafeInt,
    /// The most bytes there may be; null: no limit.
    byte_limit: Option<SafeInt>,
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
            account: session.user.into(),
        }
    }
}
