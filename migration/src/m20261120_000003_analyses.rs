//! Questions to the vision model, and its answers.

use sea_orm_migration::prelude::*;

use crate::{id, index, instant, owned_by, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let analysis = table(manager, "analysis")
            .col(id("id").primary_key())
            .col(id("image_id"))
            .col(id("owner_id"))
            .col(ColumnDef::new("status").small_integer().not_null())
            .col(ColumnDef::new("prompt").text())
            .col(text("language", 35).not_null())
            .col(text("provider", 64).not_null())
            .col(text("model", 255).not_null())
            .col(ColumnDef::new("answer").text())
            .col(ColumnDef::new("description").text())
            .col(ColumnDef::new("alt_text").text())
            .col(ColumnDef::new("tags").text())
            .col(ColumnDef::new("detected_text").text())
            .col(ColumnDef::new("input_tokens").integer())
            .col(ColumnDef::new("output_tokens").integer())
            .col(ColumnDef::new("failure_code").small_integer())
            .col(ColumnDef::new("failure_message").text())
            .col(instant("next_attempt_at"))
            .col(ColumnDef::new("attempts").integer().not_null())
            .col(instant("created_at").not_null())
            .col(instant("started_at"))
            .col(instant("finished_at"))
            .col(instant("updated_at").not_null())
            .foreign_key(&mut owned_by("analysis_image", ("analysis", "image_id"), "image"))
            .to_owned();
        manager.create_table(analysis).await?;
        // An image's analyses, newest first; what changed, for one person and for the poller of all; what one person waits for.
        index(manager, "analysis", "analysis_by_image", false, &["image_id", "created_at", "id"]).await?;
        index(manager, "analysis", "analysis_by_owner", false, &["owner_id", "updated_at", "id"]).await?;
        index(manager, "analysis", "analysis_by_updated_at", false, &["updated_at", "id"]).await?;
        let waiting = ["owner_id", "status", "updated_at", "id"];
        index(manager, "analysis", "analysis_by_status", false, &waiting).await
    }
}
