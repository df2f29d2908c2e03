//! The engine, over a store in memory unless a test says otherwise.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod asking;
mod bureau;
mod kill;
mod lists;
mod story;
mod work;
