//! The database: how to reach it, how to write to it, and (in `entities`) what is in it.

mod connect;
pub mod entities;
pub mod ids;
mod migrate;

pub use connect::{Db, Statements};
