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
//! **People.** A group of steps bound to one person, for which there are more people than separations to other groups, is
//! left to the end. For the others, people are tried, first where the fewest are left, and each separation is asked for
//! different people as a whole (a matching). That is exact: a plan that exists is found, or the search is given up and the
//! answer is *undecided*.
//!
//! **Complexity.** NP-complete, since it contains colouring a graph. Groups that are not left to the end have fewer people
//! than groups, so k groups under duties take at most k^k = 2^(k log k) trials, however many people there are; under the
//! exponential time hypothesis the exponent cannot be lowered for all duties of this kind. A single separation takes
//! polynomial time. Looking for sets takes at most the number of markings, times the sets of *contested* steps on ways to
//! one: those that one plan for all steps found no people for. Every bound is in [`limits`](crate::limits).
//!
//! Sources: Q. Wang and N. Li, *Satisfiability and resiliency in workflow authorization systems*, ACM Transactions on
//! Information and System Security 13(4), 2010 (the problem; NP-complete, fixed-parameter tractable); J. Crampton, G. Gutin
//! and A. Yeo, *On the parameterized complexity and kernelization of the workflow satisfiability problem*, the same, 16(1),
//! 2013 (fewer people than steps suffice); D. Cohen, J. Crampton, A. Gagarin, G. Gutin and M. Jones, *Iterative plan
//! construction for the workflow satisfiability problem*, Journal of Artificial Intelligence Research 51, 2014 (the bound);
//! J. Crampton and G. Gutin, *Constraint expressions and workflow satisfiability*, SACMAT 2013 (choices as several cases).

mod answer;
mod matching;
mod paths;
mod solve;
mod staff;

use std::ops::RangeBounds;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

pub use answer::{Assignment, Beyond, Candidates, Person, Plan, Shortage, Spell, Staffing};
pub use staff::Staff;

use crate::id::{RoleIx, StepIx};
use crate::limits::{DIAGNOSTICS_MAX, STAFFING_TRIALS_MAX};
use crate::model::{Duty, Move, Witness};
use crate::time::Timestamp;
use crate::verify::SoundProcedure;
use paths::{Occurrences, occurring, way};
use solve::{Core, Kind, People, Problem, Rule};
use staff::{Period, Post, Roster};

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
    /// Exponential in the number of steps under duties for which people are scarce, polynomial in everything else, with
    /// bounds beyond which the answer is [`Staffing::Undecided`]: at most [`STAFFING_TRIALS_MAX`] people are tried in a
    /// search, and [`MARKINGS_MAX`](crate::limits::MARKINGS_MAX) markings visited, each with the steps in question that
    /// have occurred.
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
                    last.into_iter().for_each(|last| last.until = from);
                    spells.push(Spell { from, until: period.until, staffing });
                }
            }
        }
        spells
    }
}

/// A procedure and those who can act for its roles at one moment.
struct Examination<'a> {
    procedure: &'a SoundProcedure,
    roster: &'a Roster,
    /// The duties, as rules on positions in `bound`.
    problem: Problem,
    /// The steps under duties for which there is somebody.
    bound: Vec<StepIx>,
}

impl<'a> Examination<'a> {
    fn new(procedure: &'a SoundProcedure, roster: &'a Roster) -> Self {
        let duties = &procedure.procedure().duties;
        let mut bound: Vec<StepIx> =
            duties.iter().flat_map(Duty::steps).filter_map(|step| procedure.step(step.as_str())).collect();
        bound.sort_unstable();
        bound.dedup();
        let mut examination = Self { procedure, roster, problem: Problem::default(), bound };
        let is_possible = |step: &StepIx| !examination.post(*step).able.is_empty();
        let bound: Vec<StepIx> = examination.bound.iter().copied().filter(is_possible).collect();
        let able = bound.iter().map(|step| {
            let mut able = FixedBitSet::with_capacity(roster.people.len());
            able.extend(examination.post(*step).able.keys().copied());
            able
        });
        let rules = duties.iter().map(|duty| Rule {
            kind: if matches!(duty, Duty::Same(_)) { Kind::Same } else { Kind::Distinct },
            steps: duty
                .steps()
                .iter()
                .filter_map(|step| bound.binary_search(&procedure.step(step.as_str())?).ok())
                .collect(),
        });
        examination.problem = Problem { able: able.collect(), rules: rules.collect(), trials_max: STAFFING_TRIALS_MAX };
        examination.bound = bound;
        examination
    }

    fn answer(&self) -> Staffing {
        let mut shortages = self.roles_without_people();
        match self.problem.solve(&self.problem.all_steps()) {
            Ok(people) if shortages.is_empty() => Staffing::Complete(self.plan(&people, &FixedBitSet::new())),
            Ok(_) => Staffing::Short(shortages),
            Err(unsolved) => {
                let examined = self.examine_paths(&unsolved.contested());
                shortages.extend(examined.cores.iter().map(|core| self.shortage(core)));
                match examined.beyond {
                    _ if !shortages.is_empty() => Staffing::Short(shortages),
                    Some(beyond) => Staffing::Undecided(beyond),
                    None => Staffing::ByPath(examined.plans),
                }
            }
        }
    }
}

/// What is found on the paths.
#[derive(Default)]
struct Examined {
    plans: Vec<Plan>,
    cores: Vec<Core>,
    beyond: Option<Beyond>,
}

