//! Everything that is tested through the public face of the crate.

mod allocation;
mod calendar;
mod changed;
mod diagnostics_doc;
mod duo;
mod duties;
mod engine;
mod examples;
mod files;
mod golden;
mod laws;
mod layers;
mod migration;
mod naive;
mod negative;
mod office;
mod papers;
mod pnml;
#[cfg(feature = "postgres")]
mod postgres;
mod random;
mod reference;
mod rules;
mod script;
mod shipped;
#[cfg(feature = "snippets")]
mod snippets;
mod sop_table;
mod soundness;
mod source;
mod staffing;
mod store;
mod typed;
