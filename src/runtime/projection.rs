//! How the work on a case is listed: what the lists of work say, made from the case alone.

use std::sync::Arc;

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use serde::Serialize;

use super::desk::Holder;
use super::file::{CaseFile, Wait};
use super::hosting::{Hosted, Procedures, VersionKey, person_list};
use super::people::People;
use crate::error::Error;
use crate::id::{ActorIx, CaseId, ProcedureId, RoleId, StepId, StepIx};
use crate::kernel::{Reservation, Status};
use crate::model::Text;
use crate::store::{Item, ItemKey};
use crate::time::Timestamp;

/// An enabled step of a case that waits for somebody, or is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WorkItem {
    /// The case.
    pub case: CaseId,
    /// The office's own number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Arc<str>>,
    /// The procedure.
    pub procedure: ProcedureId,
    /// Its version.
    pub version: String,
    /// The step.
    pub step: StepId,
    /// What is to be done.
    pub activity: Text,
    /// For which role.
    pub role: RoleId,
    /// Whether it is there to be looked at only, because a reviewer was asked.
    pub is_review: bool,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When it is due at the latest, where the standard time is a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Timestamp>,
    /// Who holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<Arc<str>>,
    /// Who has the holder do it in their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegated_by: Option<Arc<str>>,
    /// Whether it was taken up.
    pub is_started: bool,
    /// Whether it came back for revision.
    pub is_returned: bool,
}

/// What an entry of a list says besides its key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) struct Entry {
    /// Of the version of the procedure.
    #[n(0)]
    key: ByteArray<16>,
    #[n(1)]
    #[cbor(with = "crate::id::cbor")]
    step: StepId,
    #[n(2)]
    is_review: bool,
    #[n(3)]
    is_started: bool,
    #[n(4)]
    is_returned: bool,
    #[n(5)]
    latest: Option<i64>,
    #[n(6)]
    holder: Option<String>,
    #[n(7)]
    delegated_by: Option<String>,
    #[n(8)]
    reference: Option<String>,
    #[n(9)]
    kept_from: Vec<Kept>,
    #[n(10)]
    kept_for: Option<Kept>,
}

/// Somebody whom a duty keeps from a step or for whom it keeps it, with the step that the person has done.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Kept {
    #[n(0)]
    person: String,
    #[n(1)]
    #[cbor(with = "crate::id::cbor")]
    step: StepId,
}

/// An entry read back, with what authority depends on.
pub(super) struct Listed {
    pub(super) hosted: Arc<Hosted>,
    pub(super) step: StepIx,
    pub(super) holder: Option<Holder>,
    pub(super) reservation: Reservation,
    pub(super) item: WorkItem,
}

/// What the lists of work say of a case, in the order of keys: nothing while it is not open.
pub(super) fn items(file: &CaseFile, people: &People) -> Vec<Item> {
    if file.state.status() != Status::Open {
        return Vec::new();
    }
    let mut items = Vec::with_capacity(file.waits.len());
    for wait in &file.waits {
        let entry = Entry::of(file, wait, people);
        let (step, role) = (file.hosted.procedure.step_id(wait.step), file.hosted.procedure.role_of(wait.step));
        let mut list = |list: Arc<str>, name: Arc<str>, entry: &Entry| {
            let due = wait.due.map_or(i64::MAX, |due| due.due.as_millis());
            let key = ItemKey { list, due, case: file.id, name };
            items.push(Item { key, since: wait.since.as_millis(), body: entry.write() });
        };
        let holder = file.desks.holder(wait.step);
        list(file.hosted.list(role, holder.is_some()).clone(), step.shared(), &entry);
        if let Some(holder) = holder {
            list(person_list(&holder.person), step.shared(), &entry);
        }
        for reviewer in file.desks.reviewers_awaited(wait.step) {
            let review = Entry { is_review: true, ..entry.clone() };
            list(person_list(reviewer), format!("{step}?").into(), &review);
        }
    }
    items.sort_by(|one, other| one.key.cmp(&other.key));
    items
}

