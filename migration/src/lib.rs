//! The schema's history: one small file a migration, frozen once it has landed. Imports nothing of the server's own.

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::prelude::{MigratorTrait, async_trait};

mod m20261120_000001_accounts;
mod m20261120_000002_images;
mod m20261120_000003_analyses;
mod m20261120_000004_jobs;
mod m20261120_000005_attempts;
mod m20261120_000006_image_facts;
mod m20261120_000007_uploads;

/// Applies what is missing, in this order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_accounts::Migration),
            Box::new(m20261120_000002_images::Migration),
            Box::new(m20261120_000003_analyses::Migration),
            Box::new(m20261120_000004_jobs::Migration),
            Box::new(m20261120_000005_attempts::Migration),
            Box::new(m20261120_000006_image_facts::Migration),
            Box::new(m20261120_000007_uploads::Migration),
        ]
    }
}

/// A new table. On MySQL and MariaDB its text is UTF-8 and compared byte by byte, as the other two do it.
fn table(manager: &SchemaManager<'_>, name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    if manager.get_database_backend() == sea_orm::DbBackend::MySql {
        table.character_set("utf8mb4").collate("utf8mb4_bin");
    }
    table
}

/// An instant: milliseconds since 1970 in UTC.
fn instant(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.big_integer();
    column
}

/// A UUID column that must be filled.
fn id(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.uuid().not_null();
    column
}

/// Text of up to `length` characters.
fn text(name: &'static str, length: u32) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.string_len(length);
    column
}

/// More columns for a table; one statement each, as SQLite wants it.
async fn add_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
) -> Result<(), DbErr> {
    for mut column in columns {
        manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
    }
    Ok(())
}

/// An index over `columns`, in this order.
async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
    unique: bool,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.table(table).name(name);
    if unique {
        index.unique();
    }
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}

/// A foreign key whose rows go with the row they point at.
fn owned_by(name: &'static str, from: (&'static str, &'static str), to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(name).from(from.0, from.1).to(to, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}
