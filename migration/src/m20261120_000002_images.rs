//! Images, and their words by language.

use sea_orm_migration::prelude::*;

use crate::{id, index, instant, owned_by, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let image = table(manager, "image")
            .col(id("id").primary_key())
            .col(id("owner_id"))
            .col(ColumnDef::new("state").small_integer().not_null())
            .col(instant("lease_until"))
            .col(text("filename", 255).not_null())
            .col(text("title", 255))
            .col(text("content_type", 64).not_null())
            .col(ColumnDef::new("byte_size").big_integer().not_null())
            .col(ColumnDef::new("width").integer().not_null())
            .col(ColumnDef::new("height").integer().not_null())
            .col(ColumnDef::new("has_alpha").boolean().not_null())
            .col(text("sha256", 64).not_null())
            .col(text("thumbhash", 64).not_null())
            .col(instant("uploaded_at").not_null())
            .col(instant("updated_at").not_null())
            .foreign_key(&mut owned_by("image_owner", ("image", "owner_id"), "user"))
            .to_owned();
        manager.create_table(image).await?;
        // The two orders of the list, and the sweeper's question.
        index(manager, "image", "image_by_uploaded_at", false, &["owner_id", "state", "uploaded_at", "id"]).await?;
        index(manager, "image", "image_by_byte_size", false, &["owner_id", "state", "byte_size", "id"]).await?;
        index(manager, "image", "image_by_lease", false, &["state", "lease_until"]).await?;

        let image_text = table(manager, "image_text")
            .col(id("image_id"))
            .col(text("language", 35).not_null())
            .col(ColumnDef::new("description").text())
            .col(ColumnDef::new("description_source").small_integer())
            .col(ColumnDef::new("alt_text").text())
            .col(ColumnDef::new("alt_text_source").small_integer())
            .col(instant("updated_at").not_null())
            .primary_key(Index::create().col("image_id").col("language"))
            .foreign_key(&mut owned_by("image_text_image", ("image_text", "image_id"), "image"))
            .to_owned();
        manager.create_table(image_text).await
    }
}
