//! What histories tell: how often each step was done, and how long work waited and took.
//!
//! Nothing here has rules of its own. A history is replayed through [`apply`](crate::apply), and what waited when is
//! what [`CaseState::enabled`](crate::CaseState::enabled) says.
//!
//! Times are milliseconds on the clock; nights, days off and suspensions count.

mod totals;
mod visit;

pub use totals::{Totals, by_role, by_step};
pub use visit::{Visit, VisitEnd, visits};

#[cfg(test)]
mod tests;
