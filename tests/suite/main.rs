//! Everything that is tested through the public face of the crate.

mod examples;
mod shipped;
mod sop_table;
