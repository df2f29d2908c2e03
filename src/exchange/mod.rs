//! Formats of others.
pub mod sop_table;
