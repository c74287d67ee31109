//! Stopping a server in the middle of analyses: what can be finished is, and the rest goes to another one at once.

use image_manager::db::entities::{analysis, job};
use sea_orm::{EntityTrait, PaginatorTrait};

use super::{ask, row};
use crate::support::TestApp;
use crate::support::app::eventually;

async fn finished(app: &TestApp, id: &str) -> analysis::Model {
    eventually("the end", async || Some(row(app, id).await).filter(|row| row.status.is_final())).await
}

#[tokio::test]
async fn an_answer_that_comes_soon_after_the_stop_is_kept() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.hold();
    let id = ask(&ada, &ada.picture().await).await;
    ai.arrived(1).await;
    app.app.stop.cancel();
    ai.open();
    let done = finished(&app, &id).await;
    assert_eq!((done.status, done.attempts), (analysis::Status::Completed, 1));
    assert_eq!(ai.asked().len(), 1);
    assert_eq!(job::Entity::find().count(app.app.db.read()).await.unwrap(), 0);
}

#[tokio::test]
async fn an_analysis_that_a_stopping_server_lets_go_of_is_taken_up_at_once_and_loses_no_attempt() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.hold();
    let id = ask(&ada, &ada.picture().await).await;
    ai.arrived(1).await;
    app.app.stop.cancel();
    ai.abandoned(1).await;
    let put_back = eventually("the job to be put back", async || {
        Some(row(&app, &id).await).filter(|row| row.status == analysis::Status::Queued)
    })
    .await;
    assert_eq!(put_back.attempts, 0);
    // Due now, and not when a lease ends.
    let waiting = job::Entity::find().one(app.app.db.read()).await.unwrap().unwrap();
    assert!(waiting.run_at <= app.clock.now());

    ai.open();
    let other = app.replica().await;
    let done = finished(&other, &id).await;
    assert_eq!((done.status, done.attempts), (analysis::Status::Completed, 1));
}
