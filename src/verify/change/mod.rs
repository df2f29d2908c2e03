//! Whether running cases of an old version of a procedure can go on in a new one.
//!
//! A token carries over to the flow of the same ids. Where that flow is gone, any flow on which one token enables the
//! same step is as good: from there on all is the same, since finishing a step takes every token that waits for it. That
//! is why a step that is put in before another strands no case. What has no place needs a [`Mapping`].
//!
//! Each marking that results is then followed through the new version, returns and recalls included, as a proof that the
//! case can complete there safely and properly and has each document when it is needed. That the new version is sound
//! does not say so: the marking may be one that no case of it reaches. Moving cases without that proof is known as the
//! *dynamic change bug*.
//!
//! Sources: W.M.P. van der Aalst, *Exterminating the Dynamic Change Bug*, Information Systems Frontiers 3(3), 2001;
//! W.M.P. van der Aalst and T. Basten, *Inheritance of Workflows: An Approach to Tackling Problems Related to Change*,
//! Theoretical Computer Science 270(1–2), 2002, for rules that transfer markings; S. Rinderle, M. Reichert and P. Dadam,
//! *Correctness Criteria for Dynamic Changes in Workflow Systems: a Survey*, Data & Knowledge Engineering 50(1), 2004.

mod ahead;
mod groups;
mod obstacle;
mod papers;
mod transfer;
mod walk;

use std::fmt;

use serde::Serialize;

use groups::Groups;
pub use groups::MarkingGroup;
pub use obstacle::Obstacle;
pub(crate) use transfer::Transfer;

use super::SoundProcedure;
use crate::error::Error;
use crate::limits::MARKINGS_COMPARED_MAX;
use crate::model::{Change, Mapping};
use crate::net::Words;

/// What becomes of running cases when a new version takes the place of an old one: the answer of [`compare`].
///
/// It can be shown, serialised, and asked by [`migrate`](crate::migrate) about one case.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Comparison<'p> {
    #[serde(skip)]
    transfer: Transfer<'p>,
    mapping: Mapping,
    changes: Vec<Change>,
    #[serde(flatten)]
    groups: Groups,
}

/// Tells which markings of running cases of the old version carry over to the new one, and proves that what carries over
/// can complete there; what has the same id is the same.
///
/// ```
/// use sopflow::{Procedure, Step, compare};
///
/// let letter = |version| Procedure::new("letter", version, "Letter").role("staff", "Staff").document("draft", "Draft");
/// let old = letter("1")
///     .step(Step::new("write", "staff", "Write").output("draft").next("send"))
///     .step(Step::new("send", "staff", "Send").input("draft").next("end"))
///     .verify()?;
/// let new = letter("2")
///     .step(Step::new("write", "staff", "Write").output("draft").next("check"))
///     .step(Step::new("check", "staff", "Check").input("draft").next("send"))
///     .step(Step::new("send", "staff", "Send").input("draft").next("end"))
///     .verify()?;
/// let comparison = compare(&old, &new);
/// assert!(comparison.carries_over_everything());
/// assert_eq!(compare(&new, &old).to_string(), "\
/// letter 2 → letter 1: version 2 became 1; step write changed; step check is gone
/// work at step write (2 markings): carries over
/// work at step check (2 markings): does not carry over: work waits at step check, which the new version does not have; \
/// map it to where it goes on
/// work at step send (1 marking): carries over
/// 5 markings of running cases: 3 carry over, 2 do not");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Complexity
///
/// Visits the markings of running cases of the old version, and those ahead of them in the new one. Beyond
/// [`MARKINGS_COMPARED_MAX`] of them the comparison [says](Comparison::is_complete) that it is not complete; a case is
/// examined for itself when it migrates.
#[allow(clippy::missing_panics_doc, reason = "an empty mapping fits any two versions")]
pub fn compare<'p>(old: &'p SoundProcedure, new: &'p SoundProcedure) -> Comparison<'p> {
    compare_with(old, new, &Mapping::new()).expect("an empty mapping fits any two versions")
}

