//! Tags: the words that an owner files an image under, as they were written, and the keys by which two of them are the
//! same.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::Error;
use super::filename::is_direction_mark;
use crate::db::entities::image_tag;

/// Of an image.
const MAX_TAGS: usize = 100;

/// Characters of a tag.
const MAX_LENGTH: usize = 50;

/// Characters of a key, which is what its column takes: normalizing makes one character into up to eighteen.
const MAX_KEY: usize = 255;

/// A tag and the key that compares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub text: String,
    pub key: String,
}

/// The tags to keep of those given, in their order. Of those that are the same the first one's spelling stays.
pub(super) fn clean(given: &[String]) -> Result<Vec<Tag>, Error> {
    if given.len() > MAX_TAGS {
        return Err(Error::TooManyTags);
    }
    let (mut tags, mut seen) = (Vec::with_capacity(given.len()), HashSet::new());
    for text in given {
        let text = line(text);
        let key = key(&text);
        if key.is_empty() || text.chars().count() > MAX_LENGTH || key.chars().count() > MAX_KEY {
            return Err(Error::TagLength);
        }
        if seen.insert(key.clone()) {
            tags.push(Tag { text, key });
        }
    }
    Ok(tags)
}

/// The key by which this tag is looked up. Normalized again after the change of case, which takes some letters apart:
/// the key of a key is the key. Trimmed, for MySQL compares without the spaces at the end.
pub(super) fn key(text: &str) -> String {
    line(&line(text).nfkc().collect::<String>().to_lowercase().nfkc().collect::<String>())
}

/// Makes these the image's tags, in the place of those it had. The caller's transaction holds the image's row, having
/// written it, so that two changes at once do not mix theirs.
pub(super) async fn store(db: &impl ConnectionTrait, image: Uuid, owner: Uuid, tags: &[Tag]) -> Result<(), DbErr> {
    image_tag::Entity::delete_many().filter(image_tag::Column::ImageId.eq(image)).exec(db).await?;
    if tags.is_empty() {
        return Ok(());
    }
    let rows = (0..).zip(tags).map(|(position, tag)| {
        let Tag { text, key } = tag.clone();
        let row = image_tag::Model { image_id: image, tag_key: key, tag: text, position, owner_id: owner };
        row.into_active_model()
    });
    image_tag::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// One line with single spaces, without what cannot be seen.
fn line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let seen: String = spaced.chars().filter(|c| !is_hidden(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Besides control characters and direction marks, those that have no width and join nothing.
fn is_hidden(c: char) -> bool {
    c.is_control() || is_direction_mark(c) || matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(given: &[&str]) -> Option<Vec<String>> {
        let given: Vec<_> = given.iter().map(|&text| text.to_owned()).collect();
        clean(&given).ok().map(|tags| tags.into_iter().map(|tag| tag.text).collect())
    }

    #[test]
    fn a_tag_is_one_line_of_what_can_be_seen() {
        assert_eq!(cleaned(&[" New\t York \n"]).unwrap(), ["New York"]);
        assert_eq!(cleaned(&["a\0\u{202e}b\u{200b}c\u{feff}"]).unwrap(), ["abc"]);
        // Joiners are part of what is seen.
        assert_eq!(cleaned(&["👩‍👩‍👧"]).unwrap(), ["👩‍👩‍👧"]);
    }

    #[test]
    fn tags_that_differ_in_case_or_form_alone_are_one_in_its_first_spelling() {
        let given = ["Cat", "dog", "CAT", "ﬁsh", "FISH", "Café", "CAFE\u{301}", "cat "];
        assert_eq!(cleaned(&given).unwrap(), ["Cat", "dog", "ﬁsh", "Café"]);
        for text in ["J\u{30c}", "\u{130}", "\u{1e9e}", "\u{212b}", "\u{b4}", "ﷺ"] {
            assert_eq!(key(&key(text)), key(text), "{text}");
        }
    }

    #[test]
    fn a_tag_has_one_to_fifty_characters_and_an_image_a_hundred_tags() {
        assert!(cleaned(&["ä".repeat(50).as_str()]).is_some());
        // The last ones are short, and have keys of more than 255 characters.
        for wrong in ["", " ", "\u{200b}", &"ä".repeat(51), &"ﷺ".repeat(50)] {
            assert!(cleaned(&["fine", wrong]).is_none(), "{wrong}");
        }
        let many: Vec<_> = (0..101).map(|number| number.to_string()).collect();
        assert_eq!(clean(&many[..100]).map(|tags| tags.len()).ok(), Some(100));
        assert!(clean(&many).is_err());
    }
}
