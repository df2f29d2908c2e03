//! Events as they are stored and exchanged: with ids instead of indices, and a schema version.

use std::sync::Arc;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::apply::procedure_changed;
use super::{Actors, By, Capacity, Event, EventKind, Migration};
use crate::error::{Error, ErrorKind};
use crate::id::{ActorIx, DocumentId, DocumentIx, OutcomeId, OutcomeIx, RoleId, StepId, StepIx};
use crate::limits::REMARK_BYTES_MAX;
use crate::model::{Mapping, Seal};
use crate::time::Timestamp;
use crate::verify::SoundProcedure;

/// The version of the stored form that this crate writes. It reads this one and all before it.
pub(crate) const SCHEMA: u16 = 1;

/// An event as it is stored and exchanged, in JSON or in CBOR (RFC 8949).
///
/// It carries ids, so it outlives the indices of any compiled procedure, and the version of its schema, so that old
/// records stay readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EventRecord {
    /// The version of the stored form.
    #[n(0)]
    pub schema: u16,
    /// When.
    #[n(1)]
    #[cbor(with = "crate::time::cbor")]
    pub at: Timestamp,
    /// By whom: the name of the actor.
    #[n(2)]
    pub actor: String,
    /// For which role.
    #[n(3)]
    #[cbor(with = "crate::id::cbor")]
    pub role: RoleId,
    /// In what right.
    #[n(4)]
    pub capacity: Capacity,
    /// In whose place.
    #[n(5)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// What has happened.
    #[n(6)]
    pub event: RecordedKind,
}

/// The kinds of [`EventRecord`], as [`EventKind`] with ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are those of EventKind")]
pub enum RecordedKind {
    /// The case was opened on this content of the procedure.
    #[n(0)]
    CaseOpened {
        #[n(0)]
        seal: Seal,
    },
    /// A step was taken up.
    #[n(1)]
    StepStarted {
        #[n(0)]
        #[cbor(with = "crate::id::cbor")]
        step: StepId,
    },
    /// A step was finished.
    #[n(2)]
    StepCompleted {
        #[n(0)]
        #[cbor(with = "crate::id::cbor")]
        step: StepId,
        #[n(1)]
        #[cbor(with = "crate::id::cbor")]
        outcome: OutcomeId,
        #[n(2)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<String>,
    },
    /// Work was sent back for revision.
    #[n(3)]
    StepReturned {
        #[n(0)]
        #[cbor(with = "crate::id::cbor")]
        step: StepId,
        #[n(1)]
        #[cbor(with = "crate::id::cbor")]
        outcome: OutcomeId,
        #[n(2)]
        reason: String,
    },
    /// What a step had sent on was taken back.
    #[n(4)]
    StepRecalled {
        #[n(0)]
        #[cbor(with = "crate::id::cbor")]
        step: StepId,
        #[n(1)]
        #[cbor(with = "crate::id::cbor")]
        outcome: OutcomeId,
    },
    /// A document came in from outside.
    #[n(5)]
    DocumentSupplied {
        #[n(0)]
        #[cbor(with = "crate::id::cbor")]
        document: DocumentId,
        #[n(1)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<String>,
    },
    /// Work on the case was stopped.
    #[n(6)]
    CaseSuspended {
        #[n(0)]
        reason: String,
    },
    /// Work on the case went on.
    #[n(7)]
    CaseResumed {},
    /// The case was ended before its time.
    #[n(8)]
    CaseCancelled {
        #[n(0)]
        reason: String,
    },
    /// A comment was added.
    #[n(9)]
    CommentAdded {
        #[n(0)]
        text: String,
    },
    /// The case went on to another version of the procedure.
    #[n(10)]
    CaseMigrated {
        #[n(0)]
        seal: Seal,
        #[n(1)]
        mapping: Mapping,
    },
}

impl EventRecord {
    /// The stored form of an event.
    ///
    /// # Errors
    ///
    /// When an index of the event is not one of the procedure, or an actor is not in the table.
    pub fn of(event: &Event, procedure: &SoundProcedure, actors: &Actors) -> Result<Self, Error> {
        let name = |actor: ActorIx| {
            actors
                .name(actor)
                .map(str::to_owned)
                .ok_or_else(|| wrong("the event's actor is not in the table of actors"))
        };
        let roles = &procedure.procedure().roles;
        Ok(Self {
            schema: SCHEMA,
            at: event.at,
            actor: name(event.by.actor)?,
            role: roles.get(event.by.role.index()).map(|role| role.id.clone()).ok_or_else(|| unknown("role"))?,
            capacity: event.by.capacity,
            on_behalf_of: event.by.on_behalf_of.map(name).transpose()?,
            event: Named { procedure }.kind(&event.kind)?,
        })
    }

