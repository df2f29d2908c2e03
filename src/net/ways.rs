//! Which steps lie between others, going by flows that are no returns.

use super::FlowRow;
use super::compile::dense;
use crate::id::StepIx;
use crate::model::Procedure;

pub(super) struct Ways {
    after: Vec<Vec<u16>>,
    before: Vec<Vec<u16>>,
}

/// What is done again after a return.
pub(super) struct Region {
    /// In order.
    pub(super) steps: Vec<StepIx>,
    pub(super) all_targets_lead_back: bool,
}

impl Ways {
    pub(super) fn new(flows: &[FlowRow], sent: &[Vec<usize>], procedure: &Procedure) -> Self {
        let count = procedure.steps.len();
        let mut ways = Self { after: vec![Vec::new(); count], before: vec![Vec::new(); count] };
        let outcomes = procedure
            .steps
            .iter()
            .enumerate()
            .flat_map(|(step, row)| row.outcomes.iter().map(move |outcome| (step, outcome)));
        for ((step, outcome), sent) in outcomes.zip(sent) {
            if outcome.returns {
                continue;
            }
            for next in sent.iter().filter_map(|flow| flows[*flow].to) {
                ways.after[step].push(next.0);
                ways.before[next.index()].push(dense(step));
            }
        }
        ways
    }

    /// The steps on a way from a target to the step that returns, both included. Such a way passes neither a target nor
    /// the returning step in between: a loop around all of them is not done again.
    pub(super) fn region(&self, targets: &[usize], returning: usize) -> Region {
        let before_all = reach(&self.before, &[returning], |_| true);
        let all_targets_lead_back = targets.iter().all(|target| *target != returning && before_all[*target]);
        let behind = reach(&self.before, &[returning], |step| !targets.contains(&step));
        let ahead = reach(&self.after, targets, |step| step != returning);
        let is_between =
            |step: &usize| *step == returning || (ahead[*step] && (behind[*step] || targets.contains(step)));
        let steps = (0..self.after.len()).filter(is_between).map(|step| StepIx(dense(step))).collect();
        Region { steps, all_targets_lead_back }
    }
}

/// What can be reached, going on from those that `goes_on` allows and from where it begins.
fn reach(next: &[Vec<u16>], from: &[usize], goes_on: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut reached = vec![false; next.len()];
    let mut open: Vec<usize> = from.to_vec();
    for step in from {
        reached[*step] = true;
    }
    while let Some(step) = open.pop() {
        for next in next[step].iter().map(|next| usize::from(*next)) {
            if !std::mem::replace(&mut reached[next], true) && goes_on(next) {
                open.push(next);
            }
        }
    }
    reached
}
