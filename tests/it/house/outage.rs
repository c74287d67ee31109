//! The database goes away and comes back: the server says UNAVAILABLE, stays up, and recovers by itself. Postgres and
//! MariaDB are cut off by a proxy. A file cannot be cut off: the outage of SQLite is another program that holds its
//! write lock for longer than the server waits; then only what writes is unavailable.

use std::time::Duration;

use image_manager::config;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::support::app::eventually;
use crate::support::client::{Answer, Client, PASSWORD};
use crate::support::proxy::Proxy;
use crate::support::s3::S3Server;
use crate::support::ws::Socket;
use crate::support::{TestApp, database, pictures, rows};

const ME: &str = "{ me { user { username } } }";
/// Known only to the database, also where it is known who asks.
const EMAIL: &str = "{ me { email } }";
const LOGIN: &str =
    "mutation($input: LoginInput!) { login(input: $input) { session { accessToken } errors { code } } }";

/// The way to the database, which the test can close.
enum Way {
    Network(Proxy),
    Lock(DatabaseConnection),
}

impl Way {
    async fn close(&self) {
        match self {
            Self::Network(proxy) => proxy.cut(),
            Self::Lock(holder) => drop(holder.execute_unprepared("BEGIN IMMEDIATE").await.unwrap()),
        }
    }

    async fn open(&self) {
        match self {
            Self::Network(proxy) => proxy.mend(),
            Self::Lock(holder) => drop(holder.execute_unprepared("ROLLBACK").await.unwrap()),
        }
    }

    /// True where reading does not work either.
    fn is_network(&self) -> bool {
        matches!(self, Self::Network(_))
    }
}

/// A server and the way to its database.
async fn start() -> (TestApp, Way) {
    start_with(|_| {}).await
}

async fn start_with(change: impl FnOnce(&mut config::Config)) -> (TestApp, Way) {
    let Some(admin) = database::admin_url() else {
        let app = TestApp::with(change).await;
        let mut options = sea_orm::ConnectOptions::new(app.app.config.database.url.expose_secret());
        options.max_connections(1).sqlx_logging(false);
        return (app, Way::Lock(Database::connect(options).await.unwrap()));
    };
    let admin = url::Url::parse(&admin).unwrap();
    let port = admin.port().unwrap_or(if admin.scheme().starts_with("postgres") { 5432 } else { 3306 });
    let proxy = Proxy::start(format!("{}:{port}", admin.host_str().unwrap())).await;
    let app = TestApp::with(|config| {
        let mut through = url::Url::parse(config.database.url.expose_secret()).unwrap();
        through.set_ip_host(proxy.address.ip()).unwrap();
        through.set_port(Some(proxy.address.port())).unwrap();
        config.database = config::Database { url: through.to_string().into(), ..config.database.clone() };
        change(config);
    })
    .await;
    (app, Way::Network(proxy))
}

async fn log_in(client: &Client) -> Answer {
    client.ask(LOGIN, json!({ "input": { "login": "ada", "password": PASSWORD } })).await
}

async fn status(app: &TestApp, path: &str) -> u16 {
    app.anonymous().fetch(&format!("{}{path}", app.url)).await.status().as_u16()
}

/// The cause is not shown, and the id to quote is.
fn unavailable(answer: &Answer) {
    assert_eq!(answer.code(), "UNAVAILABLE", "{}", answer.body);
    let error = &answer.body["errors"][0];
    assert_eq!(error["extensions"]["requestId"].as_str(), answer.headers["x-request-id"].to_str().ok());
    let shown = error["message"].as_str().unwrap().to_lowercase();
    for word in ["sql", "database", "lock", "pool", "127.0.0.1", "connection"] {
        assert!(!shown.contains(word), "{shown}");
    }
}

#[tokio::test]
async fn without_its_database_the_server_says_unavailable_stays_up_and_recovers() {
    let (app, way) = start().await;
    let ada = app.register("ada").await;
    let mut socket = Socket::of(&ada).await;
    assert_eq!(status(&app, "/readyz").await, 200);

    way.close().await;
    let answer = log_in(&app.anonymous()).await;
    unavailable(&answer);
    assert_eq!((answer.status, &answer.body["data"]), (200, &json!(null)));
    // What needs no database goes on.
    assert_eq!(status(&app, "/healthz").await, 200);
    assert_eq!(app.anonymous().query("{ server { registration } }").await.data("server")["registration"], "OPEN");
    if way.is_network() {
        // Who was seen a moment ago is still known.
        assert_eq!(ada.query(EMAIL).await.code(), "UNAVAILABLE");
        app.clock.advance(Duration::from_secs(2));
        // Whether the token is good cannot be found out: nothing is executed.
        let answer = ada.query(ME).await;
        unavailable(&answer);
        assert_eq!((answer.status, answer.body.get("data")), (503, None));
        eventually("the end of readiness", || async { (status(&app, "/readyz").await == 503).then_some(()) }).await;
        // The socket stays: its person is known.
        socket.subscribe("1", EMAIL, json!({})).await;
        let message = socket.next().await;
        assert_eq!(message["payload"]["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{message}");
        assert_eq!(socket.next().await["type"], "complete");
    } else {
        assert_eq!(ada.query(ME).await.data("me")["user"]["username"], "ada");
    }

    way.open().await;
    eventually("a log-in after the outage", || async {
        let answer = log_in(&app.anonymous()).await;
        answer.body["data"]["login"]["session"].is_object().then_some(())
    })
    .await;
    eventually("a session after the outage", || async {
        (ada.query(ME).await.body["data"]["me"]["user"]["username"] == "ada").then_some(())
    })
    .await;
    eventually("readiness after the outage", || async { (status(&app, "/readyz").await == 200).then_some(()) }).await;
    socket.subscribe("2", ME, json!({})).await;
    assert_eq!(socket.next().await["payload"]["data"]["me"]["user"]["username"], "ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_between_object_and_row_leaves_nothing_acknowledged_and_nothing_behind() {
    let bucket = S3Server::start();
    let (app, way) = start_with(|config| config.storage = config::Storage::S3(bucket.settings())).await;
    let ada = app.register("ada").await;
    bucket.hold("PUT /pictures/originals/");
    let sender = ada.clone();
    let uploading = tokio::spawn(async move { sender.upload_with("a.jpg", pictures::jpeg(64, 48), json!({})).await });
    eventually("the object to arrive", || async { (bucket.count("PUT /pictures/originals/") > 0).then_some(()) }).await;
    way.close().await;
    bucket.release();
    unavailable(&uploading.await.unwrap());
    way.open().await;

    // The row knows of the object, so the sweeper does.
    eventually("the row", || async { rows::try_images(&app.app).await.filter(|rows| rows.len() == 1).map(drop) }).await;
    app.clock.advance(Duration::from_secs(61));
    eventually("a sweep", || async { app.app.images.sweep().await.ok().map(drop) }).await;
    app.clock.advance(Duration::from_secs(121));
    eventually("a sweep", || async { app.app.images.sweep().await.ok().map(drop) }).await;
    assert_eq!(rows::images(&app.app).await, []);
    assert_eq!(rows::files(&bucket.bucket().join("originals")), Vec::<std::path::PathBuf>::new());
    assert_eq!(ada.upload("a.jpg", pictures::jpeg(64, 48)).await["duplicate"], false);
}
