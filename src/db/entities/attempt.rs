//! How often something was tried: one row a rule and a subject. `accounts/attempts.rs` has the rules and the arithmetic.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempt")]
pub struct Model {
    /// A keyed hash of the rule and the subject, in hexadecimal: neither names nor addresses are in the table.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The theoretical arrival time of the next attempt. Once it has passed, the row says no more than none.
    pub tat: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
