//! An S3 server in process: `s3s-fs` behind a real socket, over a directory of its own, with one bucket.

mod manners;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::error_handling::HandleError;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use image_manager::config;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tempfile::TempDir;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

const BUCKET: &str = "pictures";
const ACCESS_KEY_ID: &str = "test-access-key";
const SECRET_ACCESS_KEY: &str = "test-secret-key";

/// What was asked for, in order.
type Requests = Arc<Mutex<Vec<Asked>>>;

/// The beginning of the requests that have to wait.
type Gate = Arc<watch::Sender<Option<String>>>;

/// The beginnings of the next requests that fail, and with which status.
type Failures = Arc<Mutex<Vec<(String, StatusCode)>>>;

/// What a test makes of the server, and sees of it.
#[derive(Clone, Default)]
struct Hands {
    requests: Requests,
    gate: Gate,
    failures: Failures,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Such as `PUT /pictures/originals/…`.
    pub line: String,
    pub query: String,
    /// The announced length of its body.
    pub len: u64,
}

/// Serves while it lives, except between `stop` and `resume`.
pub struct S3Server {
    dir: TempDir,
    listener: TcpListener,
    service: S3Service,
    hands: Hands,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl S3Server {
    /// Within a tokio runtime, which serves.
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(dir.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        let service = builder.build();

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let hands = Hands::default();
        let (stop, task) = serve(&listener, service.clone(), hands.clone());
        Self { dir, listener, service, hands, stop, task }
    }

    /// What a server needs to use it.
    pub fn settings(&self) -> config::S3 {
        config::S3 {
            bucket: BUCKET.to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: Some(format!("http://{}", self.listener.local_addr().unwrap())),
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret_access_key: SECRET_ACCESS_KEY.into(),
        }
    }

    /// Where the objects are, as files named after their keys.
    pub fn bucket(&self) -> PathBuf {
        self.dir.path().join(BUCKET)
    }

    /// The requests so far, such as `PUT /pictures/originals/…`.
    pub fn requests(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    /// The requests so far, in more detail.
    pub fn asked(&self) -> Vec<Asked> {
        self.hands.requests.lock().unwrap().clone()
    }

    /// How many of the requests so far begin like this.
    pub fn count(&self, beginning: &str) -> usize {
        self.asked().iter().filter(|asked| asked.line.starts_with(beginning)).count()
    }

    /// Lets requests that begin like this wait, until `release`.
    pub fn hold(&self, beginning: &str) {
        self.hands.gate.send_replace(Some(beginning.to_owned()));
    }

    pub fn release(&self) {
        self.hands.gate.send_replace(None);
    }

    /// Lets the next request that begins like this, its query included, fail with `status`; called again, one more.
    pub fn fail(&self, beginning: &str, status: u16) {
        let status = StatusCode::from_u16(status).unwrap();
        self.hands.failures.lock().unwrap().push((beginning.to_owned(), status));
    }

    /// The stored type of an object, out of the notes of s3s-fs.
    pub fn content_type(&self, key: &str) -> String {
        let [bucket, object] = [BUCKET, key].map(|name| URL_SAFE_NO_PAD.encode(name));
        let notes = std::fs::read(self.dir().join(format!(".bucket-{bucket}.object-{object}.metadata.json"))).unwrap();
        let notes: serde_json::Value = serde_json::from_slice(&notes).unwrap();
        notes["content_type"].as_str().unwrap().to_owned()
    }

    /// The directory around the bucket, where s3s-fs keeps its notes and the parts of unfinished uploads.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Ends all connections and drops new ones. The port stays ours, so that no other test gets it meanwhile.
    pub async fn stop(&mut self) {
        let (stop, ended) = oneshot::channel();
        let listener = tokio_listener(&self.listener);
        let refuse = async move {
            tokio::pin!(ended);
            loop {
                tokio::select! {
                    _ = &mut ended => return,
                    connection = listener.accept() => drop(connection),
                }
            }
        };
        self.end().await;
        (self.stop, self.task) = (stop, tokio::spawn(refuse));
    }

    /// Serves again, with what was there.
    pub async fn resume(&mut self) {
        self.end().await;
        (self.stop, self.task) = serve(&self.listener, self.service.clone(), self.hands.clone());
    }

    async fn end(&mut self) {
        let (mut stop, _) = oneshot::channel();
        std::mem::swap(&mut stop, &mut self.stop);
        stop.send(()).unwrap();
        (&mut self.task).await.unwrap();
    }
}

fn serve(listener: &TcpListener, service: S3Service, hands: Hands) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel();
    let remember = from_fn(move |request: Request, next: Next| {
        let asked = Asked::from(&request);
        hands.requests.lock().unwrap().push(asked.clone());
        let hands = hands.clone();
        async move {
            let free = |held: &Option<String>| held.as_ref().is_none_or(|held| !asked.line.starts_with(held.as_str()));
            drop(hands.gate.subscribe().wait_for(free).await);
            match hands.failure(&asked) {
                Some(status) => manners::fail(request, status).await,
                None => next.run(request).await,
            }
        }
    });
    let service = HandleError::new(service, |_| async { StatusCode::INTERNAL_SERVER_ERROR });
    let router = Router::new().fallback_service(service);
    let router = router.layer(from_fn(manners::if_match)).layer(from_fn(manners::checksum)).layer(remember);
    let server = axum::serve(tokio_listener(listener), router);
    let server = server.with_graceful_shutdown(async { drop(stopped.await) });
    (stop, tokio::spawn(async { server.await.unwrap() }))
}

impl Hands {
    fn failure(&self, asked: &Asked) -> Option<StatusCode> {
        let line = format!("{}?{}", asked.line, asked.query);
        let mut failures = self.failures.lock().unwrap();
        let next = failures.iter().position(|(beginning, _)| line.starts_with(beginning))?;
        Some(failures.remove(next).1)
    }
}

impl From<&Request> for Asked {
    fn from(request: &Request) -> Self {
        let len = request.headers().get("content-length").map_or(0, |len| len.to_str().unwrap().parse().unwrap());
        let query = request.uri().query().unwrap_or_default().to_owned();
        Self { line: format!("{} {}", request.method(), request.uri().path()), query, len }
    }
}

fn tokio_listener(listener: &TcpListener) -> tokio::net::TcpListener {
    tokio::net::TcpListener::from_std(listener.try_clone().unwrap()).unwrap()
}
