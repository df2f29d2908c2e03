//! Whether flows respect the order of ranks.

use std::collections::HashSet;

use crate::model::{Code, Diagnostic, Direction, Place, Procedure, Target};
use crate::net::Net;

pub(super) fn examine(procedure: &Procedure, net: &Net) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = procedure
        .flows()
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
            let place = Place::Outcome(flow.from.id.clone(), flow.outcome.id.clone());
            let help = "let the paper pass through each rank, or write `direct = true`";
            Some(Diagnostic::new(Code::SkippedRole, place, message).help(help))
        })
        .collect();
    let acting: HashSet<&str> = procedure.steps.iter().map(|step| step.role.as_str()).collect();
    found.extend(procedure.roles.iter().filter(|role| !acting.contains(role.id.as_str())).map(|role| {
        let message = format!("`{}` has a column but no step", role.id);
        Diagnostic::new(Code::IdleRole, Place::Role(role.id.clone()), message)
    }));
    found
}
