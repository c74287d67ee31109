//! Which images of a list.

use async_graphql::InputObject;

use crate::analysis::graphql::AnalysisStatus;
use crate::graphql::scalars::DateTime;
use crate::images::{Span, Wanted};

/// Which images: those that fit everything that is said here. What is left out, null or an empty list says nothing.
#[derive(InputObject)]
#[graphql(name = "ImageFilter")]
pub struct ImageFilterInput {
    /// All of these, whatever their case; at most 10.
    tags: Option<Vec<String>>,
    /// Marked by their owner, or not.
    favorite: Option<bool>,
    /// One of these media types, such as `image/png`; at most 10. One that there is not fits no image.
    content_types: Option<Vec<String>>,
    /// Uploaded at this instant or later.
    uploaded_after: Option<DateTime>,
    /// Uploaded before this instant.
    uploaded_before: Option<DateTime>,
    /// Taken at this instant or later. An image of which nobody says when it was taken does not fit.
    taken_after: Option<DateTime>,
    /// Taken before this instant. An image of which nobody says when it was taken does not fit.
    taken_before: Option<DateTime>,
    /// With an alt text in the account's language, or without. The empty one of a decorative picture is one.
    has_alt_text: Option<bool>,
    /// The newest analysis is in one of these states.
    analysis_status: Option<Vec<AnalysisStatus>>,
}

impl From<ImageFilterInput> for Wanted {
    fn from(input: ImageFilterInput) -> Self {
        let instant = |given: Option<DateTime>| given.map(|at| at.0);
        Self {
            tags: input.tags.unwrap_or_default(),
            favorite: input.favorite,
            content_types: input.content_types.unwrap_or_default(),
            uploaded: Span { from: instant(input.uploaded_after), before: instant(input.uploaded_before) },
            taken: Span { from: instant(input.taken_after), before: instant(input.taken_before) },
            has_alt_text: input.has_alt_text,
            analysis_status: input.analysis_status.unwrap_or_default().into_iter().map(Into::into).collect(),
        }
    }
}
