//! Tombstones: what is left of deleted images until their objects are gone for good.

use std::path::PathBuf;
use std::time::Duration;

use image_manager::clock::Timestamp;
use image_manager::config::Storage;
use image_manager::db::entities::image;
use serde_json::json;
use uuid::Uuid;

use crate::support::app::eventually;
use crate::support::client::Client;
use crate::support::s3::S3Server;
use crate::support::{TestApp, rows};

/// Longer than anybody writes to an image that is gone.
const A_WRITER: Duration = Duration::from_secs(121);
/// Longer than the sweeper leaves a tombstone alone that it could not remove.
const A_PAUSE: Duration = Duration::from_secs(61);

async fn delete(client: &Client, ids: &[&str]) {
    let document = "mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { errors { code } } }";
    let answer = client.ask(document, json!({ "input": { "ids": ids } })).await;
    assert!(answer.refusals("deleteImages").is_empty());
}

fn original(app: &TestApp, id: Uuid) -> PathBuf {
    let name = id.simple().to_string();
    let mut files = rows::files(&app.data.path().join("files/originals")).into_iter();
    files.find(|path| path.ends_with(&name)).unwrap()
}

/// Tombstones without objects, whose leases end one millisecond after the other, the first one at `from`.
async fn tombstones(app: &TestApp, owner: Uuid, from: Timestamp, count: i64) -> Vec<Uuid> {
    let tombstone = |number| {
        let lease_until = Some(Timestamp(from.0 + number));
        image::Model { state: image::State::Deleting, lease_until, ..rows::image(owner) }
    };
    let made: Vec<_> = (0..count).map(tombstone).collect();
    rows::insert_images(&app.app, &made).await;
    made.into_iter().map(|image| image.id).collect()
}

#[tokio::test]
async fn a_tombstone_whose_objects_cannot_be_removed_hinders_no_other() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (stuck, other) = (ada.picture().await, ada.picture().await);
    // No file, and so not to be removed as one.
    let path = original(&app, rows::image_uuid(&stuck));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    delete(&ada, &[&stuck]).await;
    app.clock.advance(Duration::from_secs(1));
    delete(&ada, &[&other]).await;

    app.clock.advance(A_WRITER);
    assert_eq!(app.app.images.sweep().await.unwrap(), 1);
    let left = rows::images(&app.app).await;
    assert_eq!((left.len(), left[0].id), (1, rows::image_uuid(&stuck)));
    assert!(left[0].lease_until.unwrap() > app.clock.now(), "it would head the queue again");

    std::fs::remove_dir(&path).unwrap();
    app.clock.advance(A_PAUSE);
    assert_eq!(app.app.images.sweep().await.unwrap(), 1);
    assert_eq!(rows::images(&app.app).await, []);
}

#[tokio::test]
async fn one_sweep_goes_through_all_that_is_due() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    // Due for nobody else: the server's own sweeper goes by this clock, too, and looks only every half a minute.
    tombstones(&app, rows::user_id(&ada).await, app.clock.now().minus(A_WRITER), 450).await;
    assert_eq!(app.app.images.sweep().await.unwrap(), 450);
    assert_eq!(rows::images(&app.app).await, []);
}

#[tokio::test]
async fn what_is_removed_already_is_left_alone_until_its_last_writer_is_through() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| config.storage = Storage::S3(bucket.settings())).await;
    let ada = app.register("ada").await;
    let id = ada.picture().await;
    let before = bucket.requests().len();
    delete(&ada, &[&id]).await;
    // The original is deleted, and it is asked for renditions.
    eventually("the first removal", async || (bucket.requests().len() == before + 2).then_some(())).await;
    assert!(rows::files(&bucket.bucket()).is_empty());
    for _ in 0..3 {
        app.clock.advance(Duration::from_secs(30));
        assert_eq!(app.app.images.sweep().await.unwrap(), 0);
    }
    assert_eq!(bucket.requests().len(), before + 2);
    app.clock.advance(A_PAUSE);
    assert_eq!(app.app.images.sweep().await.unwrap(), 1);
}

#[tokio::test]
async fn the_latest_deletions_are_the_ones_that_are_told() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let owner = rows::user_id(&ada).await;
    let mut made = tombstones(&app, owner, app.clock.now().plus(A_WRITER), 250).await;
    made.reverse();
    made.truncate(200);
    let told: Vec<_> = app.app.images.tombstones().await.unwrap();
    let expected: Vec<_> = made.into_iter().map(|id| (id, owner)).collect();
    assert!(told == expected, "{} told, the first one is the latest: {}", told.len(), told[0] == expected[0]);
}
