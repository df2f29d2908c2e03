//! What histories tell: how often each step was done, and how long work waited and took. And what can be told beforehand:
//! whether there is [somebody for every step](crate::SoundProcedure::staffing).
//!
//! Nothing here has rules of its own. A history is replayed through [`apply`](crate::apply), and what waited when is
//! what [`CaseState::enabled`](crate::CaseState::enabled) says.
//!
//! Times are milliseconds on the clock; nights, days off and suspensions count.

mod staffing;
mod totals;
mod visit;

pub use staffing::{Assignment, Beyond, Candidates, Person, Plan, Shortage, Spell, Staff, Staffing};
pub use totals::{Totals, by_role, by_step};
pub use visit::{Visit, VisitEnd, visits};

#[cfg(test)]
mod tests;
