//! Killing the real program with SIGKILL, starting it again, and looking at what is left.

mod analysis;
pub mod home;
mod ledger;
mod operations;
mod program;
mod remains;
mod sweep;
