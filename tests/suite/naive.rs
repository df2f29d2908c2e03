//! A third opinion on soundness: every stand that a case can reach, by brute force on the reference interpreter.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sopflow::{Duty, Join, Procedure, StepId, Target};

use crate::reference::{Deed, END, Phase, Reference, Stand};

/// What brute force finds: the defects by their codes. `None` where there are more stands than allowed.
pub(crate) fn defects(procedure: &Procedure, most: usize) -> Option<BTreeSet<&'static str>> {
    let mut found = misfits(procedure);
    if !found.is_empty() {
        return Some(found);
    }
    let reference = Reference::new(procedure);
    let (ahead, ever) = ahead(&reference, reference.opened(), most)?;
    found.extend(ahead);
    if procedure.steps.iter().any(|step| !ever.contains(step.id.as_str())) {
        // What a livelock is cannot be said where steps are dead.
        found.remove("livelock");
        found.insert("dead-step");
    }
    Some(found)
}

/// What brute force finds from a stand on, and the steps that can be done there. `None` where there are more stands than
/// allowed.
pub(crate) fn ahead<'p>(
    reference: &Reference<'p>,
    from: Stand<'p>,
    most: usize,
) -> Option<(BTreeSet<&'static str>, BTreeSet<&'p str>)> {
    let mut found = BTreeSet::new();
    let mut numbers: HashMap<Stand<'_>, usize> = HashMap::from([(from.clone(), 0)]);
    let mut stands = vec![from];
    let mut back: Vec<Vec<usize>> = vec![Vec::new()];
    let mut ended = Vec::new();
    let mut ever = BTreeSet::new();
    let mut at = 0;
    while at < stands.len() {
        if stands.len() > most {
            return None;
        }
        let stand = stands[at].clone();
        if stand.phase == Phase::Completed {
            ended.push(at);
            if stand.tokens.len() > 1 {
                found.insert("improper-completion");
            }
            at += 1;
            continue;
        }
        let enabled = reference.enabled(&stand);
        if enabled.is_empty() {
            found.insert("deadlock");
        }
        ever.extend(enabled.iter().copied());
        for (deed, lacks) in deeds(reference, &stand, &enabled) {
            if lacks {
                found.insert("document-missing");
                continue;
            }
            let mut next = stand.clone();
            match reference.perform(&mut next, deed) {
                Some(token) if token != END => drop(found.insert("two-tokens")),
                Some(_) => {}
                None => {
                    next.done.clear();
                    let to = *numbers.entry(next.clone()).or_insert_with(|| {
                        stands.push(next);
                        back.push(Vec::new());
                        stands.len() - 1
                    });
                    if matches!(deed, Deed::Finish(..)) {
                        back[to].push(at);
                    }
                }
            }
        }
        at += 1;
    }
    if found.is_empty() && reached_backward(&back, ended).len() < stands.len() {
        found.insert("livelock");
    }
    Some((found, ever))
}

/// Everything that can be done, and whether a document is missing for it.
fn deeds<'p>(reference: &Reference<'p>, stand: &Stand<'p>, enabled: &[&'p str]) -> Vec<(Deed<'p>, bool)> {
    let mut deeds = Vec::new();
    for id in enabled.iter().copied() {
        let step = reference.step(id).expect("an enabled step exists");
        let lacks = !reference.lacking(stand, step, false).is_empty();
        for outcome in &step.outcomes {
            deeds.push((Deed::Finish(id, outcome.id.as_str()), lacks && !outcome.returns));
        }
        // A step that can only send work back and lacks a document is defective all the same.
        if lacks && step.outcomes.iter().all(|outcome| outcome.returns) {
            deeds.push((Deed::Comment, true));
        }
    }
    for step in &reference.procedure.steps {
        for outcome in reference.recallable(stand, step.id.as_str()) {
            if Reference::no_receiver_started(stand, outcome) {
                deeds.push((Deed::Recall(step.id.as_str(), outcome.id.as_str()), false));
            }
        }
    }
    deeds
}

fn reached_backward(back: &[Vec<usize>], from: Vec<usize>) -> BTreeSet<usize> {
    let mut reached: BTreeSet<usize> = from.iter().copied().collect();
    let mut open = from;
    while let Some(stand) = open.pop() {
        for &earlier in &back[stand] {
            if reached.insert(earlier) {
                open.push(earlier);
            }
        }
    }
    reached
}

