//! The engine, over a store in memory unless a test says otherwise.

mod audit;
mod bureau;
mod chance;
mod rebuild;
mod tampered;
mod work;
