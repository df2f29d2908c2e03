//! What is answered: plans, or what is in the way of one.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::id::{RoleId, StepId};
use crate::kernel::Capacity;
use crate::limits::{MARKINGS_MAX, STAFFING_PATHS_MAX, STAFFING_TRIALS_MAX};
use crate::model::{Duty, Witness};
use crate::time::Timestamp;

/// Whether there is somebody for every step on every path, duties included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Staffing {
    /// There is, and one plan serves every path.
    Complete(Plan),
    /// There is, but who does some of the steps depends on the path. Whoever does an early one has to know, or be lucky,
    /// which way the case will go.
    ByPath {
        /// Who does the others.
        always: Plan,
        /// For each circle of steps that duties tie together, plans. For every path there is one that has all the steps of
        /// the circle that occur on it; which it is does not depend on the other circles.
        varying: Vec<Vec<Plan>>,
    },
    /// There is not. Leave out the steps told here, and there are people for the rest of every path, unless a bound was
    /// reached. Shortages on one path share no step, so when one has been mended, another may come to light.
    Short(Vec<Shortage>),
    /// A bound was reached before there was an answer.
    Undecided(Beyond),
}

/// Who does which step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The steps, in the order of the definition.
    pub assignments: Vec<Assignment>,
}

/// One who does a step, as often as it occurs in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Assignment {
    /// The step.
    pub step: StepId,
    /// Who does it.
    pub by: Person,
}

/// A person, and in what right he acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Person {
    /// Who.
    pub name: Arc<str>,
    /// In what right.
    pub capacity: Capacity,
    /// In whose place, where he does not hold the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Arc<str>>,
}

/// Something for which there are too few people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Shortage {
    /// Nobody can act for a role.
    Role {
        /// The role.
        role: RoleId,
        /// Its steps.
        steps: Vec<StepId>,
        /// Those who could if they were not absent.
        away: Vec<Arc<str>>,
        /// A way to where the first of the steps waits; `None` where none was found within the bounds.
        way: Option<Witness>,
    },
    /// Each step has people, but not so that the duties are met.
    Duties {
        /// Steps that occur together in one case, with those who can do them.
        steps: Vec<Candidates>,
        /// The duties that cannot be met on them.
        duties: Vec<Duty>,
        /// Whether without any one of the steps, or any one of the duties, there would be people for the rest. Only
        /// [`STAFFING_TRIALS_MAX`] keeps it from being so.
        is_minimal: bool,
        /// A way to where the last of the steps waits and the others have been done; `None` where none was found within
        /// the bounds.
        way: Option<Witness>,
    },
}

/// Who can do a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Candidates {
    /// The step.
    pub step: StepId,
    /// Whose it is.
    pub role: RoleId,
    /// Those who can do it.
    pub people: Vec<Person>,
    /// Those who could if they were not absent.
    pub away: Vec<Arc<str>>,
}

/// The bound that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Beyond {
    /// [`MARKINGS_MAX`]: markings, told apart by the steps that have occurred.
    Markings,
    /// [`STAFFING_PATHS_MAX`]: sets of steps that occur together.
    Paths,
    /// [`STAFFING_TRIALS_MAX`]: people tried in searches for plans.
    Trials,
}

/// A part of a period in which the answer does not change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Spell {
    /// Its first moment.
    pub from: Timestamp,
    /// The moment after its last.
    pub until: Timestamp,
    /// The answer.
    pub staffing: Staffing,
}

impl Staffing {
    /// Whether there is somebody for every step on every path.
    pub fn is_met(&self) -> bool {
        matches!(self, Self::Complete(_) | Self::ByPath { .. })
    }
}

impl Plan {
    /// Who does a step; `None` where the plan does not have it.
    pub fn person(&self, step: &str) -> Option<&Person> {
        self.assignments.iter().find(|assignment| assignment.step == *step).map(|assignment| &assignment.by)
    }
}

impl fmt::Display for Staffing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete(plan) => write!(f, "there is somebody for every step:\n{plan}"),
            Self::ByPath { always, varying } => {
                write!(f, "there is somebody for every step, but who it is depends on the path:\n{always}")?;
                for plans in varying {
                    let told: Vec<String> = plans.iter().map(ToString::to_string).collect();
                    write!(f, "\n{}", told.join("; or "))?;
                }
                Ok(())
            }
            Self::Short(shortages) => {
                for (position, shortage) in shortages.iter().enumerate() {
                    let end = if position == 0 { "" } else { "\n" };
                    write!(f, "{end}{shortage}")?;
                }
                Ok(())
            }
            Self::Undecided(beyond) => write!(f, "undecided: {beyond}"),
        }
    }
}

/// `1: Ani, 2: Dewi (Plh for Agus)`.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.assignments.iter().map(|assignment| format!("{}: {}", assignment.step, assignment.by));
        f.write_str(&told.collect::<Vec<_>>().join(", "))
    }
}

/// `Ani`, `Dewi (Plh for Agus)`.
impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match (self.capacity, &self.on_behalf_of) {
            (Capacity::Holder, _) => Ok(()),
            (capacity, None) => write!(f, " ({capacity})"),
            (capacity, Some(other)) => write!(f, " ({capacity} for {other})"),
        }
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self {
            Self::Role { role, steps, away, way } => {
                write!(f, "nobody can act for {role} at {}{}", named(steps), Away(away))?;
                way
            }
            Self::Duties { steps, duties, is_minimal, way } => {
                let ids: Vec<StepId> = steps.iter().map(|candidates| candidates.step.clone()).collect();
                write!(f, "there are not the people for {}", named(&ids))?;
                steps.iter().try_for_each(|candidates| write!(f, "\n  {candidates}"))?;
                for duty in duties {
                    let who =
                        if matches!(duty, Duty::Same(_)) { "one person does" } else { "no one person does two of" };
                    write!(f, "\n  {}: {who} {}", duty.as_str(), named(duty.steps()))?;
                }
                if !is_minimal {
                    f.write_str("\n  note: not all of these may be needed")?;
                }
                way
            }
        };
        way.iter().try_for_each(|way| write!(f, "\n  witness: {way}"))
    }
}

/// `step 2 (head): Ani, Dewi (Plh for Agus); away: Agus`.
impl fmt::Display for Candidates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} ({}): {}{}", self.step, self.role, listed(&self.people), Away(&self.away))
    }
}

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Markings => write!(f, "there are more than {MARKINGS_MAX} markings"),
            Self::Paths => write!(f, "more than {STAFFING_PATHS_MAX} sets of steps can occur together"),
            Self::Trials => write!(f, "the search for people was given up after {STAFFING_TRIALS_MAX} trials"),
        }
    }
}

impl fmt::Display for Spell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}: {}", self.from, self.until, self.staffing)
    }
}

struct Away<'a>(&'a [Arc<str>]);

impl fmt::Display for Away<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "; away: {}", listed(self.0)) }
    }
}

/// The first names of a list, and how many more there are.
fn listed(names: &[impl fmt::Display]) -> String {
    const SHOWN: usize = 10;
    let mut told: Vec<String> = names.iter().take(SHOWN).map(ToString::to_string).collect();
    if names.len() > SHOWN {
        told.push(format!("{} more", names.len() - SHOWN));
    }
    told.join(", ")
}

/// `step 1`, `steps 1, 2 and 3`.
fn named(steps: &[StepId]) -> String {
    let ids: Vec<&str> = steps.iter().map(StepId::as_str).collect();
    match ids.as_slice() {
        [] => "no step".to_owned(),
        [step] => format!("step {step}"),
        [first @ .., last] => format!("steps {} and {last}", first.join(", ")),
    }
}
