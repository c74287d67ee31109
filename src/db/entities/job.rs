//! Work that must not be lost: a row a job, gone when it is done.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    /// What the work is about; unique with `kind`, so that it is planned once.
    pub subject_id: Uuid,
    /// When it may be claimed. A claim moves it to the end of the lease, so a dead worker's job comes back by itself.
    pub run_at: Timestamp,
    /// Counted up by each claim: the number that a worker must still hold to finish.
    pub fence: i32,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