impl Entry {
    fn of(file: &CaseFile, wait: &Wait, people: &People) -> Self {
        let procedure = &file.hosted.procedure;
        let holder = file.desks.holder(wait.step);
        let reservation = file.state.reservation(procedure, wait.step);
        let kept = |(actor, step): (ActorIx, StepIx)| Kept {
            person: people.name(actor).to_string(),
            step: procedure.step_id(step).clone(),
        };
        Self {
            key: file.hosted.key.to_be_bytes().into(),
            step: procedure.step_id(wait.step).clone(),
            is_review: false,
            is_started: file.state.is_started(procedure, wait.step),
            is_returned: wait.is_returned,
            latest: wait.due.filter(|due| due.latest != due.due).map(|due| due.latest.as_millis()),
            holder: holder.map(|holder| holder.person.to_string()),
            delegated_by: holder.and_then(|holder| holder.delegated_by.as_deref()).map(str::to_owned),
            reference: file.reference.as_deref().map(str::to_owned),
            kept_from: reservation.kept_from.into_iter().map(kept).collect(),
            kept_for: reservation.kept_for.map(kept),
        }
    }

    fn write(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(64);
        minicbor::encode(self, &mut body).expect("writing to memory cannot fail");
        body
    }
}

impl Listed {
    /// What waits, of a case at hand.
    pub(super) fn of(file: &CaseFile, wait: &Wait, people: &People) -> Self {
        let entry = Entry::of(file, wait, people);
        let reservation = file.state.reservation(&file.hosted.procedure, wait.step);
        let due = wait.due.map(|due| due.due);
        Self::new(file.hosted.clone(), wait.step, entry, reservation, (file.id, wait.since, due))
    }

    /// Reads an entry of a list.
    pub(super) fn read(item: &Item, procedures: &Procedures, people: &People) -> Result<Self, Error> {
        let case = item.key.case;
        let damaged = || Error::damaged(format!("the lists of work are damaged at case {case}; rebuild them"));
        let entry: Entry = minicbor::decode(&item.body).map_err(|error| damaged().caused_by(error))?;
        let hosted = procedures.version(VersionKey::from_be_bytes(*entry.key))?;
        let step = hosted.procedure.step(entry.step.as_str()).ok_or_else(damaged)?;
        let kept = |kept: &Kept| {
            let step = hosted.procedure.step(kept.step.as_str()).ok_or_else(damaged)?;
            Ok::<_, Error>((people.position(&kept.person)?, step))
        };
        let reservation = Reservation {
            kept_from: entry.kept_from.iter().map(kept).collect::<Result<_, _>>()?,
            kept_for: entry.kept_for.as_ref().map(kept).transpose()?,
        };
        let due = Some(item.key.due).filter(|due| *due != i64::MAX).map(Timestamp::from_millis);
        Ok(Self::new(hosted.clone(), step, entry, reservation, (case, Timestamp::from_millis(item.since), due)))
    }

    fn new(
        hosted: Arc<Hosted>,
        step: StepIx,
        entry: Entry,
        reservation: Reservation,
        (case, since, due): (CaseId, Timestamp, Option<Timestamp>),
    ) -> Self {
        let procedure = hosted.procedure.procedure();
        let definition = hosted.procedure.step_at(step);
        let delegated_by: Option<Arc<str>> = entry.delegated_by.map(Into::into);
        let holder: Option<Arc<str>> = entry.holder.map(Into::into);
        let item = WorkItem {
            case,
            reference: entry.reference.map(Into::into),
            procedure: procedure.id.clone(),
            version: procedure.version.clone(),
            step: definition.id.clone(),
            activity: definition.activity.clone(),
            role: definition.role.clone(),
            is_review: entry.is_review,
            since,
            due,
            latest: entry.latest.map(Timestamp::from_millis).or(due),
            holder: holder.clone(),
            delegated_by: delegated_by.clone(),
            is_started: entry.is_started,
            is_returned: entry.is_returned,
        };
        let holder = holder.map(|person| Holder { person, delegated_by });
        Self { hosted, step, holder, reservation, item }
    }
}
