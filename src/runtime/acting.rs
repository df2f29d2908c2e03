//! A person at work: a method for each thing that can be asked.

use std::sync::Arc;

use super::answer::{Done, Failure, Pending};
use super::ask::{Ask, Request};
use super::engine::Engine;
use super::record::Opinion;
use crate::id::{CaseId, DocumentId, OutcomeId, ProcedureId, StepId};
use crate::model::Mapping;

/// A person before an engine. Whether it is that person, the embedding program has made sure of.
///
/// Each method makes a [`Request`] and [sends](Engine::send) it; what is refused has changed nothing. Methods for which more
/// can be said than they take, such as a remark, have their [`Ask`] for it: see [`ask`](Self::ask).
#[derive(Debug, Clone)]
#[must_use]
pub struct Acting {
    engine: Engine,
    person: Arc<str>,
    once: Option<Arc<str>>,
    expecting: Option<u32>,
}

impl Engine {
    /// A person before the engine.
    pub fn person(&self, name: impl Into<Arc<str>>) -> Acting {
        Acting { engine: self.clone(), person: name.into(), once: None, expecting: None }
    }
}

impl Acting {
    /// Who.
    pub fn name(&self) -> &Arc<str> {
        &self.person
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The same person, whose next command has this id: it is carried out once, however often it is sent.
    pub fn once(mut self, id: impl Into<Arc<str>>) -> Self {
        self.once = Some(id.into());
        self
    }

    /// The same person, who has seen this version of the case: a command is not carried out if it has another by now.
    pub fn expecting(mut self, version: u32) -> Self {
        self.expecting = Some(version);
        self
    }

    /// Opens a case of the version of a procedure that was hosted last.
    pub fn open(&self, procedure: impl Into<ProcedureId>) -> Pending<Done, Failure> {
        self.send(None, Ask::Open { procedure: procedure.into(), version: None, reference: None })
    }

    /// Opens a case that has the office's own number.
    pub fn open_as(&self, procedure: impl Into<ProcedureId>, reference: impl Into<String>) -> Pending<Done, Failure> {
        self.send(None, Ask::Open { procedure: procedure.into(), version: None, reference: Some(reference.into()) })
    }

    /// Asks anything of a case.
    pub fn ask(&self, case: CaseId, ask: Ask) -> Pending<Done, Failure> {
        self.send(Some(case), ask)
    }

    /// Takes up a step that waits.
    pub fn start(&self, case: CaseId, step: impl Into<StepId>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Start { step: step.into() })
    }

