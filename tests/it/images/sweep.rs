//! Sweeping: uploads that died on the way, and one that was only slow.

use std::sync::Arc;
use std::time::Duration;

use image_manager::db::entities::image;
use image_manager::db::ids;
use image_manager::images::{DuplicatePolicy, NewImage, Receipt, Source, Stage, Staged};
use image_manager::spool::Writer;
use image_manager::storage::Key;
use image_manager::viewer::Viewer;

use crate::support::client::Client;
use crate::support::{TestApp, pictures, rows};

/// Longer than the lease of an upload.
const A_LEASE: Duration = Duration::from_secs(61);
/// Longer than anybody writes to an image that is gone.
const A_WRITER: Duration = Duration::from_secs(121);

/// The first half of an upload: the object is stored, and the row is still PENDING.
async fn half_an_upload(app: &TestApp, client: &Client) -> Staged {
    let user_id = rows::user_id(client).await;
    let viewer = Viewer { user_id, session_id: ids::new(), username: "ada".to_owned(), language: "en".to_owned() };
    let mut file = Writer::create(app.data.path()).await.unwrap();
    file.write(&pictures::jpeg(64, 48)).await.unwrap();
    let file = Arc::new(file.finish(Some("a.jpg"), None, None).await.unwrap());
    let on_duplicate = DuplicatePolicy::ReturnExisting;
    let new = NewImage { file, source: Source::Spool, title: None, tags: Vec::new(), on_duplicate };
    match app.app.images.stage(&viewer, new, &Receipt::None).await.unwrap() {
        Stage::New(staged) => staged,
        Stage::Existing(image) => panic!("there already: {}", image.id),
    }
}

fn originals(app: &TestApp) -> usize {
    rows::files(&app.data.path().join("files/originals")).len()
}

#[tokio::test]
async fn an_upload_that_died_is_found_when_its_lease_is_over_and_not_before() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    drop(half_an_upload(&app, &ada).await);
    app.app.images.sweep().await.unwrap();
    assert_eq!((originals(&app), rows::images(&app.app).await[0].state), (1, image::State::Pending));
    assert_eq!(ada.query("{ images { totalCount } }").await.data("images")["totalCount"], 0);

    app.clock.advance(A_LEASE);
    app.app.images.sweep().await.unwrap();
    assert_eq!(rows::images(&app.app).await[0].state, image::State::Deleting);
    app.clock.advance(A_WRITER);
    app.app.images.sweep().await.unwrap();
    assert_eq!((originals(&app), rows::images(&app.app).await.len()), (0, 0));
}

#[tokio::test]
async fn an_upload_within_its_lease_is_finished_however_often_is_swept() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let staged = half_an_upload(&app, &ada).await;
    app.clock.advance(Duration::from_secs(50));
    app.app.images.sweep().await.unwrap();
    assert!(app.app.images.publish(app.app.db.write(), &staged).await.unwrap().is_some());
    app.clock.advance(A_WRITER);
    app.app.images.sweep().await.unwrap();
    assert_eq!((originals(&app), rows::images(&app.app).await[0].state), (1, image::State::Ready));
}

#[tokio::test]
async fn an_upload_that_was_taken_for_dead_is_not_acknowledged_and_its_late_object_goes() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    for published in [true, false] {
        let staged = half_an_upload(&app, &ada).await;
        let late = Key::original(rows::images(&app.app).await[0].id);
        app.clock.advance(A_LEASE);
        app.app.images.sweep().await.unwrap();
        // Frozen in the middle of its writing, it writes on.
        app.app.blobs.put_bytes(&late, "late".into(), "image/jpeg").await.unwrap();
        if published {
            let txn = app.app.db.begin().await.unwrap();
            assert!(app.app.images.publish(&txn, &staged).await.unwrap().is_none());
            // The storage is left alone while a transaction is open.
            assert_eq!(originals(&app), 1);
            txn.rollback().await.unwrap();
            app.app.images.take_back(staged).await.unwrap();
            assert_eq!(originals(&app), 0);
        }
        app.clock.advance(A_WRITER);
        app.app.images.sweep().await.unwrap();
        assert_eq!((originals(&app), rows::images(&app.app).await.len()), (0, 0));
    }
}
