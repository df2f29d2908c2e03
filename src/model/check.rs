//! Whether the parts of a procedure fit together: ids, references, bounds. Where the flows lead is verified elsewhere.

use std::collections::HashSet;

use super::{About, Code, Diagnostic, DocumentUse, Evidence, Join, Outcome, Place, Procedure, Step, Target, Text};
use crate::id::{StepId, is_well_formed};
use crate::limits;

/// Everything that is wrong with ids, references and bounds.
pub(crate) fn check(procedure: &Procedure) -> Vec<Diagnostic> {
    let mut check = Check {
        procedure,
        roles: procedure.roles.iter().map(|role| role.id.as_str()).collect(),
        documents: procedure.documents.iter().map(|document| document.id.as_str()).collect(),
        steps: procedure.steps.iter().map(|step| step.id.as_str()).collect(),
        found: Vec::new(),
    };
    check.whole();
    check.roles();
    check.documents();
    check.steps();
    check.joins();
    check.found
}

struct Check<'a> {
    procedure: &'a Procedure,
    roles: HashSet<&'a str>,
    documents: HashSet<&'a str>,
    steps: HashSet<&'a str>,
    found: Vec<Diagnostic>,
}

/// Where a check is looking: what it is about, and the entry of which list.
#[derive(Clone)]
struct Spot {
    place: Place,
    list: &'static str,
    index: usize,
}

impl Spot {
    fn step(index: usize, step: &Step) -> Self {
        Self { place: Place::Step(step.id.clone()), list: "steps", index }
    }

    fn outcome(index: usize, step: &Step, outcome: &Outcome) -> Self {
        Self { place: Place::Outcome(step.id.clone(), outcome.id.clone()), ..Self::step(index, step) }
    }

    fn whole() -> Self {
        Self { place: Place::Procedure, list: "", index: 0 }
    }

    fn diagnostic(&self, code: Code, text: &str, message: String) -> Diagnostic {
        Diagnostic::new(code, self.place.clone(), message).at(self.list, self.index, text)
    }
}

