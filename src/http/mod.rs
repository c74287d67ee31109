//! The door: the only place that knows of HTTP, and the owner of every transport. One small file a protocol.
//!
//! Connections are taken in by [`server`], which bounds their number, their headers and their silence, and says whose
//! they are ([`peer`]). A request is read within bounds ([`body`], [`params`], [`multipart`]). It is admitted
//! ([`admission`]): its document is checked before any library sees it ([`guard`]) and kept for the next time
//! ([`documents`]), its cost is taken from the bucket of whoever asks ([`rate`]). It is executed, for all transports alike
//! ([`execute`]), and the answer is put into the form that the client accepts ([`negotiate`], [`graphql`], [`websocket`],
//! [`sse`]). Whoever stays to listen has a seat ([`listeners`]) and is sent away when the session ends ([`sessions`]). What
//! the door needs from the house is the trait [`house::House`].

pub mod admission;
pub mod body;
pub mod client;
pub mod documents;
pub mod door;
pub mod execute;
pub mod graphql;
pub mod guard;
pub mod health;
pub mod house;
pub mod listeners;
pub mod media;
pub mod multipart;
pub mod negotiate;
pub mod origin;
pub mod outermost;
pub mod params;
pub mod peer;
pub mod problem;
pub mod rate;
pub mod request_id;
pub mod router;
pub mod server;
pub mod sessions;
pub mod shape;
pub mod sse;
pub mod types;
pub mod uploads;
pub mod web_client;
pub mod websocket;

#[cfg(test)]
mod testing;

pub use client::ClientInfo;
pub use door::{Door, Settings, SocketTimes, UploadLimits};
pub use house::{AuthError, House};
