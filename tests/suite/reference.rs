//! A plain, slow interpreter of the same rules, written from the rules alone: sets of names, no masks, no indices.
//!
//! It reads nothing but the public [`Procedure`] and shares no code with what it is compared with.

mod duties;

use std::collections::{BTreeMap, BTreeSet};

use sopflow::{Join, Outcome, Procedure, Step, Target};

/// The flow on which a token sits: from a step by an outcome to a step. The flow into the first step comes from
/// nowhere by `start`, and everything at the end is one token.
pub(crate) type Token<'p> = (&'p str, &'p str, &'p str);
pub(crate) const END: Token<'static> = ("", "", "end");

/// Codes of the reasons why a command is refused.
pub(crate) type Codes = BTreeSet<&'static str>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Phase {
    New,
    Open,
    Suspended,
    Completed,
    Cancelled,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Stand<'p> {
    pub(crate) phase: Phase,
    pub(crate) tokens: BTreeSet<Token<'p>>,
    pub(crate) documents: BTreeSet<&'p str>,
    pub(crate) done: BTreeSet<&'p str>,
    pub(crate) started: BTreeSet<&'p str>,
    /// Who finished each step last, whatever became of it since.
    pub(crate) doers: BTreeMap<&'p str, usize>,
}

/// A command by names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    Open,
    Start(String),
    Complete { step: String, outcome: String, outputs: Vec<String>, remark: Option<String> },
    Return { step: String, outcome: String, reason: String },
    Recall(String),
    Supply { document: String, remark: Option<String> },
    Suspend(String),
    Resume,
    Cancel(String),
    Comment(String),
}

/// A right: for a role, from a moment up to another, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Right {
    pub(crate) role: String,
    pub(crate) from: i64,
    pub(crate) until: i64,
}

/// Somebody with rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) who: usize,
    pub(crate) rights: Vec<Right>,
}

/// Something that changes a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Deed<'p> {
    Open,
    Start(&'p str),
    Finish(&'p str, &'p str),
    Recall(&'p str, &'p str),
    Supply(&'p str),
    Suspend,
    Resume,
    Cancel,
    Comment,
}

pub(crate) struct Reference<'p> {
    pub(crate) procedure: &'p Procedure,
}

impl<'p> Reference<'p> {
    pub(crate) fn new(procedure: &'p Procedure) -> Self {
        Self { procedure }
    }

