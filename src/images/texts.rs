//! Texts: the words of an image by language, whose they are, and which of them are shown. A person's own words are
//! never overwritten by an analysis.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::Images;
use crate::db::entities::image_text::{self, TextSource};
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
        let key = (image, words.language.clone());
        let existing = image_text::Entity::find_by_id(key).one(db).await?;
        let kept = existing.as_ref().filter(|text| text.description_source == Some(TextSource::Owner));
        let (description, description_source) = match kept {
            Some(text) => (text.description.clone(), text.description_source),
            None => (Some(words.description), Some(TextSource::Analysis)),
        };
        let kept = existing.as_ref().filter(|text| text.alt_text_source == Some(TextSource::Owner));
        let (alt_text, alt_text_source) = match kept {
            Some(text) => (text.alt_text.clone(), text.alt_text_source),
            None => (Some(words.alt_text), Some(TextSource::Analysis)),
        };
        let row = image_text::Model {
            image_id: image,
            language: words.language,
            description,
            description_source,
            alt_text,
            alt_text_source,
            updated_at: self.clock.now(),
        };
        let mut upsert = OnConflict::columns([image_text::Column::ImageId, image_text::Column::Language]);
        upsert.update_columns([
            image_text::Column::Description,
            image_text::Column::DescriptionSource,
            image_text::Column::AltText,
            image_text::Column::AltTextSource,
            image_text::Column::UpdatedAt,
        ]);
        image_text::Entity::insert(row.into_active_model()).on_conflict(upsert).exec_without_returning(db).await?;
        Ok(())
    }
}

/// The words to show: those in the language asked for; without one, in the account's language, else those written last.
pub fn choose<'a>(
    texts: &'a [image_text::Model],
    asked: Option<&str>,
    account_language: &str,
    has_words: impl Fn(&image_text::Model) -> bool,
) -> Option<&'a image_text::Model> {
    let in_language = |language: &str| texts.iter().find(|text| text.language == language && has_words(text));
    match asked {
        Some(language) => in_language(language),
        None => in_language(account_language)
            .or_else(|| texts.iter().filter(|text| has_words(text)).max_by_key(|text| text.updated_at)),
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
    }
}
