//! The suite: one test binary, so that the server is linked once. It runs the real server on real sockets, over the
//! database that `TEST_DATABASE_URL` names (none: SQLite), one database a test. The folders mirror the slices.

// The futures of a whole server in one test are deeply nested types.
#![recursion_limit = "512"]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod analysis;
mod contracts;
mod crash;
mod docs;
mod door;
mod house;
mod images;
mod operator;
mod support;
