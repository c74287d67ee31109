//! Log out: ends the session; its access token signs nobody in from the next request on. A refresh token proves the
//! session too, used or not: a browser that slept past its access token can still log out.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::session::hash_refresh_token;
use super::{Accounts, Error};
use crate::db::entities::{refresh_token, session};
use crate::viewer::Viewer;

impl Accounts {
    pub async fn logout(&self, viewer: &Viewer) -> Result<(), Error> {
        self.end_session(viewer.session_id).await
    }

    /// Does nothing when no session has the token any more: then it is over already.
    pub async fn logout_with(&self, refresh_token: &SecretString) -> Result<(), Error> {
        let hash = hash_refresh_token(refresh_token.expose_secret());
        match refresh_token::Entity::find_by_id(hash).one(self.db.read()).await? {
            Some(found) => self.end_session(found.session_id).await,
            None => Ok(()),
        }
    }

    /// A statement of its own, so that what is kept of the session can go when it is in the database, and not before.
    pub(super) async fn end_session(&self, session_id: Uuid) -> Result<(), Error> {
        let now = self.clock.now();
        let ended = session::Entity::update_many()
            .col_expr(session::Column::EndedAt, Expr::value(now))
            .col_expr(session::Column::ExpiresAt, Expr::value(now))
            .filter(session::Column::Id.eq(session_id))
            .filter(session::Column::EndedAt.is_null())
            .exec(self.db.write())
            .await;
        // If it failed, nobody knows whether it is in the database.
        self.viewers.forget(session_id);
        ended?;
        Ok(())
    }
}
