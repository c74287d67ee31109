//! Tickets: files that their senders put into the storage directly. A ticket says where, what and until when; its
//! completion makes an image of what was put there. On a bucket the file does not pass through this server before that;
//! on the disk it is put to this server, by a URL that is used in the same way.

mod claim;
mod create;
mod error;
mod fetch;
mod receive;
mod sweep;
mod url;

use std::time::Duration;

pub use claim::Claimed;
pub use create::{Announced, Created, Ticket};
pub use error::TicketError;
pub use fetch::Fetched;
pub(super) use fetch::replaced;
pub use receive::PutError;
pub use url::UploadUrls;

/// How long a file may be put, and its upload completed.
pub const LIFETIME: Duration = Duration::from_hours(1);

/// Tickets of one person that are neither completed nor expired. Whoever asks for many at the same moment may get a
/// few more.
pub const MAX_OPEN: u64 = 100;
