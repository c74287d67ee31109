//! What an image knows beyond its file, what lists filter and order by, and whose words were an analysis's.

use sea_orm_migration::prelude::*;

use crate::{add_columns, id, index, instant, owned_by, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ColumnDef::new("animated").boolean().not_null().default(false).to_owned(),
            ColumnDef::new("favorite").boolean().not_null().default(false).to_owned(),
            instant("taken_at"),
            instant("taken_or_uploaded_at").not_null().default(0).to_owned(),
            ColumnDef::new("filename_key")
                .var_binary(512)
                .not_null()
                .default(Value::Bytes(Some(Vec::new())))
                .to_owned(),
            text("dedupe_key", 64),
            ColumnDef::new("analysis_id").uuid().to_owned(),
            ColumnDef::new("analysis_status").small_integer().to_owned(),
        ];
        add_columns(manager, "image", columns).await?;
        // The file names of before get a simple key; `image-manager check --repair` makes the real one.
        let key = match manager.get_database_backend() {
            sea_orm::DbBackend::Postgres => "convert_to(lower(left(filename, 100)), 'UTF8')",
            sea_orm::DbBackend::MySql => "CAST(LOWER(LEFT(filename, 100)) AS BINARY)",
            _ => "CAST(lower(substr(filename, 1, 100)) AS BLOB)",
        };
        let latest = "FROM analysis WHERE analysis.image_id = image.id ORDER BY created_at DESC, id DESC LIMIT 1";
        let backfill = format!(
            "UPDATE image SET taken_or_uploaded_at = uploaded_at, filename_key = {key}, \
             analysis_id = (SELECT analysis.id {latest}), analysis_status = (SELECT analysis.status {latest})"
        );
        manager.get_connection().execute_unprepared(&backfill).await?;
        for (name, sort) in [("image_by_taken_at", "taken_or_uploaded_at"), ("image_by_filename", "filename_key")] {
            index(manager, "image", name, false, &["owner_id", "state", sort, "id"]).await?;
        }
        for (name, filter) in [
            ("image_by_favorite", "favorite"),
            ("image_by_content_type", "content_type"),
            ("image_by_analysis_status", "analysis_status"),
        ] {
            index(manager, "image", name, false, &["owner_id", "state", filter, "uploaded_at", "id"]).await?;
        }
        index(manager, "image", "image_by_sha256", false, &["owner_id", "sha256"]).await?;
        index(manager, "image", "image_dedupe", true, &["owner_id", "dedupe_key"]).await?;

        let metadata = table(manager, "image_metadata")
            .col(id("image_id").primary_key())
            .col(ColumnDef::new("palette").var_binary(64).not_null())
            .col(text("camera", 100))
            .col(text("lens", 100))
            .col(ColumnDef::new("focal_length").double())
            .col(ColumnDef::new("aperture").double())
            .col(text("exposure", 20))
            .col(ColumnDef::new("iso").integer())
            .col(instant("taken_at"))
            .col(text("taken_at_local", 32))
            .col(text("utc_offset", 6))
            .col(ColumnDef::new("latitude").double())
            .col(ColumnDef::new("longitude").double())
            .foreign_key(&mut owned_by("image_metadata_image", ("image_metadata", "image_id"), "image"))
            .to_owned();
        manager.create_table(metadata).await?;

        let tag = table(manager, "image_tag")
            .col(id("image_id"))
            .col(text("tag_key", 255).not_null())
            .col(text("tag", 100).not_null())
            .col(ColumnDef::new("position").small_integer().not_null())
            .col(id("owner_id"))
            .primary_key(Index::create().col("image_id").col("tag_key"))
            .foreign_key(&mut owned_by("image_tag_image", ("image_tag", "image_id"), "image"))
            .to_owned();
        manager.create_table(tag).await?;
        index(manager, "image_tag", "image_tag_by_tag", false, &["owner_id", "tag_key", "image_id"]).await?;

        let words = ["analysis_description", "analysis_alt_text"].map(|name| ColumnDef::new(name).text().to_owned());
        add_columns(manager, "image_text", words).await?;
        for word in ["description", "alt_text"] {
            // 1: an analysis's.
            let backfill = format!("UPDATE image_text SET analysis_{word} = {word} WHERE {word}_source = 1");
            manager.get_connection().execute_unprepared(&backfill).await?;
        }
        Ok(())
    }
}
