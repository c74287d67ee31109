//! Authenticate: an access token, held against its living session, is a viewer. One statement, or none where the
//! same viewer was found a moment ago.

use sea_orm::EntityTrait;

use super::{Accounts, TokenError};
use crate::db::entities::{session, user};
use crate::error::Fault;
use crate::viewer::Viewer;

impl Accounts {
    pub async fn authenticate(&self, access_token: &str) -> Result<Viewer, TokenError> {
        let now = self.clock.now();
        let session_id = self.access_tokens.session(access_token, now).ok_or(TokenError::Invalid)?;
        if let Some(viewer) = self.viewers.get(session_id, now) {
            return Ok(viewer);
        }
        let question = self.viewers.question(session_id, now);
        let found =
            session::Entity::living(session_id, now).find_also_related(user::Entity).one(self.db.read()).await?;
        let Some((session, Some(user))) = found else {
            return Err(TokenError::Invalid);
        };
        let viewer =
            Viewer { user_id: user.id, session_id: session.id, username: user.username, language: user.language };
        self.viewers.keep(question, viewer.clone(), session.expires_at);
        Ok(viewer)
    }

    /// The viewer's own account.
    pub async fn account(&self, viewer: &Viewer) -> Result<Option<user::Model>, Fault> {
        Ok(user::Entity::find_by_id(viewer.user_id).one(self.db.read()).await?)
    }
}
