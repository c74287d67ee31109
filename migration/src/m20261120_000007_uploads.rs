//! Uploads: tickets for files that do not pass through the server, keys that make a retry harmless, and how much each
//! person stores.

use sea_orm_migration::prelude::*;

use crate::{id, index, instant, owned_by, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let upload = table(manager, "upload")
            .col(id("id").primary_key())
            .col(id("owner_id"))
            .col(ColumnDef::new("state").small_integer().not_null())
            .col(instant("lease_until"))
            .col(text("filename", 255).not_null())
            .col(text("content_type", 64).not_null())
            .col(ColumnDef::new("byte_size").big_integer().not_null())
            .col(text("sha256", 64))
            .col(ColumnDef::new("image_id").uuid())
            .col(ColumnDef::new("duplicate").boolean().not_null())
            .col(instant("created_at").not_null())
            .col(instant("expires_at").not_null())
            .foreign_key(&mut owned_by("upload_owner", ("upload", "owner_id"), "user"))
            .to_owned();
        manager.create_table(upload).await?;
        index(manager, "upload", "upload_by_owner", false, &["owner_id", "state", "expires_at"]).await?;
        index(manager, "upload", "upload_by_expiry", false, &["expires_at"]).await?;

        let key = table(manager, "idempotency_key")
            .col(id("owner_id"))
            .col(text("key_hash", 64).not_null())
            .col(id("holder"))
            .col(instant("lease_until"))
            .col(ColumnDef::new("image_id").uuid())
            .col(ColumnDef::new("analysis_id").uuid())
            .col(ColumnDef::new("duplicate").boolean().not_null())
            .col(instant("created_at").not_null())
            .primary_key(Index::create().col("owner_id").col("key_hash"))
            .foreign_key(&mut owned_by("idempotency_key_owner", ("idempotency_key", "owner_id"), "user"))
            .to_owned();
        manager.create_table(key).await?;
        index(manager, "idempotency_key", "idempotency_key_by_age", false, &["created_at"]).await?;

        let storage_use = table(manager, "storage_use")
            .col(id("user_id").primary_key())
            .col(ColumnDef::new("images").big_integer().not_null())
            .col(ColumnDef::new("bytes").big_integer().not_null())
            .foreign_key(&mut owned_by("storage_use_user", ("storage_use", "user_id"), "user"))
            .to_owned();
        manager.create_table(storage_use).await?;
        // 2: tombstones, which no longer count.
        let backfill = "INSERT INTO storage_use (user_id, images, bytes) \
                        SELECT owner_id, COUNT(*), SUM(byte_size) FROM image WHERE state <> 2 GROUP BY owner_id";
        manager.get_connection().execute_unprepared(backfill).await?;
        Ok(())
    }
}