    /// Finishes a step with an outcome that is no return, naming the documents that it yielded.
    pub fn complete<'d>(
        &self,
        case: CaseId,
        step: impl Into<StepId>,
        outcome: impl Into<OutcomeId>,
        outputs: impl IntoIterator<Item = &'d str>,
    ) -> Pending<Done, Failure> {
        let outputs = outputs.into_iter().map(DocumentId::from).collect();
        self.ask(case, Ask::Complete { step: step.into(), outcome: outcome.into(), outputs, remark: None })
    }

    /// Sends work back from a step to an earlier one.
    pub fn return_to(
        &self,
        case: CaseId,
        step: impl Into<StepId>,
        to: impl Into<StepId>,
        reason: impl Into<Arc<str>>,
    ) -> Pending<Done, Failure> {
        self.ask(case, Ask::Return { step: step.into(), to: to.into(), reason: reason.into() })
    }

    /// Takes back what a step sent on.
    pub fn recall(&self, case: CaseId, step: impl Into<StepId>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Recall { step: step.into() })
    }

    /// Brings in a document from outside.
    pub fn supply(&self, case: CaseId, document: impl Into<DocumentId>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Supply { document: document.into(), remark: None })
    }

    /// Stops all work for a while.
    pub fn suspend(&self, case: CaseId, reason: impl Into<Arc<str>>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Suspend { reason: reason.into() })
    }

    /// Lets work go on.
    pub fn resume(&self, case: CaseId) -> Pending<Done, Failure> {
        self.ask(case, Ask::Resume)
    }

    /// Ends the case before its time.
    pub fn cancel(&self, case: CaseId, reason: impl Into<Arc<str>>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Cancel { reason: reason.into() })
    }

    /// Adds a comment.
    pub fn comment(&self, case: CaseId, text: impl Into<Arc<str>>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Comment { text: text.into() })
    }

    /// Takes the case to another version of its procedure.
    pub fn migrate(&self, case: CaseId, version: impl Into<String>, mapping: Mapping) -> Pending<Done, Failure> {
        self.ask(case, Ask::Migrate { version: version.into(), mapping })
    }

    /// Takes a step for oneself, without taking it up yet.
    pub fn claim(&self, case: CaseId, step: impl Into<StepId>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Claim { step: step.into() })
    }

    /// Lets go of a step.
    pub fn release(&self, case: CaseId, step: impl Into<StepId>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Release { step: step.into() })
    }

    /// Gives a step that nobody holds to somebody who may do it.
    pub fn assign(&self, case: CaseId, step: impl Into<StepId>, to: impl Into<Arc<str>>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Assign { step: step.into(), to: to.into(), remark: None })
    }

    /// Takes a step from whoever holds it and gives it to another.
    pub fn reassign(
        &self,
        case: CaseId,
        step: impl Into<StepId>,
        to: impl Into<Arc<str>>,
        reason: impl Into<Arc<str>>,
    ) -> Pending<Done, Failure> {
        self.ask(case, Ask::Reassign { step: step.into(), to: to.into(), reason: reason.into() })
    }

    /// Has somebody else do a step in one's place.
    pub fn delegate(&self, case: CaseId, step: impl Into<StepId>, to: impl Into<Arc<str>>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Delegate { step: step.into(), to: to.into(), remark: None })
    }

    /// Gives delegated work back to the one who delegated it.
    pub fn hand_back(&self, case: CaseId, step: impl Into<StepId>) -> Pending<Done, Failure> {
        self.ask(case, Ask::HandBack { step: step.into(), remark: None })
    }

    /// Brings in somebody to look at a step.
    pub fn ask_review(
        &self,
        case: CaseId,
        step: impl Into<StepId>,
        reviewer: impl Into<Arc<str>>,
    ) -> Pending<Done, Failure> {
        self.ask(case, Ask::AskReview { step: step.into(), reviewer: reviewer.into(), remark: None })
    }

    /// Agrees to a step that one was asked to look at.
    pub fn agree(&self, case: CaseId, step: impl Into<StepId>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Review { step: step.into(), opinion: Opinion::Agreed, remark: None })
    }

    /// Objects to a step that one was asked to look at.
    pub fn object(&self, case: CaseId, step: impl Into<StepId>, why: impl Into<Arc<str>>) -> Pending<Done, Failure> {
        self.ask(case, Ask::Review { step: step.into(), opinion: Opinion::Objected, remark: Some(why.into()) })
    }

    /// Waits no longer for somebody who was asked to look at a step.
    pub fn withdraw_review(
        &self,
        case: CaseId,
        step: impl Into<StepId>,
        reviewer: impl Into<Arc<str>>,
    ) -> Pending<Done, Failure> {
        self.ask(case, Ask::WithdrawReview { step: step.into(), reviewer: reviewer.into() })
    }

    /// Finishes many steps of many cases with the same outcome, each for itself: some may be refused.
    pub fn complete_all<'d>(
        &self,
        steps: impl IntoIterator<Item = (CaseId, StepId)>,
        outcome: impl Into<OutcomeId>,
        outputs: impl IntoIterator<Item = &'d str>,
    ) -> Vec<Pending<Done, Failure>> {
        let outputs: Vec<DocumentId> = outputs.into_iter().map(DocumentId::from).collect();
        let outcome = outcome.into();
        let complete = |(case, step)| {
            let (outcome, outputs) = (outcome.clone(), outputs.clone());
            self.ask(case, Ask::Complete { step, outcome, outputs, remark: None })
        };
        steps.into_iter().map(complete).collect()
    }

    fn send(&self, case: Option<CaseId>, ask: Ask) -> Pending<Done, Failure> {
        let (person, once, expecting) = (self.person.clone(), self.once.clone(), self.expecting);
        self.engine.send(Request { person, case, ask, once, expecting })
    }
}
