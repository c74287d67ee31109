//! Find: a person by name, for the operator's own commands.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Accounts, names};
use crate::db::entities::user;
use crate::error::Fault;
use crate::viewer::Viewer;

impl Accounts {
    /// The person with this username or e-mail address, as somebody for whom the operator acts: nobody is signed in.
    pub async fn find(&self, login: &str) -> Result<Option<Viewer>, Fault> {
        let key = names::key(login);
        let of_this_name =
            Condition::any().add(user::Column::UsernameKey.eq(&key)).add(user::Column::EmailKey.eq(&key));
        let found = user::Entity::find().filter(of_this_name).one(self.db.read()).await?;
        Ok(found.map(|user| Viewer {
            user_id: user.id,
            session_id: Uuid::nil(),
            username: user.username,
            language: user.language,
        }))
    }
}
