//! An S3 server in process: `s3s-fs` behind a real socket, over a directory of its own, with one bucket.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::error_handling::HandleError;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
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
type Requests = Arc<Mutex<Vec<String>>>;

/// The beginning of the requests that have to wait.
type Gate = Arc<watch::Sender<Option<String>>>;

/// Serves while it lives, except between `stop` and `resume`.
pub struct S3Server {
    dir: TempDir,
    listener: TcpListener,
    service: S3Service,
    requests: Requests,
    gate: Gate,
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
        let requests = Requests::default();
        let gate = Gate::default();
        let (stop, task) = serve(&listener, service.clone(), requests.clone(), gate.clone());
        Self { dir, listener, service, requests, gate, stop, task }
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
        self.requests.lock().unwrap().clone()
    }

    /// How many of the requests so far begin like this.
    pub fn count(&self, beginning: &str) -> usize {
        self.requests.lock().unwrap().iter().filter(|request| request.starts_with(beginning)).count()
    }

    /// Lets requests that begin like this wait, until `release`.
    pub fn hold(&self, beginning: &str) {
        self.gate.send_replace(Some(beginning.to_owned()));
    }

    pub fn release(&self) {
        self.gate.send_replace(None);
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
        (self.stop, self.task) = serve(&self.listener, self.service.clone(), self.requests.clone(), self.gate.clone());
    }

    async fn end(&mut self) {
        let (mut stop, _) = oneshot::channel();
        std::mem::swap(&mut stop, &mut self.stop);
        stop.send(()).unwrap();
        (&mut self.task).await.unwrap();
    }
}

fn serve(
    listener: &TcpListener,
    service: S3Service,
    requests: Requests,
    gate: Gate,
) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel();
    let remember = from_fn(move |request: Request, next: Next| {
        let asked = format!("{} {}", request.method(), request.uri().path());
        requests.lock().unwrap().push(asked.clone());
        let mut gate = gate.subscribe();
        async move {
            let free = |held: &Option<String>| held.as_ref().is_none_or(|held| !asked.starts_with(held.as_str()));
            drop(gate.wait_for(free).await);
            next.run(request).await
        }
    });
    let service = HandleError::new(service, |_| async { StatusCode::INTERNAL_SERVER_ERROR });
    let server = axum::serve(tokio_listener(listener), Router::new().fallback_service(service).layer(remember));
    let server = server.with_graceful_shutdown(async { drop(stopped.await) });
    (stop, tokio::spawn(async { server.await.unwrap() }))
}

fn tokio_listener(listener: &TcpListener) -> tokio::net::TcpListener {
    tokio::net::TcpListener::from_std(listener.try_clone().unwrap()).unwrap()
}
