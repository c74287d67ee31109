//! Register: a new person, signed in at once.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, SqlErr,
};
use secrecy::SecretString;

use super::attempts::{self, REGISTER_BY_ADDRESS, REGISTER_BY_EMAIL};
use super::names::{self, Email, Username};
use super::{Accounts, AuthSession, Client, Error};
use crate::config::Registration;
use crate::db::entities::user;
use crate::db::ids;

/// What a person gives to register.
pub struct NewAccount {
    pub username: String,
    pub email: String,
    pub password: SecretString,
}

impl Accounts {
    /// Every field that is wrong is said at once; so is everything that is taken, when nothing is wrong.
    pub async fn register(&self, new: NewAccount, client: Client<'_>) -> Result<AuthSession, Error> {
        if self.registration == Registration::Closed {
            return Err(Error::RegistrationClosed);
        }
        self.attempts.take(&REGISTER_BY_ADDRESS, &[&attempts::place_of(client.address)]).await?;
        self.attempts.take(&REGISTER_BY_EMAIL, &[names::key(&new.email).as_bytes()]).await?;
        let username = Username::parse(&new.username);
        let email = Email::parse(&new.email);
        let password = self.passwords.check(&new.password, &new.username, &new.email).await;
        let (username, email) = match (username, email, password) {
            (Ok(username), Ok(email), Ok(())) => (username, email),
            (username, email, password) => {
                return Err(Error::Several(
                    [username.err(), email.err(), password.err()].into_iter().flatten().collect(),
                ));
            }
        };
        self.check_free(&username, &email).await?;
        let user = user::Model {
            id: ids::new(),
            username: username.text,
            username_key: username.key,
            email: email.text,
            email_key: email.key,
            password_hash: self.passwords.hash(new.password).await?,
            language: "en".to_owned(),
            created_at: self.clock.now(),
        };
        let txn = self.db.begin().await?;
        let user = user.into_active_model().insert(&txn).await.map_err(taken)?;
        let session = self.open_session(&txn, user, client.user_agent).await?;
        txn.commit().await?;
        Ok(session)
    }

    /// Says what is taken, of both; before the work of hashing.
    async fn check_free(&self, username: &Username, email: &Email) -> Result<(), Error> {
        let (name, address) = (user::Column::UsernameKey, user::Column::EmailKey);
        let taken: Vec<(String, String)> = user::Entity::find()
            .select_only()
            .columns([name, address])
            .filter(Condition::any().add(name.eq(&username.key)).add(address.eq(&email.key)))
            .into_tuple()
            .all(self.db.read())
            .await?;
        let by_name = taken.iter().any(|(name, _)| *name == username.key).then_some(Error::UsernameTaken);
        let by_address = taken.iter().any(|(_, address)| *address == email.key).then_some(Error::EmailTaken);
        let errors: Vec<Error> = by_name.into_iter().chain(by_address).collect();
        if errors.is_empty() { Ok(()) } else { Err(Error::Several(errors)) }
    }
}

/// Only the database can say without a race that a name is taken; of two, it says one.
fn taken(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(message)) => {
            // The last word names the index or the column; what stands before it may be the value itself.
            let index = message.rsplit(' ').next().unwrap_or_default();
            if index.contains("email_key") { Error::EmailTaken } else { Error::UsernameTaken }
        }
        _ => error.into(),
    }
}
