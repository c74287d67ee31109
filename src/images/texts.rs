//! Texts: the words of an image by language, whose they are, and which of them are shown. A person's own words are
//! never overwritten by an analysis.

use std::cmp::Reverse;

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::Images;
use crate::db::entities::image_text::{self, Column, TextSource};
use crate::error::Fault;

/// What an analysis has to say about an image.
pub struct Words {
    pub language: String,
    pub description: String,
    pub alt_text: String,
}

impl Images {
    /// Records an analysis's words, in the transaction that completes it. What the owner wrote stays.
    pub async fn record_words(&self, db: &impl ConnectionTrait, image: Uuid, words: Words) -> Result<(), Fault> {
        let row = image_text::Model {
            image_id: image,
            language: words.language,
            description: Some(words.description.clone()),
            description_source: Some(TextSource::Analysis),
            alt_text: Some(words.alt_text.clone()),
            alt_text_source: Some(TextSource::Analysis),
            updated_at: self.clock.now(),
            analysis_description: Some(words.description.clone()),
            analysis_alt_text: Some(words.alt_text.clone()),
        };
        // The database decides, in the one statement that writes: no words of the owner's come in between. MySQL assigns
        // from left to right, so each text comes before the source by which it is judged.
        let mut upsert = OnConflict::columns([Column::ImageId, Column::Language]);
        upsert
            .value(Column::Description, unless_owned(Column::DescriptionSource, Column::Description, words.description))
            .value(
                Column::DescriptionSource,
                unless_owned(Column::DescriptionSource, Column::DescriptionSource, TextSource::Analysis),
            )
            .value(Column::AltText, unless_owned(Column::AltTextSource, Column::AltText, words.alt_text))
            .value(
                Column::AltTextSource,
                unless_owned(Column::AltTextSource, Column::AltTextSource, TextSource::Analysis),
            )
            .value(Column::AnalysisDescription, row.analysis_description.clone())
            .value(Column::AnalysisAltText, row.analysis_alt_text.clone())
            .value(Column::UpdatedAt, row.updated_at);
        image_text::Entity::insert(row.into_active_model()).on_conflict(upsert).exec_without_returning(db).await?;
        Ok(())
    }
}

/// `new`, unless `source` says that the owner wrote what stands in `column`.
fn unless_owned(source: Column, column: Column, new: impl Into<sea_orm::Value>) -> SimpleExpr {
    let owned = Expr::col(source.as_column_ref()).eq(TextSource::Owner);
    CaseStatement::new().case(owned, Expr::col(column.as_column_ref())).finally(Expr::value(new)).into()
}

/// The words to show: those in the language asked for; without one, in the account's language, else those written last;
/// of those written at the same time, the first by language.
pub fn choose<'a>(
    texts: &'a [image_text::Model],
    asked: Option<&str>,
    account_language: &str,
    has_words: impl Fn(&image_text::Model) -> bool,
) -> Option<&'a image_text::Model> {
    let in_language = |language: &str| texts.iter().find(|text| text.language == language && has_words(text));
    match asked {
        Some(language) => in_language(language),
        None => in_language(account_language).or_else(|| {
            texts.iter().filter(|text| has_words(text)).max_by_key(|text| (text.updated_at, Reverse(&text.language)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn text(language: &str, at: i64, description: Option<&str>) -> image_text::Model {
        image_text::Model {
            image_id: Uuid::nil(),
            language: language.to_owned(),
            description: description.map(str::to_owned),
            description_source: None,
            alt_text: None,
            alt_text_source: None,
            updated_at: Timestamp(at),
            analysis_description: None,
            analysis_alt_text: None,
        }
    }

    #[test]
    fn words_are_chosen_by_the_language_asked_then_the_accounts_then_the_newest() {
        let texts = [text("en", 1, Some("a cat")), text("de", 3, Some("eine Katze")), text("fr", 9, None)];
        let chosen = |asked, account| {
            choose(&texts, asked, account, |text| text.description.is_some()).map(|text| text.language.as_str())
        };
        assert_eq!(chosen(Some("de"), "en"), Some("de"));
        assert_eq!(chosen(Some("fr"), "en"), None);
        assert_eq!(chosen(None, "en"), Some("en"));
        assert_eq!(chosen(None, "it"), Some("de"));
        let mut tied =
            [text("en", 3, Some("a cat")), text("de", 3, Some("eine Katze")), text("fr", 1, Some("un chat"))];
        for _ in 0..2 {
            let chosen = choose(&tied, None, "it", |text| text.description.is_some());
            assert_eq!(chosen.map(|text| text.language.as_str()), Some("de"));
            tied.reverse();
        }
    }
}
