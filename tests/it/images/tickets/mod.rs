//! Direct uploads: asked for, put by a real PUT, completed; on the disk and in a bucket.

mod attacks;
mod complete;
mod create;
mod put;
mod races;
mod sweep;

use std::path::PathBuf;

use image_manager::config::Storage;
use image_manager::db::entities::upload;
use image_manager::db::ids::Kind;
use image_manager::storage::Key;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::app::eventually;
use crate::support::client::Client;
use crate::support::s3::S3Server;
use crate::support::{TestApp, rows};

/// No files.
const NONE: [PathBuf; 0] = [];

/// A server over one of the storages, and somebody signed in.
struct Setting {
    /// None: the files are on the disk.
    bucket: Option<S3Server>,
    app: TestApp,
    ada: Client,
}

impl Setting {
    async fn disk() -> Self {
        let app = TestApp::start().await;
        let ada = app.register("ada").await;
        Self { bucket: None, app, ada }
    }

    async fn s3() -> Self {
        let bucket = S3Server::start();
        let app = TestApp::with(|config| config.storage = Storage::S3(bucket.settings())).await;
        let ada = app.register("ada").await;
        Self { bucket: Some(bucket), app, ada }
    }

    async fn both() -> [Self; 2] {
        [Self::disk().await, Self::s3().await]
    }

    /// What is stored in a folder.
    fn stored(&self, folder: &str) -> Vec<PathBuf> {
        let root = match &self.bucket {
            Some(bucket) => bucket.bucket(),
            None => self.app.data.path().join("files"),
        };
        let folder = root.join(folder);
        if folder.exists() { rows::files(&folder) } else { Vec::new() }
    }

    /// What is left of what was put, and of what was on its way.
    fn left(&self) -> Vec<PathBuf> {
        [self.stored("incoming"), rows::files(&self.app.data.path().join("incoming"))].concat()
    }

    async fn tickets(&self) -> Vec<upload::Model> {
        upload::Entity::find().all(self.app.app.db.read()).await.unwrap()
    }

    /// A ticket for these bytes, announced as a JPEG.
    async fn ticket(&self, bytes: &[u8]) -> Value {
        let payload = self.ada.announce("a.jpg", "image/jpeg", bytes, json!({})).await;
        assert_eq!(payload["errors"], json!([]), "{payload}");
        payload["upload"].clone()
    }

    /// Puts these bytes; the status.
    async fn put(&self, ticket: &Value, bytes: &[u8]) -> u16 {
        self.ada.put(ticket).body(bytes.to_vec()).send().await.unwrap().status().as_u16()
    }

    /// Completes it; the payload.
    async fn complete(&self, ticket: &Value, more: Value) -> Value {
        self.ada.complete_upload(ticket["id"].as_str().unwrap(), more).await.data("completeUpload")
    }

    /// A ticket for these bytes, which are put.
    async fn put_ticket(&self, bytes: &[u8]) -> Value {
        let ticket = self.ticket(bytes).await;
        let status = self.put(&ticket, bytes).await;
        assert_eq!(status / 100, 2, "{status}");
        ticket
    }

    /// Puts what a client should not be able to put: into the storage itself.
    async fn smuggle(&self, ticket: &Value, bytes: &[u8]) {
        let key = Key::incoming(Kind::Upload.decode(ticket["id"].as_str().unwrap()).unwrap());
        self.app.app.blobs.put_bytes(&key, bytes.to_vec().into(), "image/jpeg").await.unwrap();
    }

    /// Waits until what was put is gone.
    async fn cleared(&self) {
        eventually("what was put to go", async || self.left().is_empty().then_some(())).await;
    }
}