/// As [`compare`], with what the ids do not tell.
///
/// # Errors
///
/// When the mapping does not fit the two versions; [`Error::is_mapping`] holds and the faults tell all that is wrong.
pub fn compare_with<'p>(
    old: &'p SoundProcedure,
    new: &'p SoundProcedure,
    mapping: &Mapping,
) -> Result<Comparison<'p>, Error> {
    compare_within(old, new, mapping, MARKINGS_COMPARED_MAX)
}

fn compare_within<'p>(
    old: &'p SoundProcedure,
    new: &'p SoundProcedure,
    mapping: &Mapping,
    most: usize,
) -> Result<Comparison<'p>, Error> {
    let transfer = Transfer::new(old, new, mapping)?;
    Ok(Comparison {
        groups: Groups::find(&transfer, most),
        transfer,
        mapping: mapping.clone(),
        changes: old.seal().changes_to(new.seal()),
    })
}

impl<'p> Comparison<'p> {
    /// The version that cases come from.
    pub fn old_version(&self) -> &'p SoundProcedure {
        self.transfer.old_version()
    }

    /// The version that cases go to.
    pub fn new_version(&self) -> &'p SoundProcedure {
        self.transfer.new_version()
    }

    /// What was said about ids that changed.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// What differs between the versions.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The markings of running cases by the steps at which work waits, in the order in which a case first gets there; the
    /// first thousand.
    pub fn groups(&self) -> &[MarkingGroup] {
        &self.groups.listed
    }

    /// How many markings of running cases were looked at. One counts again for each set of steps that recalls leave under
    /// way in it.
    pub fn markings(&self) -> usize {
        self.groups.markings
    }

    /// How many of the markings carry over, whatever documents a case has.
    pub fn carried(&self) -> usize {
        self.groups.carried
    }

    /// Whether every marking of running cases was looked at.
    pub fn is_complete(&self) -> bool {
        self.groups.complete
    }

    /// Whether it is proved of every running case that it carries over.
    pub fn carries_over_everything(&self) -> bool {
        self.is_complete() && self.carried() == self.markings()
    }

    pub(crate) fn transfer(&self) -> &Transfer<'p> {
        &self.transfer
    }
}

impl Transfer<'_> {
    /// The row of a case in the new version, from its row in the old one.
    ///
    /// # Errors
    ///
    /// All the reasons why the case does not carry over.
    pub(crate) fn carry_over(&self, row: &[u64]) -> Result<Words, Vec<Obstacle>> {
        let standing = self.image_of_case(row)?;
        let carried = self.row(row, &standing);
        let layout = self.new_version().net().layout;
        let obstacles =
            ahead::examine(self.new_version(), standing, |document| carried.contains(layout.document_bit(document)));
        if obstacles.is_empty() { Ok(carried) } else { Err(obstacles) }
    }
}

impl fmt::Display for Comparison<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [old, new] = [self.old_version(), self.new_version()].map(SoundProcedure::procedure);
        write!(f, "{} {} → {} {}: ", old.id, old.version, new.id, new.version)?;
        let changes: Vec<String> = self.changes.iter().map(Change::to_string).collect();
        writeln!(f, "{}", if changes.is_empty() { "nothing changed".into() } else { changes.join("; ") })?;
        self.groups.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Procedure, Step};

    #[test]
    fn a_comparison_that_is_not_complete_says_so() {
        let chain = |version| {
            let steps = ["1", "2", "3"].map(|id| Step::new(id, "r", "Act"));
            let [one, two, three] = steps;
            let procedure = Procedure::new("p", version, "P").role("r", "R");
            let procedure = procedure.step(one.next("2")).step(two.next("3")).step(three.next("end"));
            procedure.verify().expect("it is sound")
        };
        let (old, new) = (chain("1"), chain("2"));
        let comparison = compare_within(&old, &new, &Mapping::new(), 2).expect("it fits");
        assert!(!comparison.is_complete() && !comparison.carries_over_everything());
        let told = comparison.to_string();
        assert!(told.contains("there are more markings than were looked at"), "{told}");
        assert!(compare(&old, &new).carries_over_everything());
    }
}
