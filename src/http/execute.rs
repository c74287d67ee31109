//! One execution for all transports: a checked request goes in, data or request errors come out.

use std::panic::AssertUnwindSafe;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request, Response, ServerError, Value};
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};

use super::door::{ClientInfo, House};
use super::guard::Checked;
use super::problem::{Code, Kind, Problem};
use super::request_id::RequestId;
use super::shape::Shape;
use crate::spool::Uploads;
use crate::viewer::Viewer;

/// More request errors than a person reads; a document of wrong fields has one each.
const MAX_ERRORS: usize = 20;

/// What became of a request.
#[derive(Debug)]
pub enum Outcome {
    /// Executed: there is `data`, be it null, and errors have a path.
    Data(Response),
    /// Not executed: there is no `data`.
    Refused { kind: Kind, errors: Vec<ServerError> },
}

impl Outcome {
    pub fn refused(problem: Problem, request_id: RequestId) -> Self {
        let kind = problem.kind;
        let mut errors = vec![problem.into()];
        label(&mut errors, Code::BadRequest, request_id);
        Self::Refused { kind, errors }
    }
}

/// Who asks for what, with which files.
#[derive(Debug)]
pub struct Operation {
    pub checked: Checked,
    pub viewer: Option<Viewer>,
    pub client: ClientInfo,
    pub uploads: Uploads,
    pub request_id: RequestId,
}

impl Operation {
    /// The request for the executor, and the shape that its answer must have.
    fn into_request<H: House>(self, house: &H) -> (Request, Shape) {
        let shape =
            Shape::of(&self.checked.document, self.checked.params.operation_name.as_deref(), house.field_types());
        let mut request = Request::new(self.checked.params.query).variables(self.checked.params.variables);
        request.operation_name = self.checked.params.operation_name;
        request.data = house.request_data(self.viewer, &self.client, self.checked.operation);
        request.data.insert(self.uploads);
        request.data.insert(self.request_id);
        request.set_parsed_query(self.checked.document);
        (request, shape)
    }
}

/// Runs a query or a mutation.
pub async fn once<H: House>(house: &H, operation: Operation) -> Outcome {
    let request_id = operation.request_id;
    if operation.checked.operation == OperationType::Subscription {
        let problem = Problem::document(Code::BadRequest, "Subscriptions need a WebSocket (graphql-transport-ws).");
        return Outcome::refused(problem, request_id);
    }
    let (request, shape) = operation.into_request(house);
    match AssertUnwindSafe(house.schema().execute(request)).catch_unwind().await {
        Ok(response) => classify(response, &shape, request_id),
        Err(_) => panicked(request_id),
    }
}

/// Runs any operation as a stream. Nothing follows a refusal.
pub fn stream<H: House>(house: &H, operation: Operation) -> BoxStream<'static, Outcome> {
    let request_id = operation.request_id;
    let subscription = operation.checked.operation == OperationType::Subscription;
    let (request, shape) = operation.into_request(house);
    let responses = AssertUnwindSafe(house.schema().execute_stream(request, None)).catch_unwind();
    let outcomes = stream::unfold(Some((responses, shape, true)), move |state| async move {
        let (mut responses, shape, first) = state?;
        let outcome = match responses.next().await? {
            // A subscription that could not be created answers with errors at its field; nothing was executed.
            Ok(response) if subscription && first && response.data == Value::Null && response.is_err() => {
                refuse(response.errors, request_id)
            }
            Ok(response) => classify(response, &shape, request_id),
            Err(_) => panicked(request_id),
        };
        let rest = matches!(outcome, Outcome::Data(_)).then_some((responses, shape, false));
        Some((outcome, rest))
    });
    outcomes.boxed()
}

fn panicked(request_id: RequestId) -> Outcome {
    // The panic hook has logged where.
    tracing::error!(%request_id, "a resolver panicked");
    Outcome::refused(Problem::internal(), request_id)
}

/// async-graphql makes no difference between a document it did not execute and a null: both have `data: null`. Only the
/// errors of an execution have a path, since the guard has checked the variables before.
fn classify(mut response: Response, shape: &Shape, request_id: RequestId) -> Outcome {
    let executed = response.data != Value::Null
        || response.errors.is_empty()
        || response.errors.iter().any(|e| !e.path.is_empty());
    if !executed {
        return refuse(response.errors, request_id);
    }
    label(&mut response.errors, Code::BadRequest, request_id);
    shape.settle(&mut response.data, &response.errors);
    shape.order(&mut response.data);
    Outcome::Data(response)
}

fn refuse(mut errors: Vec<ServerError>, request_id: RequestId) -> Outcome {
    errors.truncate(MAX_ERRORS);
    for error in &mut errors {
        // The library's limits say so in words only.
        let code = match error.message.as_str() {
            "Query is too complex." | "Query is nested too deep." => Code::TooComplex,
            message if message.starts_with("The recursion depth of the query") => Code::TooComplex,
            message if message.starts_with("The number of directives on the field") => Code::TooComplex,
            _ if error.path.is_empty() => Code::ValidationFailed,
            _ => Code::BadRequest,
        };
        label(std::slice::from_mut(error), code, request_id);
    }
    let kind = match errors.first().and_then(code_of) {
        Some("UNAUTHENTICATED") => Kind::Unauthenticated,
        Some("INTERNAL") => Kind::Internal,
        Some("UNAVAILABLE") => Kind::Unavailable,
        _ => Kind::Document,
    };
    Outcome::Refused { kind, errors }
}

/// Gives each error a code, and those of the server the id to quote. An error of an execution that has none is a
/// scalar's that could not read its input: the house's own errors all have one.
fn label(errors: &mut [ServerError], fallback: Code, request_id: RequestId) {
    for error in errors {
        if code_of(error).is_none() {
            error.extensions.get_or_insert_default().set("code", fallback.as_str());
        }
        if matches!(code_of(error), Some("INTERNAL" | "UNAVAILABLE")) {
            error.extensions.get_or_insert_default().set("requestId", request_id.to_string());
        }
    }
}

fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        Value::Enum(code) => Some(code.as_str()),
        _ => None,
    }
}
