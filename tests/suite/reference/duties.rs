//! Who may do a step as far as duties go, told step by step.

use std::collections::BTreeSet;

use sopflow::Duty;

use super::{Codes, Reference, Stand};

impl<'p> Reference<'p> {
    /// Whether one person is to do both steps: a duty says so of them, or of them and the same third one, and so on.
    pub(crate) fn are_bound(&self, one: &'p str, other: &str) -> bool {
        let mut bound = BTreeSet::from([one]);
        loop {
            let before = bound.len();
            for duty in &self.procedure.duties {
                let steps = duty.steps().iter().map(sopflow::StepId::as_str);
                if matches!(duty, Duty::Same(_)) && steps.clone().any(|step| bound.contains(step)) {
                    bound.extend(steps);
                }
            }
            if bound.len() == before {
                return bound.contains(other);
            }
        }
    }

    /// Whether one person is not to do both steps: a duty separates them, or steps to which they are bound.
    pub(crate) fn are_separated(&self, one: &'p str, other: &'p str) -> bool {
        let separates = |duty: &Duty| {
            let steps = duty.steps();
            let mut pairs = steps.iter().flat_map(|step| steps.iter().map(move |further| (step, further)));
            matches!(duty, Duty::Distinct(_))
                && pairs.any(|(step, further)| {
                    step != further && self.are_bound(one, step.as_str()) && self.are_bound(other, further.as_str())
                })
        };
        self.procedure.duties.iter().any(separates)
    }

    /// What the duties have against somebody who wants to do a step.
    pub(crate) fn judge_duties(&self, stand: &Stand<'p>, who: usize, id: &str) -> Codes {
        let mut codes = Codes::new();
        for (other, doer) in stand.doers.iter().filter(|(other, _)| **other != id) {
            if self.are_bound(other, id) && *doer != who {
                codes.insert("binding-of-duties");
            }
            let Some(step) = self.step(id) else { continue };
            if self.are_separated(other, step.id.as_str()) && *doer == who {
                codes.insert("separation-of-duties");
            }
        }
        codes
    }

    /// Keeps in mind who finished a step.
    pub(crate) fn remember(stand: &mut Stand<'p>, id: &'p str, who: usize) {
        stand.doers.insert(id, who);
    }
}
