//! Brings the schema up to date. Replicas that start together take turns: the migrations run under a lock of the
//! database's own, taken on the direct connection, because a pooler would hand it to somebody else.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, TransactionTrait};
use secrecy::{ExposeSecret, SecretString};

use super::connect;

/// Any number that no other program uses for its advisory lock in this database.
const LOCK: &str = "7235411906824";

pub(super) async fn up(url: &SecretString) -> Result<(), DbErr> {
    let url = url.expose_secret();
    if DbBackend::Sqlite.is_prefix_of(url) {
        let connection = connect::open_sqlite(url, 1).await?;
        Migrator::up(&connection, None).await?;
        return connection.close().await;
    }
    // Two: one holds the lock, one migrates.
    let connection = Database::connect(connect::server(url, 2)).await?;
    let migrated = locked(&connection).await;
    connection.close().await?;
    migrated
}

/// Whether there is nothing left to apply. Changes nothing.
pub(super) async fn is_done(connection: &DatabaseConnection) -> Result<bool, DbErr> {
    Ok(Migrator::get_pending_migrations(connection).await?.is_empty())
}

async fn locked(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let lock = connection.begin().await?;
    match connection.get_database_backend() {
        DbBackend::Postgres => lock.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?,
        _ => lock.execute_unprepared(&format!("DO GET_LOCK('{LOCK}', 600)")).await?,
    };
    let migrated = Migrator::up(connection, None).await;
    if connection.get_database_backend() == DbBackend::MySql {
        lock.execute_unprepared(&format!("DO RELEASE_LOCK('{LOCK}')")).await?;
    }
    lock.commit().await?;
    migrated
}
