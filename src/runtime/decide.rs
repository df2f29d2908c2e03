//! What becomes of a case when somebody asks something of it.

use std::borrow::Cow;
use std::sync::Arc;

use super::answer::Failure;
use super::ask::Ask;
use super::authority::{self, Work};
use super::file::CaseFile;
use super::hosting::Procedures;
use super::party::Party;
use super::people::People;
use super::record::{CaseRecord, DueRecord};
use super::work;
use crate::error::Error;
use crate::id::{DocumentIx, StepIx};
use crate::kernel::{
    Command, CommandKind, Event, EventRecord, Grant, Refusal, Refused, Reservation, carry_out, carry_out_migration,
    return_mismatch,
};
use crate::model::Mapping;
use crate::time::Timestamp;
use crate::verify::{Transfer, compare_with};

/// Where an engine decides: what it knows, and the moment.
pub(super) struct Scene<'a> {
    pub(super) procedures: &'a Procedures,
    pub(super) people: &'a People,
    pub(super) now: Timestamp,
}

/// What has happened to a case, which the case has taken over.
pub(super) struct Happened {
    pub(super) record: CaseRecord,
    pub(super) due: Vec<Option<DueRecord>>,
}

impl Scene<'_> {
    /// Carries out what is asked of a case. When it is refused, the case is as it was.
    pub(super) fn carry_out(&self, file: &mut CaseFile, party: &Party, ask: &Ask) -> Result<Happened, Failure> {
        let record = match ask {
            Ask::Migrate { version, mapping } => self.migrate(file, party, version, mapping)?,
            Ask::Claim { .. }
            | Ask::Release { .. }
            | Ask::Assign { .. }
            | Ask::Reassign { .. }
            | Ask::Delegate { .. }
            | Ask::HandBack { .. }
            | Ask::AskReview { .. }
            | Ask::Review { .. }
            | Ask::WithdrawReview { .. } => {
                let record = work::decide(self, file, party, ask)?;
                file.work_happens(&record)?;
                CaseRecord::Work(record)
            }
            _ => CaseRecord::Procedure(self.go_on(file, party, ask)?),
        };
        Ok(Happened { record, due: file.make_due() })
    }

    /// Carries out what the procedure is about.
    fn go_on(&self, file: &mut CaseFile, party: &Party, ask: &Ask) -> Result<EventRecord, Failure> {
        let outputs;
        let kind = match ask {
            Ask::Open { .. } => CommandKind::OpenCase,
            Ask::Start { step } => CommandKind::StartStep { step: step_of(file, step.as_str())? },
            Ask::Complete { step, outcome, outputs: named, remark } => {
                let step = step_of(file, step.as_str())?;
                let found = file.hosted.procedure.outcome(step, outcome.as_str());
                let outcome = found.ok_or_else(|| unknown("outcome", outcome.as_str()))?;
                outputs = named.iter().map(|id| document_of(file, id.as_str())).collect::<Result<Vec<_>, _>>()?;
                CommandKind::CompleteStep { step, outcome, outputs: &outputs, remark: remark.clone() }
            }
            Ask::Return { step, to, reason } => {
                let step = step_of(file, step.as_str())?;
                let outcome = file.hosted.procedure.return_outcome(step, to.as_str());
                let outcome =
                    outcome.ok_or_else(|| Refused::new(vec![return_mismatch(&file.hosted.procedure, step)]))?;
                CommandKind::ReturnStep { step, outcome, reason: reason.clone() }
            }
            Ask::Recall { step } => CommandKind::RecallStep { step: step_of(file, step.as_str())? },
            Ask::Supply { document, remark } => {
                CommandKind::SupplyDocument { document: document_of(file, document.as_str())?, remark: remark.clone() }
            }
            Ask::Suspend { reason } => CommandKind::SuspendCase { reason: reason.clone() },
            Ask::Resume => CommandKind::ResumeCase,
            Ask::Cancel { reason } => CommandKind::CancelCase { reason: reason.clone() },
            Ask::Comment { text } => CommandKind::AddComment { text: text.clone() },
            _ => unreachable!("the other kinds have been dealt with"),
        };
        let (grants, mut reasons) = self.standing(file, party, &kind)?;
        let hosted = file.hosted.clone();
        let command = Command { by: party.actor(&grants), kind };
        if !reasons.is_empty() {
            // Nothing may happen, and the procedure's own reasons are told as well.
            if let Err(refused) = crate::kernel::decide(&hosted.procedure, &file.state, &command, self.now) {
                reasons.extend(refused.into_reasons());
            }
            return Err(Refused::new(reasons).into());
        }
        let event = carry_out(&hosted.procedure, &mut file.state, &command, self.now)?;
        file.follow(&event, &party.name);
        Ok(EventRecord::of(&event, &hosted.procedure, &self.people.actors())?)
    }

    /// The rights with which a person gives a command, and what stands against it besides what the procedure says.
    fn standing<'p>(
        &self,
        file: &CaseFile,
        party: &'p Party,
        kind: &CommandKind<'_>,
    ) -> Result<(Cow<'p, [Grant]>, Vec<Refusal>), Error> {
        let (step, is_work) = match kind {
            CommandKind::OpenCase => (file.hosted.procedure.first_step(), false),
            CommandKind::RecallStep { step } => (*step, false),
            CommandKind::StartStep { step }
            | CommandKind::CompleteStep { step, .. }
            | CommandKind::ReturnStep { step, .. } => (*step, true),
            _ => return Ok((party.grants(None), authority::absence(party, self.now).into_iter().collect())),
        };
        let holder = file.desks.holder(step).filter(|_| is_work);
        let grants = authority::grants_on(&file.hosted, self.people, step, holder, party)?;
        // The kernel looks at the duties itself when it decides.
        let work = Work { step, holder, reservation: &Reservation::default() };
        let mut reasons = authority::objections(&file.hosted, work, party, &grants, self.now);
        if let CommandKind::CompleteStep { .. } = kind {
            let reviewers: Vec<Arc<str>> = file.desks.reviewers_awaited(step).cloned().collect();
            if !reviewers.is_empty() {
                let step = file.hosted.procedure.step_id(step).clone();
                reasons.push(Refusal::ReviewPending { step, reviewers });
            }
        }
        Ok((grants, reasons))
    }

    fn migrate(
        &self,
        file: &mut CaseFile,
        party: &Party,
        version: &str,
        mapping: &Mapping,
    ) -> Result<CaseRecord, Failure> {
        let old = file.hosted.clone();
        let id = &old.procedure.procedure().id;
        let new = self.procedures.find(id.as_str(), Some(version)).ok_or_else(|| unknown("version", version))?;
        let comparison = compare_with(&old.procedure, &new.procedure, mapping)?;
        let grants = party.grants(None);
        let mut migrated = file.state.clone();
        let carried_out = carry_out_migration(&comparison, &mut migrated, &party.actor(&grants), self.now);
        let event: Event = match (authority::absence(party, self.now), carried_out) {
            (None, carried_out) => carried_out?,
            (Some(absence), carried_out) => {
                let others = carried_out.err().into_iter().flat_map(Refused::into_reasons);
                return Err(Refused::new([absence].into_iter().chain(others).collect()).into());
            }
        };
        file.state = migrated;
        let record = EventRecord::of(&event, &old.procedure, &self.people.actors())?;
        file.turn_to(&new, &Transfer::new(&old.procedure, &new.procedure, mapping)?, self.now);
        Ok(CaseRecord::Procedure(record))
    }
}

fn step_of(file: &CaseFile, id: &str) -> Result<StepIx, Refused> {
    file.hosted.procedure.step(id).ok_or_else(|| unknown("step", id))
}

fn document_of(file: &CaseFile, id: &str) -> Result<DocumentIx, Refused> {
    file.hosted.procedure.document(id).ok_or_else(|| unknown("document", id))
}

/// A refusal because of something that does not exist.
pub(super) fn unknown(what: &'static str, name: &str) -> Refused {
    let name = name.chars().take(64).flat_map(char::escape_debug).collect();
    Refused::new(vec![Refusal::Unknown { what, name }])
}
