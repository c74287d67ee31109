//! The statements that the server sends for one page, word for word (they were read in PostgreSQL's log), and of their
//! rows what the answer needs.

use std::fmt::Write;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgPool, Row};
use uuid::Uuid;

use super::sign::now;
use crate::Outcome;

/// Images a page.
pub const PAGE: usize = 50;

#[derive(Clone)]
pub struct Viewer {
    pub id: Uuid,
    pub username: String,
    pub language: String,
}

pub struct Image {
    pub id: Uuid,
    pub filename: String,
    pub width: i32,
    pub height: i32,
    pub has_alpha: bool,
    pub uploaded_at: i64,
}

pub struct Words {
    pub image_id: Uuid,
    pub language: String,
    pub description: Option<String>,
    pub alt_text: Option<String>,
    pub updated_at: i64,
}

pub struct Analysis {
    pub id: Uuid,
    pub image_id: Uuid,
    pub status: i16,
}

const VIEWER: &str = r#"SELECT "session"."id" AS "A_id", "session"."user_id" AS "A_user_id", "session"."user_agent" AS "A_user_agent", "session"."created_at" AS "A_created_at", "session"."last_used_at" AS "A_last_used_at", "session"."expires_at" AS "A_expires_at", "session"."ended_at" AS "A_ended_at", "user"."id" AS "B_id", "user"."username" AS "B_username", "user"."username_key" AS "B_username_key", "user"."email" AS "B_email", "user"."email_key" AS "B_email_key", "user"."password_hash" AS "B_password_hash", "user"."language" AS "B_language", "user"."created_at" AS "B_created_at" FROM "session" LEFT JOIN "user" ON "session"."user_id" = "user"."id" WHERE "session"."id" = $1 AND "session"."ended_at" IS NULL AND "session"."expires_at" > $2 LIMIT $3"#;

const IMAGES: &str = r#"SELECT "image"."id", "image"."owner_id", "image"."state", "image"."lease_until", "image"."filename", "image"."title", "image"."content_type", "image"."byte_size", "image"."width", "image"."height", "image"."has_alpha", "image"."sha256", "image"."thumbhash", "image"."uploaded_at", "image"."updated_at" FROM "image" WHERE "image"."owner_id" = $1 AND "image"."state" = $2 ORDER BY "image"."uploaded_at" DESC, "image"."id" DESC LIMIT $3"#;

const TEXTS: &str = r#"SELECT "image_text"."image_id", "image_text"."language", "image_text"."description", "image_text"."description_source", "image_text"."alt_text", "image_text"."alt_text_source", "image_text"."updated_at" FROM "image_text" INNER JOIN "image" ON "image_text"."image_id" = "image"."id" WHERE "image"."owner_id" = $1 AND "image"."state" = $2 AND "image_text"."image_id" IN "#;

const LATEST: &str = r#"SELECT "analysis"."id", "analysis"."image_id", "analysis"."owner_id", "analysis"."status", "analysis"."prompt", "analysis"."language", "analysis"."provider", "analysis"."model", "analysis"."answer", "analysis"."description", "analysis"."alt_text", "analysis"."tags", "analysis"."detected_text", "analysis"."input_tokens", "analysis"."output_tokens", "analysis"."failure_code", "analysis"."failure_message", "analysis"."next_attempt_at", "analysis"."attempts", "analysis"."created_at", "analysis"."started_at", "analysis"."finished_at", "analysis"."updated_at" FROM "analysis" INNER JOIN (SELECT "id" AS "numbered_id", ROW_NUMBER() OVER ( PARTITION BY "image_id" ORDER BY "created_at" DESC, "id" DESC ) AS "place" FROM "analysis" WHERE "image_id" IN "#;

/// The state READY.
const READY: i16 = 1;

pub async fn viewer(pool: &PgPool, session: Uuid) -> Outcome<Option<Viewer>> {
    let row = sqlx::query(VIEWER).bind(session).bind(now()).bind(1_i64).fetch_optional(pool).await?;
    let viewer = |row: PgRow| -> Result<Viewer, sqlx::Error> {
        Ok(Viewer { id: row.try_get(7)?, username: row.try_get(8)?, language: row.try_get(13)? })
    };
    Ok(row.map(viewer).transpose()?)
}

/// One more than a page, to know whether there is another.
pub async fn images(pool: &PgPool, owner: Uuid) -> Outcome<Vec<Image>> {
    let limit = i64::try_from(PAGE + 1)?;
    let rows = sqlx::query(IMAGES).bind(owner).bind(READY).bind(limit).fetch_all(pool).await?;
    let image = |row: PgRow| -> Result<Image, sqlx::Error> {
        Ok(Image {
            id: row.try_get(0)?,
            filename: row.try_get(4)?,
            width: row.try_get(8)?,
            height: row.try_get(9)?,
            has_alpha: row.try_get(10)?,
            uploaded_at: row.try_get(13)?,
        })
    };
    Ok(rows.into_iter().map(image).collect::<Result<_, _>>()?)
}

pub async fn texts(pool: &PgPool, owner: Uuid, images: &[Uuid]) -> Outcome<Vec<Words>> {
    let (list, limit_place) = (placeholders(3, images.len()), images.len() + 3);
    let statement = format!(r#"{TEXTS}{list} ORDER BY "image_text"."updated_at" DESC LIMIT ${limit_place}"#);
    let query = sqlx::query(AssertSqlSafe(statement)).bind(owner).bind(READY);
    let query = images.iter().fold(query, |query, image| query.bind(*image)).bind(i64::try_from(images.len() * 100)?);
    let rows = query.fetch_all(pool).await?;
    let text = |row: PgRow| -> Result<Words, sqlx::Error> {
        Ok(Words {
            image_id: row.try_get(0)?,
            language: row.try_get(1)?,
            description: row.try_get(2)?,
            alt_text: row.try_get(4)?,
            updated_at: row.try_get(6)?,
        })
    };
    Ok(rows.into_iter().map(text).collect::<Result<_, _>>()?)
}

pub async fn latest_analyses(pool: &PgPool, owner: Uuid, images: &[Uuid]) -> Outcome<Vec<Analysis>> {
    let list = placeholders(1, images.len());
    let (owner_place, count_place) = (images.len() + 1, images.len() + 2);
    let statement = format!(
        r#"{LATEST}{list}) AS "numbered" ON "numbered"."numbered_id" = "analysis"."id" WHERE "analysis"."owner_id" = ${owner_place} AND "numbered"."place" <= ${count_place}"#
    );
    let query = sqlx::query(AssertSqlSafe(statement));
    let query = images.iter().fold(query, |query, image| query.bind(*image)).bind(owner).bind(1_i64);
    let rows = query.fetch_all(pool).await?;
    let analysis = |row: PgRow| -> Result<Analysis, sqlx::Error> {
        Ok(Analysis { id: row.try_get(0)?, image_id: row.try_get(1)?, status: row.try_get(3)? })
    };
    Ok(rows.into_iter().map(analysis).collect::<Result<_, _>>()?)
}

/// `($3, $4, $5)`
fn placeholders(first: usize, count: usize) -> String {
    let mut list = String::with_capacity(count * 5 + 2);
    for number in first..first + count {
        // Writing to a string cannot fail.
        let _ = write!(list, "{}${number}", if number == first { "(" } else { ", " });
    }
    list.push(')');
    list
}
