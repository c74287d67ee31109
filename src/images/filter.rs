//! Filter: what a list of images is narrowed to, and the index by which it is then walked. Every order has an index; a
//! favorite, a type or a status alone has one too, in the order of uploads. Whatever else is wanted is looked at on the
//! way, image by image, so that no page is sorted and page 50,000 costs what page 1 costs.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SubQueryStatement};
use sea_orm::{Condition, DbBackend, IdenStatic, QueryFilter, Select};

use super::list::OrderField;
use super::tags;
use crate::clock::Timestamp;
use crate::db::entities::analysis::Status;
use crate::db::entities::image::{self, Column};
use crate::db::entities::{image_tag, image_text};
use crate::pictures::Format;
use crate::viewer::Viewer;

/// Of tags, and of media types.
const MAX_WORDS: usize = 10;

/// What is wanted, as it came. An empty list wants nothing in particular, as None does.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// All of them.
    pub tags: Vec<String>,
    pub favorite: Option<bool>,
    /// One of them.
    pub content_types: Vec<String>,
    pub uploaded: Span,
    pub taken: Span,
    /// In the viewer's language.
    pub has_alt_text: Option<bool>,
    /// One of them.
    pub analysis_status: Vec<Status>,
}

/// From this instant on, and before that one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
}

/// Why a filter cannot be used; the message is for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    #[error("`tags` of a filter has at most 10 entries.")]
    Tags,
    #[error("`contentTypes` of a filter has at most 10 entries.")]
    ContentTypes,
}

/// What is wanted, in one way of saying it: two filters are equal when they want the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageFilter {
    tag_keys: Vec<String>,
    favorite: Option<bool>,
    /// Empty: what no image is.
    content_types: Option<Vec<&'static str>>,
    uploaded: Span,
    taken: Span,
    has_alt_text: Option<bool>,
    analysis_status: Vec<Status>,
}

/// An index of images, behind owner and state.
#[derive(Clone, Copy)]
pub(super) struct Index {
    pub name: &'static str,
    columns: &'static [Column],
}

impl Index {
    pub(super) const fn new(name: &'static str, columns: &'static [Column]) -> Self {
        Self { name, columns }
    }

    fn holds(&self, column: Column) -> bool {
        self.columns.iter().any(|own| own.as_str() == column.as_str())
    }
}

const BY_FAVORITE: Index = Index::new("image_by_favorite", &[Column::Favorite, Column::UploadedAt]);
const BY_CONTENT_TYPE: Index = Index::new("image_by_content_type", &[Column::ContentType, Column::UploadedAt]);
const BY_STATUS: Index = Index::new("image_by_analysis_status", &[Column::AnalysisStatus, Column::UploadedAt]);

impl TryFrom<Wanted> for ImageFilter {
    type Error = FilterError;

    fn try_from(wanted: Wanted) -> Result<Self, FilterError> {
        let Wanted { tags, favorite, content_types, uploaded, taken, has_alt_text, mut analysis_status } = wanted;
        if tags.len() > MAX_WORDS {
            return Err(FilterError::Tags);
        }
        if content_types.len() > MAX_WORDS {
            return Err(FilterError::ContentTypes);
        }
        let mut tag_keys: Vec<_> = tags.iter().map(|tag| tags::key(tag)).collect();
        let types = content_types.iter().filter_map(|name| Format::from_content_type(name));
        let mut types: Vec<_> = types.map(Format::content_type).collect();
        tag_keys.sort_unstable();
        tag_keys.dedup();
        types.sort_unstable();
        types.dedup();
        analysis_status.sort_unstable_by_key(|status| *status as i16);
        analysis_status.dedup();
        Ok(Self {
            tag_keys,
            favorite,
            content_types: (!content_types.is_empty()).then_some(types),
            uploaded,
            taken,
            has_alt_text,
            analysis_status,
        })
    }
}

impl ImageFilter {
    /// What cursors are bound to; empty without a filter.
    pub(super) fn name(&self) -> String {
        if *self == Self::default() { String::new() } else { format!("{self:?}") }
    }

    /// The index by which the list is walked.
    pub(super) fn index(&self, order: OrderField) -> Index {
        let one_type = self.content_types.as_ref().is_some_and(|types| types.len() == 1);
        match order {
            OrderField::UploadedAt if self.favorite.is_some() => BY_FAVORITE,
            OrderField::UploadedAt if self.analysis_status.len() == 1 => BY_STATUS,
            OrderField::UploadedAt if one_type => BY_CONTENT_TYPE,
            _ => order.index(),
        }
    }

