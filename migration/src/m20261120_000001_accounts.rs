//! People, their sessions, and the refresh tokens of those.

use sea_orm_migration::prelude::*;

use crate::{id, index, instant, owned_by, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let user = table(manager, "user")
            .col(id("id").primary_key())
            .col(text("username", 64).not_null())
            .col(text("username_key", 64).not_null())
            .col(text("email", 254).not_null())
            .col(text("email_key", 254).not_null())
            .col(text("password_hash", 255).not_null())
            .col(text("language", 35).not_null())
            .col(instant("created_at").not_null())
            .to_owned();
        manager.create_table(user).await?;
        index(manager, "user", "user_username_key", true, &["username_key"]).await?;
        index(manager, "user", "user_email_key", true, &["email_key"]).await?;

        let session = table(manager, "session")
            .col(id("id").primary_key())
            .col(id("user_id"))
            .col(text("user_agent", 255))
            .col(instant("created_at").not_null())
            .col(instant("last_used_at").not_null())
            .col(instant("expires_at").not_null())
            .col(instant("ended_at"))
            .foreign_key(&mut owned_by("session_user", ("session", "user_id"), "user"))
            .to_owned();
        manager.create_table(session).await?;
        index(manager, "session", "session_user_id", false, &["user_id", "id"]).await?;
        index(manager, "session", "session_expires_at", false, &["expires_at"]).await?;

        let refresh_token = table(manager, "refresh_token")
            .col(text("hash", 64).not_null().primary_key())
            .col(id("session_id"))
            .col(instant("created_at").not_null())
            .col(instant("used_at"))
            .foreign_key(&mut owned_by("refresh_token_session", ("refresh_token", "session_id"), "session"))
            .to_owned();
        manager.create_table(refresh_token).await?;
        index(manager, "refresh_token", "refresh_token_session_id", false, &["session_id"]).await?;
        index(manager, "refresh_token", "refresh_token_created_at", false, &["created_at"]).await
    }
}
