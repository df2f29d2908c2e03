//! What an engine promises, told plainly: people and cases as sets of names, one command after another.
//!
//! It is written from the documentation: what a procedure says comes from the reference interpreter, and what an office and
//! its desks add is here. It shares no code with the engine, keeps nothing by heart and is slow.

mod people;
mod work;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use sopflow::Procedure;
use sopflow::runtime::{Ask, Done, Failure, Request};

pub(crate) use people::{Fact, People};

use crate::reference::{self, Codes, Deed, Phase, Reference, Stand};

/// The reasons that say who may do a step, whoever's turn it is.
const AUTHORITY: [&str; 7] = [
    "absent",
    "binding-of-duties",
    "held-by-other",
    "outside-period",
    "outside-scope",
    "role-required",
    "separation-of-duties",
];

/// What is answered: the version, the codes of the reasons, or the code of the error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Done(u32),
    Refused(Codes),
    Error(&'static str),
}

impl Answer {
    pub(crate) fn of(answer: &Result<Done, Failure>) -> Self {
        match answer {
            Ok(done) => Self::Done(done.version),
            Err(failure) => match (failure.refused(), failure.error()) {
                (Some(refused), _) => Self::Refused(refused.reasons().iter().map(sopflow::Refusal::code).collect()),
                (_, error) => Self::Error(error.map_or("", sopflow::Error::code)),
            },
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Model<'p> {
    /// In the order in which they are hosted.
    pub(crate) procedures: &'p [Procedure],
    pub(crate) people: People,
}

/// A case.
#[derive(Clone)]
pub(crate) struct File<'p> {
    pub(crate) procedure: &'p Procedure,
    pub(crate) stand: Stand<'p>,
    /// By step that waits.
    pub(crate) desks: BTreeMap<&'p str, Desk>,
    pub(crate) version: u32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Desk {
    pub(crate) since: i64,
    pub(crate) holder: Option<Arc<str>>,
    pub(crate) delegated_by: Option<Arc<str>>,
    pub(crate) reviews: Vec<Review>,
}

#[derive(Debug, Clone)]
pub(crate) struct Review {
    pub(crate) reviewer: Arc<str>,
    pub(crate) asked_by: Arc<str>,
    pub(crate) is_awaited: bool,
}

/// Somebody before a case.
struct Trial<'m, 'p> {
    model: &'m Model<'p>,
    file: &'m File<'p>,
    name: &'m str,
    now: i64,
}

impl<'p> Model<'p> {
    fn hosted(&self, id: &str, version: Option<&str>) -> Option<&'p Procedure> {
        let fits = |known: &&Procedure| known.id == id && version.is_none_or(|version| known.version == version);
        self.procedures.iter().rev().find(fits)
    }

    /// The case as it is afterwards, or why not.
    pub(crate) fn ask(&self, file: Option<&File<'p>>, request: &Request, now: i64) -> Result<File<'p>, Answer> {
        let unknown = || Answer::Refused(Codes::from(["unknown"]));
        let new;
        let file = match (file, &request.ask) {
            (Some(file), _) => file,
            (None, Ask::Open { procedure, version, .. }) => {
                let procedure = self.hosted(procedure.as_str(), version.as_deref()).ok_or_else(unknown)?;
                new = File { procedure, stand: Reference::blank(), desks: BTreeMap::new(), version: 0 };
                &new
            }
            _ => return Err(unknown()),
        };
        if request.expecting.is_some_and(|expecting| expecting != file.version) {
            return Err(Answer::Error("conflict"));
        }
        let who = self.people.position(&request.person).ok_or_else(unknown)?;
        let trial = Trial { model: self, file, name: &request.person, now };
        let reasons = trial.reasons(&request.ask);
        if !reasons.is_empty() {
            return Err(Answer::Refused(reasons));
        }
        let mut after = file.clone();
        trial.perform(&mut after, who, &request.ask);
        after.version += 1;
        after.look_around(now);
        Ok(after)
    }

    /// What stands against a person's work on a step, whoever's turn it is: whatever of it the person is told who tries.
    pub(crate) fn against(&self, file: &File<'p>, name: &str, step: &str, now: i64) -> Codes {
        let tried = Trial { model: self, file, name, now }.reasons(&Ask::Start { step: step.into() });
        tried.into_iter().filter(|code| AUTHORITY.contains(code)).collect()
    }

    /// What is told to somebody who asks whether they may do a step now.
    pub(crate) fn explain(&self, file: &File<'p>, name: &str, step: &str, now: i64) -> Codes {
        &self.against(file, name, step, now) | &file.turn(step)
    }

    /// The steps of a case that are on the list of a person, each with whether it is there to be looked at only.
    pub(crate) fn inbox(&self, file: &File<'p>, name: &str, now: i64) -> Vec<(&'p str, bool)> {
        if file.stand.phase != Phase::Open {
            return Vec::new();
        }
        let mut items = Vec::new();
        for (step, desk) in &file.desks {
            if self.against(file, name, step, now).is_empty() {
                items.push((*step, false));
            }
            if desk.awaits(name).is_some() && !self.people.is_absent(name, now) {
                items.push((*step, true));
            }
        }
        items
    }
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { procedure, stand, desks, version } = self;
        write!(f, "{} of {} {}: {stand:?} {desks:?}", version, procedure.id, procedure.version)
    }
}

impl Desk {
    fn awaits(&self, name: &str) -> Option<&Review> {
        self.reviews.iter().find(|review| *review.reviewer == *name && review.is_awaited)
    }
}

impl<'p> File<'p> {
    fn reference(&self) -> Reference<'p> {
        Reference::new(self.procedure)
    }

