//! Log in: by username or e-mail address. An unknown name and a wrong password do the same work and get the same answer,
//! and are counted alike; after too many, so does the right one.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use secrecy::SecretString;

use super::attempts::{self, LOGIN_BY_ADDRESS, LOGIN_BY_NAME, LOGIN_BY_NAME_AND_ADDRESS};
use super::{Accounts, AuthSession, Client, Error, names};
use crate::db::entities::user;

impl Accounts {
    pub async fn login(&self, login: &str, password: SecretString, client: Client<'_>) -> Result<AuthSession, Error> {
        let place = attempts::place_of(client.address);
        self.attempts.take(&LOGIN_BY_ADDRESS, &[&place]).await?;
        let key = names::key(login);
        self.attempts.take(&LOGIN_BY_NAME_AND_ADDRESS, &[key.as_bytes(), &place]).await?;
        self.attempts.take(&LOGIN_BY_NAME, &[key.as_bytes()]).await?;
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
        self.attempts.forget(&LOGIN_BY_NAME_AND_ADDRESS, &[key.as_bytes(), &place]).await?;
        let txn = self.db.begin().await?;
        let session = self.open_session(&txn, user, client.user_agent).await?;
        txn.commit().await?;
        Ok(session)
    }
}
