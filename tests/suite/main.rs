//! The tests of the public face.

mod sop_table;
