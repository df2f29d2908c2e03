//! A person as an engine sees them before one procedure.

use std::borrow::Cow;
use std::sync::Arc;

use super::directory::Person;
use super::hosting::Hosted;
use crate::error::Error;
use crate::id::{ActorIx, StepIx};
use crate::kernel::{Actor, Actors, Grant};

/// A person with the rights that they have in one version of a procedure.
#[derive(Debug, Clone)]
pub(super) struct Party {
    pub(super) name: Arc<str>,
    pub(super) ix: ActorIx,
    pub(super) person: Arc<Person>,
    permits: Arc<Permits>,
}

/// Rights in one version of a procedure.
#[derive(Debug)]
struct Permits {
    grants: Vec<Grant>,
    /// By position of the grant, a step that it does not reach.
    out_of_reach: Vec<(usize, StepIx)>,
}

impl Party {
    pub(super) fn new(name: &str, person: Arc<Person>, hosted: &Hosted, actors: &mut Actors) -> Result<Self, Error> {
        let procedure = &hosted.procedure;
        let id = &procedure.procedure().id;
        let mut permits = Permits { grants: Vec::new(), out_of_reach: Vec::new() };
        for right in person.rights().iter().filter(|right| right.scope.includes(id)) {
            let Some(role) = procedure.role(right.role.as_str()) else { continue };
            let on_behalf_of = right.on_behalf_of.as_deref().map(|name| actors.add(name)).transpose()?;
            for step in right.scope.steps_left_out(id).filter_map(|step| procedure.step(step.as_str())) {
                permits.out_of_reach.push((permits.grants.len(), step));
            }
            let period = right.period;
            permits.grants.push(Grant::acting(role, right.capacity, on_behalf_of, period.from, period.until));
        }
        Ok(Self { name: name.into(), ix: actors.add(name)?, person, permits: Arc::new(permits) })
    }

    /// The rights that reach a step; all of them where the command is about none.
    pub(super) fn grants(&self, step: Option<StepIx>) -> Cow<'_, [Grant]> {
        let Permits { grants, out_of_reach } = &*self.permits;
        let is_limited = |step: &StepIx| out_of_reach.iter().any(|(_, left_out)| left_out == step);
        let Some(step) = step.filter(is_limited) else { return Cow::Borrowed(grants) };
        let reaches = |(position, _): &(usize, &Grant)| !out_of_reach.contains(&(*position, step));
        Cow::Owned(grants.iter().enumerate().filter(reaches).map(|(_, grant)| *grant).collect())
    }

    /// The rights that do not reach a step.
    pub(super) fn grants_out_of_reach(&self, step: StepIx) -> impl Iterator<Item = &Grant> {
        let out_of_reach = self.permits.out_of_reach.iter().filter(move |(_, left_out)| *left_out == step);
        out_of_reach.map(|(position, _)| &self.permits.grants[*position])
    }

    /// The person before the kernel.
    pub(super) fn actor<'a>(&self, grants: &'a [Grant]) -> Actor<'a> {
        Actor { id: self.ix, grants }
    }
}
