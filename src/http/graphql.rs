//! GraphQL over HTTP: POST (JSON, or a form with files) and GET (queries only; or the upgrade to a WebSocket).

use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use async_graphql_axum::GraphQLResponse;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use super::door::{AuthError, ClientInfo, Door, House, bearer_of};
use super::execute::{self, Operation, Outcome};
use super::guard::{self, Checked};
use super::multipart::Form;
use super::negotiate::{self, Content, Media};
use super::params::Params;
use super::problem::{Code, Kind, Problem};
use super::request_id::RequestId;
use super::{body, websocket};
use crate::spool::Uploads;
use crate::viewer::Viewer;

#[cfg(test)]
mod tests;

/// Bytes of a JSON body.
const MAX_BODY: usize = 256 * 1024;

/// The one endpoint, at `path`. Other methods are answered with 405 and `Allow`.
pub fn routes<H: House>(path: &str, door: Door<H>) -> Router {
    Router::new().route(path, get(ask::<H>).post(post::<H>)).with_state(door)
}

async fn post<H: House>(State(door): State<Door<H>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let request_id = RequestId::of(&parts.extensions);
    let (media, outcome) = match negotiate::accepted(&parts.headers) {
        Ok(media) => (media, posted(&door, &parts, body, request_id).await),
        Err(problem) => (Media::Json, Err(problem)),
    };
    respond(media, &parts, outcome.unwrap_or_else(|problem| Outcome::refused(problem, request_id)))
}

async fn posted<H: House>(
    door: &Door<H>,
    parts: &Parts,
    body: Body,
    request_id: RequestId,
) -> Result<Outcome, Problem> {
    let (checked, viewer, uploads) = match negotiate::content(&parts.headers)? {
        Content::Json => {
            let bytes = body::read_whole(&parts.headers, body, MAX_BODY, door.settings.body_idle).await?;
            let checked = guard::check(Params::from_json(&bytes)?)?;
            (checked, authenticate(door, parts).await?, Uploads::default())
        }
        Content::Multipart => {
            // Before a byte of the body: who may not upload costs us nothing.
            let viewer = authenticate(door, parts).await?;
            let viewer =
                viewer.ok_or_else(|| Problem::unauthenticated("Files are taken from signed-in people only."))?;
            let (checked, uploads) = Form::receive(parts, body, &door.settings).await?;
            (checked, Some(viewer), uploads)
        }
    };
    Ok(run(door, parts, checked, viewer, uploads, request_id).await)
}

/// GET.
async fn ask<H: House>(State(door): State<Door<H>>, request: Request) -> Response {
    if websocket::is_upgrade(request.headers()) {
        return websocket::upgrade(door, request).await;
    }
    let (parts, _) = request.into_parts();
    let request_id = RequestId::of(&parts.extensions);
    let (media, outcome) = match negotiate::accepted(&parts.headers) {
        Ok(media) => (media, asked(&door, &parts, request_id).await),
        Err(problem) => (Media::Json, Err(problem)),
    };
    respond(media, &parts, outcome.unwrap_or_else(|problem| Outcome::refused(problem, request_id)))
}

async fn asked<H: House>(door: &Door<H>, parts: &Parts, request_id: RequestId) -> Result<Outcome, Problem> {
    let checked = guard::check(Params::from_url(parts.uri.query().unwrap_or_default())?)?;
    if checked.operation == OperationType::Mutation {
        let message = "A mutation cannot be sent by GET: use POST.";
        return Err(Problem::new(Kind::MethodNotAllowed, Code::BadRequest, message));
    }
    let viewer = authenticate(door, parts).await?;
    Ok(run(door, parts, checked, viewer, Uploads::default(), request_id).await)
}

async fn authenticate<H: House>(door: &Door<H>, parts: &Parts) -> Result<Option<Viewer>, AuthError> {
    door.house.authenticate(bearer_of(&parts.headers)?).await
}

async fn run<H: House>(
    door: &Door<H>,
    parts: &Parts,
    checked: Checked,
    viewer: Option<Viewer>,
    uploads: Uploads,
    request_id: RequestId,
) -> Outcome {
    let client = ClientInfo::of(parts, &door.settings.origins);
    execute::once(&door.house, Operation { checked, viewer, client, uploads, request_id }).await
}

/// A response without `data`: the request was not executed.
#[derive(Serialize)]
struct Errors<'e> {
    errors: &'e [ServerError],
}

fn respond(media: Media, parts: &Parts, outcome: Outcome) -> Response {
    let mut response = match outcome {
        // With what resolvers put into headers, such as cookies.
        Outcome::Data(response) => GraphQLResponse::from(response).into_response(),
        Outcome::Refused { kind, errors } => {
            let (status, extra) = status(kind, media);
            let mut response = (status, axum::Json(Errors { errors: &errors })).into_response();
            if let Some((name, value)) = extra {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            if parts.version <= Version::HTTP_11 && matches!(kind, Kind::TooLarge | Kind::Timeout) {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

const fn status(kind: Kind, media: Media) -> (StatusCode, Option<(HeaderName, &'static str)>) {
    let status = match (kind, media) {
        (Kind::Document, Media::Json) => StatusCode::OK,
        (Kind::Document, Media::GraphqlResponse) | (Kind::Malformed, _) => StatusCode::BAD_REQUEST,
        (Kind::Unauthenticated, _) => {
            return (StatusCode::UNAUTHORIZED, Some((header::WWW_AUTHENTICATE, "Bearer")));
        }
        (Kind::MethodNotAllowed, _) => return (StatusCode::METHOD_NOT_ALLOWED, Some((header::ALLOW, "POST"))),
        (Kind::NotAcceptable, _) => StatusCode::NOT_ACCEPTABLE,
        (Kind::Timeout, _) => StatusCode::REQUEST_TIMEOUT,
        (Kind::TooLarge, _) => StatusCode::PAYLOAD_TOO_LARGE,
        (Kind::UnsupportedMediaType, _) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        (Kind::Internal, _) => StatusCode::INTERNAL_SERVER_ERROR,
        (Kind::Unavailable, _) => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, None)
}
