//! Everything that is tested through the public face of the crate.

mod files;
mod layers;
mod shipped;
mod sop_table;
