//! A word that an image's owner filed it under.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "image_tag")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub image_id: Uuid,
    /// What tags are compared by: without regard to case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_key: String,
    /// As the owner wrote it.
    pub tag: String,
    /// Among the image's tags, from 0.
    pub position: i16,
    /// The image's owner, so that a question for a tag needs no join.
    pub owner_id: Uuid,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// This person's tags. Those of a tombstone are among them until it goes.
    pub fn visible_to(user_id: Uuid) -> Select<Self> {
        Self::find().filter(Column::OwnerId.eq(user_id))
    }
}
