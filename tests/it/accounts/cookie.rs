//! The refresh token in a cookie: out of reach of scripts, and of other sites.

use std::time::Duration;

use serde_json::{Value, json};

use super::{FIELDS, pairs, told};
use crate::support::TestApp;
use crate::support::client::{Answer, Client, PASSWORD};

const MONTH: u32 = 30 * 24 * 60 * 60;

/// Name, value, and the attributes in small letters, sorted.
fn set_cookie(answer: &Answer) -> (String, String, Vec<String>) {
    let all: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(all.len(), 1, "{all:?}");
    let mut parts = all[0].to_str().unwrap().split(';').map(str::trim);
    let (name, value) = parts.next().unwrap().split_once('=').unwrap();
    let mut attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    attributes.sort();
    (name.to_owned(), value.to_owned(), attributes)
}

fn attributes(max_age: u32, secure: bool) -> Vec<String> {
    let mut all =
        vec!["httponly".to_owned(), format!("max-age={max_age}"), "path=/".to_owned(), "samesite=strict".to_owned()];
    all.extend(secure.then(|| "secure".to_owned()));
    all.sort();
    all
}

/// Registers as a browser does: the value of the cookie.
async fn browser(client: &Client, username: &str) -> Answer {
    let input = json!({ "username": username, "email": format!("{username}@example.org"), "password": PASSWORD, "deliver": "COOKIE" });
    super::sign_in(client, "register", input).await
}

/// `refresh` without a token in the body.
async fn refresh_with(client: &Client, headers: &[(&str, &str)]) -> Answer {
    send(client, &format!("mutation {{ refresh(input: {{}}) {{ {FIELDS} }} }}"), headers).await
}

/// `logout` without an access token.
async fn logout_with(client: &Client, headers: &[(&str, &str)]) -> Answer {
    send(client, "mutation { logout { errors { code } } }", headers).await
}

async fn send(client: &Client, query: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = client.http.post(format!("{}/graphql", client.url)).json(&json!({ "query": query }));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request).await
}

#[tokio::test]
async fn a_browser_gets_its_refresh_token_in_a_cookie_and_nowhere_else() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let registered = browser(&client, "ada").await;
    let logged_in =
        super::sign_in(&client, "login", json!({ "login": "ada", "password": PASSWORD, "deliver": "COOKIE" })).await;
    for (answer, mutation) in [(registered, "register"), (logged_in, "login")] {
        let (name, token, flags) = set_cookie(&answer);
        assert_eq!((name.as_str(), flags), ("refresh_token", attributes(MONTH, false)));
        let session = &answer.data(mutation)["session"];
        assert_eq!(session["refreshToken"], Value::Null);
        assert!(session["accessToken"].is_string() && !answer.body.to_string().contains(&token), "{}", answer.body);
    }
    // Who wants it in the body gets no cookie.
    let program = super::sign_in(&client, "login", json!({ "login": "ada", "password": PASSWORD })).await;
    assert!(program.headers.get("set-cookie").is_none());
    let wrong =
        super::sign_in(&client, "login", json!({ "login": "ada", "password": "wrong", "deliver": "COOKIE" })).await;
    assert!(wrong.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn the_cookie_refreshes_the_session_and_is_replaced() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let (_, token, _) = set_cookie(&browser(&client, "ada").await);
    let answer = refresh_with(&client, &[("cookie", &format!("theme=dark; refresh_token={token}; a=b"))]).await;
    assert_eq!(told(&answer, "refresh"), []);
    let (name, next, flags) = set_cookie(&answer);
    assert_eq!((name.as_str(), flags), ("refresh_token", attributes(MONTH, false)));
    assert_ne!(next, token);
    let session = &answer.data("refresh")["session"];
    assert_eq!(session["refreshToken"], Value::Null);
    assert_eq!(super::username(&super::holding(&client, session)).await.as_deref(), Some("ada"));
}

