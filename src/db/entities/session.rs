//! A signed-in browser or program: one row a log-in. Its refresh tokens are its family.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryFilter};

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub user_agent: Option<String>,
    pub created_at: Timestamp,
    /// The last refresh.
    pub last_used_at: Timestamp,
    /// Moved on by each refresh.
    pub expires_at: Timestamp,
    /// Logged out, or ended because a refresh token was used twice.
    pub ended_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::user::Entity", from = "Column::UserId", to = "super::user::Column::Id")]
    User,
}

impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The session of this id, while it lives.
    pub fn living(id: Uuid, now: Timestamp) -> Select<Self> {
        Self::find_by_id(id).filter(lives(now))
    }

    /// Those of these sessions that live.
    pub fn living_among(ids: &[Uuid], now: Timestamp) -> Select<Self> {
        Self::find().filter(Column::Id.is_in(ids.iter().copied())).filter(lives(now))
    }
}

fn lives(now: Timestamp) -> Condition {
    Condition::all().add(Column::EndedAt.is_null()).add(Column::ExpiresAt.gt(now))
}
