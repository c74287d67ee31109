//! A small house for the tests of the door: a schema with something for each rule, and tokens that mean what they say.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_graphql::parser::types::OperationType;
use async_graphql::{
    Context, Data, Error, ErrorExtensions, InputObject, InputValueError, InputValueResult, MaybeUndefined, Object,
    Scalar, ScalarType, Schema, SimpleObject, Subscription, ValidationMode, Value,
};
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use futures_util::{Stream, StreamExt, stream};
use serde_json::Value as Json;
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use super::client::ClientInfo;
use super::documents::ValidateOnly;
use super::door::{Door, Settings, SocketTimes, UploadLimits};
use super::graphql;
use super::house::{AuthError, House};
use super::origin::Origins;
use super::types::{Remarks, Types};
use crate::spool::{Cut, Uploads};
use crate::viewer::Viewer;

pub struct Query;

fn coded(code: &'static str) -> Error {
    Error::new("A message for people").extend_with(|_, extensions| extensions.set("code", code))
}

#[Object]
impl Query {
    async fn hello(&self, #[graphql(default_with = "String::from(\"you\")")] name: String) -> String {
        format!("Hello {name}")
    }

    async fn viewer(&self, context: &Context<'_>) -> Option<String> {
        context.data_unchecked::<Option<Viewer>>().as_ref().map(|viewer| viewer.username.clone())
    }

    async fn list(&self, v: Vec<Vec<i32>>) -> usize {
        v.len()
    }

    // Not `Result<Option<_>>`, whose error async-graphql carries up to the parent although the field is nullable.
    async fn fails(&self) -> Option<Result<String, Error>> {
        Some(Err(coded("INTERNAL")))
    }

    async fn fails_whole(&self) -> Result<String, Error> {
        Err(coded("NOT_HERE"))
    }

    async fn panics(&self, #[graphql(default)] divisor: i32) -> i32 {
        1 / divisor
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }
}

/// Stands for the scalar of `graphql`.
struct Upload(String);

#[Scalar]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Self(text)),
            value => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}

#[derive(InputObject)]
struct Change {
    a: MaybeUndefined<String>,
    b: MaybeUndefined<String>,
    file: Option<Upload>,
}

#[derive(SimpleObject)]
struct Received {
    filename: String,
    content_type: Option<String>,
    bytes: u64,
    sha256: String,
    too_large: bool,
    over_quota: bool,
}

fn received(context: &Context<'_>, upload: &Upload) -> Result<Received, Error> {
    let file = context.data_unchecked::<Uploads>().get(&upload.0).ok_or_else(|| coded("BAD_REQUEST"))?;
    Ok(Received {
        filename: file.filename.clone(),
        content_type: file.content_type.clone(),
        bytes: file.len,
        sha256: hex::encode(file.sha256),
        too_large: file.cut == Some(Cut::TooLarge),
        over_quota: file.cut == Some(Cut::OverQuota),
    })
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn write(&self, context: &Context<'_>) -> bool {
        context.data_unchecked::<Arc<AtomicUsize>>().fetch_add(1, Ordering::SeqCst);
        context.append_http_header("set-cookie", "a=1");
        context.append_http_header("set-cookie", "b=2");
        true
    }

    async fn change(&self, input: Change, #[graphql(default)] arg: MaybeUndefined<String>) -> String {
        fn show(field: &MaybeUndefined<String>) -> String {
            match field {
                MaybeUndefined::Undefined => "undefined".to_owned(),
                MaybeUndefined::Null => "null".to_owned(),
                MaybeUndefined::Value(text) => text.clone(),
            }
        }
        format!("{} {} {}", show(&input.a), show(&input.b), show(&arg))
    }

    async fn upload(&self, context: &Context<'_>, file: Upload) -> Result<Received, Error> {
        received(context, &file)
    }

    async fn upload_in(&self, context: &Context<'_>, input: Change) -> Result<Option<Received>, Error> {
        input.file.map(|file| received(context, &file)).transpose()
    }
}

pub struct Ticks;

#[Subscription]
impl Ticks {
    async fn ticks(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(0..to)
    }

    /// Counts how many were made.
    async fn counted(&self, context: &Context<'_>) -> impl Stream<Item = usize> + use<> {
        let counted = Arc::clone(&context.data_unchecked::<Counted>().0);
        stream::repeat_with(move || counted.fetch_add(1, Ordering::SeqCst))
    }

    async fn forever(&self) -> impl Stream<Item = i32> {
        stream::pending()
    }

    async fn guarded(&self, context: &Context<'_>) -> Result<impl Stream<Item = i32>, Error> {
        match context.data_unchecked::<Option<Viewer>>() {
            Some(_) => Ok(stream::iter([7])),
            None => Err(coded("UNAUTHENTICATED")),
        }
    }

