//! Duties by positions.

use rustc_hash::FxHashMap;

use crate::id::{StepId, StepIx};
use crate::model::{Bonds, Duty, Procedure};

/// The duties of a procedure, compiled. Steps that are bound together, be it through third ones, form a *bundle*, which is
/// for one person; a step that is only separated from others is a bundle of its own.
///
/// Whoever does one step of a bundle is to do the others, so a duty that separates two steps separates their bundles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Duties {
    /// The bundle of each step, `None` where no duty names it.
    bundles: Box<[Option<u16>]>,
    /// Bundles of which no two may go to one person.
    separations: Vec<Vec<u16>>,
    /// By bundle, the separations that it is part of.
    separations_of: Vec<Vec<u16>>,
}

impl Duties {
    /// Compiles duties that name steps of the procedure and do not contradict each other.
    pub(super) fn compile(procedure: &Procedure, steps: &FxHashMap<Box<str>, StepIx>) -> Self {
        let mut duties = Self { bundles: vec![None; procedure.steps.len()].into(), ..Self::default() };
        let mut bonds = Bonds::of(&procedure.duties);
        let mut bundle_of_chief: FxHashMap<&StepId, u16> = FxHashMap::default();
        for duty in &procedure.duties {
            let mut bundles = Vec::with_capacity(duty.steps().len());
            for step in duty.steps() {
                let next = u16::try_from(bundle_of_chief.len()).expect("the limits keep steps below 2^16");
                let bundle = *bundle_of_chief.entry(bonds.chief(step)).or_insert(next);
                duties.bundles[steps[step.as_str()].index()] = Some(bundle);
                bundles.push(bundle);
            }
            if let Duty::Distinct(_) = duty {
                duties.separations.push(bundles);
            }
        }
        duties.separations_of = vec![Vec::new(); bundle_of_chief.len()];
        for (separation, bundles) in (0..).zip(&duties.separations) {
            for bundle in bundles {
                duties.separations_of[usize::from(*bundle)].push(separation);
            }
        }
        duties
    }

    /// How many bundles there are.
    pub(crate) fn bundles(&self) -> usize {
        self.separations_of.len()
    }

    /// The bundle of a step, if a duty names it.
    pub(crate) fn bundle(&self, step: StepIx) -> Option<usize> {
        self.bundles[step.index()].map(usize::from)
    }

    /// The bundles that may not go to the person of this one; some perhaps more than once.
    pub(crate) fn separated_from(&self, bundle: usize) -> impl Iterator<Item = usize> {
        let separations =
            self.separations_of[bundle].iter().map(|separation| &self.separations[usize::from(*separation)]);
        separations.flatten().map(|other| usize::from(*other)).filter(move |other| *other != bundle)
    }
}
