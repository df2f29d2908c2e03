//! What is wrong with a procedure, where, and how to see it.

use std::fmt;

use serde::{Serialize, Serializer};

mod serial;

use super::outcome::DONE;
use crate::id::{DocumentId, OutcomeId, RoleId, StepId};

/// How much a [`Diagnostic`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably a mistake, but the procedure can run.
    Warning,
    /// The procedure must not run.
    Error,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $severity:ident;)*) => {
        /// The stable name of a kind of [`Diagnostic`].
        ///
        /// [docs/diagnostics.md](https://docs.rs/crate/sopflow/latest/source/docs/diagnostics.md) has a section for each,
        /// with an example, what the report says about it, and how to mend it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it stands in messages and files; it never changes its meaning.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How much a diagnostic of this code matters.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    /// A text is not a well-formed id, or is the reserved word `end`.
    BadId = "bad-id", Error;
    /// Two roles, documents, steps, or outcomes of one step have one id.
    DuplicateId = "duplicate-id", Error;
    /// A role is named that the procedure does not list.
    UnknownRole = "unknown-role", Error;
    /// A document is named that the procedure does not list.
    UnknownDocument = "unknown-document", Error;
    /// A step is named that the procedure does not have.
    UnknownStep = "unknown-step", Error;
    /// The procedure has no roles or no steps.
    Empty = "empty", Error;
    /// Something is beyond a bound of [`limits`](crate::limits).
    OverLimit = "over-limit", Error;
    /// A step has no outcome, or an outcome no target.
    NoWayOn = "no-way-on", Error;
    /// A language tag of a text does not have the form of one.
    BadLanguage = "bad-language", Error;
    /// A standard time or a date could not be read back from a file.
    BadTime = "bad-time", Error;
    /// An outcome names one target twice, a step one input or output twice, or a duty one step twice.
    Repeated = "repeated", Error;
    /// A join wants no flow at all, or more flows than come in.
    BadJoin = "bad-join", Error;
    /// A duty names fewer than two steps.
    BadDuty = "bad-duty", Error;
    /// Two steps are bound to one person by duties, and separated by another.
    ContradictingDuties = "contradicting-duties", Error;
    /// A document is called external although a step yields it.
    ExternalYielded = "external-yielded", Error;
    /// A return does not lead to an earlier step.
    ReturnForward = "return-forward", Error;
    /// No flow leads to the step from the start.
    UnreachableStep = "unreachable-step", Error;
    /// No flow leads from the step to the end, and no other step cancels it.
    NoWayToEnd = "no-way-to-end", Error;
    /// Flows lead to the step, but its join never holds.
    DeadStep = "dead-step", Error;
    /// The case can get stuck: nothing can be done and it has not ended.
    Deadlock = "deadlock", Error;
    /// The case can go on for ever without a chance to end.
    Livelock = "livelock", Error;
    /// The case can reach its end while work is still going on elsewhere.
    ImproperCompletion = "improper-completion", Error;
    /// A flow can get a second token while it still holds one.
    TwoTokens = "two-tokens", Error;
    /// There are more markings than verification was allowed to visit.
    Undecided = "undecided", Error;
    /// A step needs a document that no step before it yields and that is not external.
    DocumentNotProvided = "document-not-provided", Error;
    /// A step needs a document that is not there on some path.
    DocumentMissing = "document-missing", Error;
    /// A step needs a document that a return has made void on some path, and that nothing yields again.
    DocumentLost = "document-lost", Error;
    /// A step yields a document that another has yielded and that is still there.
    DocumentTwice = "document-twice", Note;
    /// A step yields a document that no step after it needs, and the case goes on.
    DocumentNeverNeeded = "document-never-needed", Note;
    /// An upward flow passes over a role that should see the paper.
    SkippedRole = "skipped-role", Warning;
    /// A step endorses a paper after the initials of a higher-ranked role.
    InitialsOutOfOrder = "initials-out-of-order", Warning;
    /// An outcome gives work to a lower-ranked role and at once to a higher-ranked one.
    MixedDisposal = "mixed-disposal", Warning;
    /// More steps on one way initial a paper than are allowed.
    TooManyInitials = "too-many-initials", Warning;
    /// A document is listed that no step needs or yields.
    UnusedDocument = "unused-document", Warning;
    /// There are more markings than were visited until defects showed; there may be more defects.
    PartlyVisited = "partly-visited", Note;
    /// A role is listed that does no step.
    IdleRole = "idle-role", Note;
    /// Something rests on evidence of low confidence.
    LowConfidence = "low-confidence", Note;
}

