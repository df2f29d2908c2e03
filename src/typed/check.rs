//! What is wrong with a declaration, found while the program is compiled.
//!
//! Each check is the one that [`Procedure::verify`](crate::Procedure::verify) makes under the same code, as far as flows
//! and names alone decide it.

use super::declaration::{Declaration, DeclaredDuty, DeclaredEvidence, DeclaredOutcome, DeclaredStep, DeclaredUse};
use super::graph::{self, STEPS_MAX, Walk};
use crate::id::is_well_formed;
use crate::model::{Code, Join};

/// What no check here looks for: only verification tells it.
pub const LEFT_TO_VERIFY: &[Code] = &[Code::OverLimit, Code::BadLanguage, Code::DocumentLost];

/// What else is left where several tokens can be on their way, because it takes the rules of tokens to tell.
pub const LEFT_TO_VERIFY_IN_PARALLEL: &[Code] = &[
    Code::DeadStep,
    Code::Deadlock,
    Code::Livelock,
    Code::ImproperCompletion,
    Code::TwoTokens,
    Code::Undecided,
    Code::DocumentMissing,
];

/// So many faults are told at once.
const FAULTS_MAX: usize = 8;

/// What is wrong with a declaration.
#[derive(Debug, Clone, Copy)]
pub struct Faults {
    list: [Option<Fault>; FAULTS_MAX],
    /// Those beyond the list included.
    pub count: usize,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub flaw: Flaw,
    pub place: Place,
    /// The other thing that it is about.
    pub other: Option<Place>,
}

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// What verification would tell with this code.
    Unsound(Code),
    /// The declaration leaves open what a procedure must say.
    Unclear(&'static str),
}

/// A part of the declaration, by positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Procedure,
    Role(usize),
    Document(usize),
    Step(usize),
    Outcome(usize, usize),
    Duty(usize),
}

impl Faults {
    pub const fn get(&self, position: usize) -> Option<&Fault> {
        if position < FAULTS_MAX { self.list[position].as_ref() } else { None }
    }

    const fn tell(&mut self, flaw: Flaw, place: Place, other: Option<Place>) {
        if self.count < FAULTS_MAX {
            self.list[self.count] = Some(Fault { flaw, place, other });
        }
        self.count += 1;
    }

    const fn code(&mut self, code: Code, place: Place) {
        self.tell(Flaw::Unsound(code), place, None);
    }

    const fn about(&mut self, code: Code, place: Place, other: Place) {
        self.tell(Flaw::Unsound(code), place, Some(other));
    }

    const fn unclear(&mut self, what: &'static str, place: Place) {
        self.tell(Flaw::Unclear(what), place, None);
    }
}

/// Everything that is wrong with a declaration as far as it can be told without running it.
pub const fn check(declaration: &Declaration<'_>) -> Faults {
    let mut faults = Faults { list: [None; FAULTS_MAX], count: 0 };
    names(declaration, &mut faults);
    if declaration.steps.len() > STEPS_MAX {
        faults.code(Code::OverLimit, Place::Procedure);
        return faults;
    }
    if declaration.steps.is_empty() || declaration.roles.is_empty() {
        faults.code(Code::Empty, Place::Procedure);
        return faults;
    }
    evidence(declaration.evidence, Place::Procedure, &mut faults);
    let mut position = 0;
    while position < declaration.steps.len() {
        step(declaration, position, &mut faults);
        position += 1;
    }
    duties(declaration, &mut faults);
    if faults.count == 0 {
        flows(declaration, &mut faults);
    }
    if faults.count == 0 {
        documents(declaration, &mut faults);
    }
    faults
}

// ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const fn names(declaration: &Declaration<'_>, faults: &mut Faults) {
    id(declaration.id, Place::Procedure, faults);
    let (roles, documents, steps) = (declaration.roles, declaration.documents, declaration.steps);
    let mut at = 0;
    while at < roles.len() {
        id(roles[at].id, Place::Role(at), faults);
        let mut earlier = 0;
        while earlier < at {
            if same(roles[earlier].id, roles[at].id) {
                faults.about(Code::DuplicateId, Place::Role(at), Place::Role(earlier));
            }
            earlier += 1;
        }
        at += 1;
    }
    let mut at = 0;
    while at < documents.len() {
        id(documents[at].id, Place::Document(at), faults);
        let mut earlier = 0;
        while earlier < at {
            if same(documents[earlier].id, documents[at].id) {
                faults.about(Code::DuplicateId, Place::Document(at), Place::Document(earlier));
            }
            earlier += 1;
        }
        at += 1;
    }
    let mut at = 0;
    while at < steps.len() {
        id(steps[at].id, Place::Step(at), faults);
        let mut earlier = 0;
        while earlier < at {
            if same(steps[earlier].id, steps[at].id) {
                faults.about(Code::DuplicateId, Place::Step(at), Place::Step(earlier));
            }
            earlier += 1;
        }
        at += 1;
    }
}

const fn id(id: &str, place: Place, faults: &mut Faults) {
    if !is_well_formed(id) || matches!(place, Place::Step(_)) && same(id, "end") {
        faults.code(Code::BadId, place);
    }
}

const fn same(one: &str, other: &str) -> bool {
    same_in_two(one, "", other, "")
}

/// Whether two texts are the same, each given in two parts.
const fn same_in_two(one: &str, one_rest: &str, other: &str, other_rest: &str) -> bool {
    let length = one.len() + one_rest.len();
    if length != other.len() + other_rest.len() {
        return false;
    }
    let mut at = 0;
    while at < length {
        if byte(one, one_rest, at) != byte(other, other_rest, at) {
            return false;
        }
        at += 1;
    }
    true
}

const fn byte(text: &str, rest: &str, at: usize) -> u8 {
    if at < text.len() { text.as_bytes()[at] } else { rest.as_bytes()[at - text.len()] }
}

// ── Steps ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const fn step(declaration: &Declaration<'_>, position: usize, faults: &mut Faults) {
    let (step, place) = (&declaration.steps[position], Place::Step(position));
    if step.role.is_none() {
        faults.unclear("it does not say who does it; write `role: …` with a role", place);
    }
    if step.outcome_count() == 0 {
        faults.code(Code::NoWayOn, place);
    }
    if !step.next.is_empty() && !step.outcomes.is_empty() {
        faults.unclear("it has both `next` and `outcomes`; make `next` one of the outcomes", place);
    }
    if step.direct && step.next.is_empty() {
        faults.unclear("`direct` is said of `next`, which is not there; write it in the outcome", place);
    }
    if matches!(step.time, Some(time) if !time.is_in_bounds()) {
        faults.code(Code::BadTime, place);
    }
    uses(step.inputs, place, faults);
    uses(step.outputs, place, faults);
    evidence(step.evidence, place, faults);
    join(declaration, position, faults);
    let mut number = 0;
    while number < step.outcome_count() {
        outcome(declaration, position, number, faults);
        number += 1;
    }
}

const fn outcome(declaration: &Declaration<'_>, position: usize, number: usize, faults: &mut Faults) {
    let (step, place) = (&declaration.steps[position], Place::Outcome(position, number));
    let targets = step.targets(number);
    if targets.is_empty() {
        faults.code(Code::NoWayOn, place);
    }
    repeated(targets, place, faults);
    if let Some(DeclaredOutcome { id: Some(own), .. }) = step.outcome(number) {
        id(own, place, faults);
    }
    if let Some(DeclaredOutcome { outputs: Some(own), .. }) = step.outcome(number) {
        uses(own, place, faults);
    }
    let mut earlier = 0;
    while earlier < number {
        let (one, other) = (outcome_id(declaration, step, earlier), outcome_id(declaration, step, number));
        if same_in_two(one.0, one.1, other.0, other.1) {
            faults.about(Code::DuplicateId, place, Place::Outcome(position, earlier));
        }
        earlier += 1;
    }
}

/// The id of an outcome in two parts.
pub(super) const fn outcome_id<'a>(
    declaration: &Declaration<'a>,
    step: &DeclaredStep<'a>,
    number: usize,
) -> (&'a str, &'a str) {
    match step.outcome(number) {
        None => ("done", ""),
        Some(DeclaredOutcome { id: Some(id), .. }) => (id, ""),
        Some(DeclaredOutcome { to: [to, ..], .. }) => ("return-", declaration.steps[*to as usize].id),
        Some(_) => ("", ""),
    }
}

