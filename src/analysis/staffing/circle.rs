//! Steps that duties tie together, and the paths on which they occur.

use fixedbitset::FixedBitSet;

use super::answer::Beyond;
use super::paths::{Occurrences, Paths};
use super::solve::{Core, People, Problem, Rule, tied_together};
use super::staff::Roster;
use crate::id::StepIx;
use crate::limits::DIAGNOSTICS_MAX;
use crate::model::Duty;
use crate::verify::SoundProcedure;

/// Steps that duties tie together, be it through third ones: who does them says nothing about who does others.
#[derive(Debug)]
pub(super) struct Circle {
    /// The steps, in the order of the definition.
    pub(super) steps: Vec<StepIx>,
    /// The duties, by their position in the procedure.
    pub(super) duties: Vec<usize>,
    /// Both again, by their positions here.
    problem: Problem,
}

/// What is found about a circle.
#[derive(Debug, Default)]
pub(super) struct Examined {
    /// For every path without a core, there is one that has all its steps.
    pub(super) plans: Vec<People>,
    pub(super) cores: Vec<Core>,
    pub(super) beyond: Option<Beyond>,
}

impl Circle {
    /// Every circle of a procedure.
    pub(super) fn all(procedure: &SoundProcedure, roster: &Roster) -> Vec<Self> {
        let duties = &procedure.procedure().duties;
        let index = |step| procedure.step(step).expect("a sound procedure has the steps of its duties").index();
        let duty_steps: Vec<Vec<usize>> =
            duties.iter().map(|duty| duty.steps().iter().map(|step| index(step.as_str())).collect()).collect();
        let chiefs = tied_together(procedure.procedure().steps.len(), duty_steps.iter().map(Vec::as_slice));
        let mut circles: Vec<Self> = Vec::new();
        let mut circle_of = vec![None; chiefs.len()];
        let mut under_duties = FixedBitSet::with_capacity(chiefs.len());
        under_duties.extend(duty_steps.iter().flatten().copied());
        let mut positions = vec![0; chiefs.len()];
        for step in procedure.steps().filter(|step| under_duties.contains(step.index())) {
            let at = *circle_of[chiefs[step.index()]].get_or_insert_with(|| {
                circles.push(Self::empty());
                circles.len() - 1
            });
            positions[step.index()] = circles[at].steps.len();
            circles[at].steps.push(step);
            circles[at].problem.able.push(roster.able(procedure, step));
        }
        for (number, (duty, steps)) in duties.iter().zip(&duty_steps).enumerate() {
            let circle = circle_of[chiefs[steps[0]]].expect("the steps of duties are in circles");
            let steps = steps.iter().map(|step| positions[*step]).collect();
            circles[circle].duties.push(number);
            circles[circle].problem.rules.push(match duty {
                Duty::Distinct(_) => Rule::Distinct(steps),
                Duty::Same(_) => Rule::Same(steps),
            });
        }
        circles
    }

    fn empty() -> Self {
        Self { steps: Vec::new(), duties: Vec::new(), problem: Problem { able: Vec::new(), rules: Vec::new() } }
    }

    /// Looks for people for all steps that anybody can do, and where there are none, path by path.
    pub(super) fn examine(&self, paths: &Paths<'_>, trials: &mut usize) -> Examined {
        let mut all = FixedBitSet::with_capacity(self.steps.len());
        all.extend((0..self.steps.len()).filter(|step| !self.problem.able[*step].is_clear()));
        match self.problem.solve(&all, trials) {
            Ok(people) => Examined { plans: vec![people], ..Examined::default() },
            Err(unsolved) => self.examine_paths(paths, &all, &unsolved.contested(), trials),
        }
    }

    /// Examines each largest set of contested steps that occur together, with all other steps.
    fn examine_paths(
        &self,
        paths: &Paths<'_>,
        all: &FixedBitSet,
        contested: &FixedBitSet,
        trials: &mut usize,
    ) -> Examined {
        let positions: Vec<usize> = contested.ones().collect();
        let steps: Vec<StepIx> = positions.iter().map(|position| self.steps[*position]).collect();
        let Occurrences { sets, beyond } = paths.occurring(&steps);
        let mut examined = Examined { beyond, ..Examined::default() };
        for set in sets {
            let mut path = all.clone();
            path.difference_with(contested);
            path.extend(set.ones().map(|at| positions[at]));
            self.examine_path(path, &mut examined, trials);
        }
        examined
    }

    /// Finds a plan for a path, or what is in the way of one: what shares a step with that is left out before looking on.
    fn examine_path(&self, mut path: FixedBitSet, examined: &mut Examined, trials: &mut usize) {
        let mut is_whole = true;
        for core in &examined.cores {
            if core.steps.is_subset(&path) {
                path.difference_with(&core.steps);
                is_whole = false;
            }
        }
        while examined.cores.len() < DIAGNOSTICS_MAX {
            let unsolved = match self.problem.solve(&path, trials) {
                Ok(people) if is_whole => return examined.plans.push(people),
                Ok(_) => return,
                Err(unsolved) => unsolved,
            };
            let Some(refuted) = unsolved.proved() else {
                examined.beyond = Some(Beyond::Trials);
                return;
            };
            let core = self.problem.core(refuted, trials);
            path.difference_with(&core.steps);
            is_whole = false;
            examined.cores.push(core);
        }
    }
}
