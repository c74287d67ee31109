//! Sessions: opened by a registration or a log-in, with a pair of tokens.

use std::time::Duration;

use rand::RngExt;
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Accounts, Error};
use crate::clock::Timestamp;
use crate::db::entities::{refresh_token, session, user};
use crate::db::ids;

/// How long a session lives without being refreshed.
pub const SESSION_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// What a client gets for signing in.
pub struct AuthSession {
    pub user: user::Model,
    pub session_id: Uuid,
    pub access_token: String,
    pub access_token_expires_at: Timestamp,
    pub refresh_token: SecretString,
}

impl Accounts {
    /// Opens a session for `user` with its first tokens.
    pub(super) async fn open_session(
        &self,
        db: &impl ConnectionTrait,
        user: user::Model,
        user_agent: Option<&str>,
    ) -> Result<AuthSession, Error> {
        let now = self.clock.now();
        let session = session::Model {
            id: ids::new(),
            user_id: user.id,
            user_agent: user_agent.map(|text| text.chars().take(255).collect()),
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(SESSION_LIFETIME),
            ended_at: None,
        };
        let session_id = session.id;
        session.into_active_model().insert(db).await?;
        self.issue_tokens(db, user, session_id).await
    }

    /// A new pair of tokens for a living session.
    pub(super) async fn issue_tokens(
        &self,
        db: &impl ConnectionTrait,
        user: user::Model,
        session_id: Uuid,
    ) -> Result<AuthSession, Error> {
        let now = self.clock.now();
        let (token, hash) = new_refresh_token();
        refresh_token::Model { hash, session_id, created_at: now, used_at: None }
            .into_active_model()
            .insert(db)
            .await?;
        let (access_token, access_token_expires_at) = self.access_tokens.issue(user.id, session_id, now)?;
        Ok(AuthSession { user, session_id, access_token, access_token_expires_at, refresh_token: token })
    }
}

/// 256 random bits, and the hash under which they are stored.
fn new_refresh_token() -> (SecretString, String) {
    let token = format!("imr_{}", hex::encode(rand::rng().random::<[u8; 32]>()));
    let hash = hash_refresh_token(&token);
    (token.into(), hash)
}

pub(super) fn hash_refresh_token(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
