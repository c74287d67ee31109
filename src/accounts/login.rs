//! Log in: by username or e-mail address. An unknown name and a wrong password do the same work and get the same answer.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use secrecy::SecretString;

use super::{Accounts, AuthSession, Error, names};
use crate::db::entities::user;

impl Accounts {
    pub async fn login(
        &self,
        login: &str,
        password: SecretString,
        user_agent: Option<&str>,
    ) -> Result<AuthSession, Error> {
        let key = names::key(login);
        // A username has no `@` and an address has one, so at most one row is found.
        let of_this_name =
            Condition::any().add(user::Column::UsernameKey.eq(&key)).add(user::Column::EmailKey.eq(&key));
        let user = if key.contains('\0') {
            // Nobody's name; and a character that Postgres does not take.
            None
        } else {
            user::Entity::find().filter(of_this_name).one(self.db.read()).await?
        };
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let right = self.passwords.verify(password, hash).await?;
        let Some(user) = user.filter(|_| right) else {
            return Err(Error::InvalidCredentials);
        };
        let txn = self.db.begin().await?;
        let session = self.open_session(&txn, user, user_agent).await?;
        txn.commit().await?;
        Ok(session)
    }
}
