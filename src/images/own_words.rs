//! The owner's own words: written over an analysis's, taken back so that those show again, and in no case overwritten
//! by one, however close together they come (see `record_words`).

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, UpdateMany};
use uuid::Uuid;

use super::Error;
use super::update::Change;
use crate::clock::Timestamp;
use crate::db::entities::image_text::{self, Column, TextSource};

/// Characters. An analysis has at most 4000 and 250 to say.
const MAX_DESCRIPTION: usize = 10_000;
const MAX_ALT_TEXT: usize = 2000;

/// With words of an image.
const MAX_LANGUAGES: u64 = 100;

/// What becomes of an image's words in one language. Cleared: the newest analysis's in that language, if there is one.
#[derive(Clone, Debug)]
pub struct OwnWords {
    /// A BCP 47 tag.
    pub language: String,
    /// Empty: cleared.
    pub description: Change<String>,
    /// Empty: the picture is decorative.
    pub alt_text: Change<String>,
}

impl OwnWords {
    pub(super) fn check(self) -> Result<Self, Error> {
        let Self { language, description, alt_text } = self;
        let description = match description {
            Change::Set(text) => match clean(&text) {
                text if text.is_empty() => Change::Clear,
                text if text.chars().nth(MAX_DESCRIPTION).is_some() => return Err(Error::DescriptionTooLong),
                text => Change::Set(text),
            },
            other => other,
        };
        let alt_text = match alt_text {
            Change::Set(text) => match clean(&text) {
                text if text.chars().nth(MAX_ALT_TEXT).is_some() => return Err(Error::AltTextTooLong),
                text => Change::Set(text),
            },
            other => other,
        };
        Ok(Self { language, description, alt_text })
    }

    pub(super) fn keeps_all(&self) -> bool {
        self.description.keeps() && self.alt_text.keeps()
    }

    /// The caller's transaction holds the image's row.
    pub(super) async fn store(self, db: &impl ConnectionTrait, image: Uuid, now: Timestamp) -> Result<(), Error> {
        let writes = [&self.description, &self.alt_text].into_iter().any(|change| matches!(change, Change::Set(_)));
        let clears = [&self.description, &self.alt_text].into_iter().any(|change| matches!(change, Change::Clear));
        if writes {
            self.check_room(db, image).await?;
            self.write(db, image, now).await?;
        } else {
            let mut update = image_text::Entity::update_many().col_expr(Column::UpdatedAt, Expr::value(now));
            for (column, value) in self.assignments() {
                update = update.col_expr(column, value);
            }
            self.of(update, image).exec(db).await?;
        }
        if clears {
            let mut nothing_left = image_text::Entity::delete_many()
                .filter(Column::ImageId.eq(image))
                .filter(Column::Language.eq(self.language));
            for column in [Column::Description, Column::AltText, Column::AnalysisDescription, Column::AnalysisAltText] {
                nothing_left = nothing_left.filter(column.is_null());
            }
            nothing_left.exec(db).await?;
        }
        Ok(())
    }

    fn of(&self, update: UpdateMany<image_text::Entity>, image: Uuid) -> UpdateMany<image_text::Entity> {
        update.filter(Column::ImageId.eq(image)).filter(Column::Language.eq(&*self.language))
    }

    async fn check_room(&self, db: &impl ConnectionTrait, image: Uuid) -> Result<(), Error> {
        let others =
            image_text::Entity::find().filter(Column::ImageId.eq(image)).filter(Column::Language.ne(&*self.language));
        if others.count(db).await? >= MAX_LANGUAGES { Err(Error::TooManyLanguages) } else { Ok(()) }
    }

    async fn write(&self, db: &impl ConnectionTrait, image: Uuid, now: Timestamp) -> Result<(), Error> {
        let words = |change: &Change<String>| match change {
            Change::Set(text) => (Some(text.clone()), Some(TextSource::Owner)),
            Change::Keep | Change::Clear => (None, None),
        };
        let (description, description_source) = words(&self.description);
        let (alt_text, alt_text_source) = words(&self.alt_text);
        let row = image_text::Model {
            image_id: image,
            language: self.language.clone(),
            description,
            description_source,
            alt_text,
            alt_text_source,
            updated_at: now,
            analysis_description: None,
            analysis_alt_text: None,
        };
        // Where there are words already, also those that an analysis stored a moment ago: nothing else of them changes.
        let mut upsert = OnConflict::columns([Column::ImageId, Column::Language]);
        upsert.value(Column::UpdatedAt, now);
        for (column, value) in self.assignments() {
            upsert.value(column, value);
        }
        image_text::Entity::insert(row.into_active_model()).on_conflict(upsert).exec_without_returning(db).await?;
        Ok(())
    }

    /// What a row that is there gets.
    fn assignments(&self) -> Vec<(Column, SimpleExpr)> {
        let texts = [
            (&self.description, Column::Description, Column::DescriptionSource, Column::AnalysisDescription),
            (&self.alt_text, Column::AltText, Column::AltTextSource, Column::AnalysisAltText),
        ];
        let mut all = Vec::new();
        for (change, text, source, of_analysis) in texts {
            match change {
                Change::Keep => {}
                Change::Set(words) => {
                    all.push((text, Expr::value(words.clone())));
                    all.push((source, Expr::value(TextSource::Owner)));
                }
                Change::Clear => {
                    let there = Expr::col(of_analysis.as_column_ref()).is_not_null();
                    let whose = CaseStatement::new().case(there, Expr::value(TextSource::Analysis));
                    all.push((text, Expr::col(of_analysis.as_column_ref())));
                    all.push((source, whose.into()));
                }
            }
        }
        all
    }
}

/// Text of several lines, without what nobody sees; the character of number 0 is one that Postgres does not keep.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let visible: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
    visible.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(description: Change<String>, alt_text: Change<String>) -> OwnWords {
        OwnWords { language: "en".to_owned(), description, alt_text }
    }

    #[test]
    fn words_keep_their_lines_and_lose_what_nobody_sees() {
        let given = Change::Set(" One.\r\n\tTwo.\0\u{1b}\n".to_owned());
        let checked = words(given.clone(), given).check().unwrap_or_else(|error| panic!("{error}"));
        let clean = Change::Set("One.\n\tTwo.".to_owned());
        assert_eq!((checked.description, checked.alt_text), (clean.clone(), clean));
    }

    #[test]
    fn an_empty_description_is_none_and_an_empty_alt_text_says_decorative() {
        let empty = || Change::Set(" \n".to_owned());
        let checked = words(empty(), empty()).check().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((checked.description, checked.alt_text), (Change::Clear, Change::Set(String::new())));
    }

    #[test]
    fn words_are_taken_up_to_their_limit() {
        let text = |length| Change::Set("ä".repeat(length));
        assert!(words(text(10_000), text(2000)).check().is_ok());
        assert!(matches!(words(text(10_001), Change::Keep).check(), Err(Error::DescriptionTooLong)));
        assert!(matches!(words(Change::Keep, text(2001)).check(), Err(Error::AltTextTooLong)));
    }
}
