//! Everything that is tested through the public face of the crate.

mod shipped;
