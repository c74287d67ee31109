//! What is in the database: one file a table, named after it. The scoped finders here (`visible_to`) are where every
//! read of user data starts.

pub mod analysis;
pub mod attempt;
pub mod idempotency_key;
pub mod image;
pub mod image_metadata;
pub mod image_tag;
pub mod image_text;
pub mod job;
pub mod refresh_token;
pub mod session;
pub mod storage_use;
pub mod upload;
pub mod user;
