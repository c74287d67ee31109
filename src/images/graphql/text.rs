//! The words of an image.

use async_graphql::{Enum, SimpleObject};

use crate::db::entities::image_text;
use crate::graphql::scalars::{DateTime, LanguageTag};

/// The words of an image in one language.
#[derive(SimpleObject)]
pub struct ImageText {
    /// Which language.
    language: LanguageTag,
    /// A few sentences on what the picture shows.
    description: Option<String>,
    /// Whose description it is; null without one.
    description_source: Option<TextSource>,
    /// For people who cannot see the picture.
    alt_text: Option<String>,
    /// Whose alt text it is; null without one.
    alt_text_source: Option<TextSource>,
    /// When the words last changed.
    updated_at: DateTime,
}

/// Whose words they are.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "image_text::TextSource")]
pub enum TextSource {
    /// The owner's. No analysis overwrites them.
    Owner,
    /// An analysis's.
    Analysis,
}

impl From<&image_text::Model> for ImageText {
    fn from(text: &image_text::Model) -> Self {
        Self {
            language: LanguageTag(text.language.clone()),
            description: text.description.clone(),
            description_source: text.description_source.map(Into::into),
            alt_text: text.alt_text.clone(),
            alt_text_source: text.alt_text_source.map(Into::into),
            updated_at: DateTime(text.updated_at),
        }
    }
}
