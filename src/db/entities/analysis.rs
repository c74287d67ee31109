//! A question to the vision model about an image, and its answer.

use sea_orm::entity::prelude::*;
use sea_orm::{JoinType, QuerySelect};

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "analysis")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub image_id: Uuid,
    /// The image's owner, so that a list of theirs needs no join.
    pub owner_id: Uuid,
    pub status: Status,
    pub prompt: Option<String>,
    /// A BCP 47 tag.
    pub language: String,
    pub provider: String,
    pub model: String,
    pub answer: Option<String>,
    pub description: Option<String>,
    pub alt_text: Option<String>,
    /// A JSON list of strings.
    pub tags: Option<String>,
    pub detected_text: Option<String>,
    pub input_tokens: Option<i32>,
    pub output_tokens: Option<i32>,
    pub failure_code: Option<FailureCode>,
    pub failure_message: Option<String>,
    /// Set while another attempt is planned.
    pub next_attempt_at: Option<Timestamp>,
    pub attempts: i32,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// The last change of anything above.
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum Status {
    Queued = 0,
    Running = 1,
    Completed = 2,
    Failed = 3,
    Canceled = 4,
}

impl Status {
    /// True where nothing will change any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum FailureCode {
    RateLimited = 0,
    Timeout = 1,
    ProviderRejectedKey = 2,
    ProviderUnavailable = 3,
    ContentRefused = 4,
    InvalidAnswer = 5,
    ImageUnreadable = 6,
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
    /// The analyses of the images that this person may see.
    pub fn visible_to(user_id: Uuid) -> Select<Self> {
        use super::image;
        Self::find()
            .filter(Column::OwnerId.eq(user_id))
            .join(JoinType::InnerJoin, Relation::Image.def())
            .filter(image::Column::State.eq(image::State::Ready))
    }
}
