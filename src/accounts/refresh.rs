//! Refresh: a refresh token, used once, gives the next pair. One that is used again after a grace of 30 seconds was
//! copied, and ends its session (OAuth 2.0 Security Best Current Practice, RFC 9700, 4.14.2).

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::attempts::{self, REFRESH_BY_ADDRESS, REFRESH_BY_USER};
use super::session::hash_refresh_token;
use super::{Accounts, AuthSession, Client, Error, SESSION_LIFETIME};
use crate::db::entities::{refresh_token, session, user};

/// Two tabs that wake up together, or an answer that got lost, use a token twice in good faith.
const GRACE: Duration = Duration::from_secs(30);

impl Accounts {
    pub async fn refresh(&self, token: &SecretString, client: Client<'_>) -> Result<AuthSession, Error> {
        let hash = hash_refresh_token(token.expose_secret());
        self.attempts.take(&REFRESH_BY_ADDRESS, &[&attempts::place_of(client.address)]).await?;
        if let Some(user) = self.refreshing_user(&hash).await? {
            self.attempts.take(&REFRESH_BY_USER, &[user.as_bytes()]).await?;
        }
        let now = self.clock.now();
        let txn = self.db.begin().await?;
        let found = refresh_token::Entity::find_by_id(&hash).one(&txn).await?.ok_or(Error::TokenInvalid)?;
        let session = session::Entity::find_by_id(found.session_id).find_also_related(user::Entity).one(&txn).await?;
        let Some((session, Some(user))) = session else {
            return Err(Error::TokenInvalid);
        };
        if session.ended_at.is_some() {
            return Err(Error::TokenInvalid);
        }
        if session.expires_at <= now {
            return Err(Error::TokenExpired);
        }
        match found.used_at {
            Some(used_at) if now.since(used_at) > GRACE => {
                txn.rollback().await?;
                self.end_session(session.id).await?;
                return Err(Error::TokenInvalid);
            }
            Some(_) => {}
            None => {
                refresh_token::Entity::update_many()
                    .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
                    .filter(refresh_token::Column::Hash.eq(&hash))
                    .filter(refresh_token::Column::UsedAt.is_null())
                    .exec(&txn)
                    .await?;
            }
        }
        let kept = session::Entity::update_many()
            .col_expr(session::Column::LastUsedAt, Expr::value(now))
            .col_expr(session::Column::ExpiresAt, Expr::value(now.plus(SESSION_LIFETIME)))
            .filter(session::Column::Id.eq(session.id))
            .filter(session::Column::EndedAt.is_null())
            .exec(&txn)
            .await?;
        if kept.rows_affected == 0 {
            // Logged out since we looked.
            return Err(Error::TokenInvalid);
        }
        let refreshed = self.issue_tokens(&txn, user, session.id).await?;
        txn.commit().await?;
        Ok(refreshed)
    }

    /// Whose living session the token is of.
    async fn refreshing_user(&self, hash: &str) -> Result<Option<Uuid>, Error> {
        let found = refresh_token::Entity::find_by_id(hash).find_also_related(session::Entity);
        let session = found.one(self.db.read()).await?.and_then(|(_, session)| session);
        let living = session.filter(|session| session.ended_at.is_none() && session.expires_at > self.clock.now());
        Ok(living.map(|session| session.user_id))
    }
}
