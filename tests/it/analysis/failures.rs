//! Attempts that give no answer: what fails at once, what is tried again, and when.

use std::time::Duration;

use image_manager::clock::Timestamp;
use image_manager::db::entities::{analysis, job};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{ask, completed, event, follow, outcome, row, until};
use crate::support::TestApp;
use crate::support::ai::Reply;
use crate::support::app::eventually;
use crate::support::ws::Socket;

async fn jobs(app: &TestApp) -> u64 {
    job::Entity::find().count(app.app.db.read()).await.unwrap()
}

#[tokio::test]
async fn what_cannot_succeed_fails_at_once_with_its_code() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    let image = ada.picture().await;
    let mut requests = 0;
    for (replies, code) in [
        (vec![Reply::error(401, "Incorrect API key provided: sk-secret.")], "PROVIDER_REJECTED_KEY"),
        (vec![Reply::refusal()], "CONTENT_REFUSED"),
        // The second one is its chance to mend the first.
        (vec![Reply::content("{}"), Reply::content("{\"description\": 7}")], "INVALID_ANSWER"),
        (vec![Reply::error(404, "The model `scripted` does not exist.")], "PROVIDER_UNAVAILABLE"),
    ] {
        requests += replies.len();
        for reply in replies {
            ai.then(reply);
        }
        let failed = outcome(&ada, &ask(&ada, &image).await).await;
        assert_eq!((&failed["status"], &failed["attempts"]), (&json!("FAILED"), &json!(1)), "{code}");
        assert_eq!(failed["failure"]["code"], code);
        assert_eq!(failed["failure"]["nextAttemptAt"], Value::Null);
        assert!(!failed.to_string().contains("sk-secret"), "{failed}");
        assert!(failed["finishedAt"].is_string());
        assert_eq!(failed["image"], json!({ "id": image, "description": null, "altText": null }));
        assert_eq!((ai.asked().len(), jobs(&app).await), (requests, 0), "{code}");
    }
    // A failure hinders nobody from asking again.
    assert_eq!(outcome(&ada, &ask(&ada, &image).await).await["status"], "COMPLETED");
}

#[tokio::test]
async fn a_provider_that_asks_for_patience_is_asked_again_when_it_said() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.then(Reply::rate_limited(60));
    ai.hold();
    let id = ask(&ada, &ada.picture().await).await;
    let mut socket = Socket::of(&ada).await;
    follow(&mut socket, "1", json!({ "analysisId": id }), None).await;
    until(&mut socket, "RUNNING").await;
    let before = app.clock.now();
    ai.open();

    let waiting = event(&mut socket).await;
    assert_eq!(waiting["status"], "QUEUED");
    let analysis = &waiting["analysis"];
    assert_eq!((&analysis["attempts"], &analysis["finishedAt"]), (&json!(1), &Value::Null));
    assert_eq!(analysis["failure"]["code"], "RATE_LIMITED");
    let next = Timestamp::parse_rfc3339(analysis["failure"]["nextAttemptAt"].as_str().unwrap()).unwrap();
    assert!(next.since(before) >= Duration::from_secs(60), "{next:?} {before:?}");

    app.clock.advance(Duration::from_secs(50));
    assert_eq!(row(&app, &id).await.status, analysis::Status::Queued);
    app.clock.advance(next.since(app.clock.now()));
    let running = event(&mut socket).await;
    assert_eq!((&running["status"], &running["analysis"]["attempts"]), (&json!("RUNNING"), &json!(2)));
    assert_eq!(running["analysis"]["failure"], Value::Null);
    let done = event(&mut socket).await;
    assert_eq!((&done["status"], &done["analysis"]["attempts"]), (&json!("COMPLETED"), &json!(2)));
    assert_eq!(done["analysis"]["failure"], Value::Null);
    completed(&mut socket).await;
    assert_eq!((ai.asked().len(), jobs(&app).await), (2, 0));
}

#[tokio::test]
async fn a_sick_provider_is_given_up_after_six_attempts() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    for _ in 0..6 {
        ai.then(Reply::error(503, "overloaded"));
    }
    let id = ask(&ada, &ada.picture().await).await;
    for attempt in 1..=5 {
        let failed = eventually("a failed attempt", async || {
            let row = row(&app, &id).await;
            (row.attempts == attempt && row.failure_code.is_some()).then_some(row)
        });
        let failed = failed.await;
        assert_eq!(failed.status, analysis::Status::Queued, "attempt {attempt}");
        app.clock.advance(failed.next_attempt_at.unwrap().since(app.clock.now()));
    }
    let last = eventually("the end", async || Some(row(&app, &id).await).filter(|row| row.status.is_final())).await;
    assert_eq!((last.status, last.attempts), (analysis::Status::Failed, 6));
    assert_eq!(last.failure_code, Some(analysis::FailureCode::ProviderUnavailable));
    assert_eq!((last.next_attempt_at, ai.asked().len(), jobs(&app).await), (None, 6, 0));
}

#[tokio::test]
async fn an_image_that_cannot_be_read_fails_and_nothing_leaves() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    let key = image_manager::storage::Key::original(crate::support::rows::image_uuid(&image));
    app.app.blobs.put_bytes(&key, "rotten".into(), "image/jpeg").await.unwrap();
    let failed = outcome(&ada, &ask(&ada, &image).await).await;
    assert_eq!((&failed["status"], &failed["failure"]["code"]), (&json!("FAILED"), &json!("IMAGE_UNREADABLE")));
    assert_eq!(app.scripted_ai().asked().len(), 0);
}
