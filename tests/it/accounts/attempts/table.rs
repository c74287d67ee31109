//! The table in which attempts are counted: shared, exact when many come at once, without names, and swept.

use futures_util::future::join_all;
use image_manager::db::entities::attempt;
use sea_orm::{EntityTrait, IntoActiveModel};

use super::{MINUTE, counted, rows, wrong};
use crate::support::TestApp;
use crate::support::client::Client;

#[tokio::test]
async fn replicas_count_together() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    assert_eq!(counted(&wrong(&app.anonymous(), "ada", 6).await, "INVALID_CREDENTIALS"), 6);
    assert_eq!(counted(&wrong(&replica.anonymous(), "ada", 6).await, "INVALID_CREDENTIALS"), 4);
}

#[tokio::test]
async fn of_many_at_once_on_two_replicas_no_more_than_the_burst_get_through() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let clients: Vec<Client> = (0..30).map(|n| if n % 2 == 0 { &app } else { &replica }.anonymous()).collect();
    let codes: Vec<String> =
        join_all(clients.iter().map(|client| wrong(client, "ada", 1))).await.into_iter().flatten().collect();
    assert_eq!((counted(&codes, "INVALID_CREDENTIALS"), counted(&codes, "TOO_MANY_ATTEMPTS")), (10, 20), "{codes:?}");
}

#[tokio::test]
async fn neither_names_nor_addresses_are_in_the_table() {
    let app = TestApp::start().await;
    wrong(&app.anonymous(), "ada", 1).await;
    let kept = attempt::Entity::find().all(app.app.db.read()).await.unwrap();
    assert_eq!(kept.len(), 3);
    for row in kept {
        assert!(row.key.len() == 32 && row.key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{row:?}");
    }
}

#[tokio::test]
async fn what_no_longer_counts_is_swept_and_nothing_else() {
    let app = TestApp::start().await;
    let now = app.clock.now();
    let row = |number: usize| attempt::Model { key: format!("old{number}"), tat: now.minus(MINUTE) };
    // More than one statement takes.
    let old = (0..1_200).map(|number| row(number).into_active_model());
    attempt::Entity::insert_many(old).exec_without_returning(app.app.db.write()).await.unwrap();
    assert_eq!(counted(&wrong(&app.anonymous(), "ada", 10).await, "INVALID_CREDENTIALS"), 10);
    app.app.accounts.sweep().await.unwrap();
    assert_eq!(rows(&app).await, 3);
    assert_eq!(wrong(&app.anonymous(), "ada", 1).await, ["TOO_MANY_ATTEMPTS"]);
    app.clock.advance(20 * MINUTE);
    app.app.accounts.sweep().await.unwrap();
    assert_eq!(rows(&app).await, 0);
    assert_eq!(wrong(&app.anonymous(), "ada", 1).await, ["INVALID_CREDENTIALS"]);
}