    /// The event that this record stores. Names of actors that are new are added to the table.
    ///
    /// # Errors
    ///
    /// When the record names something that the procedure does not have, or carries a text beyond the limits. When it
    /// opens a case on another content of the procedure, [`Error::is_procedure_changed`] holds and the faults tell what
    /// has changed.
    pub fn resolve(&self, procedure: &SoundProcedure, actors: &mut Actors) -> Result<Event, Error> {
        if let RecordedKind::CaseOpened { seal } = &self.event
            && seal.hash != procedure.seal().hash
        {
            return Err(procedure_changed(procedure, seal));
        }
        Ok(Event {
            at: self.at,
            by: By {
                actor: actors.add(&self.actor)?,
                role: procedure.role(self.role.as_str()).ok_or_else(|| no_such("role", self.role.as_str()))?,
                capacity: self.capacity,
                on_behalf_of: self.on_behalf_of.as_deref().map(|name| actors.add(name)).transpose()?,
            },
            kind: Indexed { procedure }.kind(&self.event)?,
        })
    }

    /// Writes the record as one line of JSON.
    #[allow(clippy::missing_panics_doc, reason = "a record is made of strings and numbers")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a record is made of strings and numbers")
    }

    /// Reads a record from JSON.
    ///
    /// # Errors
    ///
    /// When the text is not a record of this or an earlier schema.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Version {
            schema: u16,
        }
        let read = |error| wrong("the record is not JSON of the stored form").caused_by(error);
        let Version { schema } = serde_json::from_str(text).map_err(read)?;
        check_schema(schema)?;
        serde_json::from_str(text).map_err(read)
    }

    /// Writes the record as CBOR.
    #[allow(clippy::missing_panics_doc, reason = "writing to memory cannot fail")]
    pub fn to_cbor(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads a record from CBOR.
    ///
    /// # Errors
    ///
    /// When the bytes are not one record of this or an earlier schema.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, Error> {
        let read = |error| wrong("the record is not CBOR of the stored form").caused_by(error);
        let mut decoder = minicbor::Decoder::new(bytes);
        let schema = schema_of(&mut decoder.probe()).map_err(read)?;
        check_schema(schema)?;
        let record = decoder.decode().map_err(read)?;
        if decoder.position() != bytes.len() {
            return Err(wrong("there is something behind the record"));
        }
        Ok(record)
    }
}

fn schema_of(decoder: &mut minicbor::Decoder<'_>) -> Result<u16, minicbor::decode::Error> {
    decoder.array()?;
    decoder.u16()
}

fn check_schema(schema: u16) -> Result<(), Error> {
    if (1..=SCHEMA).contains(&schema) {
        return Ok(());
    }
    Err(wrong(format!("the record has schema {schema}; this version of sopflow reads 1 to {SCHEMA}")))
}

/// From indices to ids.
struct Named<'a> {
    procedure: &'a SoundProcedure,
}

impl Named<'_> {
    fn kind(&self, kind: &EventKind) -> Result<RecordedKind, Error> {
        let own = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        Ok(match kind {
            EventKind::CaseOpened { seal } => RecordedKind::CaseOpened { seal: Seal::clone(seal) },
            EventKind::StepStarted { step } => RecordedKind::StepStarted { step: self.step(*step)? },
            EventKind::StepCompleted { step, outcome, remark } => {
                let (step, outcome) = self.outcome(*step, *outcome)?;
                RecordedKind::StepCompleted { step, outcome, remark: own(remark) }
            }
            EventKind::StepReturned { step, outcome, reason } => {
                let (step, outcome) = self.outcome(*step, *outcome)?;
                RecordedKind::StepReturned { step, outcome, reason: reason.to_string() }
            }
            EventKind::StepRecalled { step, outcome } => {
                let (step, outcome) = self.outcome(*step, *outcome)?;
                RecordedKind::StepRecalled { step, outcome }
            }
            EventKind::DocumentSupplied { document, remark } => {
                RecordedKind::DocumentSupplied { document: self.document(*document)?, remark: own(remark) }
            }
            EventKind::CaseSuspended { reason } => RecordedKind::CaseSuspended { reason: reason.to_string() },
            EventKind::CaseResumed => RecordedKind::CaseResumed {},
            EventKind::CaseCancelled { reason } => RecordedKind::CaseCancelled { reason: reason.to_string() },
            EventKind::CommentAdded { text } => RecordedKind::CommentAdded { text: text.to_string() },
            EventKind::CaseMigrated { to } => {
                RecordedKind::CaseMigrated { seal: Seal::clone(&to.seal), mapping: to.mapping.clone() }
            }
        })
    }

    fn step(&self, step: StepIx) -> Result<StepId, Error> {
        let step = self.procedure.procedure().steps.get(step.index());
        step.map(|step| step.id.clone()).ok_or_else(|| unknown("step"))
    }

    fn outcome(&self, step: StepIx, outcome: OutcomeIx) -> Result<(StepId, OutcomeId), Error> {
        let id = self.step(step)?;
        let outcome = self.procedure.step_at(step).outcomes.get(outcome.index());
        Ok((id, outcome.map(|outcome| outcome.id.clone()).ok_or_else(|| unknown("outcome"))?))
    }

    fn document(&self, document: DocumentIx) -> Result<DocumentId, Error> {
        let document = self.procedure.procedure().documents.get(document.index());
        document.map(|document| document.id.clone()).ok_or_else(|| unknown("document"))
    }
}

