//! Register: a new person, signed in at once.

use sea_orm::{ActiveModelTrait, DbErr, IntoActiveModel, SqlErr};
use secrecy::SecretString;

use super::names::{Email, Username};
use super::{Accounts, AuthSession, Error};
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
    /// Every field that is wrong is said at once.
    pub async fn register(&self, new: NewAccount, user_agent: Option<&str>) -> Result<AuthSession, Error> {
        if self.registration == Registration::Closed {
            return Err(Error::RegistrationClosed);
        }
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
        let session = self.open_session(&txn, user, user_agent).await?;
        txn.commit().await?;
        Ok(session)
    }
}

/// Only the database can say without a race that a name is taken.
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