    pub(crate) fn blank() -> Stand<'p> {
        Stand {
            phase: Phase::New,
            tokens: BTreeSet::new(),
            documents: BTreeSet::new(),
            done: BTreeSet::new(),
            started: BTreeSet::new(),
            doers: BTreeMap::new(),
        }
    }

    pub(crate) fn opened(&self) -> Stand<'p> {
        let mut stand = Self::blank();
        self.perform(&mut stand, Deed::Open);
        stand
    }

    pub(crate) fn first(&self) -> Option<&'p str> {
        let first = match &self.procedure.start {
            None => self.procedure.steps.first(),
            Some(id) => self.procedure.steps.iter().find(|step| &step.id == id),
        };
        first.map(|step| step.id.as_str())
    }

    pub(crate) fn step(&self, id: &str) -> Option<&'p Step> {
        self.procedure.steps.iter().find(|step| step.id.as_str() == id)
    }

    pub(crate) fn outcome(&self, step: &str, id: &str) -> Option<&'p Outcome> {
        self.step(step)?.outcomes.iter().find(|outcome| outcome.id.as_str() == id)
    }

    /// The flows into a step, those of returns or all others.
    pub(crate) fn into(&self, id: &str, returns: bool) -> Vec<Token<'p>> {
        let mut tokens = Vec::new();
        if let Some(first) = self.first().filter(|first| !returns && *first == id) {
            tokens.push(("", "start", first));
        }
        for step in &self.procedure.steps {
            for outcome in step.outcomes.iter().filter(|outcome| outcome.returns == returns) {
                for target in &outcome.to {
                    if target.as_str() == id && *target != Target::End {
                        tokens.push((step.id.as_str(), outcome.id.as_str(), target.as_str()));
                    }
                }
            }
        }
        tokens
    }

    /// What finishing with an outcome puts.
    fn out_of(step: &'p str, outcome: &'p Outcome) -> Vec<Token<'p>> {
        outcome
            .to
            .iter()
            .map(|target| match target {
                Target::End => END,
                Target::Step(to) => (step, outcome.id.as_str(), to.as_str()),
            })
            .collect()
    }

    pub(crate) fn is_enabled(&self, stand: &Stand<'p>, id: &str) -> bool {
        let Some(step) = self.step(id) else { return false };
        if self.into(id, true).iter().any(|token| stand.tokens.contains(token)) {
            return true;
        }
        let forward = self.into(id, false);
        let here = forward.iter().filter(|token| stand.tokens.contains(*token)).count();
        match step.join {
            Join::Any => here > 0,
            Join::All => here > 0 && here == forward.len(),
            Join::NOf(wanted) => here > 0 && here >= usize::from(wanted),
            _ => unreachable!("there are three kinds of join"),
        }
    }

    pub(crate) fn enabled(&self, stand: &Stand<'p>) -> Vec<&'p str> {
        self.procedure.steps.iter().map(|step| step.id.as_str()).filter(|id| self.is_enabled(stand, id)).collect()
    }

    /// The documents that a step needs and that are not there; what is external counts where `external` holds.
    pub(crate) fn lacking(&self, stand: &Stand<'p>, step: &Step, external: bool) -> Vec<&'p str> {
        let documents = self.procedure.documents.iter();
        documents
            .filter(|document| step.inputs.iter().any(|used| used.document == document.id))
            .filter(|document| (external || !document.external) && !stand.documents.contains(document.id.as_str()))
            .map(|document| document.id.as_str())
            .collect()
    }

    fn outputs(step: &'p Step, outcome: &'p Outcome) -> Vec<&'p str> {
        if outcome.returns {
            return Vec::new();
        }
        let uses = outcome.outputs.as_ref().unwrap_or(&step.outputs);
        uses.iter().map(|used| used.document.as_str()).collect()
    }

    /// Every step that yields the document by some outcome.
    fn yielders(&self, document: &str) -> BTreeSet<&'p str> {
        let mut steps = BTreeSet::new();
        for step in &self.procedure.steps {
            if step.outcomes.iter().any(|outcome| Self::outputs(step, outcome).contains(&document)) {
                steps.insert(step.id.as_str());
            }
        }
        steps
    }

    /// The documents that only these steps yield.
    fn only_from(&self, steps: &BTreeSet<&'p str>) -> Vec<&'p str> {
        let documents = self.procedure.documents.iter().map(|document| document.id.as_str());
        documents
            .filter(|document| {
                let yielders = self.yielders(document);
                !yielders.is_empty() && yielders.iter().all(|step| steps.contains(step))
            })
            .collect()
    }

    /// The steps to which an outcome that is no return leads from a step.
    fn after(&self, id: &str) -> BTreeSet<&'p str> {
        let Some(step) = self.step(id) else { return BTreeSet::new() };
        let forward = step.outcomes.iter().filter(|outcome| !outcome.returns);
        forward.flat_map(|outcome| &outcome.to).filter(|to| **to != Target::End).map(Target::as_str).collect()
    }

    /// Whether a forward way of at least one flow leads from one step to another without passing `without` on the way.
    pub(crate) fn leads(&self, from: &str, to: &str, without: &[&str]) -> bool {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = self.after(from).into_iter().collect();
        while let Some(step) = open.pop() {
            if step == to {
                return true;
            }
            if !without.contains(&step) && seen.insert(step) {
                open.extend(self.after(step));
            }
        }
        false
    }

    /// The steps that a return makes undone: those on a forward way that begins at a target, ends at the step that
    /// returns, and passes neither in between.
    pub(crate) fn between(&self, outcome: &'p Outcome, returning: &'p str) -> BTreeSet<&'p str> {
        let targets: Vec<&str> = outcome.to.iter().map(Target::as_str).collect();
        let ends: Vec<&str> = targets.iter().copied().chain([returning]).collect();
        let mut between: BTreeSet<&str> = BTreeSet::from([returning]);
        between.extend(self.procedure.steps.iter().map(|step| step.id.as_str()).filter(|id| {
            let from_target = targets.contains(id) || targets.iter().any(|target| self.leads(target, id, &ends));
            from_target && self.leads(id, returning, &ends)
        }));
        between.extend(targets.iter().filter_map(|target| self.step(target)).map(|step| step.id.as_str()));
        between
    }

    /// The outcomes of a step that can be taken back, as far as tokens go.
    pub(crate) fn recallable(&self, stand: &Stand<'p>, id: &str) -> Vec<&'p Outcome> {
        let Some(step) = self.step(id) else { return Vec::new() };
        step.outcomes
            .iter()
            .filter(|outcome| !outcome.returns && outcome.cancels.is_empty() && !outcome.to.is_empty())
            .filter(|outcome| !outcome.to.contains(&Target::End))
            .filter(|outcome| Self::out_of(step.id.as_str(), outcome).iter().all(|token| stand.tokens.contains(token)))
            .collect()
    }

    pub(crate) fn no_receiver_started(stand: &Stand<'p>, outcome: &Outcome) -> bool {
        outcome.to.iter().all(|target| !stand.started.contains(target.as_str()))
    }

    /// The reasons why not; none when the command is accepted.
    pub(crate) fn judge(&self, stand: &Stand<'p>, person: &Person, ask: &Ask, now: i64) -> Codes {
        let rights = &person.rights;
        let mut codes = Codes::new();
        let phase = |codes: &mut Codes, allowed: &[Phase]| {
            if !allowed.contains(&stand.phase) {
                codes.insert("wrong-status");
            }
        };
        match ask {
            Ask::Open => {
                phase(&mut codes, &[Phase::New]);
                let role = self.first().and_then(|first| self.step(first)).map(|step| step.role.as_str());
                codes.extend(Self::right(rights, role.as_slice(), now));
            }
            Ask::Start(id) => match self.step(id) {
                None => drop(codes.insert("unknown")),
                Some(step) => {
                    codes.extend(self.turn(stand, person, step, now));
                    if stand.started.contains(id.as_str()) {
                        codes.insert("already-started");
                    }
                    if !self.lacking(stand, step, true).is_empty() {
                        codes.insert("inputs-missing");
                    }
                }
            },
            Ask::Complete { step, outcome, outputs, remark } => {
                codes = self.judge_completion(stand, person, (step, outcome), outputs, now);
                if self.outcome(step, outcome).is_some() {
                    codes.extend(remark.iter().flat_map(|remark| plain(remark)));
                }
            }
            Ask::Return { step: id, outcome, reason } => {
                let (Some(step), Some(outcome)) = (self.step(id), self.outcome(id, outcome)) else {
                    codes.insert("unknown");
                    return codes;
                };
                codes.extend(self.turn(stand, person, step, now));
                if !outcome.returns {
                    codes.insert("return-mismatch");
                }
                codes.extend(reasoned(reason));
            }
            Ask::Recall(id) => match self.step(id) {
                None => drop(codes.insert("unknown")),
                Some(step) => {
                    phase(&mut codes, &[Phase::Open]);
                    codes.extend(Self::right(rights, &[step.role.as_str()], now));
                    codes.extend(self.judge_duties(stand, person.who, id));
                    let candidates = self.recallable(stand, id);
                    if candidates.is_empty() {
                        codes.insert("nothing-to-recall");
                    } else if !candidates.iter().any(|outcome| Self::no_receiver_started(stand, outcome)) {
                        codes.insert("receiver-started");
                    }
                }
            },
            Ask::Supply { document, remark } => {
                let known = self.procedure.documents.iter().find(|known| known.id.as_str() == document);
                let Some(known) = known else {
                    codes.insert("unknown");
                    return codes;
                };
                phase(&mut codes, &[Phase::Open]);
                codes.extend(Self::right(rights, &self.all_roles(), now));
                if !known.external {
                    codes.insert("not-external");
                }
                codes.extend(remark.iter().flat_map(|remark| plain(remark)));
            }
            Ask::Suspend(reason) => {
                phase(&mut codes, &[Phase::Open]);
                codes.extend(Self::right(rights, &self.supervisors(), now));
                codes.extend(reasoned(reason));
            }
            Ask::Resume => {
                phase(&mut codes, &[Phase::Suspended]);
                codes.extend(Self::right(rights, &self.supervisors(), now));
            }
            Ask::Cancel(reason) => {
                phase(&mut codes, &[Phase::Open, Phase::Suspended]);
                codes.extend(Self::right(rights, &self.supervisors(), now));
                codes.extend(reasoned(reason));
            }
            Ask::Comment(text) => {
                phase(&mut codes, &[Phase::Open, Phase::Suspended, Phase::Completed, Phase::Cancelled]);
                codes.extend(Self::right(rights, &self.all_roles(), now));
                codes.extend(reasoned(text));
            }
        }
        codes
    }

    fn judge_completion(
        &self,
        stand: &Stand<'p>,
        person: &Person,
        (id, outcome): (&str, &str),
        outputs: &[String],
        now: i64,
    ) -> Codes {
        let (Some(step), Some(outcome)) = (self.step(id), self.outcome(id, outcome)) else {
            return Codes::from(["unknown"]);
        };
        let mut codes = self.turn(stand, person, step, now);
        if outcome.returns {
            codes.insert("return-mismatch");
        }
        if !self.lacking(stand, step, true).is_empty() {
            codes.insert("inputs-missing");
        }
        let wanted = Self::outputs(step, outcome);
        if wanted.iter().any(|document| !outputs.iter().any(|named| named == document)) {
            codes.insert("outputs-missing");
        }
        for named in outputs {
            if self.procedure.documents.iter().all(|document| document.id.as_str() != named) {
                codes.insert("unknown");
            } else if !wanted.contains(&named.as_str()) {
                codes.insert("outputs-unexpected");
            }
        }
        codes
    }

    fn turn(&self, stand: &Stand<'p>, person: &Person, step: &Step, now: i64) -> Codes {
        let mut codes = Self::right(&person.rights, &[step.role.as_str()], now);
        codes.extend(self.judge_duties(stand, person.who, step.id.as_str()));
        if stand.phase != Phase::Open {
            codes.insert("wrong-status");
        }
        if !self.is_enabled(stand, step.id.as_str()) {
            codes.insert("not-enabled");
        }
        codes
    }

    pub(crate) fn right(rights: &[Right], roles: &[&str], now: i64) -> Codes {
        let fitting: Vec<&Right> = rights.iter().filter(|right| roles.contains(&right.role.as_str())).collect();
        if fitting.iter().any(|right| right.from <= now && now < right.until) {
            Codes::new()
        } else if fitting.is_empty() {
            Codes::from(["role-required"])
        } else {
            Codes::from(["outside-period"])
        }
    }

    fn all_roles(&self) -> Vec<&'p str> {
        self.procedure.roles.iter().map(|role| role.id.as_str()).collect()
    }

    pub(crate) fn supervisors(&self) -> Vec<&'p str> {
        if self.procedure.supervisors.is_empty() {
            return self.all_roles().into_iter().rev().take(1).collect();
        }
        self.procedure.supervisors.iter().map(sopflow::RoleId::as_str).collect()
    }

    /// Changes a case. Tells the token that would be there twice.
    pub(crate) fn perform(&self, stand: &mut Stand<'p>, deed: Deed<'p>) -> Option<Token<'p>> {
        match deed {
            Deed::Open => {
                stand.phase = Phase::Open;
                stand.tokens.extend(self.first().map(|first| ("", "start", first)));
            }
            Deed::Start(step) => drop(stand.started.insert(step)),
            Deed::Supply(document) => drop(stand.documents.insert(document)),
            Deed::Suspend => stand.phase = Phase::Suspended,
            Deed::Resume => stand.phase = Phase::Open,
            Deed::Cancel => stand.phase = Phase::Cancelled,
            Deed::Comment => {}
            Deed::Finish(id, outcome) => return self.finish(stand, id, outcome),
            Deed::Recall(id, outcome) => return self.take_back(stand, id, outcome),
        }
        None
    }

    fn finish(&self, stand: &mut Stand<'p>, id: &'p str, outcome: &str) -> Option<Token<'p>> {
        let step = self.step(id).expect("the step exists");
        let outcome = self.outcome(id, outcome).expect("the outcome exists");
        for emptied in outcome.cancels.iter().map(sopflow::StepId::as_str).chain([id]) {
            stand.tokens.retain(|(_, _, to)| *to != emptied);
            stand.started.remove(emptied);
        }
        if outcome.returns {
            let undone = self.between(outcome, step.id.as_str());
            for document in self.only_from(&undone) {
                stand.documents.remove(document);
            }
            stand.done.retain(|step| !undone.contains(step));
        } else {
            stand.documents.extend(Self::outputs(step, outcome));
            stand.done.insert(id);
        }
        let mut clash = None;
        for token in Self::out_of(id, outcome) {
            if !stand.tokens.insert(token) {
                clash = clash.or(Some(token));
            }
        }
        if stand.tokens.contains(&END) {
            stand.phase = Phase::Completed;
        }
        clash
    }

    fn take_back(&self, stand: &mut Stand<'p>, id: &'p str, outcome: &str) -> Option<Token<'p>> {
        let step = self.step(id).expect("the step exists");
        let outcome = self.outcome(id, outcome).expect("the outcome exists");
        for token in Self::out_of(id, outcome) {
            stand.tokens.remove(&token);
        }
        let mut into = self.into(id, false);
        let wanted = match step.join {
            Join::All => into.len(),
            Join::NOf(wanted) => usize::from(wanted),
            _ => 1,
        };
        into.extend(self.into(id, true));
        let mut clash = None;
        for token in into.into_iter().take(wanted.max(1)) {
            if !stand.tokens.insert(token) {
                clash = clash.or(Some(token));
            }
        }
        stand.done.remove(id);
        stand.started.insert(id);
        for document in self.only_from(&BTreeSet::from([id])) {
            stand.documents.remove(document);
        }
        clash
    }
}

pub(crate) fn plain(text: &str) -> Codes {
    let mut codes = Codes::new();
    if text.len() > sopflow::limits::REMARK_BYTES_MAX {
        codes.insert("text-too-long");
    }
    if text.chars().any(|character| character.is_control() && !"\n\r\t".contains(character)) {
        codes.insert("control-character");
    }
    codes
}

pub(crate) fn reasoned(text: &str) -> Codes {
    let mut codes = plain(text);
    if text.trim().is_empty() {
        codes.insert("text-required");
    }
    codes
}
