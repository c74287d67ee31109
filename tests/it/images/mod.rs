//! Images: taken in or refused, listed, fetched, deleted; on the disk and in a bucket.

mod bucket;
mod delete;
mod duplicates;
mod idempotency;
mod list;
mod making;
mod media;
mod metadata;
mod quota;
mod refused;
mod renditions;
mod statements;
mod sweep;
mod tombstones;
mod upload;
