//! Where the flows of a declaration lead. It looks at flows alone: what tokens do is for `net` to say.

use super::declaration::{Declaration, DeclaredStep, END};

/// So many steps a declared procedure may have.
pub const STEPS_MAX: usize = 1024;

const WORD: usize = 64;

/// A set of steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steps([u64; STEPS_MAX / WORD]);

impl Steps {
    pub(super) const NONE: Self = Self([0; STEPS_MAX / WORD]);

    pub(super) const fn contains(&self, step: usize) -> bool {
        self.0[step / WORD] >> (step % WORD) & 1 == 1
    }

    /// Whether it is new.
    pub(super) const fn insert(&mut self, step: usize) -> bool {
        let is_new = !self.contains(step);
        self.0[step / WORD] |= 1 << (step % WORD);
        is_new
    }
}

/// Which flows are followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    pub(super) over_returns: bool,
    /// Not those of outcomes that yield this document, nor of steps that need it.
    pub(super) without_document: Option<u16>,
    /// Not those that lead on from this step.
    pub(super) up_to: Option<usize>,
}

impl Walk {
    pub(super) const EVERYWHERE: Self = Self { over_returns: true, without_document: None, up_to: None };
    pub(super) const FORWARD: Self = Self { over_returns: false, ..Self::EVERYWHERE };

    const fn takes(&self, step: &DeclaredStep<'_>, outcome: usize) -> bool {
        if step.is_return(outcome) {
            return self.over_returns;
        }
        match self.without_document {
            Some(document) => !uses(step.yields(outcome), document) && !uses(step.inputs, document),
            None => true,
        }
    }
}

/// The steps that a walk from a step comes to, that one included.
pub(super) const fn reached(declaration: &Declaration<'_>, from: usize, walk: Walk) -> Steps {
    let mut reached = Steps::NONE;
    reached.insert(from);
    spread(declaration, reached, from, walk)
}

/// With the steps that a walk comes to from a step among `reached`, over steps that are not.
const fn spread(declaration: &Declaration<'_>, mut reached: Steps, from: usize, walk: Walk) -> Steps {
    let mut open = [0_u16; STEPS_MAX + 1];
    open[0] = from as u16;
    let mut count = 1;
    while count > 0 {
        count -= 1;
        let position = open[count] as usize;
        let step = &declaration.steps[position];
        let goes_on = match walk.up_to {
            Some(last) => last != position,
            None => true,
        };
        let outcomes = if goes_on { step.outcome_count() } else { 0 };
        let mut outcome = 0;
        while outcome < outcomes {
            let targets = if walk.takes(step, outcome) { step.targets(outcome) } else { &[] };
            let mut at = 0;
            while at < targets.len() {
                if targets[at] != END && reached.insert(targets[at] as usize) {
                    open[count] = targets[at];
                    count += 1;
                }
                at += 1;
            }
            outcome += 1;
        }
    }
    reached
}

/// The steps that a walk comes to right behind each outcome that yields a document.
pub(super) const fn reached_behind(declaration: &Declaration<'_>, document: u16) -> Steps {
    let mut reached = Steps::NONE;
    let mut position = 0;
    while position < declaration.steps.len() {
        let step = &declaration.steps[position];
        let mut outcome = 0;
        while outcome < step.ways_on() {
            let targets = if uses(step.yields(outcome), document) { step.targets(outcome) } else { &[] };
            let mut at = 0;
            while at < targets.len() {
                if targets[at] != END && reached.insert(targets[at] as usize) {
                    reached = spread(declaration, reached, targets[at] as usize, Walk::EVERYWHERE);
                }
                at += 1;
            }
            outcome += 1;
        }
        position += 1;
    }
    reached
}

/// The steps from which flows lead to the end, or to a step that another one empties.
pub(super) const fn ending(declaration: &Declaration<'_>) -> Steps {
    let steps = declaration.steps;
    let mut ending = emptied(declaration);
    let mut has_grown = true;
    while has_grown {
        has_grown = false;
        let mut position = steps.len();
        while position > 0 {
            position -= 1;
            if !ending.contains(position) && leads_into(&steps[position], &ending) {
                has_grown = ending.insert(position);
            }
        }
    }
    ending
}

/// The steps that other ones cancel.
const fn emptied(declaration: &Declaration<'_>) -> Steps {
    let mut emptied = Steps::NONE;
    let mut position = 0;
    while position < declaration.steps.len() {
        let step = &declaration.steps[position];
        let mut outcome = 0;
        while outcome < step.outcome_count() {
            let cancels = step.cancels(outcome);
            let mut at = 0;
            while at < cancels.len() {
                if cancels[at] as usize != position {
                    emptied.insert(cancels[at] as usize);
                }
                at += 1;
            }
            outcome += 1;
        }
        position += 1;
    }
    emptied
}

const fn leads_into(step: &DeclaredStep<'_>, into: &Steps) -> bool {
    let mut outcome = 0;
    while outcome < step.outcome_count() {
        let targets = step.targets(outcome);
        let mut at = 0;
        while at < targets.len() {
            if targets[at] == END || into.contains(targets[at] as usize) {
                return true;
            }
            at += 1;
        }
        outcome += 1;
    }
    false
}

/// How many flows that are no returns lead to a step, the flow into the first step included.
pub(super) const fn incoming(declaration: &Declaration<'_>, to: usize) -> usize {
    let mut count = (declaration.first() == to) as usize;
    let mut position = 0;
    while position < declaration.steps.len() {
        let step = &declaration.steps[position];
        let mut outcome = 0;
        while outcome < step.ways_on() {
            count += times(step.targets(outcome), to as u16);
            outcome += 1;
        }
        position += 1;
    }
    count
}

/// Whether no two tokens can be on their way: no outcome leads to several steps, no join waits, nothing is cancelled.
pub const fn is_sequential(declaration: &Declaration<'_>) -> bool {
    let mut position = 0;
    while position < declaration.steps.len() {
        let step = &declaration.steps[position];
        if !matches!(step.join, crate::model::Join::Any) {
            return false;
        }
        let mut outcome = 0;
        while outcome < step.outcome_count() {
            if step.targets(outcome).len() > 1 || !step.cancels(outcome).is_empty() {
                return false;
            }
            outcome += 1;
        }
        position += 1;
    }
    true
}

/// How often a number stands in a list.
pub(super) const fn times(list: &[u16], wanted: u16) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < list.len() {
        count += (list[at] == wanted) as usize;
        at += 1;
    }
    count
}

pub(super) const fn uses(list: &[super::declaration::DeclaredUse<'_>], document: u16) -> bool {
    let mut at = 0;
    while at < list.len() {
        if list[at].document == document {
            return true;
        }
        at += 1;
    }
    false
}