    /// What stands against all work on a step, whoever wants to do it. Of a case that has ended nothing waits.
    fn turn(&self, step: &str) -> Codes {
        let mut codes = Codes::new();
        if self.stand.phase != Phase::Open {
            codes.insert("wrong-status");
        }
        if !self.desks.contains_key(step) {
            codes.insert("not-enabled");
        }
        codes
    }

    /// Work that has gone takes its desk along, and work that has come up gets an empty one.
    fn look_around(&mut self, now: i64) {
        let goes_on = matches!(self.stand.phase, Phase::Open | Phase::Suspended);
        let waiting = if goes_on { self.reference().enabled(&self.stand) } else { Vec::new() };
        self.desks.retain(|step, _| waiting.contains(step));
        for step in waiting {
            self.desks.entry(step).or_insert_with(|| Desk { since: now, ..Desk::default() });
        }
    }
}

impl<'p> Trial<'_, 'p> {
    fn reasons(&self, ask: &Ask) -> Codes {
        if let Some(code) = self.makes_no_sense(ask) {
            return Codes::from([code]);
        }
        match ask {
            Ask::Open { .. }
            | Ask::Start { .. }
            | Ask::Complete { .. }
            | Ask::Return { .. }
            | Ask::Recall { .. }
            | Ask::Supply { .. }
            | Ask::Suspend { .. }
            | Ask::Resume
            | Ask::Cancel { .. }
            | Ask::Comment { .. } => self.reasons_of_procedure(ask),
            Ask::Migrate { .. } => {
                let supervisors = self.file.reference().supervisors();
                let mut codes = Reference::right(&self.rights(None), &supervisors, self.now);
                if !matches!(self.file.stand.phase, Phase::Open | Phase::Suspended) {
                    codes.insert("wrong-status");
                }
                codes.extend(self.absent());
                codes
            }
            _ => self.reasons_of_work(ask),
        }
    }

    /// What is not there is told alone, since nothing can be said of it.
    fn makes_no_sense(&self, ask: &Ask) -> Option<&'static str> {
        let reference = self.file.reference();
        let document = |id: &str| self.file.procedure.documents.iter().any(|known| known.id == id);
        let is_known = match ask {
            Ask::Complete { step, outcome, outputs, .. } => {
                reference.outcome(step.as_str(), outcome.as_str()).is_some()
                    && outputs.iter().all(|id| document(id.as_str()))
            }
            Ask::Supply { document: id, .. } => document(id.as_str()),
            Ask::Migrate { version, .. } => {
                self.model.hosted(self.file.procedure.id.as_str(), Some(version.as_str())).is_some()
            }
            _ => step_of(ask).is_none_or(|step| reference.step(step).is_some()),
        };
        let is_mismatch = matches!(ask, Ask::Return { .. }) && self.return_of(ask).is_none();
        (!is_known).then_some("unknown").or_else(|| is_mismatch.then_some("return-mismatch"))
    }

    fn return_of(&self, ask: &Ask) -> Option<&'p str> {
        let Ask::Return { step, to, .. } = ask else { return None };
        let outcomes = &self.file.reference().step(step.as_str())?.outcomes;
        let found = outcomes.iter().find(|outcome| outcome.returns && outcome.to == [to.as_str().into()]);
        found.map(|outcome| outcome.id.as_str())
    }

    fn rights(&self, step: Option<&str>) -> Vec<reference::Right> {
        self.model.people.rights(self.name, self.file.procedure.id.as_str(), step, self.now)
    }

    fn absent(&self) -> Option<&'static str> {
        self.model.people.is_absent(self.name, self.now).then_some("absent")
    }

    fn desk(&self, step: &str) -> Desk {
        self.file.desks.get(step).cloned().unwrap_or_default()
    }

    /// Who has the person do a step in their place.
    fn delegator(&self, step: &str) -> Option<Arc<str>> {
        let desk = self.desk(step);
        desk.delegated_by.filter(|_| desk.holder.as_deref() == Some(self.name))
    }

    fn reasons_of_procedure(&self, ask: &Ask) -> Codes {
        let reference = self.file.reference();
        let is_work = matches!(ask, Ask::Start { .. } | Ask::Complete { .. } | Ask::Return { .. });
        let step = if matches!(ask, Ask::Open { .. }) { reference.first() } else { step_of(ask) };
        let mut rights = self.rights(step);
        let mut codes = Codes::new();
        if let Some(step) = step.and_then(|step| reference.step(step)) {
            let (id, procedure) = (step.id.as_str(), self.file.procedure.id.as_str());
            if is_work && self.delegator(id).is_some() {
                rights = vec![reference::Right { role: step.role.to_string(), from: i64::MIN, until: i64::MAX }];
            } else if self.model.people.is_out_of_scope(self.name, procedure, id, &step.role, self.now) {
                codes.insert("outside-scope");
            }
            let desk = self.desk(id);
            if is_work && desk.holder.as_deref().is_some_and(|holder| holder != self.name) {
                codes.insert("held-by-other");
            }
            if matches!(ask, Ask::Complete { .. }) && desk.reviews.iter().any(|review| review.is_awaited) {
                codes.insert("review-pending");
            }
        }
        let who = self.model.people.position(self.name).expect("the person is known");
        let person = reference::Person { who, rights };
        codes.extend(reference.judge(&self.file.stand, &person, &self.in_names(ask), self.now));
        codes.extend(self.absent());
        codes
    }

    /// The same as the reference interpreter reads it.
    fn in_names(&self, ask: &Ask) -> reference::Ask {
        let text = |remark: &Option<Arc<str>>| remark.as_deref().map(str::to_owned);
        match ask {
            Ask::Open { .. } => reference::Ask::Open,
            Ask::Start { step } => reference::Ask::Start(step.to_string()),
            Ask::Complete { step, outcome, outputs, remark } => reference::Ask::Complete {
                step: step.to_string(),
                outcome: outcome.to_string(),
                outputs: outputs.iter().map(ToString::to_string).collect(),
                remark: text(remark),
            },
            Ask::Return { step, reason, .. } => reference::Ask::Return {
                step: step.to_string(),
                outcome: self.return_of(ask).expect("it was looked for").to_owned(),
                reason: reason.to_string(),
            },
            Ask::Recall { step } => reference::Ask::Recall(step.to_string()),
            Ask::Supply { document, remark } => {
                reference::Ask::Supply { document: document.to_string(), remark: text(remark) }
            }
            Ask::Suspend { reason } => reference::Ask::Suspend(reason.to_string()),
            Ask::Resume => reference::Ask::Resume,
            Ask::Cancel { reason } => reference::Ask::Cancel(reason.to_string()),
            Ask::Comment { text } => reference::Ask::Comment(text.to_string()),
            _ => unreachable!("the other kinds are not about the procedure"),
        }
    }

    fn perform(&self, after: &mut File<'p>, who: usize, ask: &Ask) {
        let reference = self.file.reference();
        let id = |step: &str| reference.step(step).expect("the step is known").id.as_str();
        let deed = match ask {
            Ask::Open { .. } => Deed::Open,
            Ask::Start { step } => {
                let desk = after.desks.get_mut(step.as_str()).expect("the step waits");
                desk.holder.get_or_insert_with(|| self.name.into());
                Deed::Start(id(step.as_str()))
            }
            Ask::Complete { step, outcome, .. } => self.finish(after, who, step.as_str(), outcome.as_str()),
            Ask::Return { step, .. } => {
                self.finish(after, who, step.as_str(), self.return_of(ask).expect("it was looked for"))
            }
            Ask::Recall { step } => {
                let step = id(step.as_str());
                let holder = Some(self.name.into());
                after.desks.insert(step, Desk { since: self.now, holder, ..Desk::default() });
                let mut sent = reference.recallable(&after.stand, step).into_iter();
                let sent = sent.find(|sent| Reference::no_receiver_started(&after.stand, sent));
                Deed::Recall(step, sent.expect("it can be taken back").id.as_str())
            }
            Ask::Supply { document, .. } => {
                let found = self.file.procedure.documents.iter().find(|known| known.id == *document);
                Deed::Supply(found.expect("the document is known").id.as_str())
            }
            Ask::Suspend { .. } => Deed::Suspend,
            Ask::Resume => Deed::Resume,
            Ask::Cancel { .. } => Deed::Cancel,
            Ask::Comment { .. } => Deed::Comment,
            Ask::Migrate { version, .. } => {
                let new = self.model.hosted(self.file.procedure.id.as_str(), Some(version.as_str()));
                after.procedure = new.expect("the version is known");
                return;
            }
            _ => return self.perform_work(after, ask),
        };
        assert_eq!(reference.perform(&mut after.stand, deed), None, "a sound procedure is safe");
    }

    /// What was on the desk goes, and so does the work that the outcome drops.
    fn finish(&self, after: &mut File<'p>, who: usize, step: &str, outcome: &str) -> Deed<'p> {
        let reference = self.file.reference();
        let step = reference.step(step).expect("the step is known").id.as_str();
        let outcome = reference.outcome(step, outcome).expect("the outcome is known");
        for gone in outcome.cancels.iter().map(sopflow::StepId::as_str).chain([step]) {
            after.desks.remove(gone);
        }
        Reference::remember(&mut after.stand, step, who);
        Deed::Finish(step, outcome.id.as_str())
    }
}

/// The step that something is asked about.
fn step_of(ask: &Ask) -> Option<&str> {
    match ask {
        Ask::Start { step }
        | Ask::Complete { step, .. }
        | Ask::Return { step, .. }
        | Ask::Recall { step }
        | Ask::Claim { step }
        | Ask::Release { step }
        | Ask::Assign { step, .. }
        | Ask::Reassign { step, .. }
        | Ask::Delegate { step, .. }
        | Ask::HandBack { step, .. }
        | Ask::AskReview { step, .. }
        | Ask::Review { step, .. }
        | Ask::WithdrawReview { step, .. } => Some(step.as_str()),
        _ => None,
    }
}
