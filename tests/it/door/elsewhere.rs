//! A web client hosted on another site, with its session in a cookie.

use reqwest::Method;
use serde_json::json;

use super::{JSON, send};
use crate::support::TestApp;
use crate::support::client::{Answer, PASSWORD};
use crate::support::ws::Socket;
use image_manager::config::SameSite;

const CLIENT: &str = "https://app.example";
const EVIL: &str = "https://evil.example";

async fn start() -> TestApp {
    TestApp::with(|config| {
        config.public_url = "https://pictures.example/".parse().unwrap();
        config.cors_origins = vec![CLIENT.to_owned()];
        config.cookie_same_site = SameSite::None;
    })
    .await
}

/// What a page of `origin` sends with `credentials: 'include'`, after its preflight.
async fn ask(app: &TestApp, origin: &str, cookie: Option<&str>, query: &str) -> Answer {
    let mut headers = vec![("origin", origin), ("sec-fetch-site", "cross-site"), ("content-type", JSON)];
    headers.extend(cookie.map(|cookie| ("cookie", cookie)));
    send(app, Method::POST, &headers, json!({ "query": query }).to_string()).await
}

/// True where the browser would send the request at all.
async fn may_ask(app: &TestApp, origin: &str) -> bool {
    let asked = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    may_read(&send(app, Method::OPTIONS, &asked, "").await, origin)
}

/// True where the browser would give the answer to a page of `origin` that sent its cookies along.
fn may_read(answer: &Answer, origin: &str) -> bool {
    let says = |name: &str, value: &str| answer.headers.get(name).is_some_and(|header| header == value);
    says("access-control-allow-origin", origin) && says("access-control-allow-credentials", "true")
}

/// The cookie as the browser sends it back, and its attributes.
fn cookie(answer: &Answer) -> (String, Vec<String>) {
    let set = answer.headers["set-cookie"].to_str().unwrap();
    let mut parts = set.split(';').map(|part| part.trim().to_owned());
    (parts.next().unwrap(), parts.collect())
}

fn register() -> String {
    format!(
        r#"mutation {{ register(input: {{ username: "ada", email: "ada@example.org", password: "{PASSWORD}", deliver: COOKIE }})
        {{ session {{ accessToken refreshToken }} errors {{ code }} }} }}"#
    )
}

fn login() -> String {
    format!(
        r#"mutation {{ login(input: {{ login: "ada", password: "{PASSWORD}", deliver: COOKIE }})
        {{ session {{ accessToken refreshToken }} errors {{ code }} }} }}"#
    )
}

const REFRESH: &str = "mutation { refresh(input: {}) { session { accessToken } errors { code } } }";
const LOGOUT: &str = "mutation { logout { errors { code } } }";

#[tokio::test]
async fn a_page_of_an_allowed_site_logs_in_refreshes_and_logs_out_with_a_cookie() {
    let app = start().await;
    assert!(may_ask(&app, CLIENT).await);
    ask(&app, CLIENT, None, &register()).await.data("register");
    let answer = ask(&app, CLIENT, None, &login()).await;
    assert!(answer.data("login")["session"]["accessToken"].is_string() && may_read(&answer, CLIENT));
    let (first, attributes) = cookie(&answer);
    assert!(first.starts_with("__Host-"), "{first}");
    for needed in ["HttpOnly", "SameSite=None", "Secure", "Partitioned", "Path=/"] {
        assert!(attributes.iter().any(|attribute| attribute == needed), "{attributes:?}");
    }
    let answer = ask(&app, CLIENT, Some(&first), REFRESH).await;
    assert!(answer.data("refresh")["session"]["accessToken"].is_string() && may_read(&answer, CLIENT));
    let (next, _) = cookie(&answer);
    assert_ne!(first, next);
    let answer = ask(&app, CLIENT, Some(&next), LOGOUT).await;
    assert_eq!(answer.refusals("logout"), Vec::<String>::new());
    // It is taken away only where it says the same about itself.
    let (gone, left) = cookie(&answer);
    assert_eq!(gone.split_once('='), Some((first.split_once('=').unwrap().0, "")));
    assert!(left.iter().any(|attribute| attribute == "Partitioned") && left.iter().any(|one| one == "Max-Age=0"));
}

#[tokio::test]
async fn a_page_of_a_third_site_gets_nothing_with_the_same_cookie() {
    let app = start().await;
    let (held, _) = cookie(&ask(&app, CLIENT, None, &register()).await);
    for origin in [EVIL, "null", "https://app.example.evil.example", "http://app.example"] {
        assert!(!may_ask(&app, origin).await, "{origin}");
        // And where a browser sent it nevertheless:
        let answer = ask(&app, origin, Some(&held), REFRESH).await;
        assert_eq!(answer.refusals("refresh"), ["TOKEN_INVALID"], "{origin}");
        assert!(!may_read(&answer, origin) && answer.headers.get("set-cookie").is_none(), "{origin}");
        assert_eq!(ask(&app, origin, Some(&held), LOGOUT).await.code(), "UNAUTHENTICATED", "{origin}");
        let headers =
            [("origin", origin), ("cookie", held.as_str()), ("sec-websocket-protocol", "graphql-transport-ws")];
        assert_eq!(Socket::try_connect(&app.url, &headers).await.err(), Some(403), "{origin}");
    }
    // None of them ended the session.
    let answer = ask(&app, CLIENT, Some(&held), REFRESH).await;
    assert_eq!(answer.refusals("refresh"), Vec::<String>::new());
}

#[tokio::test]
async fn a_cookie_from_before_the_setting_changed_is_another_one() {
    let app = start().await;
    let (held, _) = cookie(&ask(&app, CLIENT, None, &register()).await);
    let (name, token) = held.split_once('=').unwrap();
    let both = format!("__Host-refresh_token=stale; {name}={token}");
    assert_eq!(ask(&app, CLIENT, Some(&both), REFRESH).await.refusals("refresh"), Vec::<String>::new());
}

#[tokio::test]
async fn whoever_asks_is_never_told_that_everybody_may_read_with_credentials() {
    for app in [TestApp::start().await, start().await] {
        for origin in [CLIENT, EVIL, "null", "*", ""] {
            let answer = ask(&app, origin, None, "{ server { version } }").await;
            let allowed = answer.headers.get("access-control-allow-origin");
            assert!(allowed.is_none_or(|allowed| allowed == CLIENT), "{origin}: {allowed:?}");
        }
    }
}
