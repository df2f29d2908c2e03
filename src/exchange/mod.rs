//! Formats of others.
pub mod dot;
pub mod pnml;
pub mod sop_table;
mod workflow_net;
