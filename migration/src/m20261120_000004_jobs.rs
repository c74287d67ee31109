//! The durable queue.

use sea_orm_migration::prelude::*;

use crate::{id, index, instant, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let job = table(manager, "job")
            .col(id("id").primary_key())
            .col(text("kind", 32).not_null())
            .col(id("subject_id"))
            .col(instant("run_at").not_null())
            .col(ColumnDef::new("fence").integer().not_null())
            .col(instant("created_at").not_null())
            .to_owned();
        manager.create_table(job).await?;
        index(manager, "job", "job_subject", true, &["kind", "subject_id"]).await?;
        index(manager, "job", "job_by_run_at", false, &["kind", "run_at", "id"]).await
    }
}