impl Code {
    /// Whether what it tells happens at a step or outcome that a case can get to, rather than in the definition alone.
    pub(crate) const fn is_about_a_way(self) -> bool {
        matches!(
            self,
            Self::NoWayToEnd
                | Self::ReturnForward
                | Self::DocumentNotProvided
                | Self::DocumentNeverNeeded
                | Self::SkippedRole
                | Self::InitialsOutOfOrder
                | Self::MixedDisposal
                | Self::TooManyInitials
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// The part of a procedure that a [`Diagnostic`] is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// The procedure as a whole.
    Procedure,
    /// A role.
    Role(RoleId),
    /// A document.
    Document(DocumentId),
    /// A step.
    Step(StepId),
    /// An outcome of a step.
    Outcome(StepId, OutcomeId),
}

impl Place {
    /// The step it is in, if it is in one.
    pub fn step(&self) -> Option<&StepId> {
        match self {
            Self::Step(step) | Self::Outcome(step, _) => Some(step),
            Self::Procedure | Self::Role(_) | Self::Document(_) => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Procedure => f.write_str("procedure"),
            Self::Role(role) => write!(f, "role {role}"),
            Self::Document(document) => write!(f, "document {document}"),
            Self::Step(step) => write!(f, "step {step}"),
            Self::Outcome(step, outcome) => write!(f, "step {step}, outcome {outcome}"),
        }
    }
}

/// One move of a case, as a witness tells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Move {
    /// The step is finished with the outcome.
    Finish(StepId, OutcomeId),
    /// What the step sent on with the outcome is recalled.
    Recall(StepId, OutcomeId),
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finish(step, outcome) => write!(f, "{step}:{outcome}"),
            Self::Recall(step, outcome) => write!(f, "recall {step}:{outcome}"),
        }
    }
}

/// A shortest sequence of moves from the start of a case to a defect.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Witness {
    /// The moves, first to last; none where the defect is there from the start.
    pub moves: Vec<Move>,
}

impl Witness {
    /// How a case gets there, in words.
    ///
    /// ```
    /// use sopflow::{Move, Witness};
    ///
    /// let moves = vec![Move::Finish("1".into(), "small".into()), Move::Finish("3".into(), "done".into())];
    /// assert_eq!(Witness { moves }.in_words(), "a case gets there by step 1 with `small`, then step 3");
    /// ```
    pub fn in_words(&self) -> String {
        if self.moves.is_empty() {
            return "this is so from the start".to_owned();
        }
        let told = self.moves.iter().map(|taken| match taken {
            Move::Finish(step, outcome) if *outcome == *DONE => format!("step {step}"),
            Move::Finish(step, outcome) => format!("step {step} with `{outcome}`"),
            Move::Recall(step, _) => format!("the recall of step {step}"),
        });
        format!("a case gets there by {}", told.collect::<Vec<_>>().join(", then "))
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.moves.is_empty() {
            return f.write_str("(at the start)");
        }
        for (position, step) in self.moves.iter().enumerate() {
            let arrow = if position == 0 { "" } else { " → " };
            write!(f, "{arrow}{step}")?;
        }
        Ok(())
    }
}

/// One finding about a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The stable name of the kind of finding.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// How a case gets there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// Other parts of the procedure that have to do with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// The way from the root of a file to what is wrong.
    #[serde(skip)]
    pub(super) path: Vec<Part>,
}

/// Another part of the procedure, and what it has to do with a [`Diagnostic`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Related {
    /// Which part.
    pub place: Place,
    /// What it has to do with the finding, in a few words.
    pub message: String,
    /// The way from the root of a file to it.
    #[serde(skip)]
    pub(super) path: Vec<Part>,
}

/// One step of the way from the root of a file to a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Field(&'static str),
    Entry(usize),
    /// An outcome of a step, in the order of the model; the file may have a short form for it.
    Outcome(usize),
}

impl Diagnostic {
    pub(crate) fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            place,
            message: message.into(),
            help: None,
            witness: None,
            related: Vec::new(),
            path: Vec::new(),
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn witness(mut self, witness: Option<Witness>) -> Self {
        self.witness = witness;
        self
    }

    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub(crate) fn related(mut self, related: Related) -> Self {
        self.related.push(related);
        self
    }

    pub(super) fn at(mut self, path: Vec<Part>) -> Self {
        self.path = path;
        self
    }
}

impl Related {
    pub(crate) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), path: Vec::new() }
    }

    pub(super) fn at(mut self, path: Vec<Part>) -> Self {
        self.path = path;
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}] {}: {}", self.severity, self.code, self.place, self.message)?;
        if let Some(witness) = &self.witness {
            write!(f, "\n  witness: {witness}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}
