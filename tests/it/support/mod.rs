//! What the tests stand on: the server on a real socket with a database of its own, people who use it, pictures made
//! for the purpose, a scripted vision model and a real S3 protocol.

pub mod ai;
pub mod app;
pub mod client;
pub mod database;
pub mod pictures;
pub mod proxy;
pub mod rows;
pub mod s3;
pub mod ws;

pub use app::TestApp;
