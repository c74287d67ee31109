//! Contracts: what every implementation of one interface must do, one suite run over all of them.

mod ai;
mod storage;
