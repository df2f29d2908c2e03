//! Where a case is, who had it how long, and what comes next.

use std::sync::Arc;

use serde::Serialize;

use super::acting::Acting;
use super::answer::{Failure, Pending};
use super::core::Core;
use super::decide::{Scene, unknown};
use super::engine::Engine;
use super::file::CaseFile;
use super::history::History;
use super::projection::{Listed, WorkItem};
use super::record::{CaseEvent, CaseRecord, Envelope};
use crate::error::Error;
use crate::id::{CaseId, OutcomeId, ProcedureId, RoleId, StepId, StepIx};
use crate::kernel::{Capacity, RecordedKind, Refusal, Status};
use crate::model::Target;
use crate::store::CaseQuery;
use crate::time::Timestamp;

/// Where a case is, and how it came there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Whereabouts {
    /// The case.
    pub case: CaseId,
    /// The office's own number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Arc<str>>,
    /// The procedure.
    pub procedure: ProcedureId,
    /// Its version.
    pub version_of_procedure: String,
    /// Whether it can be worked on.
    pub status: Status,
    /// How many events it has.
    pub version: u32,
    /// What waits or is under way; also while the case is suspended.
    pub waiting: Vec<WorkItem>,
    /// The steps that may come next, in the order of the definition: those to which what waits can go on.
    pub next: Vec<StepId>,
    /// Where it has been, in the order in which it came there, and where it is.
    pub stays: Vec<Stay>,
}

/// A stay of a case at a step: from the moment the step could be done to the moment it was done, or could no longer be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stay {
    /// The step.
    pub step: StepId,
    /// For which role.
    pub role: RoleId,
    /// Since when it waited.
    pub since: Timestamp,
    /// When somebody took it: claimed it, was given it, or took it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// With which outcome it was finished; none where the work was dropped, or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeId>,
    /// Who finished it, or else who had it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Arc<str>>,
    /// In whose place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Arc<str>>,
}

impl Stay {
    /// Time queueing, in milliseconds: until somebody took it, or to the end or `now` where nobody has. Where it was finished
    /// without having been taken, all of it was service.
    pub fn waiting_millis(&self, now: Timestamp) -> u64 {
        let until = match (self.taken_at, &self.outcome) {
            (Some(taken), _) => taken,
            (None, Some(_)) => self.since,
            (None, None) => self.ended_at.unwrap_or(now),
        };
        millis(self.since, until)
    }

    /// Time in somebody's hands, in milliseconds: from when it was taken to the end, or to `now`.
    pub fn service_millis(&self, now: Timestamp) -> u64 {
        self.sojourn_millis(now) - self.waiting_millis(now)
    }

    /// Both together.
    pub fn sojourn_millis(&self, now: Timestamp) -> u64 {
        millis(self.since, self.ended_at.unwrap_or(now))
    }
}

/// Nothing where the clock was set back in between.
fn millis(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.millis_since(from)).unwrap_or(0)
}

/// Whether somebody may do a step now, and what it depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// In what right the person may do it; none where `reasons` stand against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// In whose place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<Arc<str>>,
    /// All that stands against it: of authority, and of order.
    pub reasons: Vec<Refusal>,
    /// Who may do it, whoever's turn it is: those of the role, deputies and delegates whom nothing stands against.
    pub people: Vec<Arc<str>>,
}

impl Engine {
    /// Where a case is, who had it how long, and what comes next.
    ///
    /// The answer is a refusal where there is no such case.
    pub fn whereabouts(&self, case: CaseId) -> Pending<Whereabouts, Failure> {
        self.readers().ask(move |core, reader| {
            let mut book = Book::default();
            let history = History::new(reader, case, 0);
            let file = CaseFile::replay(case, history, &core.procedures, &core.people, |file, envelope| {
                book.note(file, envelope);
            })?;
            let file = file.ok_or_else(|| unknown("case", &case.to_string()))?;
            Ok(Whereabouts {
                case,
                reference: file.reference.clone(),
                procedure: file.hosted.procedure.procedure().id.clone(),
                version_of_procedure: file.hosted.procedure.procedure().version.clone(),
                status: file.state.status(),
                version: file.version,
                waiting: file.waits.iter().map(|wait| Listed::of(&file, wait, &core.people).item).collect(),
                next: next(&file),
                stays: book.stays,
            })
        })
    }

