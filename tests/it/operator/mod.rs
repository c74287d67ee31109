//! The operator's own commands.

mod check;
mod import;
