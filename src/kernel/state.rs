//! Where a case stands.

use std::fmt;
use std::num::NonZeroU64;

use super::doers::Doers;
use crate::id::{DocumentIx, StepIx};
use crate::net::{Layout, Words, bits_in};
use crate::verify::SoundProcedure;

/// Where a case stands: which flows hold tokens, which documents are there, which steps are done and started; and, where
/// the procedure has duties, who did the steps that they name.
///
/// It is what applying all events of the case in order gives, and nothing else. It fills one cache line of 64 bytes, and
/// takes no more memory than that where flows, documents and steps (counted twice) are at most 256 bits and there are no
/// duties. It names people by their position in the same [`Actors`](super::Actors) as those events.
///
/// Questions to a state take the procedure of the case. Asked with another, they answer as if nothing were there.
#[derive(Clone, PartialEq, Eq, Hash)]
#[repr(align(64))]
pub struct CaseState {
    pub(super) tag: NonZeroU64,
    pub(super) row: Words,
    pub(super) events: u32,
    pub(super) status: Status,
    /// `None` where the procedure has no duties.
    pub(super) doers: Option<Box<Doers>>,
}

/// Whether a case can be worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Not opened yet.
    New,
    /// Work goes on.
    Open,
    /// Work is stopped for a while.
    Suspended,
    /// The case has reached its end.
    Completed,
    /// The case was ended before its time.
    Cancelled,
}

impl CaseState {
    /// A case that has not been opened yet.
    pub fn new(procedure: &SoundProcedure) -> Self {
        Self {
            tag: procedure.tag(),
            row: Words::zeroed(procedure.net().layout.words()),
            events: 0,
            status: Status::New,
            doers: Doers::new(procedure.duties()),
        }
    }

    /// Whether the case can be worked on.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// How many events have been applied.
    pub const fn version(&self) -> u32 {
        self.events
    }

    /// Whether this is a case of exactly this content of a procedure.
    #[inline]
    pub fn is_case_of(&self, procedure: &SoundProcedure) -> bool {
        procedure.has_tag(self.tag) || procedure.tag() == self.tag
    }

    fn row_for(&self, procedure: &SoundProcedure) -> &[u64] {
        if self.is_case_of(procedure) { self.row.as_slice() } else { &[] }
    }

    /// The steps that can be done now as far as order goes, in the order of the definition; also while the case is
    /// suspended.
    pub fn enabled(&self, procedure: &SoundProcedure) -> Vec<StepIx> {
        match self.row_for(procedure) {
            [] => Vec::new(),
            row => procedure.net().enabled(row),
        }
    }

    /// Whether the step can be done now as far as order goes.
    pub fn is_enabled(&self, procedure: &SoundProcedure, step: StepIx) -> bool {
        let row = self.row_for(procedure);
        let net = procedure.net();
        !row.is_empty() && net.steps.get(step.index()).is_some_and(|step| net.is_enabled(step, row))
    }

    /// Whether the step is under way: taken up and not finished, or taken back by a recall.
    pub fn is_started(&self, procedure: &SoundProcedure, step: StepIx) -> bool {
        self.holds(procedure, step.index() < procedure.net().steps.len(), |layout| layout.started_bit(step))
    }

    /// Whether the step has been finished and not been undone by a return or a recall since.
    pub fn is_done(&self, procedure: &SoundProcedure, step: StepIx) -> bool {
        self.holds(procedure, step.index() < procedure.net().steps.len(), |layout| layout.done_bit(step))
    }

    /// Whether the document is there.
    pub fn has_document(&self, procedure: &SoundProcedure, document: DocumentIx) -> bool {
        let is_known = document.index() < procedure.procedure().documents.len();
        self.holds(procedure, is_known, |layout| layout.document_bit(document))
    }

    fn holds(&self, procedure: &SoundProcedure, is_known: bool, bit: impl Fn(Layout) -> usize) -> bool {
        is_known && self.is_case_of(procedure) && self.row.contains(bit(procedure.net().layout))
    }

    /// The documents that are there, in the order of the definition.
    pub fn documents<'a>(&'a self, procedure: &'a SoundProcedure) -> impl Iterator<Item = DocumentIx> + 'a {
        let bits = if self.is_case_of(procedure) { procedure.net().layout.document_bits() } else { 0..0 };
        let first = bits.start;
        bits_in(self.row.as_slice(), bits).filter_map(move |bit| u16::try_from(bit - first).ok().map(DocumentIx))
    }

    /// The steps whose initials or signature stand on the paper, in the order of the definition.
    ///
    /// A return voids those given after the point returned to.
    pub fn endorsed<'a>(&'a self, procedure: &'a SoundProcedure) -> impl Iterator<Item = StepIx> + 'a {
        procedure
            .steps()
            .filter(|step| procedure.step_at(*step).endorsement.is_some() && self.is_done(procedure, *step))
    }
}

impl Status {
    /// The word used in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "not open",
            Self::Open => "open",
            Self::Suspended => "suspended",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CaseState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaseState")
            .field("status", &self.status)
            .field("version", &self.events)
            .field("bits", &self.row)
            .field("doers", &self.doers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::time::Timestamp;
    use crate::{Actor, Actors, Case, CaseState, Command, CommandKind, Grant, Procedure, Step, carry_out};

    #[test]
    fn the_same_content_verified_anew_takes_the_case_on() {
        let content = |title| {
            let step = Step::new("1", "r", "Write").next("end");
            Procedure::new("p", "1", title).role("r", "R").step(step).verify().unwrap()
        };
        let now = Timestamp::from_millis(0);
        let [opened_on, same, copy, other] = [content("P"), content("P"), content("P"), content("Q")];
        let (grants, step) = ([Grant::holder(same.role("r").unwrap())], same.step("1").unwrap());
        let by = Actor { id: Actors::new().add("Sari").unwrap(), grants: &grants };
        let case = Case::open(&opened_on, by, now).unwrap();
        let outcome = same.outcome(step, "done").unwrap();
        let command = Command { by, kind: CommandKind::CompleteStep { step, outcome, outputs: &[], remark: None } };

        // Neither has been asked for its seal yet, and a copy of one that has been knows it from the start.
        assert!(carry_out(&same, &mut case.state().clone(), &command, now).is_ok());
        assert!(case.state().is_case_of(&copy) && case.state().is_case_of(&copy.clone()));
        assert!(carry_out(&other, &mut case.state().clone(), &command, now).unwrap_err().has("other-procedure"));
        assert_ne!(CaseState::new(&other).tag, case.state().tag);
    }
}
