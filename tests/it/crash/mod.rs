//! Killing the program, and what is left after it.