#[tokio::test]
async fn a_cookie_that_another_site_may_have_sent_does_not_count() {
    let app = TestApp::with(|config| config.cors_origins = vec!["https://app.example".to_owned()]).await;
    let client = app.anonymous();
    let (_, token, _) = set_cookie(&browser(&client, "ada").await);
    let cookie = format!("refresh_token={token}");
    for foreign in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = refresh_with(&client, &[("cookie", &cookie), foreign]).await;
        assert_eq!(told(&answer, "refresh"), pairs(&[("TOKEN_INVALID", "input.refreshToken")]), "{foreign:?}");
        assert!(answer.headers.get("set-cookie").is_none());
    }
    for own in [("origin", app.url.as_str()), ("origin", "https://app.example"), ("sec-fetch-site", "same-origin")] {
        let answer = refresh_with(&client, &[("cookie", &cookie), own]).await;
        assert_eq!(told(&answer, "refresh"), [], "{own:?}");
    }
}

#[tokio::test]
async fn under_https_the_cookie_is_bound_to_the_host_and_to_https() {
    let app = TestApp::with(|config| config.public_url = "https://pictures.example/".parse().unwrap()).await;
    let client = app.anonymous();
    let (name, token, flags) = set_cookie(&browser(&client, "ada").await);
    assert_eq!((name.as_str(), flags), ("__Host-refresh_token", attributes(MONTH, true)));
    // A neighbor on the domain can set the plain name: it is not read.
    let planted = refresh_with(&client, &[("cookie", &format!("refresh_token={token}"))]).await;
    assert_eq!(told(&planted, "refresh"), pairs(&[("TOKEN_INVALID", "input.refreshToken")]));
    let headers =
        [("cookie", format!("__Host-refresh_token={token}")), ("origin", "https://pictures.example".to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(told(&refresh_with(&client, &headers).await, "refresh"), []);
}

#[tokio::test]
async fn logging_out_takes_the_cookie_away() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let answer = browser(&client, "ada").await;
    let (_, token, _) = set_cookie(&answer);
    let ada = super::holding(&client, &answer.data("register")["session"]);
    let out = ada.query("mutation { logout { errors { code } } }").await;
    assert_eq!(set_cookie(&out), ("refresh_token".to_owned(), String::new(), attributes(0, false)));
    let answer = refresh_with(&client, &[("cookie", &format!("refresh_token={token}"))]).await;
    assert_eq!(told(&answer, "refresh"), pairs(&[("TOKEN_INVALID", "input.refreshToken")]));
}

#[tokio::test]
async fn the_cookie_logs_out_when_the_access_token_has_expired() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let (_, first, _) = set_cookie(&browser(&client, "ada").await);
    let first = format!("refresh_token={first}");
    let elsewhere = browser_again(&client, "ada").await;
    let (_, next, _) = set_cookie(&refresh_with(&client, &[("cookie", &first)]).await);
    app.clock.advance(Duration::from_hours(10));
    // The token before the last says which session as well: two tabs may have refreshed.
    let out = logout_with(&client, &[("cookie", &first), ("origin", &app.url)]).await;
    assert_eq!(out.refusals("logout"), Vec::<String>::new());
    assert_eq!(set_cookie(&out), ("refresh_token".to_owned(), String::new(), attributes(0, false)));
    let answer = refresh_with(&client, &[("cookie", &format!("refresh_token={next}"))]).await;
    assert_eq!(told(&answer, "refresh"), pairs(&[("TOKEN_INVALID", "input.refreshToken")]));
    // No other session ended, and to log out again does no harm.
    assert_eq!(told(&refresh_with(&client, &[("cookie", &elsewhere)]).await, "refresh"), []);
    for cookie in [first.as_str(), "refresh_token=imr_unknown"] {
        let out = logout_with(&client, &[("cookie", cookie)]).await;
        assert_eq!(out.refusals("logout"), Vec::<String>::new());
        assert_eq!(set_cookie(&out).1, "");
    }
}

#[tokio::test]
async fn another_site_logs_nobody_out() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let (_, token, _) = set_cookie(&browser(&client, "ada").await);
    let cookie = format!("refresh_token={token}");
    for foreign in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let out = logout_with(&client, &[("cookie", &cookie), foreign]).await;
        assert_eq!(out.code(), "UNAUTHENTICATED");
        assert!(out.headers.get("set-cookie").is_none());
    }
    assert_eq!(told(&refresh_with(&client, &[("cookie", &cookie)]).await, "refresh"), []);
}

/// A second browser of the same person: its cookie.
async fn browser_again(client: &Client, username: &str) -> String {
    let input = json!({ "login": username, "password": PASSWORD, "deliver": "COOKIE" });
    let (name, token, _) = set_cookie(&super::sign_in(client, "login", input).await);
    format!("{name}={token}")
}
