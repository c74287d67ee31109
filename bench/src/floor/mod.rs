//! The floor: what the query `images` costs when nothing stands between axum and sqlx. The same request is answered
//! with the same JSON, from the same statements, behind the same check of the token. Plain, good code; whoever makes
//! it slower makes the ratio a lie.
//!
//! The floors of the other measurements are here too, each in a process of its own ([`child`]): [`me`] and [`echo`]; and
//! [`s3`], the bucket of the uploads.
//!
//! It has its own signing and its own ids, so that it does not get slower when the server's do.

mod child;
mod echo;
mod ids;
mod json;
mod me;
pub mod s3;
mod sign;
mod sql;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use image_manager::secrets::Keys;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::Outcome;
use json::Answer;
use sign::{Cursors, Media};
use sql::Viewer;

pub use child::{FLAG, Floor as Child, run};
pub use sign::Tokens;

/// As many connections as the server's pool has.
const POOL: u32 = 16;

/// As long as the server keeps a viewer.
const KEPT: Duration = Duration::from_secs(2);

struct Floor {
    pool: PgPool,
    /// Who was found, and when: the session is asked for as often as the server does.
    viewers: Mutex<HashMap<Uuid, (Instant, Viewer)>>,
    tokens: Tokens,
    media: Media,
    cursors: Cursors,
}

/// Serves for ever.
pub async fn serve(listener: TcpListener, database: &str, keys: &Keys, public_url: &str) -> Outcome<()> {
    let pool = PgPoolOptions::new().max_connections(POOL).test_before_acquire(false).connect(database).await?;
    let floor = Floor {
        pool,
        viewers: Mutex::default(),
        tokens: Tokens::new(keys),
        media: Media::new(keys, public_url)?,
        cursors: Cursors::new(keys)?,
    };
    let routes = Router::new().route("/graphql", post(images)).with_state(Arc::new(floor));
    Ok(axum::serve(listener, routes).await?)
}

/// Whatever is asked, this is answered; the request is read as the server has to read it.
async fn images(State(floor): State<Arc<Floor>>, headers: HeaderMap, request: Bytes) -> Response {
    drop(request);
    let Some(session) = headers.get(header::AUTHORIZATION).and_then(|value| floor.tokens.session(value.to_str().ok()?))
    else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    match floor.page(session).await {
        Ok(Some(body)) => ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response(),
        Ok(None) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

impl Floor {
    async fn viewer(&self, session: Uuid) -> Outcome<Option<Viewer>> {
        let kept = self.viewers.lock().await.get(&session).cloned();
        if let Some((_, viewer)) = kept.filter(|(found_at, _)| found_at.elapsed() < KEPT) {
            return Ok(Some(viewer));
        }
        let viewer = sql::viewer(&self.pool, session).await?;
        if let Some(viewer) = &viewer {
            self.viewers.lock().await.insert(session, (Instant::now(), viewer.clone()));
        }
        Ok(viewer)
    }

    async fn page(&self, session: Uuid) -> Outcome<Option<Vec<u8>>> {
        let Some(viewer) = self.viewer(session).await? else {
            return Ok(None);
        };
        let mut images = sql::images(&self.pool, viewer.id).await?;
        let more = images.len() > sql::PAGE;
        images.truncate(sql::PAGE);
        let ids: Vec<_> = images.iter().map(|image| image.id).collect();
        let (texts, analyses) = tokio::try_join!(
            sql::texts(&self.pool, viewer.id, &ids),
            sql::latest_analyses(&self.pool, viewer.id, &ids)
        )?;
        let answer = Answer::new(&viewer, &images, &texts, &analyses, more, &self.media, &self.cursors);
        Ok(Some(serde_json::to_vec(&answer)?))
    }
}
