//! A scripted vision model: an HTTP server that speaks chat completions the way OpenAI, Gemini or Ollama do, answers
//! what it is told to (or a description made from the request alone), and remembers what it was asked.
//!
//! Needs axum, tokio and `serde_json` only, so that `xtask` can include this file and run it by itself.

// By path, or they would not be found when another crate includes this file by path.
#[path = "ai/dialect.rs"]
mod dialect;
#[path = "ai/script.rs"]
mod script;

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use dialect::Flavor;
pub use script::{Asked, Reply, default_answer};

/// The key that `OpenAi` and `Gemini` want unless [`Options`] says otherwise.
pub const KEY: &str = "test-key-of-the-scripted-model";

/// Most requests remembered; a demonstration may run for days.
const MAX_REMEMBERED: usize = 1000;

/// How the server behaves from the start.
#[derive(Clone, Debug)]
pub struct Options {
    pub flavor: Flavor,
    /// None: any key, or none, will do.
    pub key: Option<String>,
    /// Waited before each answer, for demonstrations. Tests hold the gate instead.
    pub delay: Duration,
}

impl Options {
    pub fn of(flavor: Flavor) -> Self {
        let key = (flavor != Flavor::Ollama).then(|| KEY.to_owned());
        Self { flavor, key, delay: Duration::ZERO }
    }
}

/// What the handler and the test share.
struct Stage {
    options: Options,
    script: Mutex<VecDeque<Reply>>,
    asked: Mutex<VecDeque<Asked>>,
    /// `response_format` types known; the empty one is "none asked for".
    formats: Mutex<Vec<&'static str>>,
    /// Requests that have come in.
    arrived: watch::Sender<usize>,
    /// Requests that were answered.
    answered: watch::Sender<usize>,
    /// Requests whose client went away before the answer.
    abandoned: watch::Sender<usize>,
    /// How many requests may be answered, counted from the first.
    allowed: watch::Sender<usize>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stage {
    fn new(options: Options) -> Arc<Self> {
        Arc::new(Self {
            options,
            script: Mutex::default(),
            asked: Mutex::default(),
            formats: Mutex::new(vec!["json_schema", "json_object", "text"]),
            arrived: watch::Sender::new(0),
            answered: watch::Sender::new(0),
            abandoned: watch::Sender::new(0),
            allowed: watch::Sender::new(usize::MAX),
        })
    }
}

/// A running scripted model; stops when dropped.
pub struct ScriptedAi {
    address: SocketAddr,
    stage: Arc<Stage>,
    server: JoinHandle<io::Result<()>>,
}

impl ScriptedAi {
    /// On a free port of this machine.
    pub async fn start(flavor: Flavor) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let stage = Stage::new(Options::of(flavor));
        let server = tokio::spawn(serve(listener, stage.clone()));
        Ok(Self { address, stage, server })
    }

    /// What a client has to be configured with.
    pub fn base_url(&self) -> String {
        format!("http://{}{}", self.address, self.stage.options.flavor.root())
    }

    /// Scripts the next answer; they are given in order, and after the last one pictures are described.
    pub fn then(&self, reply: Reply) -> &Self {
        lock(&self.stage.script).push_back(reply);
        self
    }

    /// The types of `response_format` that the model knows from now on.
    pub fn knows_formats(&self, formats: &[&'static str]) -> &Self {
        *lock(&self.stage.formats) = formats.to_vec();
        self
    }

    /// Answers nothing more until [`Self::release`] or [`Self::open`].
    pub fn hold(&self) {
        self.stage.allowed.send_replace(*self.stage.arrived.borrow());
    }

    /// Answers one more request, waiting or to come.
    pub fn release(&self) {
        self.stage.allowed.send_modify(|allowed| *allowed = allowed.saturating_add(1));
    }

    /// Answers everything, as at the start.
    pub fn open(&self) {
        self.stage.allowed.send_replace(usize::MAX);
    }

    /// Returns once this many requests have come in, all in all.
    pub async fn arrived(&self, count: usize) {
        // The sender lives as long as the stage, which `self` keeps: waiting cannot fail.
        let _ = self.stage.arrived.subscribe().wait_for(|arrived| *arrived >= count).await;
    }

    /// Returns once this many requests have been answered, all in all.
    pub async fn answered(&self, count: usize) {
        let _ = self.stage.answered.subscribe().wait_for(|answered| *answered >= count).await;
    }

    /// Returns once this many clients have gone away before their answer.
    pub async fn abandoned(&self, count: usize) {
        let _ = self.stage.abandoned.subscribe().wait_for(|abandoned| *abandoned >= count).await;
    }

    /// What was asked so far, in order.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.stage.asked).iter().cloned().collect()
    }
}

impl Drop for ScriptedAi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Runs by itself until the process ends.
pub async fn run(listener: TcpListener, options: Options) -> io::Result<()> {
    serve(listener, Stage::new(options)).await
}

async fn serve(listener: TcpListener, stage: Arc<Stage>) -> io::Result<()> {
    let root = stage.options.flavor.root();
    let routes = Router::new()
        .route(&format!("{root}/chat/completions"), post(complete))
        .route(&format!("{root}/models"), get(models))
        .layer(DefaultBodyLimit::max(16 * 1024 * 1024))
        .with_state(stage);
    axum::serve(listener, routes).await
}

async fn models(State(stage): State<Arc<Stage>>) -> Response {
    dialect::json_response(StatusCode::OK, &[], &stage.options.flavor.models())
}

async fn complete(State(stage): State<Arc<Stage>>, headers: HeaderMap, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let authorization = headers.get("authorization").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let number = remember(
        &stage,
        Asked { authorization: authorization.clone(), picture: script::picture(&request), body: request.clone() },
    );

    let mut pending = Pending { stage: &stage, answered: false };
    let _ = stage.allowed.subscribe().wait_for(|allowed| *allowed >= number).await;
    if !stage.options.delay.is_zero() {
        tokio::time::sleep(stage.options.delay).await;
    }
    pending.answered = true;

    let flavor = stage.options.flavor;
    let wanted = stage.options.key.as_ref().map(|key| format!("Bearer {key}"));
    if wanted.is_some() && wanted != authorization {
        return flavor.wrong_key();
    }
    if let Some(error) = flavor.objection(&request, &lock(&stage.formats)) {
        return error;
    }
    let reply = lock(&stage.script).pop_front().unwrap_or(Reply::Described);
    match reply {
        Reply::Described => flavor.completion(&request, &message(&json!(default_answer(&request).to_string()))),
        Reply::Content(content) => flavor.completion(&request, &message(&content)),
        Reply::Choice(choice) => flavor.completion(&request, &choice),
        Reply::Error { status, message, code, retry_after } => flavor.error(status, &message, &code, retry_after),
        Reply::Raw { status, headers, body } => dialect::response(status, &headers, body),
    }
}

fn message(content: &Value) -> Value {
    json!({ "index": 0, "message": { "role": "assistant", "content": content }, "finish_reason": "stop" })
}

/// Remembers a request and returns its number, the first being 1.
fn remember(stage: &Stage, asked: Asked) -> usize {
    let mut all = lock(&stage.asked);
    if all.len() == MAX_REMEMBERED {
        all.pop_front();
    }
    all.push_back(asked);
    stage.arrived.send_modify(|arrived| *arrived += 1);
    *stage.arrived.borrow()
}

/// Sees the client going away: the handler is then dropped while it waits.
struct Pending<'a> {
    stage: &'a Stage,
    answered: bool,
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        let count = if self.answered { &self.stage.answered } else { &self.stage.abandoned };
        count.send_modify(|count| *count += 1);
    }
}