impl Check<'_> {
    fn whole(&mut self) {
        let procedure = self.procedure;
        let spot = Spot::whole();
        self.id(&spot, procedure.id.as_str());
        self.text(&spot, "the version", &procedure.version, limits::ID_CHARS_MAX);
        if procedure.steps.is_empty() {
            self.found.push(spot.diagnostic(Code::Empty, "steps", "the procedure has no steps".into()));
        }
        if procedure.roles.is_empty() {
            self.found.push(spot.diagnostic(Code::Empty, "roles", "the procedure has no roles".into()));
        }
        self.count(&spot, "roles", procedure.roles.len(), limits::ROLES_MAX);
        self.count(&spot, "documents", procedure.documents.len(), limits::DOCUMENTS_MAX);
        self.count(&spot, "steps", procedure.steps.len(), limits::STEPS_MAX);
        let flows = procedure.steps.iter().flat_map(|step| &step.outcomes).map(|outcome| outcome.to.len()).sum();
        self.count(&spot, "flows", flows, limits::FLOWS_MAX);
        if let Some(start) = &procedure.start {
            self.known_step(&spot, start, "the start");
        }
        self.list(&spot, "supervisors", procedure.supervisors.len());
        for role in &procedure.supervisors {
            self.known_role(&spot, role.as_str(), "a supervisor");
        }
        self.evidence(&spot, &procedure.evidence);
        self.identity(&spot);
    }

    fn identity(&mut self, spot: &Spot) {
        let identity = &self.procedure.identity;
        self.words(spot, "the title", &identity.title);
        for text in [&identity.number].into_iter().flatten() {
            self.text(spot, "the number", text, limits::TEXT_CHARS_MAX);
        }
        if let Some(unit) = &identity.unit {
            self.words(spot, "the unit", unit);
        }
        if let Some(approver) = &identity.approver {
            self.words(spot, "the approver's post", &approver.post);
            for text in [&approver.name, &approver.nip].into_iter().flatten() {
                self.text(spot, "the approver", text, limits::TEXT_CHARS_MAX);
            }
        }
        for (name, list) in [
            ("legal_basis", &identity.legal_basis),
            ("qualifications", &identity.qualifications),
            ("related", &identity.related),
            ("equipment", &identity.equipment),
            ("warnings", &identity.warnings),
            ("records", &identity.records),
        ] {
            self.list(spot, name, list.len());
            for text in list {
                self.words(spot, name, text);
            }
        }
    }

    fn roles(&mut self) {
        let mut seen = HashSet::new();
        for (index, role) in self.procedure.roles.iter().enumerate() {
            let spot = Spot { place: Place::Role(role.id.clone()), list: "roles", index };
            self.new_id(&spot, &mut seen, role.id.as_str(), "role");
            self.words(&spot, "the name", &role.name);
        }
    }

    fn documents(&mut self) {
        let mut seen = HashSet::new();
        let yielded: HashSet<_> = self.procedure.steps.iter().flat_map(yields).collect();
        for (index, document) in self.procedure.documents.iter().enumerate() {
            let spot = Spot { place: Place::Document(document.id.clone()), list: "documents", index };
            self.new_id(&spot, &mut seen, document.id.as_str(), "document");
            self.words(&spot, "the name", &document.name);
            if document.external && yielded.contains(document.id.as_str()) {
                let message = format!("`{}` is called external, but a step yields it", document.id);
                self.found.push(
                    spot.diagnostic(Code::ExternalYielded, document.id.as_str(), message)
                        .help("drop `external = true`, or take it from the outputs"),
                );
            }
        }
    }

    fn steps(&mut self) {
        let mut seen = HashSet::new();
        for (index, step) in self.procedure.steps.iter().enumerate() {
            let spot = Spot::step(index, step);
            self.new_id(&spot, &mut seen, step.id.as_str(), "step");
            self.step(index, step, &spot);
        }
    }

    fn step(&mut self, index: usize, step: &Step, spot: &Spot) {
        if step.id == "end" {
            let message = "`end` is reserved for the end of a case".to_owned();
            self.found.push(spot.diagnostic(Code::BadId, "end", message).help("give the step another id"));
        }
        self.known_role(spot, step.role.as_str(), "the performer");
        if let Some(number) = &step.number {
            self.text(spot, "the number", number, limits::ID_CHARS_MAX);
        }
        self.words(spot, "the activity", &step.activity);
        if let Some(note) = &step.note {
            self.words(spot, "the note", note);
        }
        self.uses(spot, "an input", &step.inputs);
        self.uses(spot, "an output", &step.outputs);
        self.evidence(spot, &step.evidence);
        if step.outcomes.is_empty() {
            let message = "the step does not say what follows it".to_owned();
            self.found.push(
                spot.diagnostic(Code::NoWayOn, step.id.as_str(), message)
                    .help("write `next = \"…\"` with a step or `end`"),
            );
        }
        self.count(spot, "outcomes", step.outcomes.len(), limits::OUTCOMES_PER_STEP_MAX);
        let mut seen = HashSet::new();
        for outcome in &step.outcomes {
            let spot = Spot::outcome(index, step, outcome);
            self.new_id(&spot, &mut seen, outcome.id.as_str(), "outcome");
            self.outcome(&spot, outcome);
        }
    }

    fn outcome(&mut self, spot: &Spot, outcome: &Outcome) {
        if outcome.to.is_empty() {
            let message = "the outcome leads nowhere".to_owned();
            self.found.push(
                spot.diagnostic(Code::NoWayOn, outcome.id.as_str(), message)
                    .help("write `to = \"…\"` with a step or `end`"),
            );
        }
        self.list(spot, "targets", outcome.to.len());
        for (position, target) in outcome.to.iter().enumerate() {
            if outcome.to[..position].contains(target) {
                let message = format!("the outcome leads to `{target}` twice");
                self.found.push(spot.diagnostic(Code::Repeated, target.as_str(), message));
            }
            match target {
                Target::Step(step) => self.known_step(spot, step, "a flow"),
                Target::End if outcome.returns => {
                    let message = "a return cannot lead to the end".to_owned();
                    self.found.push(spot.diagnostic(Code::ReturnForward, "end", message));
                }
                Target::End => {}
            }
        }
        self.list(spot, "cancelled steps", outcome.cancels.len());
        for step in &outcome.cancels {
            self.known_step(spot, step, "a cancelled step");
        }
        if let Some(label) = &outcome.label {
            self.words(spot, "the label", label);
        }
        self.uses(spot, "an output", outcome.outputs.as_deref().unwrap_or_default());
    }

    /// A join needs to know how many flows come in, so it is checked when all steps are known.
    fn joins(&mut self) {
        let incoming_flows = self.procedure.forward_flows_by_target();
        for (index, step) in self.procedure.steps.iter().enumerate() {
            let Join::NOf(wanted) = step.join else { continue };
            let incoming = incoming_flows.get(&step.id).copied().unwrap_or(0);
            if wanted == 0 || usize::from(wanted) > incoming {
                let message = format!("the join wants {wanted} flows, but {incoming} come in");
                self.found.push(
                    Spot::step(index, step)
                        .diagnostic(Code::BadJoin, step.id.as_str(), message)
                        .help("want at least 1 and at most as many as come in; a flow of a return does not count"),
                );
            }
        }
    }

    fn uses(&mut self, spot: &Spot, what: &str, uses: &[DocumentUse]) {
        self.list(spot, what, uses.len());
        for (position, used) in uses.iter().enumerate() {
            let id = used.document.as_str();
            if !self.documents.contains(id) {
                let message = format!("{what} names the unknown document `{id}`");
                let help = nearest(id, self.documents.iter().copied()).unwrap_or("list it under `documents`".into());
                self.found.push(spot.diagnostic(Code::UnknownDocument, id, message).help(help));
            }
            if uses[..position].iter().any(|earlier| earlier.document == used.document) {
                self.found.push(spot.diagnostic(Code::Repeated, id, format!("{what} names `{id}` twice")));
            }
            if let Some(wording) = &used.wording {
                self.words(spot, "the wording", wording);
            }
        }
    }

    fn evidence(&mut self, spot: &Spot, evidence: &[Evidence]) {
        self.list(spot, "evidence", evidence.len());
        for entry in evidence {
            self.list(spot, "alternatives", entry.alternatives.len());
            for alternative in &entry.alternatives {
                if entry.about == About::Role {
                    self.known_role(spot, alternative, "an alternative");
                } else {
                    self.text(spot, "an alternative", alternative, limits::TEXT_CHARS_MAX);
                }
            }
            if let Some(words) = &entry.words {
                self.text(spot, "the words", words, limits::TEXT_CHARS_MAX);
            }
            if let Some(note) = &entry.note {
                self.words(spot, "the note", note);
            }
        }
    }

    fn known_role(&mut self, spot: &Spot, id: &str, what: &str) {
        if !self.roles.contains(id) {
            let message = format!("{what} names the unknown role `{id}`");
            let help = nearest(id, self.roles.iter().copied()).unwrap_or("list it under `roles`".into());
            self.found.push(spot.diagnostic(Code::UnknownRole, id, message).help(help));
        }
    }

    fn known_step(&mut self, spot: &Spot, id: &StepId, what: &str) {
        if !self.steps.contains(id.as_str()) {
            let message = format!("{what} names the unknown step `{id}`");
            let known = self.steps.iter().copied().chain(["end"]);
            let help = nearest(id.as_str(), known).unwrap_or("name a step, or `end`".into());
            self.found.push(spot.diagnostic(Code::UnknownStep, id.as_str(), message).help(help));
        }
    }

    fn new_id<'b>(&mut self, spot: &Spot, seen: &mut HashSet<&'b str>, id: &'b str, what: &str) {
        if !seen.insert(id) {
            self.duplicate(spot, id, what);
        }
        self.id(spot, id);
    }

    fn duplicate(&mut self, spot: &Spot, id: &str, what: &str) {
        let message = format!("there is a second {what} `{id}`");
        self.found.push(spot.diagnostic(Code::DuplicateId, id, message).help("give it an id of its own"));
    }

    fn id(&mut self, spot: &Spot, id: &str) {
        if !is_well_formed(id) {
            let shown: String = id.chars().take(limits::ID_CHARS_MAX).collect();
            let message = format!("`{shown}` is not an id");
            let help = format!(
                "use 1 to {} ASCII letters, digits, `.`, `_` or `-`, the first a letter or digit",
                limits::ID_CHARS_MAX
            );
            self.found.push(spot.diagnostic(Code::BadId, id, message).help(help));
        }
    }

    fn words(&mut self, spot: &Spot, what: &str, text: &Text) {
        self.count(spot, "languages", text.languages().count(), limits::LANGUAGES_MAX);
        for string in text.strings() {
            self.text(spot, what, string, limits::TEXT_CHARS_MAX);
        }
    }

    fn text(&mut self, spot: &Spot, what: &str, text: &str, most: usize) {
        if text.len() > most && text.chars().count() > most {
            let message = format!("{what} has {} characters; at most {most} are allowed", text.chars().count());
            self.found.push(spot.diagnostic(Code::OverLimit, text, message));
        }
    }

    fn list(&mut self, spot: &Spot, what: &str, len: usize) {
        self.count(spot, what, len, limits::LIST_MAX);
    }

    fn count(&mut self, spot: &Spot, what: &str, len: usize, most: usize) {
        if len > most {
            let message = format!("there are {len} entries of {what}; at most {most} are allowed");
            self.found.push(spot.diagnostic(Code::OverLimit, what, message));
        }
    }
}

/// The documents that some outcome of the step yields.
fn yields(step: &Step) -> impl Iterator<Item = &str> {
    step.outcomes
        .iter()
        .filter_map(|outcome| outcome.outputs.as_ref())
        .chain([&step.outputs])
        .flatten()
        .map(|used| used.document.as_str())
}

/// A question for the known word that is nearest to a mistyped one; `None` where none is near.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let word = word.to_lowercase();
    let tolerance = 1 + word.chars().count() / 3;
    known
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min()
        .map(|(_, candidate)| format!("did you mean `{candidate}`?"))
}
