//! The examination at one moment.

use std::sync::Arc;

use super::answer::{Assignment, Candidates, Person, Plan, Shortage, Staffing};
use super::circle::{Circle, Examined};
use super::paths::Paths;
use super::solve::{Core, People};
use super::staff::{Post, Roster, role_of};
use crate::id::{RoleIx, StepIx};
use crate::limits::{DIAGNOSTICS_MAX, STAFFING_TRIALS_MAX};
use crate::model::{Move, Witness};
use crate::verify::SoundProcedure;

/// A procedure and those who can act for its roles at one moment.
pub(super) struct Examination<'a> {
    procedure: &'a SoundProcedure,
    roster: &'a Roster,
    paths: Paths<'a>,
}

impl<'a> Examination<'a> {
    pub(super) fn new(procedure: &'a SoundProcedure, roster: &'a Roster) -> Self {
        Self { procedure, roster, paths: Paths::new(procedure.net()) }
    }

    pub(super) fn answer(&self) -> Staffing {
        let circles = Circle::all(self.procedure, self.roster);
        let mut trials = STAFFING_TRIALS_MAX;
        let found: Vec<Examined> = circles.iter().map(|circle| circle.examine(&self.paths, &mut trials)).collect();
        let found = || circles.iter().zip(&found);
        let mut shortages = self.roles_without_people();
        let cores = found().flat_map(|(circle, found)| found.cores.iter().map(move |core| (circle, core)));
        shortages.extend(cores.take(DIAGNOSTICS_MAX).map(|(circle, core)| self.shortage(circle, core)));
        if !shortages.is_empty() {
            return Staffing::Short(shortages);
        }
        if let Some(beyond) = found().find_map(|(_, found)| found.beyond) {
            return Staffing::Undecided(beyond);
        }
        let anybody = |step| self.post(step).able.keys().next().copied();
        let mut people: People = self.procedure.steps().map(anybody).collect();
        let mut varying = Vec::new();
        for (circle, found) in found() {
            match found.plans.as_slice() {
                [plan] => circle.steps.iter().zip(plan).for_each(|(step, person)| people[step.index()] = *person),
                plans => {
                    circle.steps.iter().for_each(|step| people[step.index()] = None);
                    let plan = |people: &People| self.plan(circle.steps.iter().copied().zip(people));
                    varying.push(plans.iter().map(plan).collect());
                }
            }
        }
        let always = self.plan(self.procedure.steps().zip(&people));
        if varying.is_empty() { Staffing::Complete(always) } else { Staffing::ByPath { always, varying } }
    }

    fn plan<'p>(&self, people: impl Iterator<Item = (StepIx, &'p Option<usize>)>) -> Plan {
        let assignment = |(step, person): (StepIx, &Option<usize>)| {
            let by = self.person(step, (*person)?);
            Some(Assignment { step: self.procedure.step_id(step).clone(), by })
        };
        Plan { assignments: people.filter_map(assignment).collect() }
    }

    fn roles_without_people(&self) -> Vec<Shortage> {
        let mut steps_of = vec![Vec::new(); self.procedure.procedure().roles.len()];
        for step in self.procedure.steps() {
            steps_of[self.role(step).index()].push(step);
        }
        let roles = self.procedure.roles().zip(steps_of);
        let without = roles.filter(|(role, steps)| !steps.is_empty() && self.roster.post(*role).able.is_empty());
        without
            .map(|(role, steps)| Shortage::Role {
                role: self.procedure.role_at(role).id.clone(),
                steps: steps.iter().map(|step| self.procedure.step_id(*step).clone()).collect(),
                away: self.away(role),
                way: self.paths.way_to_any(&steps).map(|way| self.witness(&way)),
            })
            .collect()
    }

    fn shortage(&self, circle: &Circle, core: &Core) -> Shortage {
        let steps: Vec<StepIx> = core.steps.ones().map(|position| circle.steps[position]).collect();
        let candidates = |step: StepIx| Candidates {
            step: self.procedure.step_id(step).clone(),
            role: self.procedure.role_at(self.role(step)).id.clone(),
            people: self.post(step).able.keys().map(|person| self.person(step, *person)).collect(),
            away: self.away(self.role(step)),
        };
        Shortage::Duties {
            steps: steps.iter().map(|step| candidates(*step)).collect(),
            is_minimal: core.is_minimal,
            duties: core
                .rules
                .ones()
                .map(|rule| self.procedure.procedure().duties[circle.duties[rule]].clone())
                .collect(),
            way: self.paths.way_to_last(&steps).map(|way| self.witness(&way)),
        }
    }

    fn role(&self, step: StepIx) -> RoleIx {
        role_of(self.procedure, step)
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

    fn witness(&self, way: &[u32]) -> Witness {
        let told = |number: &u32| {
            let row = &self.procedure.net().moves[*number as usize];
            let outcome = self.procedure.outcome_at(row.step, row.outcome);
            Move::Finish(self.procedure.step_id(row.step).clone(), outcome.id.clone())
        };
        Witness { moves: way.iter().map(told).collect() }
    }
}
