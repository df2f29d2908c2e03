//! What was found, made ready to be looked at.

mod snippets;

pub use snippets::Rendered;