fn misfits_of_duties(reference: &Reference<'_>) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    for duty in &reference.procedure.duties {
        let steps = duty.steps();
        let pairs =
            || steps.iter().enumerate().flat_map(|(at, step)| steps[..at].iter().map(move |other| (step, other)));
        if steps.len() < 2 {
            found.insert("bad-duty");
        }
        if steps.iter().any(|step| reference.step(step.as_str()).is_none()) {
            found.insert("unknown-step");
        }
        if pairs().any(|(step, other)| step == other) {
            found.insert("repeated");
        }
        let is_contrary =
            |step: &StepId, other: &StepId| step != other && reference.are_bound(step.as_str(), other.as_str());
        if matches!(duty, Duty::Distinct(_)) && pairs().any(|(step, other)| is_contrary(step, other)) {
            found.insert("contradicting-duties");
        }
    }
    found
}

/// What does not fit together before anything moves.
fn misfits(procedure: &Procedure) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let reference = Reference::new(procedure);
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let ids = (procedure.steps.iter().map(|step| ("step", step.id.as_str())))
        .chain(procedure.roles.iter().map(|role| ("role", role.id.as_str())))
        .chain(procedure.documents.iter().map(|document| ("document", document.id.as_str())));
    for id in ids {
        *counts.entry(id).or_default() += 1;
    }
    if counts.values().any(|count| *count > 1) {
        found.insert("duplicate-id");
    }
    let known = |kind, id| counts.contains_key(&(kind, id));
    if procedure.start.as_ref().is_some_and(|start| !known("step", start.as_str())) {
        found.insert("unknown-step");
    }
    found.extend(misfits_of_duties(&reference));
    for step in &procedure.steps {
        if !known("role", step.role.as_str()) {
            found.insert("unknown-role");
        }
        let own = step.outcomes.iter().flat_map(|outcome| outcome.outputs.iter().flatten());
        for used in step.inputs.iter().chain(&step.outputs).chain(own) {
            if !known("document", used.document.as_str()) {
                found.insert("unknown-document");
            }
        }
        let forward = procedure.steps.iter().flat_map(|from| &from.outcomes).filter(|outcome| !outcome.returns);
        let incoming = forward.flat_map(|outcome| &outcome.to).filter(|to| to.as_str() == step.id.as_str()).count();
        let first = procedure.start.as_ref().unwrap_or(&procedure.steps[0].id) == &step.id;
        if let Join::NOf(wanted) = step.join
            && (wanted == 0 || usize::from(wanted) > incoming + usize::from(first))
        {
            found.insert("bad-join");
        }
        if step.outcomes.is_empty() {
            found.insert("no-way-on");
        }
        for (position, outcome) in step.outcomes.iter().enumerate() {
            if outcome.to.is_empty() {
                found.insert("no-way-on");
            }
            if step.outcomes[..position].iter().any(|earlier| earlier.id == outcome.id) {
                found.insert("duplicate-id");
            }
            let distinct: BTreeSet<&str> = outcome.to.iter().map(Target::as_str).collect();
            if distinct.len() < outcome.to.len() {
                found.insert("repeated");
            }
            let steps = outcome.to.iter().filter(|to| **to != Target::End).map(Target::as_str);
            if steps.chain(outcome.cancels.iter().map(sopflow::StepId::as_str)).any(|id| !known("step", id)) {
                found.insert("unknown-step");
            }
            let back =
                |to: &Target| to.as_str() != step.id.as_str() && reference.leads(to.as_str(), step.id.as_str(), &[]);
            if outcome.returns && !outcome.to.iter().all(back) {
                found.insert("return-forward");
            }
        }
        for uses in
            step.outcomes.iter().filter_map(|outcome| outcome.outputs.as_ref()).chain([&step.inputs, &step.outputs])
        {
            let distinct: BTreeSet<&str> = uses.iter().map(|used| used.document.as_str()).collect();
            if distinct.len() < uses.len() {
                found.insert("repeated");
            }
        }
    }
    let mut ending: BTreeSet<&str> = BTreeSet::from(["end"]);
    for step in &procedure.steps {
        let cancelled = step.outcomes.iter().flat_map(|outcome| &outcome.cancels).map(sopflow::StepId::as_str);
        ending.extend(cancelled.filter(|id| *id != step.id.as_str()));
    }
    for _ in &procedure.steps {
        for step in &procedure.steps {
            if step.outcomes.iter().flat_map(|outcome| &outcome.to).any(|to| ending.contains(to.as_str())) {
                ending.insert(step.id.as_str());
            }
        }
    }
    if procedure.steps.iter().any(|step| !ending.contains(step.id.as_str())) {
        found.insert("no-way-to-end");
    }
    let yields = |document: &str| {
        procedure.steps.iter().any(|step| {
            let own = step.outcomes.iter().flat_map(|outcome| outcome.outputs.iter().flatten());
            own.chain(&step.outputs).any(|used| used.document.as_str() == document)
        })
    };
    if procedure.documents.iter().any(|document| document.external && yields(document.id.as_str())) {
        found.insert("external-yielded");
    }
    found
}
