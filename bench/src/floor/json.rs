//! The answer, field by field in the order of the query.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use super::ids;
use super::sign::{Cursors, Media};
use super::sql::{Analysis, Image, Viewer, Words};

/// The width that is asked for, in pixels.
const WIDTH: i32 = 400;

/// By its number in the table.
const STATUS: [&str; 5] = ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELED"];

#[derive(Serialize)]
pub struct Answer<'r> {
    data: Data<'r>,
}

#[derive(Serialize)]
struct Data<'r> {
    images: Connection<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Connection<'r> {
    nodes: Vec<Node<'r>>,
    page_info: PageInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node<'r> {
    id: String,
    filename: &'r str,
    owner: Owner<'r>,
    rendition: Rendition,
    description: Option<&'r str>,
    alt_text: Option<&'r str>,
    latest_analysis: Option<LatestAnalysis>,
}

#[derive(Clone, Serialize)]
struct Owner<'r> {
    id: Cow<'r, str>,
    username: &'r str,
}

#[derive(Serialize)]
struct Rendition {
    url: String,
    width: i32,
    height: i32,
}

#[derive(Serialize)]
struct LatestAnalysis {
    id: String,
    status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    has_previous_page: bool,
    start_cursor: Option<String>,
    end_cursor: Option<String>,
}

impl<'r> Answer<'r> {
    pub fn new(
        viewer: &'r Viewer,
        images: &'r [Image],
        texts: &'r [Words],
        analyses: &[Analysis],
        more: bool,
        media: &Media,
        cursors: &Cursors,
    ) -> Self {
        let mut texts_of: HashMap<Uuid, Vec<&Words>> = HashMap::with_capacity(images.len());
        for text in texts {
            texts_of.entry(text.image_id).or_default().push(text);
        }
        let latest_of: HashMap<Uuid, &Analysis> = analyses.iter().map(|found| (found.image_id, found)).collect();
        let owner = Owner { id: ids::encode("user", viewer.id).into(), username: &viewer.username };
        let node = |image: &'r Image| {
            let texts = texts_of.get(&image.id).map(Vec::as_slice).unwrap_or_default();
            Node {
                id: ids::encode("image", image.id),
                filename: &image.filename,
                owner: owner.clone(),
                rendition: rendition(image, media),
                description: words(texts, &viewer.language, |text| text.description.as_deref()),
                alt_text: words(texts, &viewer.language, |text| text.alt_text.as_deref()),
                latest_analysis: latest_of.get(&image.id).map(|found| LatestAnalysis {
                    id: ids::encode("analysis", found.id),
                    status: usize::try_from(found.status)
                        .ok()
                        .and_then(|at| STATUS.get(at))
                        .copied()
                        .unwrap_or("FAILED"),
                }),
            }
        };
        let cursor = |image: &Image| cursors.encode(viewer.id, image.uploaded_at, image.id);
        let page_info = PageInfo {
            has_next_page: more,
            has_previous_page: false,
            start_cursor: images.first().map(cursor),
            end_cursor: images.last().map(cursor),
        };
        Self { data: Data { images: Connection { nodes: images.iter().map(node).collect(), page_info } } }
    }
}

fn rendition(image: &Image, media: &Media) -> Rendition {
    let width = WIDTH.min(image.width);
    let height = (image.height * width + image.width / 2) / image.width.max(1);
    let extension = if image.has_alpha { "webp" } else { "jpg" };
    Rendition { url: media.url(image.id, &format!("{width}x{height}.{extension}")), width, height }
}

/// In the account's language, else the last ones written.
fn words<'r>(texts: &[&'r Words], language: &str, pick: fn(&'r Words) -> Option<&'r str>) -> Option<&'r str> {
    let own = texts.iter().find_map(|text| pick(text).filter(|_| text.language == language));
    own.or_else(|| pick(texts.iter().filter(|text| pick(text).is_some()).max_by_key(|text| text.updated_at)?))
}
