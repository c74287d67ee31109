//! A viewer who was found a moment ago is not looked up again; and what ends a session or a token counts nevertheless.

use std::time::Duration;

use futures_util::future::{join, join_all};
use image_manager::clock::Timestamp;
use image_manager::db::entities::session;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::Value;

use super::{pairs, refresh, told, username};
use crate::support::TestApp;
use crate::support::client::{Client, PASSWORD};

/// As long as a viewer is kept.
const MOMENT: Duration = Duration::from_secs(2);
/// Not as long.
const JUST_NOW: Duration = Duration::from_millis(1_500);
const LOGOUT: &str = "mutation { logout { errors { code } } }";

/// The fewest statements of some requests one right after the other: the background may send statements of its own, and
/// the machine may be slow.
async fn fewest(app: &TestApp, client: &Client, document: &str) -> (u64, Value) {
    let mut found = Vec::new();
    for _ in 0..5 {
        let (statements, answer) = app.statements(client.query(document)).await;
        found.push((statements, answer.data("me")));
    }
    found.into_iter().min_by_key(|(statements, _)| *statements).unwrap()
}

#[tokio::test]
async fn the_next_request_of_a_viewer_asks_the_database_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let document = "{ me { __typename language user { id username } } server { version } }";
    let (statements, me) = fewest(&app, &ada, document).await;
    assert_eq!(statements, 0);
    assert_eq!((&me["user"]["username"], &me["language"]), (&Value::from("ada"), &Value::from("en")));
    app.clock.advance(MOMENT);
    let (statements, _) = app.statements(ada.query(document)).await;
    assert!(statements >= 1, "the session is never checked again");
}

#[tokio::test]
async fn the_rest_of_an_account_is_one_statement_a_request_wherever_it_is_asked_for() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let bob = app.register("bob").await;
    let document =
        "{ me { email createdAt user { id } } again: me { ...F } } fragment F on Account { email createdAt }";
    let (statements, me) = fewest(&app, &ada, document).await;
    assert_eq!(statements, 1);
    assert_eq!(me["email"], "ada@example.org");
    let answer = bob.query(document).await;
    assert_eq!(
        (&answer.data("me")["email"], &answer.data("again")["email"]),
        (&"bob@example.org".into(), &"bob@example.org".into())
    );
    assert_eq!(answer.data("me")["createdAt"], answer.data("again")["createdAt"]);
}

#[tokio::test]
async fn a_log_out_counts_at_once_here_and_within_a_moment_on_a_replica() {
    let app = TestApp::start().await;
    let replica = app.replica().await;
    let ada = app.register("ada").await;
    let there = Client { url: replica.url.clone(), ..ada.clone() };
    for client in [&ada, &there] {
        assert_eq!(username(client).await.as_deref(), Some("ada"));
    }
    assert_eq!(ada.query(LOGOUT).await.refusals("logout"), Vec::<String>::new());
    assert_eq!(username(&ada).await, None);
    app.clock.advance(MOMENT);
    assert_eq!(username(&there).await, None);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_its_session_at_once() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut next = app.anonymous();
    next.keep(&refresh(&app.anonymous(), ada.refresh_token.as_ref().unwrap()).await.data("refresh")["session"]);
    app.clock.advance(Duration::from_secs(31));
    assert_eq!(username(&next).await.as_deref(), Some("ada"));
    let answer = refresh(&app.anonymous(), ada.refresh_token.as_ref().unwrap()).await;
    assert_eq!(told(&answer, "refresh"), pairs(&[("TOKEN_INVALID", "input.refreshToken")]));
    assert_eq!(username(&next).await, None);
}

#[tokio::test]
async fn requests_on_their_way_while_their_session_ends_bring_it_back_to_nobody() {
    let app = TestApp::start().await;
    for round in 0..5 {
        let ada = app.register(&format!("ada{round}")).await;
        let requests = join_all((0..16).map(|_| username(&ada)));
        let (ended, _) = join(ada.query(LOGOUT), requests).await;
        assert_eq!(ended.refusals("logout"), Vec::<String>::new());
        assert_eq!(username(&ada).await, None);
    }
}

#[tokio::test]
async fn who_was_found_a_moment_ago_is_nobody_when_the_token_expires() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let mut ada = app.anonymous();
    let session = ada.login("ada", PASSWORD).await.data("login")["session"].clone();
    let expires_at = Timestamp::parse_rfc3339(session["accessTokenExpiresAt"].as_str().unwrap()).unwrap();
    app.clock.advance(expires_at.since(app.clock.now()) - JUST_NOW);
    assert_eq!(username(&ada).await.as_deref(), Some("ada"));
    app.clock.advance(JUST_NOW);
    assert_eq!(username(&ada).await, None);
}

#[tokio::test]
async fn who_was_found_a_moment_ago_is_nobody_when_the_session_expires() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let expires_at = app.clock.now().plus(2 * JUST_NOW);
    let sessions = session::Entity::update_many().col_expr(session::Column::ExpiresAt, Expr::value(expires_at));
    sessions.exec(app.app.db.write()).await.unwrap();
    app.clock.advance(JUST_NOW);
    assert_eq!(username(&ada).await.as_deref(), Some("ada"));
    app.clock.advance(JUST_NOW);
    assert_eq!(username(&ada).await, None);
}
