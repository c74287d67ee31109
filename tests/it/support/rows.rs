//! Rows made directly, where a test needs more than it has time to upload; and what uploads leave behind.

use std::path::{Path, PathBuf};

use image_manager::app::App;
use image_manager::clock::Timestamp;
use image_manager::db::entities::{analysis, image};
use image_manager::db::ids::{self, Kind};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::client::Client;

/// The user's id in the tables.
pub async fn user_id(client: &Client) -> Uuid {
    let me = client.query("{ me { user { id } } }").await.data("me");
    Kind::User.decode(me["user"]["id"].as_str().unwrap()).unwrap()
}

/// An image's id in the tables.
pub fn image_uuid(id: &str) -> Uuid {
    Kind::Image.decode(id).unwrap()
}

/// The row of an image that is there; there is no file behind it.
pub fn image(owner: Uuid) -> image::Model {
    let now = Timestamp(1_700_000_000_000);
    image::Model {
        id: ids::new(),
        owner_id: owner,
        state: image::State::Ready,
        lease_until: None,
        filename: "row.jpg".to_owned(),
        title: None,
        content_type: "image/jpeg".to_owned(),
        byte_size: 1000,
        width: 640,
        height: 480,
        has_alpha: false,
        sha256: "0".repeat(64),
        thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI".to_owned(),
        uploaded_at: now,
        updated_at: now,
        animated: false,
        favorite: false,
        taken_at: None,
        taken_or_uploaded_at: now,
        filename_key: b"row.jpg".to_vec(),
        dedupe_key: None,
        analysis_id: None,
        analysis_status: None,
    }
}

/// A finished analysis of an image.
pub fn analysis(image: &image::Model) -> analysis::Model {
    let now = image.uploaded_at;
    analysis::Model {
        id: ids::new(),
        image_id: image.id,
        owner_id: image.owner_id,
        status: analysis::Status::Completed,
        prompt: None,
        language: "en".to_owned(),
        provider: "openai".to_owned(),
        model: "scripted".to_owned(),
        answer: None,
        description: Some("A row.".to_owned()),
        alt_text: Some("A row".to_owned()),
        tags: None,
        detected_text: None,
        input_tokens: None,
        output_tokens: None,
        failure_code: None,
        failure_message: None,
        next_attempt_at: None,
        attempts: 1,
        created_at: now,
        started_at: Some(now),
        finished_at: Some(now),
        updated_at: now,
    }
}

pub async fn insert_images(app: &App, rows: &[image::Model]) {
    let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
    image::Entity::insert_many(rows).exec_without_returning(app.db.write()).await.unwrap();
}

pub async fn insert_analyses(app: &App, rows: &[analysis::Model]) {
    let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
    analysis::Entity::insert_many(rows).exec_without_returning(app.db.write()).await.unwrap();
}

/// All rows of images, whatever their state.
pub async fn images(app: &App) -> Vec<image::Model> {
    image::Entity::find().all(app.db.read()).await.unwrap()
}

/// The same, where the database may be away.
pub async fn try_images(app: &App) -> Option<Vec<image::Model>> {
    image::Entity::find().all(app.db.read()).await.ok()
}

/// All files below a directory.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
