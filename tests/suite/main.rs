//! Laws that hold for every procedure, checked against a plain reference, and what the stored form looks like.

mod changed;
mod duo;
mod golden;
mod laws;
mod naive;
mod negative;
mod random;
mod reference;
mod script;
mod soundness;
