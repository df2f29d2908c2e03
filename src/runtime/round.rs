//! One round of commands: each is decided on the case as those before it leave it, and all are committed together.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::answer::{Done, Failure};
use super::ask::{Ask, Request};
use super::core::Core;
use super::decide::{Happened, Scene, unknown};
use super::file::CaseFile;
use super::hosting::{Hosted, VersionKey};
use super::projection;
use super::record::{Envelope, Fingerprint, link};
use crate::error::{Error, ErrorKind};
use crate::id::CaseId;
use crate::kernel::{Refusal, Refused, Status, check_remark};
use crate::limits::{COMMAND_ID_BYTES_MAX, EVENTS_PER_CASE_MAX, REFERENCE_CHARS_MAX};
use crate::store::{CaseCommit, Item, ItemKey, NewEvent, StoredEvent, Verdict};
use crate::time::Timestamp;

/// The cases that a round has touched, and what is to be committed of each.
#[derive(Default)]
pub(super) struct Round {
    drafts: IndexMap<CaseId, Draft, FxBuildHasher>,
}

/// A case in a round.
struct Draft {
    file: Box<CaseFile>,
    /// The version before the round.
    expected: u32,
    /// What the row of the case said before the round.
    row: Option<(Status, VersionKey)>,
    events: Vec<NewEvent>,
    is_in_conflict: bool,
}

impl Round {
    /// Whether the round has touched a case. One whose opening was refused is no case.
    pub(super) fn has(&self, case: CaseId) -> bool {
        self.drafts.get(&case).is_some_and(|draft| draft.file.version > 0)
    }

    /// The version of a case of the round that the round has not changed.
    pub(super) fn unchanged(&self, case: CaseId) -> Option<u32> {
        let draft = self.drafts.get(&case)?;
        draft.events.is_empty().then_some(draft.file.version)
    }

    /// Takes a case into the round.
    pub(super) fn take(&mut self, file: Box<CaseFile>) {
        let row = (file.version > 0).then(|| (file.state.status(), file.hosted.key));
        let (expected, events) = (file.version, Vec::new());
        self.drafts.insert(file.id, Draft { expected, file, row, events, is_in_conflict: false });
    }

    /// Carries out what is asked of a case of the round. When it is refused, the case is as it was.
    pub(super) fn carry_out(
        &mut self,
        core: &Core,
        case: CaseId,
        request: &Request,
        now: Timestamp,
        serial: u64,
    ) -> Result<Done, Failure> {
        let draft = self.drafts.get_mut(&case).expect("the case was taken into the round");
        let file = &mut draft.file;
        if let Some(expecting) = request.expecting.filter(|expecting| *expecting != file.version) {
            return Err(outdated(case, expecting, file.version).into());
        }
        if file.version >= EVENTS_PER_CASE_MAX {
            return Err(Refused::new(vec![Refusal::TooManyEvents { most: EVENTS_PER_CASE_MAX }]).into());
        }
        let Some(party) = core.people.party(&request.person, &file.hosted)? else {
            return Err(unknown("person", &request.person).into());
        };
        let reference = reference(&request.ask)?;
        let scene = Scene { procedures: &core.procedures, people: &core.people, now };
        let Happened { record, due } = scene.carry_out(file, &party, &request.ask)?;
        if let Some(reference) = &reference {
            file.reference = Some(reference.as_str().into());
        }
        let asked = request.once.is_some().then(|| fingerprint(request));
        draft.keep(&Envelope { due, asked, reference, ..Envelope::new(serial, record) }, request.once.clone());
        Ok(Done { case, version: draft.file.version, at: now })
    }

    /// What is to be committed, a case each.
    pub(super) fn commits(&mut self, core: &Core) -> Vec<CaseCommit> {
        let drafts = self.drafts.values_mut().filter(|draft| !draft.events.is_empty());
        drafts.map(|draft| draft.commit(core)).collect()
    }

    /// Takes down what became of the commit of a case.
    pub(super) fn settle(&mut self, case: CaseId, verdict: Verdict) {
        if let Some(draft) = self.drafts.get_mut(&case) {
            draft.is_in_conflict = verdict == Verdict::Conflict;
        }
    }

    /// Whether the round came into conflict about a case.
    pub(super) fn is_in_conflict(&self, case: CaseId) -> bool {
        self.drafts.get(&case).is_some_and(|draft| draft.is_in_conflict)
    }