    /// The events of a case after a version, in order, at most so many.
    pub fn history(&self, case: CaseId, after: u32, limit: usize) -> Pending<Vec<CaseEvent>, Error> {
        self.readers().ask(move |_, reader| reader.events(case, after, limit)?.into_iter().map(CaseEvent::of).collect())
    }

    /// Cases with the office's own number; it need not be unique.
    pub fn cases_with_reference(&self, reference: impl Into<Arc<str>>) -> Pending<Vec<CaseId>, Error> {
        let query = CaseQuery { reference: Some(reference.into()), limit: 1_000, ..CaseQuery::default() };
        self.readers().ask(move |_, reader| Ok(reader.cases(&query)?.into_iter().map(|row| row.case).collect()))
    }

    /// Cases of a procedure with a status, in the order of their ids, after one of them, at most so many.
    pub fn cases(
        &self,
        procedure: impl Into<ProcedureId>,
        status: Status,
        after: Option<CaseId>,
        limit: usize,
    ) -> Pending<Vec<CaseId>, Error> {
        let (procedure, status) = (Some(procedure.into().as_str().into()), Some(status.as_str().into()));
        let query = CaseQuery { procedure, status, after, limit, ..CaseQuery::default() };
        self.readers().ask(move |_, reader| Ok(reader.cases(&query)?.into_iter().map(|row| row.case).collect()))
    }
}

impl Acting {
    /// Whether the person may do a step of a case now, why not, and who may.
    ///
    /// The answer is a refusal where there is no such person, case or step.
    pub fn explain(&self, case: CaseId, step: impl Into<StepId>) -> Pending<Explanation, Failure> {
        let (name, step) = (self.name().clone(), step.into());
        self.engine().readers().ask(move |core, reader| {
            let file = core.read(reader, case)?.ok_or_else(|| unknown("case", &case.to_string()))?;
            explain(core, &file, &name, &step)
        })
    }
}

fn explain(core: &Core, file: &CaseFile, name: &str, id: &StepId) -> Result<Explanation, Failure> {
    let procedure = &file.hosted.procedure;
    let step = procedure.step(id.as_str()).ok_or_else(|| unknown("step", id.as_str()))?;
    let party = core.people.party(name, &file.hosted)?.ok_or_else(|| unknown("person", name))?;
    let scene = Scene { procedures: &core.procedures, people: &core.people, now: core.now() };
    let (by, mut reasons) = match scene.may_work(file, step, &party)? {
        Ok(by) => (Some(by), Vec::new()),
        Err(reasons) => (None, reasons),
    };
    let status = file.state.status();
    if status != Status::Open {
        reasons.push(Refusal::WrongStatus { status });
    }
    if file.wait(step).is_none() {
        let enabled = file.waits.iter().map(|wait| procedure.step_id(wait.step).clone()).collect();
        reasons.push(Refusal::NotEnabled { step: id.clone(), enabled });
    }
    let by = by.filter(|_| reasons.is_empty());
    let mut people = Vec::new();
    let role = &procedure.step_at(step).role;
    let of_role = core.people.directory.people_for(role, &procedure.procedure().id, scene.now);
    let holder = file.desks.holder(step).map(|holder| holder.person.clone());
    for candidate in of_role.into_iter().chain(holder) {
        let Some(party) = core.people.party(&candidate, &file.hosted)? else { continue };
        if scene.may_work(file, step, &party)?.is_ok() && !people.contains(&candidate) {
            people.push(candidate);
        }
    }
    let on_behalf_of = by.and_then(|by| by.on_behalf_of).map(|actor| core.people.name(actor));
    Ok(Explanation { capacity: by.map(|by| by.capacity), on_behalf_of, reasons, people })
}