/// A document that stands in a list twice.
const fn uses(list: &[DeclaredUse<'_>], place: Place, faults: &mut Faults) {
    let mut at = 1;
    while at < list.len() {
        let (earlier, _) = list.split_at(at);
        if graph::uses(earlier, list[at].document) {
            faults.about(Code::Repeated, place, Place::Document(list[at].document as usize));
        }
        at += 1;
    }
}

/// A step that stands in a list twice; the end may be among them.
const fn repeated(list: &[u16], place: Place, faults: &mut Faults) {
    let mut at = 1;
    while at < list.len() {
        let (earlier, _) = list.split_at(at);
        if graph::times(earlier, list[at]) > 0 {
            faults.about(Code::Repeated, place, Place::Step(list[at] as usize));
        }
        at += 1;
    }
}

const fn join(declaration: &Declaration<'_>, position: usize, faults: &mut Faults) {
    if let Join::NOf(wanted) = declaration.steps[position].join
        && (wanted == 0 || wanted as usize > graph::incoming(declaration, position))
    {
        faults.code(Code::BadJoin, Place::Step(position));
    }
}

const fn evidence(list: &[DeclaredEvidence<'_>], place: Place, faults: &mut Faults) {
    let mut at = 0;
    while at < list.len() {
        if list[at].about.is_none() || list[at].confidence.is_none() {
            faults.unclear("a piece of its evidence lacks `about` or `confidence`", place);
        }
        at += 1;
    }
}

// ── Duties ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const fn duties(declaration: &Declaration<'_>, faults: &mut Faults) {
    let mut at = 0;
    while at < declaration.duties.len() {
        let steps = declaration.duties[at].steps;
        if steps.len() < 2 {
            faults.code(Code::BadDuty, Place::Duty(at));
        }
        repeated(steps, Place::Duty(at), faults);
        at += 1;
    }
    let chiefs = bonds(declaration.duties);
    let mut at = 0;
    while at < declaration.duties.len() {
        let duty = &declaration.duties[at];
        if duty.is_separation && is_contradicted(duty.steps, &chiefs) {
            faults.code(Code::ContradictingDuties, Place::Duty(at));
        }
        at += 1;
    }
}

/// For each step, one that stands for all that duties bind it to.
const fn bonds(duties: &[DeclaredDuty<'_>]) -> [u16; STEPS_MAX] {
    let mut chiefs = [0_u16; STEPS_MAX];
    let mut step = 0;
    while step < STEPS_MAX && !duties.is_empty() {
        chiefs[step] = step as u16;
        step += 1;
    }
    let mut at = 0;
    while at < duties.len() {
        let steps = if duties[at].is_separation { &[] } else { duties[at].steps };
        let mut other = 1;
        while other < steps.len() {
            let (chief, bound) = (chiefs[steps[0] as usize], chiefs[steps[other] as usize]);
            let mut step = 0;
            while step < STEPS_MAX {
                if chiefs[step] == bound {
                    chiefs[step] = chief;
                }
                step += 1;
            }
            other += 1;
        }
        at += 1;
    }
    chiefs
}

const fn is_contradicted(steps: &[u16], chiefs: &[u16; STEPS_MAX]) -> bool {
    let mut one = 0;
    while one < steps.len() {
        let mut other = one + 1;
        while other < steps.len() {
            if steps[one] != steps[other] && chiefs[steps[one] as usize] == chiefs[steps[other] as usize] {
                return true;
            }
            other += 1;
        }
        one += 1;
    }
    false
}

// ── Flows ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const fn flows(declaration: &Declaration<'_>, faults: &mut Faults) {
    let reached = graph::reached(declaration, declaration.first(), Walk::EVERYWHERE);
    let ending = graph::ending(declaration);
    let mut position = 0;
    while position < declaration.steps.len() {
        if !reached.contains(position) {
            faults.code(Code::UnreachableStep, Place::Step(position));
        }
        if !ending.contains(position) {
            faults.code(Code::NoWayToEnd, Place::Step(position));
        }
        returns(declaration, position, faults);
        position += 1;
    }
}

const fn returns(declaration: &Declaration<'_>, position: usize, faults: &mut Faults) {
    let step = &declaration.steps[position];
    let mut outcome = step.ways_on();
    while outcome < step.outcome_count() {
        let targets = step.targets(outcome);
        let mut at = 0;
        while at < targets.len() {
            let target = targets[at] as usize;
            let leads_back =
                target != position && graph::reached(declaration, target, Walk::FORWARD).contains(position);
            if !leads_back {
                faults.about(Code::ReturnForward, Place::Outcome(position, outcome), Place::Step(target));
            }
            at += 1;
        }
        outcome += 1;
    }
}

// ── Documents ───────────────────────────────────────────────────────────────────────────────────────────────────────

const fn documents(declaration: &Declaration<'_>, faults: &mut Faults) {
    let is_sequential = graph::is_sequential(declaration);
    let mut document = 0;
    while document < declaration.documents.len() {
        let behind = graph::reached_behind(declaration, document as u16);
        if declaration.documents[document].external {
            if is_yielded(declaration, document as u16) {
                faults.code(Code::ExternalYielded, Place::Document(document));
            }
        } else if is_sequential {
            lacking_on_a_way(declaration, document, &behind, faults);
        } else {
            lacking_on_every_way(declaration, document, &behind, faults);
        }
        document += 1;
    }
}

/// Where no two tokens are on their way, each way along the flows is one that a case can go.
const fn lacking_on_a_way(declaration: &Declaration<'_>, document: usize, behind: &graph::Steps, faults: &mut Faults) {
    let without = Walk { without_document: Some(document as u16), ..Walk::EVERYWHERE };
    let lacking = graph::reached(declaration, declaration.first(), without);
    let mut position = 0;
    while position < declaration.steps.len() {
        if lacking.contains(position) && graph::uses(declaration.steps[position].inputs, document as u16) {
            let code = if behind.contains(position) { Code::DocumentMissing } else { Code::DocumentNotProvided };
            faults.about(code, Place::Step(position), Place::Document(document));
        }
        position += 1;
    }
}

/// Where branches wait for each other, a way along the flows need not be one that a case can go. But a step surely lacks
/// what nothing yields that can be done before it.
const fn lacking_on_every_way(
    declaration: &Declaration<'_>,
    document: usize,
    behind: &graph::Steps,
    faults: &mut Faults,
) {
    let mut position = 0;
    while position < declaration.steps.len() {
        if graph::uses(declaration.steps[position].inputs, document as u16) {
            let place = Place::Step(position);
            if !behind.contains(position) {
                faults.about(Code::DocumentNotProvided, place, Place::Document(document));
            } else if !is_yielded_before(declaration, document as u16, position) {
                faults.about(Code::DocumentMissing, place, Place::Document(document));
            }
        }
        position += 1;
    }
}

const fn is_yielded_before(declaration: &Declaration<'_>, document: u16, before: usize) -> bool {
    let walk = Walk { up_to: Some(before), ..Walk::EVERYWHERE };
    let reached = graph::reached(declaration, declaration.first(), walk);
    let mut position = 0;
    while position < declaration.steps.len() {
        if position != before && reached.contains(position) && yields(&declaration.steps[position], document) {
            return true;
        }
        position += 1;
    }
    false
}

const fn is_yielded(declaration: &Declaration<'_>, document: u16) -> bool {
    let mut position = 0;
    while position < declaration.steps.len() {
        if yields(&declaration.steps[position], document) || graph::uses(declaration.steps[position].outputs, document)
        {
            return true;
        }
        position += 1;
    }
    false
}

/// Whether some outcome yields the document.
const fn yields(step: &DeclaredStep<'_>, document: u16) -> bool {
    let mut outcome = 0;
    while outcome < step.ways_on() {
        if graph::uses(step.yields(outcome), document) {
            return true;
        }
        outcome += 1;
    }
    false
}
