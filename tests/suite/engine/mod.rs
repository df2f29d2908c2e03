//! The engine, over a store in memory unless a test says otherwise.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agreement;
mod asking;
mod audit;
pub(crate) mod bureau;
mod chance;
#[cfg(feature = "sqlite")]
mod kill;
mod linear;
mod lists;
mod model;
mod promises;
mod rebuild;
#[cfg(feature = "postgres")]
mod shared;
mod story;
mod tampered;
mod tries;
mod work;
