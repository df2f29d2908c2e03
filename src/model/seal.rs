//! What a history records of the procedure that it ran on, so that a changed procedure is noticed and told.

use std::fmt::{self, Write as _};
use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Procedure;
use crate::id::{ProcedureId, StepId};

/// The identity of one content of a procedure: its id and version, a hash of all of it, and a short hash of each part.
///
/// Two procedures with equal hashes have equal content. The short hashes tell which parts differ when the hashes do: each
/// is the first 32 bits of the SHA-256 of the part as compact JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[non_exhaustive]
pub struct Seal {
    /// The procedure's id.
    #[n(0)]
    #[cbor(with = "crate::id::cbor")]
    pub procedure: ProcedureId,
    /// The procedure's version.
    #[n(1)]
    pub version: String,
    /// SHA-256 over the version and the SHA-256 of each part in order, in hexadecimal.
    #[n(2)]
    pub hash: String,
    /// Everything but roles, documents and steps.
    #[n(3)]
    frame: u32,
    #[n(4)]
    roles: u32,
    #[n(5)]
    documents: u32,
    #[n(6)]
    steps: Vec<SealedStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
struct SealedStep {
    #[n(0)]
    #[cbor(with = "crate::id::cbor")]
    id: StepId,
    #[n(1)]
    hash: u32,
}

/// A part of a procedure that differs between two contents of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// The version is another.
    Version {
        /// The version recorded.
        from: String,
        /// The version given.
        to: String,
    },
    /// It is another procedure altogether.
    Procedure {
        /// The procedure recorded.
        from: ProcedureId,
        /// The procedure given.
        to: ProcedureId,
    },
    /// Something of the identity block, the start, the supervisors, the duties or the meaning of a day.
    Frame,
    /// Something about the roles.
    Roles,
    /// Something about the documents.
    Documents,
    /// The steps stand in another order.
    StepOrder,
    /// The step is new.
    StepAdded(StepId),
    /// The step is gone.
    StepRemoved(StepId),
    /// The step is not what it was.
    StepChanged(StepId),
}

impl Seal {
    pub(crate) fn of(procedure: &Procedure) -> Self {
        let mut whole = Sha256::new_with_prefix(&procedure.version);
        let mut seal = |part: &dyn ErasedPart| {
            let digest = part.sha256();
            whole.update(digest);
            u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
        };
        let frame = seal(&frame_of(procedure));
        let roles = seal(&procedure.roles);
        let documents = seal(&procedure.documents);
        let steps = procedure.steps.iter().map(|step| SealedStep { id: step.id.clone(), hash: seal(step) }).collect();
        let mut hash = String::with_capacity(64);
        for byte in whole.finalize() {
            let _ = write!(hash, "{byte:02x}");
        }
        Self {
            procedure: procedure.id.clone(),
            version: procedure.version.clone(),
            hash,
            frame,
            roles,
            documents,
            steps,
        }
    }

    /// What tells this content from others in one word: the first 64 bits of the hash.
    pub(crate) fn tag(&self) -> NonZeroU64 {
        let tag = u64::from_str_radix(&self.hash[..16], 16).expect("the hash is hexadecimal");
        NonZeroU64::new(tag).unwrap_or(NonZeroU64::MIN)
    }

    /// What differs in `other`, seen from this seal; nothing where the content is the same.
    pub fn changes_to(&self, other: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.procedure != other.procedure {
            changes.push(Change::Procedure { from: self.procedure.clone(), to: other.procedure.clone() });
        }
        if self.version != other.version {
            changes.push(Change::Version { from: self.version.clone(), to: other.version.clone() });
        }
        let parts = [
            (self.frame != other.frame, Change::Frame),
            (self.roles != other.roles, Change::Roles),
            (self.documents != other.documents, Change::Documents),
        ];
        changes.extend(parts.into_iter().filter_map(|(differs, change)| differs.then_some(change)));
        let unchanged_steps = changes.len();
        for step in &self.steps {
            match other.steps.iter().find(|candidate| candidate.id == step.id) {
                None => changes.push(Change::StepRemoved(step.id.clone())),
                Some(now) if now.hash != step.hash => changes.push(Change::StepChanged(step.id.clone())),
                Some(_) => {}
            }
        }
        let added = other.steps.iter().filter(|step| self.steps.iter().all(|known| known.id != step.id));
        changes.extend(added.map(|step| Change::StepAdded(step.id.clone())));
        if changes.len() == unchanged_steps && self.steps != other.steps {
            changes.push(Change::StepOrder);
        }
        changes
    }
}

/// The parts of a procedure have different types; all that sealing asks of them is this.
trait ErasedPart {
    fn sha256(&self) -> [u8; 32];
}

impl<T: Serialize> ErasedPart for T {
    fn sha256(&self) -> [u8; 32] {
        let json = serde_json::to_vec(self).expect("a procedure is made of strings, lists and tables");
        Sha256::digest(json).into()
    }
}

/// Everything but the version, the roles, the documents and the steps.
fn frame_of(procedure: &Procedure) -> impl Serialize {
    let Procedure {
        id,
        version: _,
        day,
        start,
        supervisors,
        identity,
        roles: _,
        documents: _,
        evidence,
        steps: _,
        duties,
    } = procedure;
    (id, day, start, supervisors, identity, evidence, duties)
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { from, to } => write!(f, "version {from} became {to}"),
            Self::Procedure { from, to } => write!(f, "procedure {from} became {to}"),
            Self::Frame => f.write_str("the identity block, start, supervisors, duties or day changed"),
            Self::Roles => f.write_str("the roles changed"),
            Self::Documents => f.write_str("the documents changed"),
            Self::StepOrder => f.write_str("the steps stand in another order"),
            Self::StepAdded(step) => write!(f, "step {step} is new"),
            Self::StepRemoved(step) => write!(f, "step {step} is gone"),
            Self::StepChanged(step) => write!(f, "step {step} changed"),
        }
    }
}
