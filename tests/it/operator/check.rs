//! `image-manager check`: every difference between database and storage is found, and healed where that is asked for.

use std::time::Duration;

use image_manager::config::Storage;
use image_manager::db::entities::{image, image_metadata, storage_use};
use image_manager::db::ids;
use image_manager::images::{Checked, Finding, Part, Watch};
use image_manager::storage::Key;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::json;

use crate::support::client::Client;
use crate::support::s3::S3Server;
use crate::support::{TestApp, rows};

/// Writes down what a check tells.
#[derive(Default)]
struct Notes {
    found: Vec<(Finding, bool)>,
    parts: Vec<Part>,
    steps: u64,
}

impl Watch for Notes {
    fn begins(&mut self, part: Part, _: Option<u64>) {
        self.parts.push(part);
    }

    fn steps(&mut self, count: u64) {
        self.steps += count;
    }

    fn found(&mut self, finding: &Finding, healed: bool) {
        self.found.push((finding.clone(), healed));
    }

    fn stopped(&self) -> bool {
        false
    }
}

async fn check(app: &TestApp, repair: bool) -> (Checked, Vec<(Finding, bool)>) {
    let mut notes = Notes::default();
    let checked = app.app.images.check(repair, &mut notes).await.unwrap();
    assert_eq!(notes.parts, [Part::Images, Part::Objects, Part::People]);
    assert_eq!(notes.steps, checked.images + checked.objects + checked.people);
    (checked, notes.found)
}

/// Takes `count` pictures in; their ids.
async fn library(client: &Client, count: usize) -> Vec<uuid::Uuid> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(rows::image_uuid(&client.picture().await));
    }
    ids
}

async fn listed(client: &Client) -> serde_json::Value {
    client.query("{ images { totalCount } me { storage { images } } }").await.body["data"].clone()
}

#[tokio::test]
async fn a_library_that_is_in_order_has_no_differences() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    library(&ada, 3).await;
    let (checked, found) = check(&app, true).await;
    assert_eq!(found, []);
    assert_eq!((checked.images, checked.objects, checked.people, checked.found), (3, 3, 1, 0));
}

#[tokio::test]
async fn every_difference_is_found_both_ways_and_healed() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let [missing, damaged, unasked, _good] = library(&ada, 4).await.try_into().unwrap();
    let (db, blobs) = (&app.app.db, &app.app.blobs);
    blobs.delete(&Key::original(missing)).await.unwrap();
    blobs.put_bytes(&Key::original(damaged), "half".into(), "image/jpeg").await.unwrap();
    image_metadata::Entity::delete_by_id(unasked).exec(db.write()).await.unwrap();
    let stray = [Key::original(ids::new()), Key::rendition(ids::new(), "a.webp").unwrap(), Key::incoming(ids::new())];
    for key in &stray {
        blobs.put_bytes(key, "stray".into(), "image/jpeg").await.unwrap();
    }
    std::fs::write(app.data.path().join("files/originals/notes.txt"), "mine").unwrap();
    let owner = rows::user_id(&ada).await;
    storage_use::Entity::update_many()
        .col_expr(storage_use::Column::Images, Expr::value(99))
        .exec(db.write())
        .await
        .unwrap();

    let (checked, found) = check(&app, false).await;
    assert!(found.iter().all(|(_, healed)| !healed));
    let is = |wanted: &dyn Fn(&Finding) -> bool| found.iter().filter(|(finding, _)| wanted(finding)).count();
    assert_eq!(is(&|finding| *finding == Finding::OriginalMissing { image: missing }), 1);
    assert_eq!(
        is(&|finding| matches!(finding, Finding::OriginalDamaged { image, found: 4, .. } if *image == damaged)),
        1
    );
    assert_eq!(is(&|finding| *finding == Finding::MetadataMissing { image: unasked }), 1);
    assert_eq!(is(&|finding| matches!(finding, Finding::Stray { .. })), 3);
    assert_eq!(is(&|finding| matches!(finding, Finding::Foreign { .. })), 1);
    assert_eq!(is(&|finding| matches!(finding, Finding::Miscounted { owner: whose, .. } if *whose == owner)), 1);
    assert_eq!((checked.found, checked.healed, checked.foreign), (7, 0, 1));
    // Looking changes nothing.
    assert_eq!(check(&app, false).await.0, checked);

    let (checked, _) = check(&app, true).await;
    assert_eq!((checked.found, checked.healed), (7, 7));
    let (_, left) = check(&app, true).await;
    assert!(matches!(&left[..], [(Finding::Foreign { name }, false)] if name.ends_with("notes.txt")), "{left:?}");
    assert_eq!(listed(&ada).await, json!({ "images": { "totalCount": 2 }, "me": { "storage": { "images": 2 } } }));
    assert_eq!(std::fs::read(app.data.path().join("files/originals/notes.txt")).unwrap(), b"mine");
}

