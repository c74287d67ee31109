//! Refresh tokens: used once, forgiven for a moment, and what ends their session.

use std::time::Duration;

use serde_json::Value;

use super::{holding, pairs, refresh, told, username};
use crate::support::TestApp;
use crate::support::client::{Client, PASSWORD};

const DAY: Duration = Duration::from_hours(24);

/// The client with the next pair of tokens. The old access token is not sent along: it may have expired.
async fn refreshed(client: &Client, token: &str) -> Client {
    let answer = refresh(&Client { token: None, ..client.clone() }, token).await;
    assert_eq!(told(&answer, "refresh"), []);
    holding(client, &answer.body["data"]["refresh"]["session"])
}

async fn refused(client: &Client, token: &str, code: &str) {
    let answer = refresh(client, token).await;
    assert_eq!(told(&answer, "refresh"), pairs(&[(code, "input.refreshToken")]), "{token:?}");
    assert_eq!(answer.status, 200);
}

fn token(client: &Client) -> &str {
    client.refresh_token.as_deref().unwrap()
}

#[tokio::test]
async fn a_refresh_token_gives_the_next_pair_and_both_work() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let next = refreshed(&app.anonymous(), token(&ada)).await;
    assert_ne!(next.refresh_token, ada.refresh_token);
    assert_eq!(username(&next).await.as_deref(), Some("ada"));
    let third = refreshed(&app.anonymous(), token(&next)).await;
    assert_eq!(username(&third).await.as_deref(), Some("ada"));
    assert!(![&ada.refresh_token, &next.refresh_token].contains(&&third.refresh_token));
}

#[tokio::test]
async fn a_used_token_works_again_for_half_a_minute() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let first = refreshed(&ada, token(&ada)).await;
    app.clock.advance(Duration::from_secs(25));
    let second = refreshed(&ada, token(&ada)).await;
    assert_ne!(first.refresh_token, second.refresh_token);
    // Both tabs go on.
    for tab in [&first, &second] {
        assert_eq!(username(&refreshed(tab, token(tab)).await).await.as_deref(), Some("ada"));
    }
}

#[tokio::test]
async fn two_tabs_that_refresh_at_the_same_time_both_go_on() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let (one, two) = tokio::join!(refreshed(&ada, token(&ada)), refreshed(&ada, token(&ada)));
    assert_ne!(one.refresh_token, two.refresh_token);
    for tab in [one, two] {
        assert_eq!(username(&tab).await.as_deref(), Some("ada"));
    }
}

#[tokio::test]
async fn a_token_used_again_later_was_copied_and_ends_its_session_and_no_other() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut elsewhere = app.anonymous();
    elsewhere.login("ada", PASSWORD).await;
    let next = refreshed(&ada, token(&ada)).await;
    assert_eq!(username(&next).await.as_deref(), Some("ada"));

    app.clock.advance(Duration::from_secs(31));
    refused(&app.anonymous(), token(&ada), "TOKEN_INVALID").await;
    for stolen in [&ada, &next] {
        assert_eq!(username(stolen).await, None);
        refused(&app.anonymous(), token(stolen), "TOKEN_INVALID").await;
    }
    assert_eq!(username(&elsewhere).await.as_deref(), Some("ada"));
    assert_eq!(username(&refreshed(&elsewhere, token(&elsewhere)).await).await.as_deref(), Some("ada"));
}

#[tokio::test]
async fn what_was_never_given_out_is_no_refresh_token() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let good = token(&ada);
    let changed = format!("{}{}", &good[..good.len() - 1], if good.ends_with('0') { '1' } else { '0' });
    let long = "x".repeat(10_000);
    let access = ada.token.clone().unwrap();
    for junk in ["", "imr_", "junk\u{0}", " ", &changed, &good.to_uppercase(), &format!("{good} "), &access, &long] {
        refused(&app.anonymous(), junk, "TOKEN_INVALID").await;
    }
    // None of that did the session any harm.
    refreshed(&ada, good).await;
}

#[tokio::test]
async fn a_session_expires_thirty_days_after_its_last_refresh() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    app.clock.advance(29 * DAY);
    let next = refreshed(&ada, token(&ada)).await;
    app.clock.advance(29 * DAY);
    let last = refreshed(&next, token(&next)).await;
    app.clock.advance(30 * DAY);
    refused(&app.anonymous(), token(&last), "TOKEN_EXPIRED").await;
    assert_eq!(username(&last).await, None);
}

#[tokio::test]
async fn the_refresh_token_of_a_session_that_was_logged_out_is_worth_nothing() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    assert_eq!(ada.query("mutation { logout { errors { code } } }").await.refusals("logout"), Vec::<String>::new());
    refused(&app.anonymous(), token(&ada), "TOKEN_INVALID").await;
}

#[tokio::test]
async fn a_refresh_without_any_token_is_refused() {
    let app = TestApp::start().await;
    for input in [serde_json::json!({}), serde_json::json!({ "refreshToken": Value::Null })] {
        let answer = super::sign_in(&app.anonymous(), "refresh", input).await;
        assert_eq!(told(&answer, "refresh"), pairs(&[("TOKEN_INVALID", "input.refreshToken")]));
        assert!(answer.headers.get("set-cookie").is_none());
    }
}