    /// The cases as the round leaves them, without those that it came into conflict about or that were not opened.
    pub(super) fn into_files(self) -> impl Iterator<Item = Box<CaseFile>> {
        let drafts = self.drafts.into_values().filter(|draft| !draft.is_in_conflict && draft.file.version > 0);
        drafts.map(|draft| draft.file)
    }
}

impl Draft {
    fn keep(&mut self, envelope: &Envelope, command: Option<Arc<str>>) {
        let (file, body) = (&mut self.file, envelope.write());
        file.version += 1;
        file.link = link(&file.link, file.id, file.version, command.as_deref(), &body);
        self.events.push(NewEvent { body, link: file.link, command });
    }

    fn commit(&mut self, core: &Core) -> CaseCommit {
        let file = &mut self.file;
        let after = projection::items(file, &core.people);
        let (removed, added) = difference(&file.listed, &after);
        file.listed = after;
        let row = (self.row != Some((file.state.status(), file.hosted.key))).then(|| file.row());
        CaseCommit {
            case: file.id,
            expected: self.expected,
            events: std::mem::take(&mut self.events),
            row,
            removed,
            added,
        }
    }
}

/// The entries of the first list that are not in the second, and the other way round.
fn difference(before: &[Item], after: &[Item]) -> (Vec<(ItemKey, i64)>, Vec<Item>) {
    let removed = before.iter().filter(|item| !after.contains(item)).map(|item| (item.key.clone(), item.since));
    let added = after.iter().filter(|item| !before.contains(item)).cloned();
    (removed.collect(), added.collect())
}

/// The answer that a command got when it was carried out, given again.
pub(super) fn answer_again(request: &Request, stored: &StoredEvent) -> Result<Done, Failure> {
    let envelope = Envelope::read(stored.case, stored.version, &stored.body)?;
    if envelope.asked != Some(fingerprint(request)) {
        let message =
            format!("the id of the command was used for another one: event {} of case {}", stored.version, stored.case);
        return Err(Error::single(ErrorKind::Conflict, message).into());
    }
    Ok(Done { case: stored.case, version: stored.version, at: envelope.record.at() })
}

/// What tells whether two commands with the same id are the same: all but the version expected.
fn fingerprint(request: &Request) -> Fingerprint {
    #[derive(Serialize)]
    struct Asked<'a> {
        person: &'a str,
        case: Option<CaseId>,
        ask: &'a Ask,
    }
    let asked = Asked { person: &request.person, case: request.case, ask: &request.ask };
    let asked = serde_json::to_vec(&asked).expect("a request is made of strings and numbers");
    let hash: [u8; 32] = Sha256::digest(asked).into();
    let [first, _] = hash.as_chunks::<16>().0 else { unreachable!("32 bytes are two halves") };
    (*first).into()
}

/// What is wrong with the form of a request, whatever the case.
pub(super) fn check(request: &Request) -> Result<(), Failure> {
    let Some(id) = &request.once else { return Ok(()) };
    if id.is_empty() || id.len() > COMMAND_ID_BYTES_MAX || id.chars().any(char::is_control) {
        let message = format!("the id of a command has 1 to {COMMAND_ID_BYTES_MAX} bytes and no control characters");
        return Err(Error::single(ErrorKind::Limit, message).into());
    }
    Ok(())
}

/// The version of a procedure that a case is to be opened on.
pub(super) fn opens_on(core: &Core, procedure: &str, version: Option<&str>) -> Result<Arc<Hosted>, Failure> {
    let found = core.procedures.find(procedure, version);
    if let (None, Some(version)) = (&found, version)
        && core.procedures.find(procedure, None).is_some()
    {
        return Err(unknown("version", version).into());
    }
    found.ok_or_else(|| unknown("procedure", procedure).into())
}

fn reference(ask: &Ask) -> Result<Option<String>, Refused> {
    let Ask::Open { reference: Some(reference), .. } = ask else { return Ok(None) };
    let (bytes, most) = (reference.len(), REFERENCE_CHARS_MAX);
    let too_long = (reference.chars().count() > most).then_some(Refusal::TextTooLong { bytes, most });
    let reasons: Vec<Refusal> = too_long.into_iter().chain(check_remark(reference)).collect();
    if reasons.is_empty() { Ok(Some(reference.clone())) } else { Err(Refused::new(reasons)) }
}

fn outdated(case: CaseId, expecting: u32, version: u32) -> Error {
    let message = format!("case {case} has version {version}, and version {expecting} was expected; read it again");
    Error::single(ErrorKind::Conflict, message)
}
