//! The renditions that are asked for of every file, and what is due of each.

use serde_json::{Value, json};

/// A transform of the API, by its fields.
pub struct Wanted {
    /// In the table.
    pub name: &'static str,
    /// GraphQL, inside of `transform: { }`.
    pub transform: &'static str,
    /// How sharp fits the original into the size of the answer: `fill`, where that has the original's aspect, or `cover`.
    pub fit: &'static str,
    /// In what quality sharp makes its own file, which says how much may be lost.
    pub quality: u8,
}

/// By how much more than sharp's own file a rendition may differ from what sharp has encoded, on the mean of all samples
/// (0 to 255). With a PNG, that is by how the two resize.
pub const BOUND: f64 = 2.5;

pub const ALL: [Wanted; 7] = [
    Wanted { name: "400 PNG", transform: "width: 400, format: PNG", fit: "fill", quality: 80 },
    Wanted { name: "64 PNG", transform: "width: 64, height: 64, format: PNG", fit: "fill", quality: 80 },
    Wanted { name: "400 JPEG", transform: "width: 400, format: JPEG", fit: "fill", quality: 80 },
    Wanted { name: "800 WEBP", transform: "width: 800, format: WEBP", fit: "fill", quality: 80 },
    Wanted { name: "256 AUTO", transform: "height: 256", fit: "fill", quality: 80 },
    Wanted {
        name: "320×200 PNG",
        transform: "width: 320, height: 200, fit: COVER, format: PNG",
        fit: "cover",
        quality: 80,
    },
    Wanted { name: "400 JPEG 90", transform: "width: 400, format: JPEG, quality: 90", fit: "fill", quality: 90 },
];

/// All of one image; the variable is its id.
pub fn query() -> String {
    let fields: String = (0..)
        .zip(&ALL)
        .map(|(index, Wanted { transform, .. })| {
            format!("r{index}: rendition(transform: {{ {transform} }}) {{ url width height contentType }} ")
        })
        .collect();
    format!("query($id: ID!) {{ image(id: $id) {{ {fields} }} }}")
}

/// What the API says about a rendition before anybody has made it.
pub struct Promised {
    pub url: String,
    pub content_type: String,
    pub width: u64,
    pub height: u64,
}

/// The answers to [`query`], in the order of [`ALL`].
pub fn promised(answer: &Value) -> Option<Vec<Promised>> {
    let image = answer.pointer("/data/image")?;
    (0..ALL.len()).map(|index| one(image.get(format!("r{index}"))?)).collect()
}

fn one(rendition: &Value) -> Option<Promised> {
    Some(Promised {
        url: rendition["url"].as_str()?.to_owned(),
        content_type: rendition["contentType"].as_str()?.to_owned(),
        width: rendition["width"].as_u64()?,
        height: rendition["height"].as_u64()?,
    })
}

/// What `bench/sharp/compare.mjs` is told.
pub fn job(wanted: &Wanted, promised: &Promised, original: &str, rendition: &str) -> Value {
    json!({
        "original": original,
        "rendition": rendition,
        "width": promised.width,
        "height": promised.height,
        "fit": wanted.fit,
        "format": promised.content_type,
        "quality": wanted.quality,
    })
}
