//! Whether there is somebody for every step on every path, under the duties of a procedure.
//!
//! This is the *workflow satisfiability problem*: is there a plan that gives each step of a case somebody who can do it,
//! so that all duties hold? One person a step suffices. Somebody who does a step every time that it comes round keeps every
//! duty that several people would keep, since a duty is about any two times that its steps are done.
//!
//! **Paths.** Only steps that occur together in one case can be in each other's way. Steps on the branches of a choice never
//! meet, unless a loop leads from one to the other; steps on parallel branches do. A plan for some steps is one for fewer,
//! so it is enough to look at the largest sets of steps that occur together. If one plan serves all steps at once, it
//! serves every path, and no path needs to be looked at.
//!
//! **People.** A bundle of steps bound to one person, for which there are more people than separations to other bundles, is
//! left to the end. For the others, people are tried, first where the fewest are left, and each separation is asked for
//! different people as a whole (a matching). That is exact: a plan that exists is found, or the search is given up and the
//! answer is *undecided*.
//!
//! **Complexity.** NP-complete, since it contains colouring a graph. Bundles that are not left to the end have fewer people
//! than there are bundles, so k bundles under duties take at most k^k = 2^(k log k) trials, however many people there are. A
//! separation by itself takes polynomial time. Looking for sets takes at most the number of markings, times the sets of
//! *contested* steps on ways to one: those for which one plan for all steps found no people. Every bound is in
//! [`limits`](crate::limits).
//!
//! Sources: Q. Wang and N. Li, *Satisfiability and resiliency in workflow authorization systems*, ACM Transactions on
//! Information and System Security 13(4), 2010 (the problem; NP-complete, fixed-parameter tractable); J. Crampton, G. Gutin
//! and A. Yeo, *On the parameterized complexity and kernelization of the workflow satisfiability problem*, the same, 16(1),
//! 2013 (fewer people than steps suffice); D. Cohen, J. Crampton, A. Gagarin, G. Gutin and M. Jones, *Iterative plan
//! construction for the workflow satisfiability problem*, Journal of Artificial Intelligence Research 51, 2014 (the bound);
//! J. Crampton and G. Gutin, *Constraint expressions and workflow satisfiability*, SACMAT 2013 (choices as several cases).

mod answer;
mod circle;
mod examine;
mod matching;
mod paths;
mod solve;
mod staff;

use std::ops::RangeBounds;

pub use answer::{Assignment, Beyond, Candidates, Person, Plan, Shortage, Spell, Staffing};
pub use staff::Staff;

use crate::time::{Period, Timestamp};
use crate::verify::SoundProcedure;
use examine::Examination;
use staff::Roster;

impl SoundProcedure {
    /// Whether there is somebody for every step on every path at a moment, parallel branches and duties included.
    ///
    /// ```
    /// use sopflow::analysis::{Shortage, Staff, Staffing};
    /// use sopflow::{Procedure, Step, time::Timestamp};
    ///
    /// let leave = Procedure::new("leave", "1", "Leave of absence")
    ///     .role("staff", "Staff")
    ///     .role("head", "Head of section")
    ///     .step(Step::new("1", "staff", "Ask for leave").next("2"))
    ///     .step(Step::new("2", "head", "Decide").next("end"))
    ///     .distinct(["1", "2"])
    ///     .verify()?;
    ///
    /// let now: Timestamp = "2026-11-02T08:00:00+07:00".parse()?;
    /// let staff = Staff::new().holder("Ani", "staff", ..).holder("Agus", "head", ..).absent("Agus", ..);
    /// let staff = staff.plh("Ani", "head", "Agus", ..);
    /// assert_eq!(
    ///     leave.staffing(&staff, now).to_string(),
    ///     "there are not the people for steps 1 and 2\n  \
    ///        step 1 (staff): Ani\n  \
    ///        step 2 (head): Ani (Plh for Agus); away: Agus\n  \
    ///        distinct: no one person does two of steps 1 and 2\n  \
    ///        witness: 1:done"
    /// );
    ///
    /// let staff = staff.delegate("Budi", "head", "Agus", ..);
    /// let Staffing::Complete(plan) = leave.staffing(&staff, now) else { panic!("there are two people now") };
    /// assert_eq!(plan.to_string(), "1: Ani, 2: Budi (delegate for Agus)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Complexity
    ///
    /// Exponential in the number of steps under duties for which people are scarce, and in the parallel branches where these
    /// steps do not occur on every path; polynomial in everything else, the number of people included. There are bounds
    /// beyond which the answer is [`Staffing::Undecided`]: somebody is tried at most
    /// [`STAFFING_TRIALS_MAX`](crate::limits::STAFFING_TRIALS_MAX) times, and at most
    /// [`MARKINGS_MAX`](crate::limits::MARKINGS_MAX) markings are visited, each with the contested steps that have occurred.
    pub fn staffing(&self, staff: &Staff, at: Timestamp) -> Staffing {
        Examination::new(self, &Roster::of(staff, self, at)).answer()
    }

    /// The answers of [`staffing`](Self::staffing) over a period, cut where they change.
    ///
    /// Each answer is for cases that are opened and finished in its part of the period. One that runs on into the next part
    /// may need people from both, and whether these together meet the duties is not examined.
    ///
    /// # Complexity
    ///
    /// That of [`staffing`](Self::staffing) for each change of who can do what.
    pub fn staffing_over(&self, staff: &Staff, period: impl RangeBounds<Timestamp>) -> Vec<Spell> {
        let period = Period::of(period);
        let mut spells: Vec<Spell> = Vec::new();
        let mut roster = None;
        for from in staff.cuts(period) {
            let now = Roster::of(staff, self, from);
            if roster.as_ref() == Some(&now) {
                continue;
            }
            let staffing = Examination::new(self, &now).answer();
            roster = Some(now);
            match spells.last_mut() {
                Some(last) if last.staffing == staffing => {}
                last => {
                    if let Some(last) = last {
                        last.until = from;
                    }
                    spells.push(Spell { from, until: period.until, staffing });
                }
            }
        }
        spells
    }
}
