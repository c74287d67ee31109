//! What became of an upload that its sender gave a key: the same key gives the first answer again, for a day.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner_id: Uuid,
    /// SHA-256 of the key, in hexadecimal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: String,
    /// Which of the requests with this key is at work.
    pub holder: Uuid,
    /// Until when the others wait for it; NULL once there is an answer.
    pub lease_until: Option<Timestamp>,
    /// The answer; NULL as long as there is none.
    pub image_id: Option<Uuid>,
    pub analysis_id: Option<Uuid>,
    pub duplicate: bool,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
