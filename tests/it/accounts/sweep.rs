//! What leaves the tables by itself, and what stays.

use std::time::Duration;

use image_manager::app::App;
use image_manager::db::entities::{refresh_token, session};
use image_manager::db::ids;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{pairs, refresh, told};
use crate::support::rows::user_id;
use crate::support::{TestApp, client::Client};

const DAY: Duration = Duration::from_hours(24);

async fn sessions(app: &App) -> u64 {
    session::Entity::find().count(app.db.read()).await.unwrap()
}

async fn tokens_of(app: &App, session: Uuid) -> u64 {
    let of_session = refresh_token::Entity::find().filter(refresh_token::Column::SessionId.eq(session));
    of_session.count(app.db.read()).await.unwrap()
}

#[tokio::test]
async fn however_many_sessions_are_over_all_of_them_go() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let long_ago = app.clock.now().minus(3 * DAY);
    let row = session::Model {
        id: ids::new(),
        user_id: user_id(&ada).await,
        user_agent: None,
        created_at: long_ago,
        last_used_at: long_ago,
        expires_at: long_ago,
        ended_at: None,
    };
    // More than the sweep at the start and one more would take in one go each.
    let rows = (0..1_600).map(|_| session::Model { id: ids::new(), ..row.clone() }.into_active_model());
    session::Entity::insert_many(rows).exec_without_returning(app.app.db.write()).await.unwrap();
    app.app.accounts.sweep().await.unwrap();
    assert_eq!(sessions(&app.app).await, 1);
    assert_eq!(super::username(&ada).await.as_deref(), Some("ada"));
}

#[tokio::test]
async fn a_session_that_goes_on_for_years_keeps_a_months_refresh_tokens() {
    let app = TestApp::start().await;
    let mut ada = app.register("ada").await;
    let session = session::Entity::find().one(app.app.db.read()).await.unwrap().unwrap().id;
    let first = ada.refresh_token.clone().unwrap();
    for _ in 0..5 {
        app.clock.advance(10 * DAY);
        let anonymous = Client { token: None, ..ada.clone() };
        let answer = refresh(&anonymous, ada.refresh_token.as_ref().unwrap()).await;
        assert_eq!(told(&answer, "refresh"), []);
        ada.keep(&answer.data("refresh")["session"]);
    }
    assert_eq!(tokens_of(&app.app, session).await, 6);
    app.app.accounts.sweep().await.unwrap();
    // Of days 20, 30, 40 and 50; it is day 50.
    assert_eq!(tokens_of(&app.app, session).await, 4);
    let anonymous = app.anonymous();
    assert_eq!(told(&refresh(&anonymous, &first).await, "refresh"), pairs(&[("TOKEN_INVALID", "input.refreshToken")]));
    assert_eq!(super::username(&ada).await.as_deref(), Some("ada"));
    // The last one works until its session is over, and is told to be expired for a day more.
    app.clock.advance(30 * DAY);
    app.app.accounts.sweep().await.unwrap();
    let answer = super::sign_in(&anonymous, "refresh", json!({ "refreshToken": ada.refresh_token })).await;
    assert_eq!(told(&answer, "refresh"), pairs(&[("TOKEN_EXPIRED", "input.refreshToken")]));
    app.clock.advance(2 * DAY);
    app.app.accounts.sweep().await.unwrap();
    assert_eq!((sessions(&app.app).await, tokens_of(&app.app, session).await), (0, 0));
}
