//! Access tokens: what they prove, until when, and what does not prove anything.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use image_manager::clock::Timestamp;
use serde_json::{Value, json};

use super::{holding, refresh, username};
use crate::support::TestApp;
use crate::support::client::{Answer, Client, PASSWORD};

const LOGOUT: &str = "mutation { logout { errors { code } } }";

fn with_token(client: &Client, token: &str) -> Client {
    Client { token: Some(token.to_owned()), ..client.clone() }
}

#[tokio::test]
async fn nobody_in_particular_is_null() {
    let app = TestApp::start().await;
    let answer = app.anonymous().query("{ me { email } }").await;
    assert_eq!((answer.status, answer.body), (200, json!({ "data": { "me": null } })));
}

#[tokio::test]
async fn logging_out_ends_the_session_at_once_and_no_other() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let mut elsewhere = app.anonymous();
    elsewhere.login("ada", PASSWORD).await;
    assert_eq!(ada.query(LOGOUT).await.refusals("logout"), Vec::<String>::new());

    let answer = ada.query("{ me { email } }").await;
    assert_eq!((answer.status, answer.code()), (401, "UNAUTHENTICATED"));
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
    assert!(answer.body.get("data").is_none());
    assert_eq!(username(&elsewhere).await.as_deref(), Some("ada"));
    // There is nothing to end any more, nor for somebody who never was signed in.
    assert_eq!(ada.query(LOGOUT).await.code(), "UNAUTHENTICATED");
    assert_eq!(app.anonymous().query(LOGOUT).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn an_access_token_works_for_fifteen_minutes_and_the_session_goes_on() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let answer = super::sign_in(&app.anonymous(), "login", json!({ "login": "ada", "password": PASSWORD })).await;
    let expires_at = answer.data("login")["session"]["accessTokenExpiresAt"].as_str().map(Timestamp::parse_rfc3339);
    let lifetime = expires_at.flatten().unwrap().since(app.clock.now());
    assert!(lifetime <= Duration::from_mins(15), "{lifetime:?}");

    app.clock.advance(Duration::from_mins(14));
    assert_eq!(username(&ada).await.as_deref(), Some("ada"));
    app.clock.advance(Duration::from_mins(1));
    assert_eq!(username(&ada).await, None);
    let answer = refresh(&app.anonymous(), ada.refresh_token.as_ref().unwrap()).await;
    let ada = holding(&ada, &answer.data("refresh")["session"]);
    assert_eq!(username(&ada).await.as_deref(), Some("ada"));
}

#[tokio::test]
async fn a_forged_token_is_nobodys() {
    let app = TestApp::start().await;
    let elsewhere = TestApp::with(|config| config.secret_key = Some("x".repeat(40).into())).await;
    let (ada, stranger) = (app.register("ada").await, elsewhere.register("ada").await);
    let good = ada.token.clone().unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("{good}") };
    let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let mut later: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    later["exp"] = json!(99_999_999_999_i64);
    let (none, hs512) = (json!({ "alg": "none", "typ": "JWT" }), json!({ "alg": "HS512", "typ": "JWT" }));
    let last = if signature.ends_with('A') { "g" } else { "A" };
    for (what, token) in [
        ("another secret", stranger.token.clone().unwrap()),
        ("no algorithm", format!("{}.{claims}.", encode(&none))),
        ("no algorithm, with a signature", format!("{}.{claims}.{signature}", encode(&none))),
        ("another algorithm", format!("{}.{claims}.{signature}", encode(&hs512))),
        ("no signature", format!("{header}.{claims}.")),
        ("a changed signature", format!("{header}.{claims}.{}{last}", &signature[..signature.len() - 1])),
        ("changed claims", format!("{header}.{}.{signature}", encode(&later))),
        ("two parts", format!("{header}.{claims}")),
        ("a refresh token", ada.refresh_token.clone().unwrap()),
        ("junk", "junk".to_owned()),
        ("dots", "..".to_owned()),
        ("much junk", "a.".repeat(2_000)),
    ] {
        assert_eq!(username(&with_token(&ada, &token)).await, None, "{what}");
    }
    assert_eq!(username(&ada).await.as_deref(), Some("ada"));
}

#[tokio::test]
async fn what_is_not_a_bearer_token_is_refused_and_never_taken_for_nobody() {
    let app = TestApp::start().await;
    let ada = app.register("ada").await;
    let token = ada.token.clone().unwrap();
    for (value, signed_in) in [
        (format!("Bearer {token}"), true),
        (format!("bearer {token}"), true),
        (token.clone(), false),
        (format!("Basic {token}"), false),
        (format!("Token {token}"), false),
        ("Bearer".to_owned(), false),
        (String::new(), false),
        (format!("Bearer {token}, Bearer {token}"), false),
    ] {
        let request = ada.http.post(format!("{}/graphql", ada.url)).header("authorization", &value);
        let answer = Answer::of(request.json(&json!({ "query": "{ me { user { username } } }" }))).await;
        assert_eq!(answer.status, if signed_in { 200 } else { 401 }, "{value}");
    }
}
