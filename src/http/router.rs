//! Every URL and every layer, on one page.
//!
//! | URL                     | what                                                             |
//! |-------------------------|------------------------------------------------------------------|
//! | `/graphql`              | the API: POST, GET, event streams, and `graphql-transport-ws`    |
//! | `/media/{image}/{name}` | pictures, by signed URL                                          |
//! | `/uploads/{ticket}`     | files that are put, by signed URL                                |
//! | `/healthz` `/readyz`    | for load balancers                                               |
//! | `/graphiql`             | GraphiQL, bundled, unless the operator turns it off              |
//! | everything else         | the web client                                                   |

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware;
use axum::routing::get;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::door::Door;
use super::house::House;
use super::{graphql, health, media, outermost, uploads, web_client};
use crate::images::Images;

/// What the operator decides about addresses and origins.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Of `PUBLIC_URL`.
    pub public_origin: &'a str,
    pub cors_origins: &'a [String],
    /// Whether `/graphiql` is there.
    pub graphiql: bool,
}

/// All routes. `ready` asks the database and the storage.
pub fn router<H, F, Fut>(door: Door<H>, images: Images, site: Site<'_>, ready: F) -> Router
where
    H: House,
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = bool> + Send + 'static,
{
    let files = uploads::routes(images.clone(), door.settings.body_idle);
    let api = graphql::routes("/graphql", door);
    // Without any other origin, no answer says a word of them, and preflights are refused with 405.
    let (api, files) = if site.cors_origins.is_empty() {
        (api, files)
    } else {
        (api.layer(cors(site.cors_origins)), files.layer(cors_of_files(site.cors_origins)))
    };
    let pictures = Router::new().route("/media/{image}/{name}", get(media::serve)).with_state(Arc::new(images));
    Router::new()
        .merge(api)
        .merge(health::routes(ready))
        .merge(pictures)
        .merge(files)
        .merge(web_client::routes(site.public_origin, site.graphiql))
        .layer(middleware::from_fn(outermost::layer))
}

/// For web clients hosted elsewhere; no other origin's page may read our answers.
fn cors(origins: &[String]) -> CorsLayer {
    let headers = ["graphql-preflight", "apollo-require-preflight", "graphql-cost"].map(HeaderName::from_static);
    let exposed = ["x-request-id", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
    CorsLayer::new()
        .allow_origin(list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(
            [header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT]
                .into_iter()
                .chain(headers)
                .collect::<Vec<_>>(),
        )
        .expose_headers(
            exposed.into_iter().map(HeaderName::from_static).chain([header::RETRY_AFTER]).collect::<Vec<_>>(),
        )
        .allow_credentials(true)
        .max_age(std::time::Duration::from_mins(10))
}

/// The same for files that are put, with neither cookie nor token.
fn cors_of_files(origins: &[String]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(list(origins))
        .allow_methods([Method::PUT])
        .allow_headers([header::CONTENT_TYPE])
        .expose_headers([header::ETAG, HeaderName::from_static("x-request-id")])
        .max_age(std::time::Duration::from_mins(10))
}

fn list(origins: &[String]) -> AllowOrigin {
    AllowOrigin::list(origins.iter().filter_map(|origin| origin.parse::<HeaderValue>().ok()))
}
