//! One database a test, copied from a template that is migrated once a run where the server can copy.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use image_manager::config;
use image_manager::db::Db;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use tokio::sync::{Mutex, OnceCell};

/// Where the tests' database server is; unset: SQLite.
pub fn admin_url() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// The URL of an empty, migrated database that nobody else uses.
pub async fn fresh(data_dir: &Path) -> String {
    match admin_url() {
        None => sqlite(data_dir).await,
        Some(admin) if admin.starts_with("postgres") => postgres(&admin).await,
        Some(admin) => mysql(&admin).await,
    }
}

pub fn settings(url: &str) -> config::Database {
    config::Database { url: url.to_owned().into(), direct_url: url.to_owned().into() }
}

fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

async fn migrate(url: &str) {
    Db::open(&settings(url)).await.unwrap().close().await.unwrap();
}

async fn sqlite(data_dir: &Path) -> String {
    static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
    let template = TEMPLATE
        .get_or_init(|| async {
            let path = std::env::temp_dir().join(format!("image-manager-template-{}.db", std::process::id()));
            migrate(&format!("sqlite://{}", path.display())).await;
            path
        })
        .await;
    let path = data_dir.join("image-manager.db");
    std::fs::copy(template, &path).unwrap();
    format!("sqlite://{}", path.display())
}

async fn postgres(admin: &str) -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    // A template can be copied by one at a time.
    static TURN: Mutex<()> = Mutex::const_new(());
    let template = TEMPLATE
        .get_or_init(|| async {
            let name = format!("template_{}", std::process::id());
            run(admin, &format!("CREATE DATABASE {name}")).await;
            migrate(&named(admin, &name)).await;
            name
        })
        .await;
    let name = unique_name();
    let _turn = TURN.lock().await;
    run(admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    named(admin, &name)
}

async fn mysql(admin: &str) -> String {
    let name = unique_name();
    run(admin, &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await;
    let url = named(admin, &name);
    migrate(&url).await;
    url
}

/// The admin's URL with another database in it.
fn named(admin: &str, database: &str) -> String {
    let mut url = url::Url::parse(admin).unwrap();
    url.set_path(database);
    url.to_string()
}

pub async fn run(url: &str, statement: &str) {
    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}
