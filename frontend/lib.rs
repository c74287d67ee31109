//! The web client, embedded: the files that `vite build` made, or one page that says how to get them (see `build.rs`), and
//! the documents that it sends.

use std::borrow::Cow;
use std::fmt::Write;

use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/dist"]
struct Dist;

/// Vite puts what it names by a hash of the content here.
const HASHED: &str = "assets/";

/// Endings of the files that the build script made beside the real ones.
const BROTLI: &str = ".br";
const GZIP: &str = ".gz";

/// One file of the client.
#[derive(Debug)]
pub struct Asset {
    pub bytes: Cow<'static, [u8]>,
    /// The same bytes with `Content-Encoding: br`, where that is smaller.
    pub brotli: Option<Cow<'static, [u8]>>,
    /// The same bytes with `Content-Encoding: gzip`, where that is smaller.
    pub gzip: Option<Cow<'static, [u8]>>,
    /// For `Content-Type`, with the charset where it is text.
    pub content_type: String,
    /// For `ETag`, quotes included. It is weak, because the encodings share it.
    pub etag: String,
    /// Whether the name changes with the content, so that caches may keep it forever.
    pub immutable: bool,
}

/// The file at `path`, relative to the root of the site and without a leading slash: `index.html`.
#[must_use]
pub fn get(path: &str) -> Option<Asset> {
    if path.ends_with(BROTLI) || path.ends_with(GZIP) {
        return None;
    }
    let file = Dist::get(path)?;
    Some(Asset {
        brotli: encoded(path, BROTLI),
        gzip: encoded(path, GZIP),
        content_type: content_type(&file),
        etag: etag(&file),
        immutable: path.starts_with(HASHED),
        bytes: file.data,
    })
}

/// Whether the real client is in here. When not, `index.html` and `graphiql.html` are the page that says how to get it.
#[must_use]
pub const fn is_built() -> bool {
    cfg!(web_client_built)
}

/// The operations of the client as a JSON object: each text by the SHA-256 of its UTF-8 bytes, in lower-case hexadecimal.
/// It is here whether the client is built or not. `npm run codegen` writes it.
#[must_use]
pub const fn documents() -> &'static str {
    include_str!("documents.json")
}

fn encoded(path: &str, suffix: &str) -> Option<Cow<'static, [u8]>> {
    Dist::get(&format!("{path}{suffix}")).map(|file| file.data)
}

fn content_type(file: &EmbeddedFile) -> String {
    let kind = file.metadata.mimetype();
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

/// 128 bits of the content's SHA-256.
fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let digits = hash.iter().take(16).fold(String::new(), |mut digits, byte| {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    format!("W/\"{digits}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_there_whether_the_client_is_built_or_not() {
        for page in ["index.html", "graphiql.html"] {
            let asset = get(page).unwrap();
            assert_eq!(asset.content_type, "text/html; charset=utf-8");
            assert!(!asset.immutable, "a page must be asked for again");
        }
    }

    #[test]
    fn a_built_client_has_scripts_that_may_be_cached_forever_and_travel_compressed() {
        let script = Dist::iter().find(|path| path.starts_with(HASHED) && path.ends_with(".js"));
        assert_eq!(script.is_some(), is_built());
        if let Some(script) = script {
            let asset = get(&script).unwrap();
            assert!(asset.immutable && asset.content_type.starts_with("text/javascript"));
            assert!(asset.gzip.is_some_and(|gzip| gzip.len() < asset.bytes.len() / 2));
        }
    }

    #[test]
    fn the_documents_of_the_client_are_there_whether_it_is_built_or_not() {
        let documents = documents();
        assert!(documents.starts_with('{') && documents.contains("query ServerInfo {"), "{documents}");
    }

    #[test]
    fn different_contents_have_different_etags_and_encodings_are_no_files_of_their_own() {
        assert!(get("index.html").unwrap().etag.starts_with("W/\""));
        assert!(get("index.html.gz").is_none() && get("../Cargo.toml").is_none() && get("").is_none());
    }
}
