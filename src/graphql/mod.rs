//! The grammar of the API, without a word of the domain: the request's context, the border where errors are told, ids,
//! scalars, connections, files.

pub mod connection;
mod context;
mod error;
pub mod id;
pub mod scalars;
pub mod upload;

pub use connection::PageInfo;
pub use context::{ClientAddress, Cookies, Ctx, LazyLoaders, Loaders, UserAgent, read_ahead};
pub use error::{
    ErrorCode, FileLimits, InputError, UserError, bad_request, fault, shared_fault, unauthenticated, user_errors,
};
