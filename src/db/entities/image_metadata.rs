//! What the file of an image says about itself, and its colors. An image without such a row was taken in before files
//! were asked.

use sea_orm::entity::prelude::*;
use sea_orm::{JoinType, QuerySelect};

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "image_metadata")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub image_id: Uuid,
    /// Up to six colors, the largest first: red, green, blue, and the share as two bytes (big-endian), 65,535
    /// being the whole.
    #[sea_orm(column_type = "VarBinary(StringLen::N(64))")]
    pub palette: Vec<u8>,
    pub camera: Option<String>,
    pub lens: Option<String>,
    /// Millimeters.
    #[sea_orm(column_type = "Double", nullable)]
    pub focal_length: Option<f64>,
    /// The f-number.
    #[sea_orm(column_type = "Double", nullable)]
    pub aperture: Option<f64>,
    /// Seconds, as people write them: `1/250`.
    pub exposure: Option<String>,
    pub iso: Option<i32>,
    /// UTC where the offset was recorded, else the wall-clock time taken as UTC.
    pub taken_at: Option<Timestamp>,
    /// Wall-clock time as the camera wrote it, `2024-05-17T14:03:22`.
    pub taken_at_local: Option<String>,
    /// Such as `+02:00`.
    pub utc_offset: Option<String>,
    /// Degrees north.
    #[sea_orm(column_type = "Double", nullable)]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[sea_orm(column_type = "Double", nullable)]
    pub longitude: Option<f64>,
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
    /// What is known of the images that this person may see.
    pub fn visible_to(user_id: Uuid) -> Select<Self> {
        use super::image;
        Self::find()
            .join(JoinType::InnerJoin, Relation::Image.def())
            .filter(image::Column::OwnerId.eq(user_id))
            .filter(image::Column::State.eq(image::State::Ready))
    }
}