    async fn panicking(&self) -> impl Stream<Item = i32> {
        stream::iter(0..3).map(|tick| if tick == 1 { panic!("as asked") } else { tick })
    }
}

const ADA: Uuid = Uuid::from_u128(1);

pub type TestSchema = Schema<Query, Mutation, Ticks>;

/// What `counted` has made.
struct Counted(Arc<AtomicUsize>);

/// Lives as long as its operation.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// `good` is a token of Ada, each time in a new session, `panics` breaks the house, `gone` cannot be checked, all others are not valid.
#[derive(Clone)]
pub struct TestHouse {
    schema: TestSchema,
    validator: TestSchema,
    types: Arc<Types>,
    /// False: who lives cannot be found out.
    pub reachable: Arc<AtomicBool>,
    /// Sessions that have ended.
    pub ended: Arc<Mutex<HashSet<Uuid>>>,
    /// Of how many sessions it was asked whether they live, each time.
    pub asked: Arc<Mutex<Vec<usize>>>,
    /// Events that `counted` has made.
    pub counted: Arc<AtomicUsize>,
    /// Operations that are not over.
    pub running: Arc<AtomicUsize>,
    /// How often `write` ran.
    pub writes: Arc<AtomicUsize>,
    pub directory: Arc<TempDir>,
    /// Bytes that a person may still store.
    pub room: Arc<Mutex<Option<u64>>>,
}

impl House for TestHouse {
    type Schema = TestSchema;

    fn schema(&self) -> &TestSchema {
        &self.schema
    }

    fn validator(&self) -> &TestSchema {
        &self.validator
    }

    fn types(&self) -> &Types {
        &self.types
    }

    async fn authenticate(&self, bearer: Option<&str>) -> Result<Option<Viewer>, AuthError> {
        match bearer {
            None => Ok(None),
            Some("good") => Ok(Some(Viewer {
                user_id: ADA,
                session_id: Uuid::now_v7(),
                username: "ada".into(),
                language: "en".into(),
            })),
            Some("panics") => panic!("as asked"),
            Some("gone") => Err(AuthError::Unavailable),
            Some(_) => Err(AuthError::Invalid),
        }
    }

    async fn living(&self, sessions: &[Uuid]) -> Option<HashSet<Uuid>> {
        self.asked.lock().unwrap().push(sessions.len());
        let ended = self.ended.lock().unwrap();
        let living = sessions.iter().filter(|id| !ended.contains(id)).copied().collect();
        self.reachable.load(Ordering::SeqCst).then_some(living)
    }

    async fn room(&self, _: &Viewer) -> Option<u64> {
        *self.room.lock().unwrap()
    }

    fn request_data(&self, viewer: Option<Viewer>, client: &ClientInfo, _: OperationType) -> Data {
        let mut data = Data::default();
        data.insert(viewer);
        data.insert(client.clone());
        data.insert(Arc::clone(&self.writes));
        self.running.fetch_add(1, Ordering::SeqCst);
        data.insert(Counted(Arc::clone(&self.counted)));
        data.insert(Running(Arc::clone(&self.running)));
        data
    }
}

/// Files of at most 1,000 bytes; the socket's times are the usual ones unless given.
pub fn door(times: Option<SocketTimes>) -> Door<TestHouse> {
    let build = || Schema::build(Query, Mutation, Ticks);
    let schema = build().validation_mode(ValidationMode::Fast).finish();
    let house = TestHouse {
        types: Arc::new(Types::parse(&schema.sdl(), Remarks::default())),
        schema,
        validator: build().extension(ValidateOnly).finish(),
        reachable: Arc::new(AtomicBool::new(true)),
        ended: Arc::default(),
        asked: Arc::default(),
        counted: Arc::default(),
        running: Arc::default(),
        writes: Arc::default(),
        directory: Arc::new(tempfile::tempdir().unwrap()),
        room: Arc::default(),
    };
    let uploads = UploadLimits { max_bytes: 1_000, spool: house.directory.path().to_owned() };
    let mut settings = Settings::new(Origins::new("http://localhost:8000", []), uploads);
    settings.socket = times.unwrap_or_default();
    Door::new(house, settings)
}

/// One request through the routes: its status, headers and JSON.
pub async fn call(door: &Door<TestHouse>, request: Request<Body>) -> (StatusCode, HeaderMap, Json) {
    let (parts, body) = graphql::routes("/graphql", door.clone()).oneshot(request).await.unwrap().into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, serde_json::from_slice(&bytes).unwrap_or(Json::Null))
}
