//! Too many registrations and refreshes; and log-outs, of which there are never too many.

use std::time::Duration;

use super::super::{pairs, refresh, told, username};
use super::{at, counted, many, refusal, rows};
use crate::support::TestApp;
use crate::support::client::PASSWORD;

#[tokio::test]
async fn registrations_are_counted_by_the_asked_for_address_and_by_place() {
    let app = TestApp::start().await;
    app.register("ada").await;
    // Refused as weak without much work, whether somebody has the address or not.
    let field = |email: &str| format!(r#"register(input: {{ username: "x", email: "{email}", password: "short" }})"#);
    for email in ["ada@example.org", "nobody@example.org"] {
        let codes = many(&app.anonymous(), &field(email), 12).await;
        let allowed = if email.starts_with("ada") { 9 } else { 10 };
        assert_eq!(counted(&codes, "INVALID_INPUT"), allowed, "{email}");
        assert_eq!(counted(&codes, "TOO_MANY_ATTEMPTS"), 12 - allowed, "{email}");
    }
    for number in 0..8 {
        many(&app.anonymous(), &field(&format!("{number}@example.org")), 10).await;
    }
    // A place has a hundred: so many were tried, and 5 that were refused for their address counted here too.
    let refused = refusal(&app.anonymous(), &field("new@example.org")).await;
    assert_eq!(refused["code"], "TOO_MANY_ATTEMPTS", "{refused}");
    assert_eq!(refusal(&at(&app, "127.0.0.2"), &field("new@example.org")).await["code"], "INVALID_INPUT");
}

#[tokio::test]
async fn refreshes_are_counted_by_person_and_by_place() {
    let app = TestApp::start().await;
    let (mut ada, bob) = (app.register("ada").await, app.register("bob").await);
    for number in 0..60 {
        let answer = refresh(&app.anonymous(), ada.refresh_token.as_ref().unwrap()).await;
        assert_eq!(told(&answer, "refresh"), [], "{number}");
        ada.keep(&answer.data("refresh")["session"]);
    }
    let token = ada.refresh_token.clone().unwrap();
    // It may have taken so long that one more fits.
    let mut answer = refresh(&app.anonymous(), &token).await;
    for _ in 0..3 {
        if told(&answer, "refresh").is_empty() {
            ada.keep(&answer.data("refresh")["session"]);
            answer = refresh(&app.anonymous(), ada.refresh_token.as_ref().unwrap()).await;
        }
    }
    assert_eq!(told(&answer, "refresh"), pairs(&[("TOO_MANY_ATTEMPTS", "")]));
    // The session goes on, and nobody else is held up.
    assert_eq!(username(&ada).await.as_deref(), Some("ada"));
    let answer = refresh(&app.anonymous(), bob.refresh_token.as_ref().unwrap()).await;
    assert_eq!(told(&answer, "refresh"), []);
    app.clock.advance(Duration::from_secs(10));
    let answer = refresh(&app.anonymous(), ada.refresh_token.as_ref().unwrap()).await;
    assert_eq!(told(&answer, "refresh"), []);

    let field = r#"refresh(input: { refreshToken: "imr_guessed" })"#;
    let mut codes = Vec::new();
    for _ in 0..70 {
        codes.extend(many(&app.anonymous(), field, 10).await);
    }
    assert!(counted(&codes, "TOKEN_INVALID") >= 500 && counted(&codes, "TOO_MANY_ATTEMPTS") >= 10, "{codes:?}");
}

#[tokio::test]
async fn an_old_token_is_of_no_use_against_its_owner() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut elsewhere = app.anonymous();
    elsewhere.login("ada", PASSWORD).await;
    ada.query("mutation { logout { errors { code } } }").await.refusals("logout");
    let field = format!(r#"refresh(input: {{ refreshToken: "{}" }})"#, ada.refresh_token.unwrap());
    for _ in 0..7 {
        assert_eq!(counted(&many(&app.anonymous(), &field, 10).await, "TOKEN_INVALID"), 10);
    }
    let answer = refresh(&app.anonymous(), elsewhere.refresh_token.as_ref().unwrap()).await;
    assert_eq!(told(&answer, "refresh"), []);
}

#[tokio::test]
async fn logging_out_is_not_counted() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let before = rows(&app).await;
    assert_eq!(ada.query("mutation { logout { errors { code } } }").await.refusals("logout"), Vec::<String>::new());
    assert_eq!(rows(&app).await, before);
}
