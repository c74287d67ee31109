//! Log out: ends the session; its access token signs nobody in from the next request on.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Accounts, Error};
use crate::db::entities::session;
use crate::viewer::Viewer;

impl Accounts {
    pub async fn logout(&self, viewer: &Viewer) -> Result<(), Error> {
        self.end_session(self.db.write(), viewer.session_id).await
    }

    pub(super) async fn end_session(&self, db: &impl ConnectionTrait, session_id: Uuid) -> Result<(), Error> {
        let now = self.clock.now();
        session::Entity::update_many()
            .col_expr(session::Column::EndedAt, Expr::value(now))
            .col_expr(session::Column::ExpiresAt, Expr::value(now))
            .filter(session::Column::Id.eq(session_id))
            .filter(session::Column::EndedAt.is_null())
            .exec(db)
            .await?;
        Ok(())
    }
}
