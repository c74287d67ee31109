//! Connections. Postgres and MySQL have one pool; SQLite has two, because it has one writer: a pool of one for
//! writing and a small one for reading, so that a reader never fails for a writer's sake.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use secrecy::ExposeSecret;

use super::migrate;
use crate::config;

/// How many statements were sent, for the tests that count them.
#[derive(Clone, Debug, Default)]
pub struct Statements(Arc<AtomicU64>);

impl Statements {
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The way to the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    statements: Statements,
}

impl Db {
    /// Connects, and brings the schema up to date.
    pub async fn open(config: &config::Database) -> Result<Self, DbErr> {
        migrate::up(&config.direct_url).await?;
        Self::connect(config).await
    }

    pub async fn connect(config: &config::Database) -> Result<Self, DbErr> {
        let url = config.url.expose_secret();
        let (mut writer, mut reader) = if DbBackend::Sqlite.is_prefix_of(url) {
            (Database::connect(sqlite(url, 1)).await?, Database::connect(sqlite(url, 4)).await?)
        } else {
            let pool = Database::connect(server(url)).await?;
            (pool.clone(), pool)
        };
        let statements = Statements::default();
        for connection in [&mut writer, &mut reader] {
            let counter = statements.clone();
            connection.set_metric_callback(move |_| {
                counter.0.fetch_add(1, Ordering::Relaxed);
            });
        }
        Ok(Self { reader, writer, statements })
    }

    /// For statements that only read.
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For single statements that write.
    pub fn write(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// A transaction that writes. SQLite takes the write lock at once: a lock taken half way fails without waiting.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.writer.begin_with_options(options).await
    }

    pub fn backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    pub fn statements(&self) -> &Statements {
        &self.statements
    }

    /// Answers when the database does.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.reader.ping().await
    }

    pub async fn close(&self) -> Result<(), DbErr> {
        self.reader.clone().close().await?;
        self.writer.clone().close().await
    }
}

/// What holds for every database.
fn common(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url.to_owned());
    options
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .acquire_timeout(Duration::from_secs(5))
        .connect_timeout(Duration::from_secs(5))
        // A ping before every statement would cost a round trip each.
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(10));
    options
}

fn server(url: &str) -> ConnectOptions {
    let mut options = common(url);
    options.max_connections(16).set_application_name("image-manager").statement_timeout(Duration::from_secs(30));
    options
}

pub(super) fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = common(url);
    options.max_connections(connections).map_sqlx_sqlite_opts(|sqlite| {
        use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
        sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL loses acknowledged commits at a power cut.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .pragma("temp_store", "memory")
    });
    options
}
