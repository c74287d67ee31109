//! Everything beside the endpoint: health, the pages, what is not there, and the headers of all of it.

use reqwest::{Method, Response};

use crate::support::TestApp;
use crate::support::app::eventually;

async fn fetch(app: &TestApp, method: Method, path: &str) -> Response {
    app.anonymous().http.request(method, format!("{}{path}", app.url)).send().await.unwrap()
}

async fn get(app: &TestApp, path: &str) -> Response {
    fetch(app, Method::GET, path).await
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_load_balancer_is_told_that_the_server_lives_and_is_ready() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz"] {
        let response = get(&app, path).await;
        assert_eq!((response.status().as_u16(), header(&response, "cache-control")), (200, "no-store"), "{path}");
        assert_eq!(response.text().await.unwrap(), "ok");
    }
}

#[tokio::test]
async fn a_server_that_cannot_write_its_files_lives_and_is_not_ready() {
    let app = TestApp::start().await;
    let (files, away) = (app.data.path().join("files"), app.data.path().join("away"));
    std::fs::rename(&files, &away).unwrap();
    std::fs::write(&files, "not a directory").unwrap();
    assert_eq!(get(&app, "/readyz").await.status(), 503);
    assert_eq!(get(&app, "/healthz").await.status(), 200);
    std::fs::remove_file(&files).unwrap();
    std::fs::rename(&away, &files).unwrap();
    // What was found out holds for a second.
    eventually("readiness", || async { (get(&app, "/readyz").await.status() == 200).then_some(()) }).await;
}

#[tokio::test]
async fn every_address_of_the_web_client_gives_its_page() {
    let app = TestApp::start().await;
    let page = get(&app, "/").await.text().await.unwrap();
    assert!(page.contains("<html"), "{page}");
    for path in ["/index", "/login", "/images/image_01j9", "/a/b/c?d=e", "/%2e%2e/etc/passwd", "/index.html"] {
        let response = get(&app, path).await;
        assert_eq!(
            (response.status().as_u16(), header(&response, "content-type")),
            (200, "text/html; charset=utf-8"),
            "{path}"
        );
        assert_eq!(header(&response, "cache-control"), "no-cache", "{path}");
        assert!(header(&response, "content-security-policy").contains("default-src 'self'"), "{path}");
        assert_eq!(response.text().await.unwrap(), page, "{path}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_found() {
    let app = TestApp::start().await;
    for path in [
        "/assets/missing.js",
        "/missing.css",
        "/favicon.missing",
        "/assets/../Cargo.toml",
        "/.env",
        "/image-manager.db",
        "/index.html.gz",
    ] {
        assert_eq!(get(&app, path).await.status(), 404, "{path}");
    }
    for path in ["/media/image_01j9/original", "/media/a/b?expires=1&signature=x"] {
        assert_eq!(get(&app, path).await.status(), 404, "{path}");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        assert_eq!(fetch(&app, method.clone(), "/login").await.status(), 405, "{method}");
    }
}

#[tokio::test]
async fn graphiql_has_a_page_of_its_own() {
    let app = TestApp::start().await;
    let response = get(&app, "/graphiql").await;
    assert_eq!((response.status().as_u16(), header(&response, "content-type")), (200, "text/html; charset=utf-8"));
    // Nothing of it comes from elsewhere.
    let page = response.text().await.unwrap();
    assert!(!page.contains("src=\"http") && !page.contains("cdn"), "{page}");
}

#[tokio::test]
async fn a_page_that_the_browser_has_is_not_sent_again() {
    let app = TestApp::start().await;
    let response = get(&app, "/").await;
    let etag = header(&response, "etag").to_owned();
    let again =
        app.anonymous().http.get(format!("{}/login", app.url)).header("if-none-match", etag).send().await.unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_browsers_careful() {
    let app = TestApp::start().await;
    for (path, status) in [
        ("/", 200),
        ("/graphiql", 200),
        ("/missing.js", 404),
        ("/healthz", 200),
        ("/graphql", 400),
        ("/graphql?query=%7Bserver%7Bversion%7D%7D", 200),
        ("/media/a/b", 404),
    ] {
        let response = get(&app, path).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header(&response, "x-frame-options"), "DENY", "{path}");
        assert_eq!(header(&response, "server"), "", "{path}");
    }
}

fn policy(response: &Response) -> Vec<&str> {
    header(response, "content-security-policy").split(';').map(str::trim).collect()
}

#[tokio::test]
async fn a_page_may_load_and_call_nothing_but_our_own() {
    let app = TestApp::with(|config| config.public_url = "https://pictures.example:8443/".parse().unwrap()).await;
    for path in ["/", "/graphiql"] {
        let response = get(&app, path).await;
        let policy = policy(&response);
        for expected in [
            "default-src 'self'",
            "script-src 'self'",
            "img-src 'self' https://pictures.example:8443 data: blob:",
            "connect-src 'self' wss://pictures.example:8443",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(&expected), "{path}: {expected}: {policy:?}");
        }
    }
    let app = TestApp::start().await;
    let response = get(&app, "/").await;
    let own = app.url.replacen("http", "ws", 1);
    assert!(policy(&response).contains(&format!("connect-src 'self' {own}").as_str()), "{:?}", policy(&response));
}

#[tokio::test]
async fn graphiql_that_is_turned_off_is_not_there_and_the_pages_know() {
    let (on, off) = (TestApp::start().await, TestApp::with(|config| config.graphiql = false).await);
    assert_eq!(get(&off, "/graphiql").await.status(), 404);
    let etags = [&on, &off].map(|app| async { header(&get(app, "/").await, "etag").to_owned() });
    let etags = futures_util::future::join_all(etags).await;
    assert!(etags[0] != etags[1] && etags[1].ends_with("-off\""), "{etags:?}");
    for path in ["/", "/login", "/graphiql.html"] {
        let (on, off) = (get(&on, path).await.text().await.unwrap(), get(&off, path).await.text().await.unwrap());
        assert!(!on.contains("data-graphiql") && on.contains("<html"), "{path}");
        assert_eq!(off, on.replacen("<html", "<html data-graphiql=\"off\"", 1), "{path}");
    }
}
