//! A ticket for a file that its sender puts into the storage directly, and what became of it.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    /// Also the name of the object: `incoming/<id>`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub state: State,
    /// COMPLETING: until when the request that is at it holds the ticket.
    pub lease_until: Option<Timestamp>,
    /// As announced; metadata and nothing else.
    pub filename: String,
    /// As announced.
    pub content_type: String,
    /// As announced, and signed.
    pub byte_size: i64,
    /// As announced, and signed; in hexadecimal.
    pub sha256: Option<String>,
    /// COMPLETED: the image that it became, or was found to be.
    pub image_id: Option<Uuid>,
    /// COMPLETED: whether the image was there before.
    pub duplicate: bool,
    pub created_at: Timestamp,
    /// When its URL dies. What was put there goes after that, whatever became of it.
    pub expires_at: Timestamp,
}

/// Where a ticket is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum State {
    /// The file may be put, or is there.
    Open = 0,
    /// Its bytes are being looked at.
    Completing = 1,
    /// It is an image.
    Completed = 2,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// This person's tickets.
    pub fn visible_to(user_id: Uuid) -> Select<Self> {
        Self::find().filter(Column::OwnerId.eq(user_id))
    }
}
