//! GraphQL over HTTP: POST (JSON, or a form with files) and GET (no mutations; or the upgrade to a WebSocket).

use std::sync::Arc;

use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use async_graphql_axum::GraphQLResponse;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use super::admission::Admitted;
use super::client::Asker;
use super::client::{ClientInfo, bearer_of};
use super::door::Door;
use super::execute::{self, Operation, Outcome};
use super::house::House;
use super::multipart::Form;
use super::negotiate::{self, Content, Media};
use super::params::Params;
use super::problem::{Code, Kind, Problem, Refusal};
use super::rate::{Principal, Standing};
use super::request_id::RequestId;
use super::{body, sse, websocket};
use crate::spool::Uploads;
use crate::viewer::Viewer;

#[cfg(test)]
mod tests;

/// Bytes of a JSON body.
const MAX_BODY: usize = 256 * 1024;

/// The one endpoint, at `path`. Other methods are answered with 405 and `Allow`.
pub fn routes<H: House>(path: &str, door: Door<H>) -> Router {
    // Shared: the router clones it several times a request.
    Router::new().route(path, get(ask::<H>).post(post::<H>)).with_state(Arc::new(door))
}

async fn post<H: House>(State(door): State<Arc<Door<H>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut exchange = Exchange::new(&door, &parts);
    match negotiate::accepted(&parts.headers) {
        Ok(media) => {
            let operation = exchange.post(body).await;
            exchange.answer(media, operation).await
        }
        Err(problem) => exchange.answer(Media::Json, Err(problem.into())).await,
    }
}

/// GET.
async fn ask<H: House>(State(door): State<Arc<Door<H>>>, request: Request) -> Response {
    if websocket::is_upgrade(request.headers()) {
        return websocket::upgrade(Door::clone(&door), request).await;
    }
    let (parts, _) = request.into_parts();
    let mut exchange = Exchange::new(&door, &parts);
    match negotiate::accepted(&parts.headers) {
        Ok(media) => {
            let operation = exchange.get().await;
            exchange.answer(media, operation).await
        }
        Err(problem) => exchange.answer(Media::Json, Err(problem.into())).await,
    }
}

/// One request and its answer.
struct Exchange<'r, H> {
    door: &'r Door<H>,
    parts: &'r Parts,
    client: ClientInfo,
    request_id: RequestId,
    /// Once it is known who asks.
    principal: Option<Principal>,
}

impl<'r, H: House> Exchange<'r, H> {
    fn new(door: &'r Door<H>, parts: &'r Parts) -> Self {
        let client = ClientInfo::of(parts, &door.settings.origins);
        Self { door, parts, client, request_id: RequestId::of(&parts.extensions), principal: None }
    }

    async fn post(&mut self, body: Body) -> Result<Operation, Refusal> {
        match negotiate::content(&self.parts.headers)? {
            Content::Json => {
                let settings = &self.door.settings;
                let bytes = body::read_whole(&self.parts.headers, body, MAX_BODY, settings.body_idle).await?;
                let params = Params::from_json(&bytes)?;
                let viewer = self.authenticate().await?;
                let admitted = self.door.admit(params, self.asker(viewer.as_ref())).await?;
                Ok(self.operation(admitted, viewer, Uploads::default()))
            }
            Content::Multipart => {
                // Before a byte of the body: who may not upload costs us nothing.
                let viewer = self.authenticate().await?;
                if viewer.is_none() {
                    return Err(Problem::unauthenticated("Files are taken from signed-in people only.").into());
                }
                let asker = self.asker(viewer.as_ref());
                let (admitted, uploads) = Form::receive(self.parts, body, self.door, asker).await?;
                Ok(self.operation(admitted, viewer, uploads))
            }
        }
    }

    async fn get(&mut self) -> Result<Operation, Refusal> {
        let params = Params::from_url(self.parts.uri.query().unwrap_or_default())?;
        let viewer = self.authenticate().await?;
        let admitted = self.door.admit(params, self.asker(viewer.as_ref())).await?;
        if admitted.prepared.kind == OperationType::Mutation {
            let message = "A mutation cannot be sent by GET: use POST.";
            return Err(Problem::new(Kind::MethodNotAllowed, Code::BadRequest, message).into());
        }
        Ok(self.operation(admitted, viewer, Uploads::default()))
    }

