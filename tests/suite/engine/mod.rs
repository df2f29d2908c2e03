//! The engine, over a store in memory unless a test says otherwise.

mod bureau;
mod work;
