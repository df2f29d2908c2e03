//! Everything that is tested through the public face of the crate.

mod examples;
mod files;
mod layers;
mod shipped;
mod sop_table;
