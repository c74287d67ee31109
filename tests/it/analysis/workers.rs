//! Several workers, late ones and dead ones: one result is stored.

use std::time::Duration;

use image_manager::clock::Timestamp;
use image_manager::db::entities::{analysis, image_text, job};
use image_manager::db::ids::{self, Kind};
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};

use super::{ask, outcome, row};
use crate::support::ai::Reply;
use crate::support::app::eventually;
use crate::support::{TestApp, rows};

fn words(words: &str) -> Reply {
    let answer = json!({ "description": words, "alt_text": words, "tags": [], "detected_text": "" });
    Reply::content(&answer.to_string())
}

/// A lease of a job, and a little.
const A_LEASE: Duration = Duration::from_secs(16);

#[tokio::test]
async fn two_servers_share_the_work_and_ask_once_for_each_analysis() {
    let app = TestApp::with_ai().await;
    let _other = app.replica().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.hold();
    let image = ada.picture().await;
    let mut asked = Vec::new();
    for _ in 0..8 {
        asked.push(ask(&ada, &image).await);
    }
    // More than one of them works on at once.
    ai.arrived(8).await;
    ai.open();
    for id in asked {
        let done = outcome(&ada, &id).await;
        assert_eq!((&done["status"], &done["attempts"]), (&json!("COMPLETED"), &json!(1)));
    }
    assert_eq!(ai.asked().len(), 8);
    assert_eq!(job::Entity::find().count(app.app.db.read()).await.unwrap(), 0);
    assert_eq!(image_text::Entity::find().count(app.app.db.read()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_worker_that_was_thought_dead_does_not_overwrite_its_successor() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.then(words("Late.")).then(words("In time."));
    ai.hold();
    let image = ada.picture().await;
    let id = ask(&ada, &image).await;
    ai.arrived(1).await;
    app.clock.advance(A_LEASE);
    ai.arrived(2).await;
    // The first one gets its answer before the second one does, unless it has noticed by then that it is too late.
    ai.release();
    tokio::select! {
        () = ai.answered(1) => {}
        () = ai.abandoned(1) => {}
    }
    ai.open();
    let done = outcome(&ada, &id).await;
    assert_eq!((&done["description"], &done["attempts"]), (&json!("In time."), &json!(2)));
    assert_eq!(done["image"]["description"], "In time.");
}

#[tokio::test]
async fn the_work_of_a_dead_worker_is_taken_over_when_its_lease_is_over() {
    let app = TestApp::with_ai().await;
    let ada = app.register("ada").await;
    let image = ada.picture().await;
    let row = rows::images(&app.app).await.remove(0);
    let mut dead = rows::analysis(&row);
    dead.status = analysis::Status::Running;
    // Its server was configured with another provider and model.
    (dead.provider, dead.model) = ("gemini".to_owned(), "gone".to_owned());
    (dead.description, dead.alt_text, dead.finished_at) = (None, None, None);
    rows::insert_analyses(&app.app, std::slice::from_ref(&dead)).await;
    let job = job::Model {
        id: ids::new(),
        kind: image_manager::analysis::KIND.to_owned(),
        subject_id: dead.id,
        run_at: Timestamp(app.clock.now().0 - 1000),
        fence: 1,
        created_at: dead.created_at,
    };
    job::Entity::insert(job.into_active_model()).exec_without_returning(app.app.db.write()).await.unwrap();
    let done = outcome(&ada, &Kind::Analysis.encode(dead.id)).await;
    assert_eq!((&done["status"], &done["attempts"]), (&json!("COMPLETED"), &json!(2)));
    assert_eq!(done["image"]["id"], image);
    // The model that there is answers, and it is on record.
    let answered = crate::analysis::row(&app, done["id"].as_str().unwrap()).await;
    assert_eq!((answered.provider.as_str(), answered.model.as_str()), ("openai", "scripted"));
    assert_eq!(app.scripted_ai().asked()[0].body["model"], "scripted");
    assert_eq!(job::Entity::find().count(app.app.db.read()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_claim_that_was_lost_before_it_began_changes_nothing() {
    // Nobody works here but the test.
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.then(Reply::rate_limited(600));
    let id = ask(&ada, &ada.picture().await).await;
    let waiting =
        eventually("the first attempt", async || Some(row(&app, &id).await).filter(|row| row.failure_code.is_some()));
    let next = waiting.await.next_attempt_at.unwrap();
    app.app.stop.cancel();
    app.clock.advance(next.since(app.clock.now()) + Duration::from_millis(1));

    let jobs = app.app.analyses.jobs();
    let lost = jobs.claim(image_manager::analysis::KIND, 1).await.unwrap().pop().unwrap();
    app.clock.advance(A_LEASE);
    let held = jobs.claim(image_manager::analysis::KIND, 1).await.unwrap().pop().unwrap();
    assert_eq!((lost.fence, held.fence), (2, 3));
    let before = row(&app, &id).await;
    app.app.analyses.run(lost, &app.app.stop).await.unwrap();
    assert_eq!(row(&app, &id).await, before);
    assert_eq!(ai.asked().len(), 1, "the model is not asked for nothing");
    app.app.analyses.run(held, &app.app.stop).await.unwrap();
    assert_eq!(row(&app, &id).await.status, analysis::Status::Completed);
}

#[tokio::test]
async fn an_image_deleted_while_it_waits_never_leaves() {
    let app = TestApp::with_ai().await;
    let (ada, ai) = (app.register("ada").await, app.scripted_ai());
    ai.hold();
    for number in 1..=4 {
        ask(&ada, &ada.picture().await).await;
        ai.arrived(number).await;
    }
    let image = ada.picture().await;
    let id = ask(&ada, &image).await;
    let document = "mutation ($input: ImageIdsInput!) { deleteImages(input: $input) { deletedIds } }";
    ada.ask(document, json!({ "input": { "ids": [image] } })).await.data("deleteImages");
    ai.open();
    eventually("the job to go", async || {
        (job::Entity::find().count(app.app.db.read()).await.unwrap() == 0).then_some(())
    })
    .await;
    assert_eq!(ai.asked().len(), 4);
    let seen = ada.ask("query ($id: ID!) { analysis(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(seen.data("analysis"), Value::Null);
}