#[tokio::test]
async fn where_most_files_are_gone_or_nobodys_nothing_is_deleted() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let images = library(&ada, 4).await;
    for image in &images[..3] {
        app.app.blobs.delete(&Key::original(*image)).await.unwrap();
    }
    let (checked, _) = check(&app, true).await;
    assert_eq!((checked.found, checked.healed, checked.doubtful), (3, 0, true));
    assert_eq!(listed(&ada).await["images"]["totalCount"], 4);

    // The storage of another database: what is in there is not ours to remove, and neither is a single stray beside it.
    let app = TestApp::start().await;
    let others: Vec<_> = (0..5).map(|_| Key::original(ids::new())).collect();
    for key in &others {
        app.app.blobs.put_bytes(key, "theirs".into(), "image/jpeg").await.unwrap();
    }
    let (checked, _) = check(&app, true).await;
    assert_eq!((checked.found, checked.healed, checked.doubtful), (5, 0, true));
    assert_eq!(app.app.blobs.len(&others[4]).await.unwrap(), Some(6));
}

#[tokio::test]
async fn a_bucket_is_compared_like_a_disk() {
    let bucket = S3Server::start();
    let app = TestApp::with(|config| config.storage = Storage::S3(bucket.settings())).await;
    let ada = app.register("ada").await;
    let [missing, _good] = library(&ada, 2).await.try_into().unwrap();
    app.app.blobs.delete(&Key::original(missing)).await.unwrap();
    app.app.blobs.put_bytes(&Key::original(ids::new()), "stray".into(), "image/jpeg").await.unwrap();
    assert_eq!(check(&app, true).await.0.healed, 2);
    assert_eq!(check(&app, true).await.1, []);
    assert_eq!(listed(&ada).await["images"]["totalCount"], 1);
}

#[tokio::test]
async fn what_is_under_way_is_no_difference() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let deleted = ada.picture().await;
    let delete = "mutation ($ids: [ID!]!) { deleteImages(input: { ids: $ids }) { deletedIds } }";
    ada.ask(delete, json!({ "ids": [deleted] })).await.data("deleteImages");
    // A writer that is slower than the deletion, and one whose row is not READY yet.
    let pending = image::Model {
        state: image::State::Pending,
        lease_until: Some(app.clock.now().plus(Duration::from_mins(1))),
        ..rows::image(rows::user_id(&ada).await)
    };
    rows::insert_images(&app.app, std::slice::from_ref(&pending)).await;
    storage_use::Entity::update_many()
        .col_expr(storage_use::Column::Images, Expr::value(1))
        .col_expr(storage_use::Column::Bytes, Expr::value(pending.byte_size))
        .exec(app.app.db.write())
        .await
        .unwrap();
    for image in [rows::image_uuid(&deleted), pending.id] {
        app.app.blobs.put_bytes(&Key::original(image), "late".into(), "image/jpeg").await.unwrap();
    }
    assert_eq!(check(&app, true).await.1, []);
    assert_eq!(rows::images(&app.app).await.len(), 2);
}
