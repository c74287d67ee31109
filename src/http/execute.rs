//! One execution for all transports: an admitted request goes in, data or request errors come out.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Name, Request, Response, ServerError, Value};
use futures_util::stream::{self, BoxStream, CatchUnwind};
use futures_util::{FutureExt, Stream, StreamExt};
use tokio::time::timeout;

use super::admission::Admitted;
use super::client::Asker;
use super::client::ClientInfo;
use super::door::Door;
use super::guard::cost::MAX_COST;
use super::house::House;
use super::problem::{self, Code, Kind, Problem, Refusal};
use super::rate::Standing;
use super::request_id::RequestId;
use super::shape::Shape;
use crate::spool::Uploads;
use crate::viewer::Viewer;

/// What became of a request.
#[derive(Debug)]
pub enum Outcome {
    /// Executed: there is `data`, be it null, and errors have a path.
    Data(Response),
    /// Not executed: there is no `data`.
    Refused { kind: Kind, errors: Vec<ServerError> },
}

impl Outcome {
    pub fn refused(refusal: impl Into<Refusal>, request_id: RequestId) -> Self {
        let Refusal { kind, mut errors } = refusal.into();
        label(&mut errors, request_id);
        Self::Refused { kind, errors }
    }
}

/// Who asks for what, with which files.
#[derive(Debug)]
pub struct Operation {
    pub admitted: Admitted,
    pub viewer: Option<Viewer>,
    pub client: ClientInfo,
    pub uploads: Uploads,
    pub request_id: RequestId,
}

/// What an answer must look like.
#[derive(Clone, Debug)]
struct Form {
    shape: Arc<Shape>,
    /// Where the client asked to be told the cost.
    cost: Option<Value>,
    request_id: RequestId,
}

/// The request for the executor, and the form of its answer.
fn prepare<H: House>(door: &Door<H>, operation: Operation) -> (Request, Form) {
    let Operation { admitted, viewer, client, uploads, request_id } = operation;
    let Admitted { prepared, variables, cost } = admitted;
    let principal = Asker { viewer: viewer.as_ref(), client: &client }.principal();
    let cost = client.shows_cost.then(|| report(cost, door.rates.standing(principal)));
    let mut request = Request::new(String::new());
    request.data = door.house.request_data(viewer, &client, prepared.kind);
    request.data.insert(uploads);
    request.data.insert(request_id);
    request.set_parsed_query(prepared.document(&variables));
    (request.variables(variables), Form { shape: Arc::clone(&prepared.shape), cost, request_id })
}

/// `extensions.cost`.
fn report(cost: u64, standing: Option<Standing>) -> Value {
    let mut report = IndexMap::from([(Name::new("requested"), cost.into()), (Name::new("limit"), MAX_COST.into())]);
    if let Some(standing) = standing {
        report.insert(Name::new("bucket"), standing.limit.into());
        report.insert(Name::new("remaining"), standing.remaining.into());
    }
    Value::Object(report)
}

/// Runs a query or a mutation.
pub async fn once<H: House>(door: &Door<H>, operation: Operation) -> Outcome {
    let request_id = operation.request_id;
    if operation.admitted.prepared.kind == OperationType::Subscription {
        let problem = Problem::document(
            Code::BadRequest,
            "Subscriptions need a WebSocket (graphql-transport-ws) or `Accept: text/event-stream`.",
        );
        return Outcome::refused(problem, request_id);
    }
    let (request, form) = prepare(door, operation);
    let execution = AssertUnwindSafe(door.house.schema().execute(request)).catch_unwind();
    match timeout(door.settings.execution, execution).await {
        Ok(Ok(response)) => classify(response, &form),
        Ok(Err(_)) => panicked(request_id),
        Err(_) => took_too_long(door.settings.execution, request_id),
    }
}

/// Runs any operation as a stream. Nothing follows a refusal.
pub fn stream<H: House>(door: &Door<H>, operation: Operation) -> BoxStream<'static, Outcome> {
    if operation.admitted.prepared.kind != OperationType::Subscription {
        let door = door.clone();
        return stream::once(async move { once(&door, operation).await }).boxed();
    }
    let (request, form) = prepare(door, operation);
    let responses = AssertUnwindSafe(door.house.schema().execute_stream(request, None)).catch_unwind();
    Outcomes { responses: Some(responses), form, first: true }.boxed()
}

/// What comes of a subscription. By hand, because a generator has room for what it makes of a response even while it
/// waits for one, which is most of the time.
struct Outcomes {
    /// None: it is over.
    responses: Option<CatchUnwind<AssertUnwindSafe<BoxStream<'static, Response>>>>,
    form: Form,
    /// Nothing came yet.
    first: bool,
}

impl Stream for Outcomes {
    type Item = Outcome;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Outcome>> {
        let Some(responses) = &mut self.responses else { return Poll::Ready(None) };
        let response = ready!(responses.poll_next_unpin(context));
        let first = std::mem::take(&mut self.first);
        let outcome = response.map(|response| match response {
            // A subscription that could not be created answers with errors at its field; nothing was executed.
            Ok(response) if first && response.data == Value::Null && response.is_err() => {
                Outcome::refused(Refusal::of(response.errors, Code::BadRequest), self.form.request_id)
            }
            Ok(response) => classify(response, &self.form),
            Err(_) => panicked(self.form.request_id),
        });
        if !matches!(outcome, Some(Outcome::Data(_))) {
            self.responses = None;
        }
        Poll::Ready(outcome)
    }
}

fn panicked(request_id: RequestId) -> Outcome {
    // The panic hook has logged where.
    tracing::error!(%request_id, "a resolver panicked");
    Outcome::refused(Problem::internal(), request_id)
}

fn took_too_long(limit: Duration, request_id: RequestId) -> Outcome {
    tracing::warn!(%request_id, ?limit, "an operation took too long and was stopped");
    let message = format!("The operation took longer than {} s and was stopped.", limit.as_secs());
    Outcome::refused(Problem::new(Kind::Unavailable, Code::Unavailable, message), request_id)
}

/// async-graphql makes no difference between a document it did not execute and a null: both have `data: null`. Only the
/// errors of an execution have a path.
fn classify(mut response: Response, form: &Form) -> Outcome {
    let executed = response.data != Value::Null
        || response.errors.is_empty()
        || response.errors.iter().any(|e| !e.path.is_empty());
    if !executed {
        return Outcome::refused(Refusal::of(response.errors, Code::BadRequest), form.request_id);
    }
    label(&mut response.errors, form.request_id);
    form.shape.settle(&mut response.data, &response.errors);
    form.shape.order(&mut response.data);
    if let Some(cost) = &form.cost {
        response.extensions.insert("cost".to_owned(), cost.clone());
    }
    Outcome::Data(response)
}

/// Gives each error a code, and those of the server the id to quote. An error of an execution that has none is a
/// scalar's that could not read its input: the house's own errors all have one.
fn label(errors: &mut [ServerError], request_id: RequestId) {
    for error in errors {
        problem::set_code(error, Code::BadRequest);
        if matches!(problem::code_of(error), Some("INTERNAL" | "UNAVAILABLE")) {
            error.extensions.get_or_insert_default().set("requestId", request_id.to_string());
        }
    }
}
