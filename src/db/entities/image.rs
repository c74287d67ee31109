//! An image: a file that somebody put in, and what is known of it.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryFilter};

use crate::clock::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "image")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub state: State,
    /// PENDING: the upload's lease, after which the sweeper may take the row. DELETING: no writer is left after it.
    pub lease_until: Option<Timestamp>,
    /// As sent; metadata and nothing else, never part of a path.
    pub filename: String,
    pub title: Option<String>,
    /// What the bytes are, not what the client said.
    pub content_type: String,
    pub byte_size: i64,
    /// As shown, orientation applied.
    pub width: i32,
    pub height: i32,
    pub has_alpha: bool,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// ThumbHash, base64.
    pub thumbhash: String,
    pub uploaded_at: Timestamp,
    pub updated_at: Timestamp,
    pub animated: bool,
    pub favorite: bool,
    /// From the metadata, or the owner's word.
    pub taken_at: Option<Timestamp>,
    /// `taken_at`, else `uploaded_at`: what the list is ordered by.
    pub taken_or_uploaded_at: Timestamp,
    /// What file names are ordered by, byte by byte; see `images::filename`.
    #[sea_orm(column_type = "VarBinary(StringLen::N(512))")]
    pub filename_key: Vec<u8>,
    /// The `sha256` of the one image, among an owner's with the same bytes, that a new upload of them would find; unique
    /// with `owner_id`. NULL on copies that were asked for, and on tombstones.
    pub dedupe_key: Option<String>,
    /// The newest analysis, and its status. Written by the slice `analysis`, through `images`.
    pub analysis_id: Option<Uuid>,
    pub analysis_status: Option<super::analysis::Status>,
}

/// Where an image is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum State {
    /// The row stands, the object is being written.
    Pending = 0,
    /// Both are there: acknowledged.
    Ready = 1,
    /// A tombstone: the objects are being removed, then the row goes.
    Deleting = 2,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The images that this person may see: their own, whole ones.
    pub fn visible_to(user_id: Uuid) -> Select<Self> {
        Self::find().filter(Condition::all().add(Column::OwnerId.eq(user_id)).add(Column::State.eq(State::Ready)))
    }

    /// One image, whoever's it is, if it is whole and not deleted. For those whose right to it is settled: whoever shows
    /// a signed URL, and the server's own workers. What answers a viewer starts from `visible_to`.
    pub fn ready(id: Uuid) -> Select<Self> {
        Self::find_by_id(id).filter(Column::State.eq(State::Ready))
    }
}
