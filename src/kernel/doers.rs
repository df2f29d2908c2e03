//! Who did what of the duties, as far as the duties ask.

use crate::id::{ActorIx, StepIx};
use crate::verify::Duties;

/// By bundle of duties, the person who has finished its steps. There is never more than one: as soon as one step is
/// finished the others are for the same person, and as long as it is the only one, who finishes it anew takes over.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Doers(Box<[Option<Doer>]>);

/// A person and the steps of one bundle that the person finished last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Doer {
    pub(super) actor: ActorIx,
    /// The step finished last.
    last: StepIx,
    /// The step finished last but for that one.
    before: Option<StepIx>,
}

impl Doers {
    /// Nobody yet; nothing where there are no duties.
    pub(super) fn new(duties: &Duties) -> Option<Box<Self>> {
        let bundles = duties.bundles();
        (bundles > 0).then(|| Box::new(Self(vec![None; bundles].into())))
    }

    /// The same people in a new version, where steps have other positions and may be bound otherwise.
    pub(super) fn carried(&self, duties: &Duties, step: impl Fn(StepIx) -> Option<StepIx>) -> Option<Box<Self>> {
        let mut carried = Self::new(duties)?;
        for doer in self.0.iter().flatten() {
            for step in [doer.before, Some(doer.last)].into_iter().flatten().filter_map(&step) {
                carried.finish(duties, doer.actor, step);
            }
        }
        Some(carried)
    }

    /// Whether the duties let an actor do a step.
    pub(super) fn allow(&self, duties: &Duties, actor: ActorIx, step: StepIx) -> bool {
        self.bound(duties, step).is_none_or(|(doer, _)| doer == actor)
            && self.separated(duties, step).all(|(doer, _)| doer != actor)
    }

    /// Who has finished another step of the bundle, with that step.
    pub(super) fn bound(&self, duties: &Duties, step: StepIx) -> Option<(ActorIx, StepIx)> {
        let doer = self.0[duties.bundle(step)?]?;
        let other = if doer.last == step { doer.before } else { Some(doer.last) };
        other.map(|other| (doer.actor, other))
    }

    /// Who has finished steps that are separated from this one, with such a step, one of each bundle; some perhaps more
    /// than once.
    pub(super) fn separated(&self, duties: &Duties, step: StepIx) -> impl Iterator<Item = (ActorIx, StepIx)> {
        let separated = duties.bundle(step).into_iter().flat_map(|bundle| duties.separated_from(bundle));
        separated.filter_map(|bundle| self.0[bundle]).map(|doer| (doer.actor, doer.last))
    }

    /// Remembers who finished a step.
    #[inline(never)]
    pub(super) fn finish(&mut self, duties: &Duties, actor: ActorIx, step: StepIx) {
        let Some(bundle) = duties.bundle(step) else { return };
        let before = self.0[bundle].and_then(|known| if known.last == step { known.before } else { Some(known.last) });
        self.0[bundle] = Some(Doer { actor, last: step, before });
    }
}
