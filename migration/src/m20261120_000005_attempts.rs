//! Attempts to sign in, counted.

use sea_orm_migration::prelude::*;

use crate::{index, instant, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let attempt = table(manager, "attempt")
            .col(text("key", 32).not_null().primary_key())
            .col(instant("tat").not_null())
            .to_owned();
        manager.create_table(attempt).await?;
        // The sweeper's question.
        index(manager, "attempt", "attempt_by_tat", false, &["tat"]).await
    }
}
