//! Duties: rules about who may do several steps of one case.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::StepId;

/// A rule about who may do several steps of one case.
///
/// What counts is who finished a step last, be it by returning work; a return or a recall does not change that. Binding
/// passes on from duty to duty, and whoever is kept from one of several bound steps is kept from all.
///
/// Sources: R.A. Botha and J.H.P. Eloff, *Separation of duties for access control enforcement in workflow environments*,
/// IBM Systems Journal 40(3), 2001; Q. Wang and N. Li, *Satisfiability and resiliency in workflow authorization systems*,
/// ACM Transactions on Information and System Security 13(4), 2010.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Duty {
    /// *Separation of duties* (the four-eyes principle): no one person does two of these steps in one case.
    Distinct(Vec<StepId>),
    /// *Binding of duties*: whoever does one of these steps does the others too.
    Same(Vec<StepId>),
}

impl Duty {
    /// The steps that it is about.
    pub fn steps(&self) -> &[StepId] {
        match self {
            Self::Distinct(steps) | Self::Same(steps) => steps,
        }
    }

    /// The word used in files and messages: `distinct` or `same`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Distinct(_) => "distinct",
            Self::Same(_) => "same",
        }
    }
}

/// A step that a duty separates from an earlier one of its steps, although other duties bind the two.
pub(super) struct Contradiction<'a> {
    /// The position of the duty that separates.
    pub(super) duty: usize,
    /// The position of the step in it.
    pub(super) entry: usize,
    pub(super) step: &'a StepId,
    pub(super) earlier: &'a StepId,
}

/// Every step that is both bound to another, be it through third ones, and separated from it.
pub(super) fn contradictions(duties: &[Duty]) -> Vec<Contradiction<'_>> {
    let mut bonds = Bonds::of(duties);
    let mut found = Vec::new();
    for (position, duty) in duties.iter().enumerate() {
        let Duty::Distinct(steps) = duty else { continue };
        let mut first_of: FxHashMap<&StepId, &StepId> = FxHashMap::default();
        for (entry, step) in steps.iter().enumerate() {
            let earlier = *first_of.entry(bonds.chief(step)).or_insert(step);
            if earlier != step {
                found.push(Contradiction { duty: position, entry, step, earlier });
            }
        }
    }
    found
}

/// Which steps are bound together, as disjoint sets: each step points towards the chief of its set.
#[derive(Default)]
pub(crate) struct Bonds<'a>(FxHashMap<&'a StepId, &'a StepId>);

impl<'a> Bonds<'a> {
    pub(crate) fn of(duties: &'a [Duty]) -> Self {
        let mut bonds = Self::default();
        for duty in duties {
            if let Duty::Same(steps) = duty {
                steps.iter().skip(1).for_each(|step| bonds.bind(&steps[0], step));
            }
        }
        bonds
    }

    /// The step that stands for all that are bound to this one. Shortens the way there by half on each visit.
    pub(crate) fn chief(&mut self, step: &'a StepId) -> &'a StepId {
        let mut at = step;
        while let Some(next) = self.0.get(at).copied() {
            if let Some(after) = self.0.get(next).copied() {
                self.0.insert(at, after);
            }
            at = next;
        }
        at
    }

    fn bind(&mut self, one: &'a StepId, other: &'a StepId) {
        let (one, other) = (self.chief(one), self.chief(other));
        if one != other {
            self.0.insert(other, one);
        }
    }
}