/// From ids to indices.
struct Indexed<'a> {
    procedure: &'a SoundProcedure,
}

impl Indexed<'_> {
    fn kind(&self, kind: &RecordedKind) -> Result<EventKind, Error> {
        Ok(match kind {
            RecordedKind::CaseOpened { seal } => EventKind::CaseOpened { seal: self.seal(seal) },
            RecordedKind::StepStarted { step } => EventKind::StepStarted { step: self.step(step)? },
            RecordedKind::StepCompleted { step, outcome, remark } => {
                let (step, outcome) = self.outcome(step, outcome)?;
                EventKind::StepCompleted { step, outcome, remark: remark.as_deref().map(text).transpose()? }
            }
            RecordedKind::StepReturned { step, outcome, reason } => {
                let (step, outcome) = self.outcome(step, outcome)?;
                EventKind::StepReturned { step, outcome, reason: text(reason)? }
            }
            RecordedKind::StepRecalled { step, outcome } => {
                let (step, outcome) = self.outcome(step, outcome)?;
                EventKind::StepRecalled { step, outcome }
            }
            RecordedKind::DocumentSupplied { document, remark } => {
                let found = self.procedure.document(document.as_str());
                let document = found.ok_or_else(|| no_such("document", document.as_str()))?;
                EventKind::DocumentSupplied { document, remark: remark.as_deref().map(text).transpose()? }
            }
            RecordedKind::CaseSuspended { reason } => EventKind::CaseSuspended { reason: text(reason)? },
            RecordedKind::CaseResumed {} => EventKind::CaseResumed,
            RecordedKind::CaseCancelled { reason } => EventKind::CaseCancelled { reason: text(reason)? },
            RecordedKind::CommentAdded { text: comment } => EventKind::CommentAdded { text: text(comment)? },
            RecordedKind::CaseMigrated { seal, mapping } => {
                let to = Migration { seal: Arc::new(seal.clone()), mapping: mapping.clone() };
                EventKind::CaseMigrated { to: Arc::new(to) }
            }
        })
    }

    /// The procedure's own seal where it is the same, so that many cases share one.
    fn seal(&self, seal: &Seal) -> Arc<Seal> {
        if seal == &**self.procedure.seal() { self.procedure.seal().clone() } else { Arc::new(seal.clone()) }
    }

    fn step(&self, id: &StepId) -> Result<StepIx, Error> {
        self.procedure.step(id.as_str()).ok_or_else(|| no_such("step", id.as_str()))
    }

    fn outcome(&self, step: &StepId, id: &OutcomeId) -> Result<(StepIx, OutcomeIx), Error> {
        let step = self.step(step)?;
        let outcome = self.procedure.outcome(step, id.as_str());
        Ok((step, outcome.ok_or_else(|| no_such("outcome", id.as_str()))?))
    }
}

fn text(text: &str) -> Result<Arc<str>, Error> {
    if text.len() > REMARK_BYTES_MAX {
        return Err(wrong(format!("a text has {} bytes; at most {REMARK_BYTES_MAX} are allowed", text.len())));
    }
    Ok(text.into())
}

fn no_such(what: &str, id: &str) -> Error {
    wrong(format!("the record names the {what} `{id}`, which the procedure does not have"))
}

fn unknown(what: &str) -> Error {
    wrong(format!("the event's {what} is not one of the procedure"))
}

fn wrong(message: impl Into<String>) -> Error {
    Error::single(ErrorKind::Record, message)
}
