//! Whether each outcome respects the order of ranks.

use std::collections::HashSet;

use crate::model::{Code, Diagnostic, Direction, Flow, Place, Procedure, Target};
use crate::net::Net;

/// The flows up that pass over a role without saying so.
pub(super) fn skipped(procedure: &Procedure, net: &Net, flows: &[Flow<'_>]) -> Vec<Diagnostic> {
    flows
        .iter()
        .filter(|flow| flow.direction == Direction::Submit && !flow.outcome.direct)
        .filter_map(|flow| {
            let Target::Step(to) = flow.to else { return None };
            let from_rank = net.roles.get(flow.from.role.as_str())?.index();
            let to_rank = net.steps[net.step_ids.get(to.as_str())?.index()].role?.index();
            let between = procedure.roles.get(from_rank + 1..to_rank).filter(|roles| !roles.is_empty())?;
            let skipped: Vec<&str> = between.iter().map(|role| role.id.as_str()).collect();
            let message = format!(
                "the flow up to step {to} passes over `{}`, ranked between `{}` and `{}`",
                skipped.join("`, `"),
                flow.from.role,
                procedure.roles[to_rank].id,
            );
            let help = "let the paper pass through each rank, or write `direct = true`";
            Some(Diagnostic::new(Code::SkippedRole, place(flow), message).help(help))
        })
        .collect()
}

/// The outcomes that give work down and up at once.
pub(super) fn mixed_disposals(flows: &[Flow<'_>]) -> Vec<Diagnostic> {
    flows
        .chunk_by(|one, next| std::ptr::eq(one.outcome, next.outcome))
        .filter_map(|outcome| {
            let leading = |direction| outcome.iter().find(|flow| flow.direction == direction);
            let (down, up) = (leading(Direction::Dispose)?, leading(Direction::Submit)?);
            let message = format!("it gives work down to step {} and at once up to step {}", down.to, up.to);
            let help = "let an instruction lead only downward, and submit upward by a step of its own";
            Some(Diagnostic::new(Code::MixedDisposal, place(down), message).help(help))
        })
        .collect()
}

/// The roles that do no step.
pub(super) fn idle(procedure: &Procedure) -> impl Iterator<Item = Diagnostic> {
    let acting: HashSet<&str> = procedure.steps.iter().map(|step| step.role.as_str()).collect();
    procedure.roles.iter().filter(move |role| !acting.contains(role.id.as_str())).map(|role| {
        let message = format!("`{}` has a column but no step", role.id);
        Diagnostic::new(Code::IdleRole, Place::Role(role.id.clone()), message)
    })
}

fn place(flow: &Flow<'_>) -> Place {
    Place::Outcome(flow.from.id.clone(), flow.outcome.id.clone())
}