    /// Narrows `select`, the viewer's images. With `walked`, no condition tempts SQLite to take another index than that
    /// one, and to sort what it then finds: a unary plus hides a column from its planner
    /// (<https://www.sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_>). MySQL is told the index
    /// by name (see `page::hint_index`); Postgres counts its rows and needs no advice.
    pub(super) fn apply(
        &self,
        select: Select<image::Entity>,
        viewer: &Viewer,
        walked: Option<Index>,
        backend: DbBackend,
    ) -> Select<image::Entity> {
        let column = |column: Column| {
            let plain = Expr::col((image::Entity, column));
            match walked {
                Some(index) if backend == DbBackend::Sqlite && !index.holds(column) => {
                    Expr::cust_with_expr("+?", plain)
                }
                _ => plain,
            }
        };
        let mut all = Condition::all();
        if let Some(favorite) = self.favorite {
            all = all.add(column(Column::Favorite).eq(favorite));
        }
        all = match self.content_types.as_deref() {
            None => all,
            Some([one]) => all.add(column(Column::ContentType).eq(*one)),
            Some(several) => all.add(column(Column::ContentType).is_in(several.iter().copied())),
        };
        all = match self.analysis_status.as_slice() {
            [] => all,
            [one] => all.add(column(Column::AnalysisStatus).eq(*one)),
            several => all.add(column(Column::AnalysisStatus).is_in(several.iter().copied())),
        };
        all = within(all, self.uploaded, || column(Column::UploadedAt));
        if self.taken != Span::default() {
            // Where the one is set they are the same, and the other has the index.
            all = all.add(column(Column::TakenAt).is_not_null());
            all = within(all, self.taken, || column(Column::TakenOrUploadedAt));
        }
        for key in &self.tag_keys {
            all = all.add(Expr::exists(tagged(viewer, key)));
        }
        all = match self.has_alt_text {
            None => all,
            Some(true) => all.add(Expr::exists(with_alt_text(viewer))),
            // For NOT EXISTS MariaDB reads all texts there are before it looks at an image; Postgres thinks that this is
            // true of hardly any, and sorts.
            Some(false) if backend == DbBackend::MySql => {
                all.add(Expr::from(SubQueryStatement::from(with_alt_text(viewer))).is_null())
            }
            Some(false) => all.add(Expr::not_exists(with_alt_text(viewer))),
        };
        select.filter(all)
    }
}

fn within(all: Condition, span: Span, column: impl Fn() -> Expr) -> Condition {
    let all = span.from.map_or(all.clone(), |from| all.add(column().gte(from)));
    span.before.map_or(all.clone(), |before| all.add(column().lt(before)))
}

/// This tag of the image.
fn tagged(viewer: &Viewer, key: &str) -> SelectStatement {
    use image_tag::{Column as Tag, Entity};
    Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Tag::ImageId)).equals((image::Entity, Column::Id)))
        .and_where(Expr::col((Entity, Tag::TagKey)).eq(key))
        .and_where(Expr::col((Entity, Tag::OwnerId)).eq(viewer.user_id))
        .to_owned()
}

/// The image's alt text in the viewer's language, at most one; also the empty one of a decorative picture.
fn with_alt_text(viewer: &Viewer) -> SelectStatement {
    use image_text::{Column as Text, Entity};
    Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Text::ImageId)).equals((image::Entity, Column::Id)))
        .and_where(Expr::col((Entity, Text::Language)).eq(viewer.language.as_str()))
        .and_where(Expr::col((Entity, Text::AltText)).is_not_null())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(wanted: Wanted) -> ImageFilter {
        wanted.try_into().unwrap_or_else(|error: FilterError| panic!("{error}"))
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn filters_that_want_the_same_are_the_same() {
        let one = Wanted {
            tags: words(&["Cat", "dog", "CAT "]),
            content_types: words(&["image/png", "IMAGE/JPEG", "junk"]),
            analysis_status: vec![Status::Failed, Status::Queued, Status::Failed],
            ..Wanted::default()
        };
        let other = Wanted {
            tags: words(&["DOG", "cat"]),
            content_types: words(&["image/jpeg", "image/png"]),
            analysis_status: vec![Status::Queued, Status::Failed],
            ..Wanted::default()
        };
        assert_eq!(filter(one).name(), filter(other).name());
        assert_eq!(filter(Wanted::default()).name(), "");
        let junk = filter(Wanted { content_types: words(&["junk"]), ..Wanted::default() });
        assert_ne!(junk.name(), "", "what matches nothing is no filter that matches all");
    }

    #[test]
    fn a_filter_has_at_most_ten_words_of_a_kind() {
        let many = |count| vec!["x".to_owned(); count];
        let tags = |count| ImageFilter::try_from(Wanted { tags: many(count), ..Wanted::default() });
        let types = |count| ImageFilter::try_from(Wanted { content_types: many(count), ..Wanted::default() });
        assert!(tags(10).is_ok() && types(10).is_ok());
        assert_eq!((tags(11), types(11)), (Err(FilterError::Tags), Err(FilterError::ContentTypes)));
    }
}