impl Examination<'_> {
    /// Examines each largest set of contested steps that occur together, all other steps included.
    fn examine_paths(&self, contested: &FixedBitSet) -> Examined {
        let contested: Vec<usize> = contested.ones().collect();
        let steps: Vec<StepIx> = contested.iter().map(|position| self.bound[*position]).collect();
        let Occurrences { sets, beyond } = occurring(self.procedure.net(), &steps);
        let mut examined = Examined { beyond, ..Examined::default() };
        for set in sets {
            let mut absent = FixedBitSet::with_capacity(self.bound.len());
            absent.extend((0..contested.len()).filter(|at| !set.contains(*at)).map(|at| contested[at]));
            self.examine_path(&absent, &mut examined);
        }
        examined
    }

    /// Finds a plan for a path, or what is in the way of one: what shares a step with that is left out before looking on.
    fn examine_path(&self, absent: &FixedBitSet, examined: &mut Examined) {
        let mut left = self.problem.all_steps();
        left.difference_with(absent);
        let mut is_whole = true;
        for core in &examined.cores {
            if core.steps.is_subset(&left) {
                left.difference_with(&core.steps);
                is_whole = false;
            }
        }
        while examined.cores.len() < DIAGNOSTICS_MAX {
            let unsolved = match self.problem.solve(&left) {
                Ok(people) if is_whole => return examined.plans.push(self.plan(&people, absent)),
                Ok(_) => return,
                Err(unsolved) => unsolved,
            };
            let Some(core) = unsolved.proved().and_then(|refuted| self.problem.core(refuted)) else {
                examined.beyond = Some(Beyond::Trials);
                return;
            };
            left.difference_with(&core.steps);
            is_whole = false;
            examined.cores.push(core);
        }
    }

    /// A plan for all steps but those that are absent.
    fn plan(&self, people: &People, absent: &FixedBitSet) -> Plan {
        let assignment = |step: StepIx| {
            let position = self.bound.binary_search(&step).ok();
            if position.is_some_and(|position| absent.contains(position)) {
                return None;
            }
            let anybody = || self.post(step).able.keys().next().copied();
            let person = position.and_then(|position| people[position]).or_else(anybody)?;
            Some(Assignment { step: self.procedure.step_id(step).clone(), by: self.person(step, person) })
        };
        Plan { assignments: self.procedure.steps().filter_map(assignment).collect() }
    }

    fn roles_without_people(&self) -> Vec<Shortage> {
        let net = self.procedure.net();
        let mut steps_of = vec![Vec::new(); self.procedure.procedure().roles.len()];
        for step in self.procedure.steps() {
            steps_of[self.role(step).index()].push(self.procedure.step_id(step).clone());
        }
        let roles = self.procedure.roles().zip(steps_of);
        let without = roles.filter(|(role, steps)| !steps.is_empty() && self.roster.post(*role).able.is_empty());
        without
            .map(|(role, steps)| Shortage::Role {
                role: self.procedure.role_at(role).id.clone(),
                steps,
                away: self.away(role),
                way: way(net, &[], |step, _| self.role(step) == role).map(|moves| self.witness(&moves)),
            })
            .collect()
    }

    fn shortage(&self, core: &Core) -> Shortage {
        let steps: Vec<StepIx> = core.steps.ones().map(|position| self.bound[position]).collect();
        let is_last = |step: StepIx, done: &FixedBitSet| {
            let position = steps.binary_search(&step);
            position.is_ok_and(|position| !done.contains(position) && done.count_ones(..) + 1 == steps.len())
        };
        let moves = way(self.procedure.net(), &steps, is_last);
        let candidates = |step: StepIx| Candidates {
            step: self.procedure.step_id(step).clone(),
            role: self.procedure.role_at(self.role(step)).id.clone(),
            people: self.post(step).able.keys().map(|person| self.person(step, *person)).collect(),
            away: self.away(self.role(step)),
        };
        Shortage::Duties {
            steps: steps.iter().map(|step| candidates(*step)).collect(),
            duties: core.rules.ones().map(|rule| self.procedure.procedure().duties[rule].clone()).collect(),
            way: moves.map(|moves| self.witness(&moves)),
        }
    }

    fn role(&self, step: StepIx) -> RoleIx {
        self.procedure.net().steps[step.index()].role.expect("a sound procedure has every role")
    }

    fn post(&self, step: StepIx) -> &Post {
        self.roster.post(self.role(step))
    }

    fn name(&self, person: usize) -> Arc<str> {
        Arc::clone(&self.roster.people[person])
    }

    fn away(&self, role: RoleIx) -> Vec<Arc<str>> {
        self.roster.post(role).away.iter().map(|person| self.name(*person)).collect()
    }

    fn person(&self, step: StepIx, person: usize) -> Person {
        let right = self.post(step).able[&person];
        let on_behalf_of = right.on_behalf_of.map(|other| self.name(other));
        Person { name: self.name(person), capacity: right.capacity, on_behalf_of }
    }

    fn witness(&self, moves: &[usize]) -> Witness {
        let told = |number: &usize| {
            let row = &self.procedure.net().moves[*number];
            let outcome = self.procedure.outcome_at(row.step, row.outcome);
            Move::Finish(self.procedure.step_id(row.step).clone(), outcome.id.clone())
        };
        Witness { moves: moves.iter().map(told).collect() }
    }
}