    async fn authenticate(&mut self) -> Result<Option<Viewer>, Problem> {
        let viewer = self.door.house.authenticate(bearer_of(&self.parts.headers)?).await?;
        self.principal = Some(self.asker(viewer.as_ref()).principal());
        Ok(viewer)
    }

    fn asker<'a>(&'a self, viewer: Option<&'a Viewer>) -> Asker<'a> {
        Asker { viewer, client: &self.client }
    }

    /// Takes the client along.
    fn operation(&mut self, admitted: Admitted, viewer: Option<Viewer>, uploads: Uploads) -> Operation {
        Operation { admitted, viewer, client: std::mem::take(&mut self.client), uploads, request_id: self.request_id }
    }

    /// Executes it, unless it was refused, and answers in the form that the client likes best.
    async fn answer(&self, media: Media, operation: Result<Operation, Refusal>) -> Response {
        let version = self.parts.version;
        let mut response = match (media, operation) {
            (Media::EventStream, operation) => {
                let events = sse::answer(self.door, operation, self.request_id).await;
                events.unwrap_or_else(|refused| respond(Media::GraphqlResponse, version, *refused))
            }
            (media, Ok(operation)) => respond(media, version, execute::once(self.door, operation).await),
            (media, Err(refusal)) => respond(media, version, Outcome::refused(refusal, self.request_id)),
        };
        if let Some(standing) = self.principal.and_then(|principal| self.door.rates.standing(principal)) {
            show(standing, response.headers_mut());
        }
        response
    }
}

/// How the bucket of the one who asks stands, after this request: the fields of draft-ietf-httpapi-ratelimit-headers-07,
/// which clients know better than its later form.
fn show(standing: Standing, headers: &mut HeaderMap) {
    let fields = [
        ("ratelimit-limit", standing.limit),
        ("ratelimit-remaining", standing.remaining),
        ("ratelimit-reset", standing.reset.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX)),
    ];
    for (name, value) in fields {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}

/// A response without `data`: the request was not executed.
#[derive(Serialize)]
struct Errors<'e> {
    errors: &'e [ServerError],
}

fn respond(media: Media, version: Version, outcome: Outcome) -> Response {
    let mut response = match outcome {
        // With what resolvers put into headers, such as cookies.
        Outcome::Data(response) => GraphQLResponse::from(response).into_response(),
        Outcome::Refused { kind, errors } => {
            let (status, extra) = status(kind, media);
            let mut response = (status, axum::Json(Errors { errors: &errors })).into_response();
            if let Some((name, value)) = extra {
                response.headers_mut().insert(name, value);
            }
            if version <= Version::HTTP_11 && matches!(kind, Kind::TooLarge | Kind::Timeout) {
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

fn status(kind: Kind, media: Media) -> (StatusCode, Option<(HeaderName, HeaderValue)>) {
    let status = match (kind, media) {
        (Kind::Document, Media::Json) => StatusCode::OK,
        (Kind::Document | Kind::Malformed, _) => StatusCode::BAD_REQUEST,
        (Kind::Unauthenticated, _) => {
            let challenge = HeaderValue::from_static("Bearer");
            return (StatusCode::UNAUTHORIZED, Some((header::WWW_AUTHENTICATE, challenge)));
        }
        (Kind::MethodNotAllowed, _) => {
            return (StatusCode::METHOD_NOT_ALLOWED, Some((header::ALLOW, HeaderValue::from_static("POST"))));
        }
        (Kind::TooManyRequests { retry_after }, _) => {
            return (StatusCode::TOO_MANY_REQUESTS, Some((header::RETRY_AFTER, retry_after.into())));
        }
        (Kind::NotAcceptable, _) => StatusCode::NOT_ACCEPTABLE,
        (Kind::Timeout, _) => StatusCode::REQUEST_TIMEOUT,
        (Kind::TooLarge, _) => StatusCode::PAYLOAD_TOO_LARGE,
        (Kind::UnsupportedMediaType, _) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        (Kind::Internal, _) => StatusCode::INTERNAL_SERVER_ERROR,
        (Kind::Unavailable, _) => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, None)
}
