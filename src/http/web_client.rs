//! The web client: its files, and its page for every address that is none of them (the client routes by itself).

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use web_client::Asset;

/// Where files are, and never a page: an address that is a little wrong must not look like a picture's.
const FILES: [&str; 2] = ["/media/", "/uploads/"];

/// The client under every address that no other route has. `public_origin` is where the URLs of pictures lead, which is
/// another origin than the page's own where somebody opens the server by another name than `PUBLIC_URL`.
pub fn routes(public_origin: &str, graphiql: bool) -> Router {
    let pages = Pages { policy: policy(public_origin).into(), graphiql };
    Router::new().route("/graphiql", get(graphiql_page)).fallback(page_or_asset).with_state(pages)
}

/// What goes with every page.
#[derive(Clone)]
struct Pages {
    policy: Arc<str>,
    graphiql: bool,
}

/// Scripts of our own only; styles may be inline, because the component library writes some.
///
/// The client opens its WebSocket on the host that the page came from, which `'self'` allows in today's browsers; older
/// Safaris want the origin with the socket's own scheme.
fn policy(public_origin: &str) -> String {
    let socket_origin = public_origin.replacen("http", "ws", 1);
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
        img-src 'self' {public_origin} data: blob:; connect-src 'self' {socket_origin}; worker-src 'self' blob:; \
        font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

async fn graphiql_page(State(pages): State<Pages>, headers: HeaderMap) -> Response {
    if pages.graphiql { page("graphiql.html", &pages, &headers) } else { not_found() }
}

async fn page_or_asset(State(pages): State<Pages>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if FILES.iter().any(|files| uri.path().starts_with(files)) {
        return not_found();
    }
    let path = uri.path().trim_start_matches('/');
    match web_client::get(path) {
        Some(asset) if !asset.content_type.starts_with("text/html") => send(&asset, &pages, &headers),
        // A missing file must not look like one: only what can be a page gets the page.
        None if path.rsplit('/').next().is_some_and(|last| last.contains('.')) => not_found(),
        _ => page("index.html", &pages, &headers),
    }
}

fn page(name: &str, pages: &Pages, headers: &HeaderMap) -> Response {
    match web_client::get(name) {
        Some(asset) if pages.graphiql => send(&asset, pages, headers),
        Some(asset) => send(&without_graphiql(asset), pages, headers),
        None => not_found(),
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")], "Not found.\n").into_response()
}

/// The page with a word for the client to show no link to what is not there. It is small: it may travel as it is.
fn without_graphiql(asset: Asset) -> Asset {
    let page = String::from_utf8_lossy(&asset.bytes).replacen("<html", "<html data-graphiql=\"off\"", 1);
    let etag = format!("{}-off\"", asset.etag.trim_end_matches('"'));
    Asset { bytes: Cow::Owned(page.into_bytes()), brotli: None, gzip: None, etag, ..asset }
}

fn send(asset: &Asset, pages: &Pages, headers: &HeaderMap) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == asset.etag.as_bytes());
    let accepts = |encoding: &str| {
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // A weight of zero is a refusal; any other makes no difference, since we prefer by size.
        accepted.split(',').any(|item| {
            let (name, weight) = item.split_once(';').unwrap_or((item, ""));
            let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>() == Ok(0.0));
            name.trim() == encoding && !refused
        })
    };
    let (encoding, bytes) = match (&asset.brotli, &asset.gzip) {
        (Some(brotli), _) if accepts("br") => (Some("br"), brotli),
        (_, Some(gzip)) if accepts("gzip") => (Some("gzip"), gzip),
        _ => (None, &asset.bytes),
    };
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        // Embedded bytes are static: nothing is copied.
        let body = match bytes {
            Cow::Borrowed(bytes) => Body::from(*bytes),
            Cow::Owned(bytes) => Body::from(bytes.clone()),
        };
        body.into_response()
    };
    let cache = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, &asset.content_type);
    set(header::ETAG, &asset.etag);
    set(header::CACHE_CONTROL, cache);
    set(header::VARY, "accept-encoding");
    if asset.content_type.starts_with("text/html") {
        set(header::CONTENT_SECURITY_POLICY, &pages.policy);
    }
    if let (Some(encoding), false) = (encoding, known) {
        set(header::CONTENT_ENCODING, encoding);
    }
    response
}
