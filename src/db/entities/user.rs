//! A person with an account.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// As the person writes it.
    pub username: String,
    /// The same for comparing: normalized and in lower case; unique.
    pub username_key: String,
    /// As the person writes it.
    pub email: String,
    /// The same for comparing: normalized and in lower case; unique.
    pub email_key: String,
    /// Argon2id, in the PHC string format.
    pub password_hash: String,
    /// The account's language, a BCP 47 tag.
    pub language: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
