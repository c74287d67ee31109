//! The image's row tells how its newest analysis stands: what a filter by status finds.

use std::time::Duration;

use image_manager::db::entities::analysis::Status;
use serde_json::{Value, json};

use super::{ask, outcome};
use crate::support::ai::Reply;
use crate::support::app::eventually;
use crate::support::client::Client;
use crate::support::{TestApp, rows};

const FOUND: &str = "query ($status: [AnalysisStatus!]) { images(filter: { analysisStatus: $status }) {
    nodes { latestAnalysis { id status } } } }";

/// The one status by which the image is found, and its newest analysis.
async fn status(client: &Client) -> (String, Value) {
    let mut found = Vec::new();
    for status in ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELED"] {
        let images = client.ask(FOUND, json!({ "status": [status] })).await.data("images");
        let nodes = images["nodes"].as_array().unwrap();
        found.extend(nodes.iter().map(|node| (status.to_owned(), node["latestAnalysis"].clone())));
    }
    assert!(found.len() <= 1, "{found:?}");
    found.pop().unwrap_or_default()
}

/// Waits for this status. What is read moves on meanwhile, so a look may find nothing.
async fn until(client: &Client, wanted: &str) {
    eventually(wanted, async || {
        let images = client.ask(FOUND, json!({ "status": [wanted] })).await.data("images");
        (images["nodes"].as_array().unwrap().len() == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_image_is_found_by_each_status_that_its_analysis_goes_through() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    assert_eq!(status(&ada).await.0, "");
    ai.then(Reply::rate_limited(60)).hold();
    let image = ada.picture().await;
    let id = ask(&ada, &image).await;
    ai.arrived(1).await;
    assert_eq!(status(&ada).await, ("RUNNING".to_owned(), json!({ "id": id, "status": "RUNNING" })));
    // To be tried again.
    ai.release();
    until(&ada, "QUEUED").await;
    app.clock.advance(Duration::from_secs(120));
    ai.arrived(2).await;
    until(&ada, "RUNNING").await;
    ai.open();
    until(&ada, "COMPLETED").await;
    assert_eq!(status(&ada).await, ("COMPLETED".to_owned(), json!({ "id": id, "status": "COMPLETED" })));

    ai.then(Reply::error(401, "no"));
    let id = ask(&ada, &image).await;
    outcome(&ada, &id).await;
    assert_eq!(status(&ada).await, ("FAILED".to_owned(), json!({ "id": id, "status": "FAILED" })));
}

#[tokio::test]
async fn what_becomes_of_an_older_analysis_does_not_show() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.hold();
    let image = ada.picture().await;
    let older = ask(&ada, &image).await;
    ai.arrived(1).await;
    let newer = ask(&ada, &image).await;
    ai.arrived(2).await;
    until(&ada, "RUNNING").await;
    // Whichever of the two is answered first: the other one's worker is still at it.
    ai.release();
    eventually("one of them", async || {
        let rows = [super::row(&app, &older).await, super::row(&app, &newer).await];
        rows.iter().any(|row| row.status == Status::Completed).then_some(())
    })
    .await;
    let newest = super::row(&app, &newer).await;
    let image = rows::images(&app.app).await.remove(0);
    assert_eq!((image.analysis_id, image.analysis_status), (Some(newest.id), Some(newest.status)));
    ai.open();
    outcome(&ada, &older).await;
    outcome(&ada, &newer).await;
    assert_eq!(status(&ada).await, ("COMPLETED".to_owned(), json!({ "id": newer, "status": "COMPLETED" })));
}

#[tokio::test]
async fn of_two_that_are_asked_for_at_once_the_newer_one_shows_whichever_is_written_first() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let image = rows::image_uuid(&ada.picture().await);
    let row = async || rows::images(&app.app).await.remove(0);
    let [older, newer, newest] = std::array::from_fn(|_| image_manager::db::ids::new());
    let (images, db) = (&app.app.images, app.app.db.write());
    // The older one is written late, and comes to an end.
    assert!(images.record_asked(db, image, newer).await.unwrap());
    images.record_status(db, image, newer, Status::Failed).await.unwrap();
    assert!(images.record_asked(db, image, older).await.unwrap());
    images.record_status(db, image, older, Status::Completed).await.unwrap();
    let seen = row().await;
    assert_eq!((seen.analysis_id, seen.analysis_status), (Some(newer), Some(Status::Failed)));
    assert!(images.record_asked(db, image, newest).await.unwrap());
    let seen = row().await;
    assert_eq!((seen.analysis_id, seen.analysis_status), (Some(newest), Some(Status::Queued)));
}
