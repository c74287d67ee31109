//! The words of an image in one language: whose they are, and since when.

use sea_orm::entity::prelude::*;
use sea_orm::{JoinType, QuerySelect};

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "image_text")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub image_id: Uuid,
    /// A BCP 47 tag.
    #[sea_orm(primary_key, auto_increment = false)]
    pub language: String,
    pub description: Option<String>,
    pub description_source: Option<TextSource>,
    pub alt_text: Option<String>,
    pub alt_text_source: Option<TextSource>,
    pub updated_at: Timestamp,
    /// The newest analysis's words, also where the owner's are shown: what shows again when those are taken back.
    pub analysis_description: Option<String>,
    pub analysis_alt_text: Option<String>,
}

/// Whose words they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum TextSource {
    Owner = 0,
    Analysis = 1,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::image::Entity", from = "Column::ImageId", to = "super::image::Column::Id")]
    Image,
}

impl Related<super::image::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Image.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The words on the images that this person may see.
    pub fn visible_to(user_id: Uuid) -> Select<Self> {
        use super::image;
        Self::find()
            .join(JoinType::InnerJoin, Relation::Image.def())
            .filter(image::Column::OwnerId.eq(user_id))
            .filter(image::Column::State.eq(image::State::Ready))
    }
}
