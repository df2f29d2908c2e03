//! Whether the parts of a procedure fit together: ids, references, bounds. Where the flows lead is verified elsewhere.

use std::collections::hash_map::Entry::{Occupied, Vacant};

use chrono::{Datelike, NaiveDate};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::diagnostic::Part;
use super::duty::contradictions;
use super::outcome::END;
use super::text::is_language_tag;
use super::{
    About, Code, Diagnostic, DocumentUse, Evidence, Join, Outcome, Place, Procedure, Related, Step, Target, Text,
};
use crate::error::{did_you_mean, shown};
use crate::id::{StepId, is_well_formed};
use crate::limits;
use crate::time::StandardTime;
use Part::{Entry, Field};

/// Comparisons of a mistyped id with a known one, over the whole procedure; beyond them no likely word is suggested.
const COMPARISONS_MAX: usize = 1_000_000;

/// Everything that is wrong with ids, references and bounds.
pub(crate) fn check(procedure: &Procedure) -> Vec<Diagnostic> {
    let mut check = Check {
        procedure,
        roles: procedure.roles.iter().map(|role| role.id.as_str()).collect(),
        documents: procedure.documents.iter().map(|document| document.id.as_str()).collect(),
        steps: procedure.steps.iter().map(|step| step.id.as_str()).collect(),
        comparisons_left: COMPARISONS_MAX,
        found: Vec::new(),
    };
    check.whole();
    check.roles();
    check.documents();
    check.steps();
    check.joins();
    check.duties();
    check.found
}

fn with_room<'a>(count: usize) -> FxHashMap<&'a str, Part> {
    FxHashMap::with_capacity_and_hasher(count, FxBuildHasher)
}

struct Check<'a> {
    procedure: &'a Procedure,
    roles: FxHashSet<&'a str>,
    documents: FxHashSet<&'a str>,
    steps: FxHashSet<&'a str>,
    comparisons_left: usize,
    found: Vec<Diagnostic>,
}

/// Where a check is looking: what it is about, and the way there in a file.
#[derive(Clone)]
struct Spot {
    place: Place,
    path: Vec<Part>,
}

impl Spot {
    fn step(index: usize, step: &Step) -> Self {
        Self { place: Place::Step(step.id.clone()), path: vec![Field("steps"), Entry(index)] }
    }

    fn outcome(index: usize, step: &Step, position: usize, outcome: &Outcome) -> Self {
        let mut spot = Self::step(index, step).inner(&[Part::Outcome(position)]);
        spot.place = Place::Outcome(step.id.clone(), outcome.id.clone());
        spot
    }

    fn inner(&self, way: &[Part]) -> Self {
        Self { place: self.place.clone(), path: [&self.path, way].concat() }
    }

    /// This spot, but at another entry of the same list.
    fn beside(&self, entry: Part) -> Self {
        let mut spot = self.clone();
        spot.path.pop();
        spot.path.push(entry);
        spot
    }

    fn related(&self, way: &[Part], message: &str) -> Related {
        Related::new(self.place.clone(), message).at([&self.path, way].concat())
    }

    fn diagnostic(&self, code: Code, way: &[Part], message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.place.clone(), message).at([&self.path, way].concat())
    }
}

