//! **Image Manager**: an image library with one GraphQL API. This page is the guided tour: the modules stand in the
//! order in which to read them, which is the order in which one upload walks through them.
//!
//! # The house
//!
//! Vertical slices over a shared floor. Every arrow points down: `main → cli → app → { http, schema, slices } → floors →
//! db`; of the slices, `accounts ← images ← analysis`, and each uses one on its left through its `mod.rs` only. The graph
//! that clients see is cyclic by nature, so the slices' `graphql` and `loader` modules may use every slice's `mod.rs` and
//! GraphQL types, and nothing below may use them. `tests/it/house/tidy.rs` holds the arrows.
//!
//! # What always holds
//!
//! - Every read of user data starts from a scoped finder (`image::Entity::visible_to(user)`). What a person may not see
//!   does not exist: another's id, a deleted one and a malformed one all answer like none.
//! - Acknowledged means durable: a row before the object, the object synced before the row is READY, then the answer.
//! - The database is the truth, the bus ([`events`]) is a hint.
//! - A failure of the server is logged once, with its causes, where it stops: at the border to whoever asked
//!   ([`graphql`], [`http`]), or in the loop of a task that nobody waits for. Its cause is never shown.
//! - Time comes from [`clock`], ids from [`db::ids`], the environment from [`config`], and from nowhere else.

// The way in: the command line, what it reads, and the root that builds everything.
pub mod cli;
pub mod config;

pub mod app;

// The door, and the schema behind it.
pub mod http;
pub mod schema;

// The slices, from left to right.
pub mod accounts;
pub mod images;

pub mod analysis;

// The floors: what the slices stand on, and what knows nothing of them.
pub mod ai;
pub mod events;
pub mod graphql;
pub mod jobs;
pub mod language;
pub mod pictures;
pub mod spool;
pub mod storage;

pub mod address;
pub mod clock;
pub mod error;
pub mod page;
pub mod recent;
pub mod secrets;
pub mod viewer;

pub mod db;
