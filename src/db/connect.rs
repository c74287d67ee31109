//! Connections. Postgres and MySQL have one pool; SQLite has two, because it has one writer: a pool of one for
//! writing and a small one for reading, so that a reader never fails for a writer's sake.

use std::fs::{OpenOptions, Permissions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
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
            (open_sqlite(url, 1).await?, open_sqlite(url, 4).await?)
        } else {
            let pool = Database::connect(server(url, 16)).await?;
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
    /// The others read what is committed, whatever their default is: what must hold is held by compare-and-set, and
    /// the locks on gaps that MySQL takes above that level only make writers stop each other.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = if self.backend() == DbBackend::Sqlite {
            TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            }
        } else {
            TransactionOptions { isolation_level: Some(IsolationLevel::ReadCommitted), ..TransactionOptions::default() }
        };
        self.writer.begin_with_options(options).await
    }

    pub fn backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    /// Whether other processes may be at work in it: all but SQLite.
    pub fn is_shared(&self) -> bool {
        self.backend() != DbBackend::Sqlite
    }

    pub fn statements(&self) -> &Statements {
        &self.statements
    }

    /// Whether every migration that this program knows has been applied.
    pub async fn is_up_to_date(&self) -> Result<bool, DbErr> {
        migrate::is_done(&self.reader).await
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

/// For Postgres and MySQL. The packet that opens a connection to Postgres holds only what a pooler takes: PgBouncer
/// refuses what it cannot keep apart for its clients, `options` and `extra_float_digits` among them. So there is no
/// `statement_timeout` here; the role in the database can have one.
pub(super) fn server(url: &str, connections: u32) -> ConnectOptions {
    let mut options = common(url);
    options
        .max_connections(connections)
        .set_application_name("image-manager")
        .map_sqlx_postgres_opts(|postgres| postgres.extra_float_digits(None));
    options
}

pub(super) async fn open_sqlite(url: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    keep_private(url);
    Database::connect(sqlite(url, connections)).await
}

/// The database file is its owner's alone, from its beginning: SQLite gives a new file what the umask allows, and the
/// files beside it (`-wal`, `-shm`) what the database file has. Where that cannot be done SQLite says why, or it is
/// somebody else's file, and theirs to guard.
fn keep_private(url: &str) {
    let Ok(options) = url.parse::<SqliteConnectOptions>() else { return };
    let path = options.get_filename();
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    if created.is_err() && std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.mode() & 0o077 != 0) {
        let _ = std::fs::set_permissions(path, Permissions::from_mode(0o600));
    }
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = common(url);
    options.max_connections(connections).map_sqlx_sqlite_opts(|sqlite| {
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

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::*;

    /// The names of the parameters in the packet that opens a connection to Postgres: length, version, then names and
    /// values, each with a zero behind it.
    async fn startup_parameters(listener: &TcpListener) -> Vec<String> {
        let (mut client, _) = listener.accept().await.unwrap();
        let length = client.read_u32().await.unwrap() as usize;
        let mut packet = vec![0; length - 4];
        client.read_exact(&mut packet).await.unwrap();
        let words = packet[4..].split(|&byte| byte == 0).map(|word| String::from_utf8(word.to_vec()).unwrap());
        words.step_by(2).filter(|name| !name.is_empty()).collect()
    }

    #[tokio::test]
    async fn a_connection_to_postgres_opens_with_nothing_that_a_pooler_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("postgres://ada@{}/db?sslmode=disable", listener.local_addr().unwrap());
        let connecting = tokio::spawn(Database::connect(server(&url, 1)));
        let mut names = startup_parameters(&listener).await;
        connecting.abort();
        names.sort();
        // The names that PgBouncer always takes.
        let taken = ["DateStyle", "TimeZone", "application_name", "client_encoding", "database", "user"];
        assert_eq!(names, taken);
    }
}