impl Check<'_> {
    fn whole(&mut self) {
        let procedure = self.procedure;
        let spot = Spot { place: Place::Procedure, path: Vec::new() };
        self.id(&spot, procedure.id.as_str());
        self.text(&spot, &[Field("version")], "the version", &procedure.version, limits::ID_CHARS_MAX);
        if procedure.steps.is_empty() {
            self.found.push(spot.diagnostic(Code::Empty, &[Field("steps")], "the procedure has no steps"));
        }
        if procedure.roles.is_empty() {
            self.found.push(spot.diagnostic(Code::Empty, &[Field("roles")], "the procedure has no roles"));
        }
        self.count(&spot, &[Field("roles")], "roles", procedure.roles.len(), limits::ROLES_MAX);
        self.count(&spot, &[Field("documents")], "documents", procedure.documents.len(), limits::DOCUMENTS_MAX);
        self.count(&spot, &[Field("steps")], "steps", procedure.steps.len(), limits::STEPS_MAX);
        let flows = procedure.steps.iter().flat_map(|step| &step.outcomes).map(|outcome| outcome.to.len()).sum();
        self.count(&spot, &[Field("steps")], "flows", flows, limits::FLOWS_MAX);
        if let Some(start) = &procedure.start {
            self.known_step(&spot, &[Field("start")], start, "the start", None);
        }
        self.list(&spot, "supervisors", "supervisors", procedure.supervisors.len());
        for (index, role) in procedure.supervisors.iter().enumerate() {
            self.known_role(&spot, &[Field("supervisors"), Entry(index)], role.as_str(), "a supervisor");
        }
        self.evidence(&spot, &procedure.evidence);
        self.identity(&spot.inner(&[Field("identity")]));
    }

    fn identity(&mut self, spot: &Spot) {
        let identity = &self.procedure.identity;
        self.words(spot, &[Field("title")], "the title", &identity.title);
        if let Some(number) = &identity.number {
            self.text(spot, &[Field("number")], "the number", number, limits::TEXT_CHARS_MAX);
        }
        if let Some(unit) = &identity.unit {
            self.words(spot, &[Field("unit")], "the unit", unit);
        }
        for (name, day) in [("made", identity.made), ("revised", identity.revised), ("effective", identity.effective)] {
            self.day(spot, name, day);
        }
        if let Some(approver) = &identity.approver {
            let spot = spot.inner(&[Field("approver")]);
            self.words(&spot, &[Field("post")], "the post", &approver.post);
            for (name, text) in [("name", &approver.name), ("nip", &approver.nip)] {
                if let Some(text) = text {
                    self.text(&spot, &[Field(name)], &format!("`{name}`"), text, limits::TEXT_CHARS_MAX);
                }
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
            self.list(spot, name, &format!("entries of `{name}`"), list.len());
            for (index, text) in list.iter().enumerate() {
                self.words(spot, &[Field(name), Entry(index)], &format!("an entry of `{name}`"), text);
            }
        }
    }

    fn roles(&mut self) {
        let mut seen = with_room(self.procedure.roles.len());
        for (index, role) in self.procedure.roles.iter().enumerate() {
            let spot = Spot { place: Place::Role(role.id.clone()), path: vec![Field("roles"), Entry(index)] };
            self.new_id(&spot, &mut seen, role.id.as_str(), "role");
            self.words(&spot, &[Field("name")], "the name", &role.name);
        }
    }

    fn documents(&mut self) {
        let mut seen = with_room(self.procedure.documents.len());
        let yielded: FxHashSet<_> = self.procedure.steps.iter().flat_map(yields).collect();
        for (index, document) in self.procedure.documents.iter().enumerate() {
            let place = Place::Document(document.id.clone());
            let spot = Spot { place, path: vec![Field("documents"), Entry(index)] };
            self.new_id(&spot, &mut seen, document.id.as_str(), "document");
            self.words(&spot, &[Field("name")], "the name", &document.name);
            if document.external && yielded.contains(document.id.as_str()) {
                let message = format!("`{}` is called external, but a step yields it", shown(document.id.as_str()));
                self.found.push(
                    spot.diagnostic(Code::ExternalYielded, &[Field("external")], message)
                        .help("drop `external = true`, or take it from the outputs"),
                );
            }
        }
    }

    fn steps(&mut self) {
        let mut seen = with_room(self.procedure.steps.len());
        for (index, step) in self.procedure.steps.iter().enumerate() {
            let spot = Spot::step(index, step);
            self.new_id(&spot, &mut seen, step.id.as_str(), "step");
            self.step(index, step, &spot);
        }
    }

    fn step(&mut self, index: usize, step: &Step, spot: &Spot) {
        if step.id == END {
            let message = "`end` is reserved for the end of a case";
            self.found.push(spot.diagnostic(Code::BadId, &[Field("id")], message).help("give the step another id"));
        }
        self.known_role(spot, &[Field("role")], step.role.as_str(), "the performer");
        if let Some(number) = &step.number {
            self.text(spot, &[Field("number")], "the number", number, limits::ID_CHARS_MAX);
        }
        self.words(spot, &[Field("activity")], "the activity", &step.activity);
        if let Some(note) = &step.note {
            self.words(spot, &[Field("note")], "the note", note);
        }
        if let Some(Err(error)) = step.time.map(StandardTime::check) {
            self.found.push(spot.diagnostic(Code::BadTime, &[Field("time")], error.to_string()));
        }
        self.uses(spot, "inputs", "an input", &step.inputs);
        self.uses(spot, "outputs", "an output", &step.outputs);
        self.evidence(spot, &step.evidence);
        if step.outcomes.is_empty() {
            self.found.push(
                spot.diagnostic(Code::NoWayOn, &[Field("id")], "the step does not say what follows it")
                    .help("write `next = \"…\"` with a step or `end`"),
            );
        }
        let outcomes = &[Field("outcomes")];
        self.count(spot, outcomes, "outcomes", step.outcomes.len(), limits::OUTCOMES_PER_STEP_MAX);
        let mut seen = with_room(step.outcomes.len());
        for (position, outcome) in step.outcomes.iter().enumerate() {
            let spot = Spot::outcome(index, step, position, outcome);
            self.new_id(&spot, &mut seen, outcome.id.as_str(), "outcome");
            self.outcome(&spot, outcome);
        }
    }

    fn outcome(&mut self, spot: &Spot, outcome: &Outcome) {
        if outcome.to.is_empty() {
            let message = format!("outcome `{}` leads nowhere", shown(outcome.id.as_str()));
            self.found.push(
                spot.diagnostic(Code::NoWayOn, &[Field("to")], message).help("write `to = \"…\"` with a step or `end`"),
            );
        }
        self.list(spot, "to", "targets", outcome.to.len());
        let mut seen = FxHashSet::default();
        for (index, target) in outcome.to.iter().enumerate() {
            let way = &[Field("to"), Entry(index)];
            if !seen.insert(target) {
                let message = format!("the outcome leads to `{}` twice", shown(target.as_str()));
                self.found.push(spot.diagnostic(Code::Repeated, way, message).help("name each target once"));
            }
            match target {
                Target::Step(to) => {
                    let (what, end) = if outcome.returns { ("a return", None) } else { ("a flow", Some(END)) };
                    self.known_step(spot, way, to, what, end);
                }
                Target::End if outcome.returns => {
                    let message = "a return cannot lead to the end";
                    let help = "name the earlier step to which the work goes back";
                    self.found.push(spot.diagnostic(Code::ReturnForward, way, message).help(help));
                }
                Target::End => {}
            }
        }
        self.list(spot, "cancels", "cancelled steps", outcome.cancels.len());
        for (index, cancelled) in outcome.cancels.iter().enumerate() {
            self.known_step(spot, &[Field("cancels"), Entry(index)], cancelled, "a cancelled step", None);
        }
        if let Some(label) = &outcome.label {
            self.words(spot, &[Field("label")], "the label", label);
        }
        self.uses(spot, "outputs", "an output", outcome.outputs.as_deref().unwrap_or_default());
    }

    /// A join needs to know how many flows come in, so it is checked when all steps are known.
    fn joins(&mut self) {
        let incoming_flows = self.procedure.forward_flows_by_target();
        for (index, step) in self.procedure.steps.iter().enumerate() {
            let Join::NOf(wanted) = step.join else { continue };
            let incoming = incoming_flows.get(&step.id).copied().unwrap_or(0);
            if wanted == 0 || usize::from(wanted) > incoming {
                let message = format!("the join wants {wanted} flows, but {incoming} can come in");
                self.found.push(
                    Spot::step(index, step)
                        .diagnostic(Code::BadJoin, &[Field("join"), Field("n_of")], message)
                        .help("want at least 1 and at most as many as can come in; a flow of a return does not count"),
                );
            }
        }
    }

    fn duties(&mut self) {
        let duties = &self.procedure.duties;
        let spot = Spot { place: Place::Procedure, path: Vec::new() };
        self.list(&spot, "duties", "duties", duties.len());
        for (index, duty) in duties.iter().enumerate() {
            let (steps, what) = (duty.steps(), format!("duty {}", index + 1));
            let spot = spot.inner(&[Field("duties"), Entry(index)]);
            self.list(&spot, duty.as_str(), "steps of a duty", steps.len());
            if steps.len() < 2 {
                let message = format!("{what} names {} step", if steps.is_empty() { "no" } else { "only one" });
                let help = format!("name at least two steps under `{}`, or drop the duty", duty.as_str());
                self.found.push(spot.diagnostic(Code::BadDuty, &[Field(duty.as_str())], message).help(help));
            }
            let mut seen = FxHashSet::default();
            for (entry, step) in steps.iter().enumerate() {
                let way = &[Field(duty.as_str()), Entry(entry)];
                self.known_step(&spot, way, step, &what, None);
                if !seen.insert(step) {
                    let message = format!("{what} names `{}` a second time", shown(step.as_str()));
                    self.found.push(spot.diagnostic(Code::Repeated, way, message).help("name each step once"));
                }
            }
        }
        for found in contradictions(duties) {
            let way = &[Field("duties"), Entry(found.duty), Field(duties[found.duty].as_str()), Entry(found.entry)];
            let (earlier, step) = (shown(found.earlier.as_str()), shown(found.step.as_str()));
            let message =
                format!("duty {} separates `{earlier}` and `{step}`, which other duties bind together", found.duty + 1);
            let help = "drop one of the two here, or from a duty that binds it";
            self.found.push(spot.diagnostic(Code::ContradictingDuties, way, message).help(help));
        }
    }

    fn uses(&mut self, spot: &Spot, field: &'static str, what: &str, uses: &[DocumentUse]) {
        self.list(spot, field, field, uses.len());
        let mut seen = FxHashSet::default();
        for (index, used) in uses.iter().enumerate() {
            let id = used.document.as_str();
            let way = &[Field(field), Entry(index), Field("document")];
            if !self.documents.contains(id) {
                let message = format!("{what} names the unknown document `{}`", shown(id));
                let help =
                    self.nearest(id, |check| &check.documents, None).unwrap_or("list it under `documents`".into());
                self.found.push(spot.diagnostic(Code::UnknownDocument, way, message).help(help));
            }
            if !seen.insert(id) {
                let message = format!("{what} names `{}` a second time", shown(id));
                self.found.push(spot.diagnostic(Code::Repeated, way, message).help("name each document once"));
            }
            if let Some(wording) = &used.wording {
                self.words(spot, &[Field(field), Entry(index), Field("wording")], "the wording", wording);
            }
        }
    }

    fn evidence(&mut self, spot: &Spot, evidence: &[Evidence]) {
        self.list(spot, "evidence", "pieces of evidence", evidence.len());
        for (index, entry) in evidence.iter().enumerate() {
            let spot = spot.inner(&[Field("evidence"), Entry(index)]);
            self.list(&spot, "alternatives", "alternatives", entry.alternatives.len());
            for (index, alternative) in entry.alternatives.iter().enumerate() {
                let way = &[Field("alternatives"), Entry(index)];
                if entry.about == About::Role {
                    self.known_role(&spot, way, alternative, "an alternative");
                } else {
                    self.text(&spot, way, "an alternative", alternative, limits::TEXT_CHARS_MAX);
                }
            }
            if let Some(words) = &entry.words {
                self.text(&spot, &[Field("words")], "the words", words, limits::TEXT_CHARS_MAX);
            }
            if let Some(note) = &entry.note {
                self.words(&spot, &[Field("note")], "the note", note);
            }
        }
    }

    fn known_role(&mut self, spot: &Spot, way: &[Part], id: &str, what: &str) {
        if !self.roles.contains(id) {
            let message = format!("{what} names the unknown role `{}`", shown(id));
            let help = self.nearest(id, |check| &check.roles, None).unwrap_or("list it under `roles`".into());
            self.found.push(spot.diagnostic(Code::UnknownRole, way, message).help(help));
        }
    }

    /// `end` is the word for the end of a case, where that would do as well.
    fn known_step(&mut self, spot: &Spot, way: &[Part], id: &StepId, what: &str, end: Option<&str>) {
        if !self.steps.contains(id.as_str()) {
            let message = format!("{what} names the unknown step `{}`", shown(id.as_str()));
            let help = self.nearest(id.as_str(), |check| &check.steps, end).unwrap_or_else(|| match end {
                Some(end) => format!("name a step, or `{end}`"),
                None => "name a step".into(),
            });
            self.found.push(spot.diagnostic(Code::UnknownStep, way, message).help(help));
        }
    }

    /// A question for the known id that is nearest to a mistyped one, as long as there is time for such questions.
    fn nearest(&mut self, id: &str, known: impl Fn(&Self) -> &FxHashSet<&str>, also: Option<&str>) -> Option<String> {
        self.comparisons_left = self.comparisons_left.checked_sub(known(self).len())?;
        did_you_mean(id, known(self).iter().copied().chain(also))
    }

    fn new_id<'b>(&mut self, spot: &Spot, seen: &mut FxHashMap<&'b str, Part>, id: &'b str, what: &str) {
        let here = spot.path[spot.path.len() - 1];
        match seen.entry(id) {
            Vacant(unseen) => drop(unseen.insert(here)),
            Occupied(first) => {
                let message = format!("there is a second {what} `{}`", shown(id));
                let first = spot.beside(*first.get()).related(&[Field("id")], "the first is here");
                let diagnostic = spot.diagnostic(Code::DuplicateId, &[Field("id")], message);
                self.found.push(diagnostic.related(first).help("give it an id of its own"));
            }
        }
        self.id(spot, id);
    }

    fn id(&mut self, spot: &Spot, id: &str) {
        if !is_well_formed(id) {
            let message = format!("`{}` is not an id", shown(id));
            let help = format!(
                "use 1 to {} ASCII letters, digits, `.`, `_` or `-`, the first a letter or digit",
                limits::ID_CHARS_MAX
            );
            self.found.push(spot.diagnostic(Code::BadId, &[Field("id")], message).help(help));
        }
    }

    /// A day must have the four digits for the year that files have.
    fn day(&mut self, spot: &Spot, name: &'static str, day: Option<NaiveDate>) {
        if let Some(day) = day.filter(|day| !(0..=9999).contains(&day.year())) {
            let message = format!("the day {day} is outside the years 0000 to 9999");
            self.found.push(spot.diagnostic(Code::BadTime, &[Field(name)], message));
        }
    }

    fn words(&mut self, spot: &Spot, way: &[Part], what: &str, text: &Text) {
        self.count(spot, way, "languages", text.languages().count(), limits::LANGUAGES_MAX);
        for (tag, _) in text.languages().filter(|(tag, _)| !is_language_tag(tag)) {
            let message = format!("`{}` is no language", shown(tag));
            self.found.push(spot.diagnostic(Code::BadLanguage, way, message).help("use tags such as `id` and `en`"));
        }
        for string in text.strings() {
            self.text(spot, way, what, string, limits::TEXT_CHARS_MAX);
        }
    }

    fn text(&mut self, spot: &Spot, way: &[Part], what: &str, text: &str, most: usize) {
        if text.len() > most && text.chars().count() > most {
            let message = format!("{what} has {} characters; at most {most} are allowed", text.chars().count());
            self.found.push(spot.diagnostic(Code::OverLimit, way, message));
        }
    }

    fn list(&mut self, spot: &Spot, field: &'static str, what: &str, len: usize) {
        self.count(spot, &[Field(field)], what, len, limits::LIST_MAX);
    }

    fn count(&mut self, spot: &Spot, way: &[Part], what: &str, len: usize, most: usize) {
        if len > most {
            let message = format!("there are {len} {what}; at most {most} are allowed");
            self.found.push(spot.diagnostic(Code::OverLimit, way, message));
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