/// The steps to which what waits can go on without going back, in the order of the definition.
fn next(file: &CaseFile) -> Vec<StepId> {
    let procedure = &file.hosted.procedure;
    let outcomes = file.waits.iter().flat_map(|wait| &procedure.step_at(wait.step).outcomes);
    let targets = outcomes.filter(|outcome| !outcome.returns).flat_map(|outcome| &outcome.to);
    let mut next: Vec<StepIx> = targets
        .filter_map(|target| match target {
            Target::Step(id) => procedure.step(id.as_str()),
            Target::End => None,
        })
        .collect();
    next.sort_unstable();
    next.dedup();
    next.into_iter().map(|step| procedure.step_id(step).clone()).collect()
}

/// Keeps book of the stays of a case.
#[derive(Default)]
struct Book {
    stays: Vec<Stay>,
    /// By position, the stays that have not ended, each with when its wait began.
    open: Vec<(usize, StepIx)>,
}

impl Book {
    fn note(&mut self, file: &CaseFile, envelope: &Envelope) {
        let (record, procedure) = (&envelope.record, &file.hosted.procedure);
        if let CaseRecord::Procedure(event) = record
            && let RecordedKind::CaseMigrated { .. } = event.event
        {
            // Positions of steps are those of the new version now.
            let stays = &self.stays;
            let waits = |position: usize| file.waits.iter().find(|wait| wait.since == stays[position].since);
            self.open =
                self.open.iter().filter_map(|(position, _)| Some((*position, waits(*position)?.step))).collect();
        }
        self.finish(record);
        let ended = |stays: &mut Vec<Stay>, position: usize| {
            stays[position].ended_at.get_or_insert(record.at());
        };
        let (stays, waits) = (&mut self.stays, &file.waits);
        self.open.retain(|(position, step)| {
            let goes_on = waits.iter().any(|wait| wait.step == *step && wait.since == stays[*position].since);
            if !goes_on {
                ended(stays, *position);
            }
            goes_on
        });
        for wait in waits {
            if !self.open.iter().any(|(_, step)| *step == wait.step) {
                self.open.push((stays.len(), wait.step));
                stays.push(Stay::at(procedure.step_id(wait.step), &procedure.step_at(wait.step).role, wait.since));
            }
        }
        for (position, step) in &self.open {
            let stay = &mut stays[*position];
            if let Some(holder) = file.desks.holder(*step) {
                stay.taken_at.get_or_insert(record.at());
                stay.person = Some(holder.person.clone());
                stay.on_behalf_of.clone_from(&holder.delegated_by);
            }
        }
    }

    /// What the event itself says about the step that it finishes.
    fn finish(&mut self, record: &CaseRecord) {
        let CaseRecord::Procedure(event) = record else { return };
        let (RecordedKind::StepCompleted { step, outcome, .. } | RecordedKind::StepReturned { step, outcome, .. }) =
            &event.event
        else {
            return;
        };
        let Some(place) = self.open.iter().position(|(position, _)| self.stays[*position].step == *step) else {
            return;
        };
        let stay = &mut self.stays[self.open.remove(place).0];
        stay.ended_at = Some(event.at);
        stay.outcome = Some(outcome.clone());
        stay.person = Some(event.actor.as_str().into());
        stay.on_behalf_of = event.on_behalf_of.as_deref().map(Into::into);
    }
}

impl Stay {
    fn at(step: &StepId, role: &RoleId, since: Timestamp) -> Self {
        Self {
            step: step.clone(),
            role: role.clone(),
            since,
            taken_at: None,
            ended_at: None,
            outcome: None,
            person: None,
            on_behalf_of: None,
        }
    }
}
