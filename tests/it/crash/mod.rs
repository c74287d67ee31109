//! Killing the real program with SIGKILL, starting it again, and looking at what is left.

mod analysis;
mod program;
mod uploads;
