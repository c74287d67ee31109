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
    /// What may be lost, on the mean of all samples (0 to 255).
    pub bound: f64,
}

/// Nothing is lost in a PNG but by how the two resize.
const LOSSLESS: f64 = 2.0;

/// JPEG and WebP lose some, and two encoders not the same.
const LOSSY: f64 = 4.0;

pub const ALL: [Wanted; 7] = [
    Wanted { name: "400 PNG", transform: "width: 400, format: PNG", fit: "fill", bound: LOSSLESS },
    Wanted { name: "64 PNG", transform: "width: 64, height: 64, format: PNG", fit: "fill", bound: LOSSLESS },
    Wanted { name: "400 JPEG", transform: "width: 400, format: JPEG", fit: "fill", bound: LOSSY },
    Wanted { name: "800 WEBP", transform: "width: 800, format: WEBP", fit: "fill", bound: LOSSY },
    Wanted { name: "256 AUTO", transform: "height: 256", fit: "fill", bound: LOSSY },
    Wanted {
        name: "320 COVER PNG",
        transform: "width: 320, height: 200, fit: COVER, format: PNG",
        fit: "cover",
        bound: LOSSLESS,
    },
    Wanted { name: "400 JPEG 90", transform: "width: 400, format: JPEG, quality: 90", fit: "fill", bound: LOSSY },
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
    })
}
