//! Update: what an owner changes about an image. What is not mentioned stays, also when two changes come at once: each
//! writes its own columns, and nothing is read before it is written.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr, SubQueryStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, UpdateMany};
use uuid::Uuid;

use super::own_words::OwnWords;
use super::tags::{self, Tag};
use super::upload::clean_title;
use super::{Error, Images};
use crate::clock::Timestamp;
use crate::db::entities::image::{self, Column};
use crate::db::entities::image_metadata;
use crate::viewer::Viewer;

/// What becomes of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Not mentioned: it stays as it is.
    #[default]
    Keep,
    Clear,
    Set(T),
}

/// What becomes of an image.
#[derive(Clone, Debug, Default)]
pub struct ImageChanges {
    pub title: Change<String>,
    /// Cleared: false.
    pub favorite: Change<bool>,
    pub tags: Change<Vec<String>>,
    /// Cleared: what the file says.
    pub taken_at: Change<Timestamp>,
    pub words: Option<OwnWords>,
}

/// The same, checked.
struct Checked {
    title: Change<Option<String>>,
    favorite: Change<bool>,
    tags: Change<Vec<Tag>>,
    taken_at: Change<Timestamp>,
    words: Option<OwnWords>,
}

impl<T> Change<T> {
    pub(super) fn keeps(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl ImageChanges {
    fn check(self) -> Result<Checked, Error> {
        Ok(Checked {
            title: match self.title {
                Change::Keep => Change::Keep,
                Change::Clear => Change::Set(None),
                Change::Set(text) => Change::Set(clean_title(Some(text))?),
            },
            favorite: self.favorite,
            tags: match self.tags {
                Change::Keep => Change::Keep,
                Change::Clear => Change::Set(Vec::new()),
                Change::Set(given) => Change::Set(tags::clean(&given)?),
            },
            taken_at: self.taken_at,
            words: self.words.map(OwnWords::check).transpose()?.filter(|words| !words.keeps_all()),
        })
    }
}

impl Checked {
    fn keeps_all(&self) -> bool {
        let Self { title, favorite, tags, taken_at, words } = self;
        title.keeps() && favorite.keeps() && tags.keeps() && taken_at.keeps() && words.is_none()
    }

    /// The columns of the image's own row, and `updated_at` whatever changes.
    fn columns(&self, id: Uuid, now: Timestamp) -> UpdateMany<image::Entity> {
        let mut update = image::Entity::update_many().col_expr(Column::UpdatedAt, Expr::value(now));
        if let Change::Set(title) = &self.title {
            update = update.col_expr(Column::Title, Expr::value(title.clone()));
        }
        match self.favorite {
            Change::Keep => {}
            Change::Clear => update = update.col_expr(Column::Favorite, Expr::value(false)),
            Change::Set(favorite) => update = update.col_expr(Column::Favorite, Expr::value(favorite)),
        }
        match self.taken_at {
            Change::Keep => update,
            Change::Clear => {
                let uploaded = Expr::col(Column::UploadedAt);
                update
                    .col_expr(Column::TakenAt, told_by_file(id))
                    .col_expr(Column::TakenOrUploadedAt, Func::coalesce([told_by_file(id), uploaded]).into())
            }
            Change::Set(at) => {
                update.col_expr(Column::TakenAt, Expr::value(at)).col_expr(Column::TakenOrUploadedAt, Expr::value(at))
            }
        }
    }
}

/// When the picture was taken, as its file says; NULL where it does not.
fn told_by_file(image: Uuid) -> SimpleExpr {
    let told: SelectStatement = Query::select()
        .column((image_metadata::Entity, image_metadata::Column::TakenAt))
        .from(image_metadata::Entity)
        .and_where(Expr::col((image_metadata::Entity, image_metadata::Column::ImageId)).eq(image))
        .to_owned();
    SubQueryStatement::from(told).into()
}

impl Images {
    /// All of it or nothing. Gives the image as it is then.
    pub async fn update(&self, viewer: &Viewer, id: Uuid, changes: ImageChanges) -> Result<image::Model, Error> {
        let changes = changes.check()?;
        if changes.keeps_all() {
            return self.find(viewer, id).await?.ok_or_else(not_found);
        }
        let now = self.clock.now();
        let txn = self.db.begin().await?;
        // First of all, since it locks the row: whatever else belongs to the image is changed by one at a time.
        let found = changes
            .columns(id, now)
            .filter(Column::Id.eq(id))
            .filter(Column::OwnerId.eq(viewer.user_id))
            .filter(Column::State.eq(image::State::Ready))
            .exec(&txn)
            .await?;
        if found.rows_affected == 0 {
            return Err(not_found());
        }
        if let Change::Set(tags) = &changes.tags {
            tags::store(&txn, id, viewer.user_id, tags).await?;
        }
        if let Some(words) = changes.words {
            words.store(&txn, id, now).await?;
        }
        let image = image::Entity::ready(id).one(&txn).await?.ok_or_else(not_found)?;
        txn.commit().await?;
        Ok(image)
    }
}

fn not_found() -> Error {
    Error::NotFound { path: vec!["input".to_owned(), "id".to_owned()] }
}
