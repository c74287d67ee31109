//! Images: taken in or refused, listed, fetched, deleted; on the disk and in a bucket.

mod bucket;
mod cached;
mod damaged;
mod delete;
mod duplicates;
mod filter;
mod idempotency;
mod list;
mod making;
mod media;
mod metadata;
mod orders;
mod own_words;
mod plans;
mod quota;
mod refused;
mod renditions;
mod statements;
mod sweep;
mod tags;
mod tickets;
mod tombstones;
mod update;
mod upload;
