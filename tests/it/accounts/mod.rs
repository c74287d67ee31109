//! Register, log in, refresh, log out.

mod login;
