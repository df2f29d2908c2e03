//! A declared procedure as plain constant data: what `procedure!` makes of the words that it is given.
//!
//! Roles, documents and steps are named by their positions, because the enums of the declaration have checked the names.

use chrono::NaiveDate;

use crate::model::{About, Confidence, Endorsement, Join};
use crate::time::{DayPolicy, StandardTime};

/// The target that ends a case.
pub const END: u16 = u16::MAX;

/// A procedure.
#[derive(Debug, Clone, Copy)]
pub struct Declaration<'a> {
    /// The name of its module.
    pub name: &'a str,
    pub id: &'a str,
    pub title: Words<'a>,
    pub version: &'a str,
    pub day: DayPolicy,
    pub start: Option<u16>,
    pub supervisors: &'a [u16],
    pub number: Option<&'a str>,
    pub unit: Option<Words<'a>>,
    pub made: Option<NaiveDate>,
    pub revised: Option<NaiveDate>,
    pub effective: Option<NaiveDate>,
    pub approver: Option<DeclaredApprover<'a>>,
    pub legal_basis: &'a [Words<'a>],
    pub qualifications: &'a [Words<'a>],
    pub related: &'a [Words<'a>],
    pub equipment: &'a [Words<'a>],
    pub warnings: &'a [Words<'a>],
    pub records: &'a [Words<'a>],
    pub evidence: &'a [DeclaredEvidence<'a>],
    pub roles: &'a [DeclaredName<'a>],
    pub documents: &'a [DeclaredName<'a>],
    pub steps: &'a [DeclaredStep<'a>],
    pub duties: &'a [DeclaredDuty<'a>],
}

/// A text, in one language or several.
#[derive(Debug, Clone, Copy)]
pub enum Words<'a> {
    Plain(&'a str),
    Tagged { source: Option<&'a str>, languages: &'a [(&'a str, &'a str)] },
}

/// A role or a document.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredName<'a> {
    pub id: &'a str,
    pub name: Words<'a>,
    pub external: bool,
}

#[derive(Debug, Clone, Copy)]
pub struct DeclaredApprover<'a> {
    pub post: Words<'a>,
    pub name: Option<&'a str>,
    pub nip: Option<&'a str>,
}

/// A document as a step needs or yields it.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredUse<'a> {
    pub document: u16,
    pub wording: Option<Words<'a>>,
}

#[derive(Debug, Clone, Copy)]
pub struct DeclaredStep<'a> {
    /// The name of its variant.
    pub name: &'a str,
    pub id: &'a str,
    pub number: Option<&'a str>,
    pub activity: Words<'a>,
    pub role: Option<u16>,
    pub inputs: &'a [DeclaredUse<'a>],
    pub time: Option<StandardTime>,
    pub outputs: &'a [DeclaredUse<'a>],
    pub endorsement: Option<Endorsement>,
    pub join: Join,
    /// Where the one way on leads.
    pub next: &'a [u16],
    pub direct: bool,
    /// The ways on where there are several.
    pub outcomes: &'a [DeclaredOutcome<'a>],
    pub returns: &'a [DeclaredOutcome<'a>],
    pub note: Option<Words<'a>>,
    pub evidence: &'a [DeclaredEvidence<'a>],
}

#[derive(Debug, Clone, Copy)]
pub struct DeclaredOutcome<'a> {
    /// Left out where it follows from the step returned to.
    pub id: Option<&'a str>,
    pub label: Option<Words<'a>>,
    pub to: &'a [u16],
    pub direct: bool,
    pub cancels: &'a [u16],
    pub outputs: Option<&'a [DeclaredUse<'a>]>,
}

#[derive(Debug, Clone, Copy)]
pub struct DeclaredEvidence<'a> {
    pub about: Option<About>,
    pub confidence: Option<Confidence>,
    pub words: Option<&'a str>,
    pub alternatives: &'a [&'a str],
    pub note: Option<Words<'a>>,
}

#[derive(Debug, Clone, Copy)]
pub struct DeclaredDuty<'a> {
    pub is_separation: bool,
    pub steps: &'a [u16],
}

impl Declaration<'_> {
    pub const BLANK: Self = Self {
        name: "",
        id: "",
        title: Words::Plain(""),
        version: "1",
        day: DayPolicy::Working,
        start: None,
        supervisors: &[],
        number: None,
        unit: None,
        made: None,
        revised: None,
        effective: None,
        approver: None,
        legal_basis: &[],
        qualifications: &[],
        related: &[],
        equipment: &[],
        warnings: &[],
        records: &[],
        evidence: &[],
        roles: &[],
        documents: &[],
        steps: &[],
        duties: &[],
    };

    /// The id of an outcome that is no return.
    pub fn outcome_id(&self, step: usize, outcome: usize) -> &str {
        self.steps[step].outcome(outcome).map_or("done", |outcome| outcome.id.unwrap_or_default())
    }

    /// The position of the step that a case begins with.
    pub const fn first(&self) -> usize {
        match self.start {
            Some(start) => start as usize,
            None => 0,
        }
    }
}

impl DeclaredStep<'_> {
    pub const BLANK: Self = Self {
        name: "",
        id: "",
        number: None,
        activity: Words::Plain(""),
        role: None,
        inputs: &[],
        time: None,
        outputs: &[],
        endorsement: None,
        join: Join::Any,
        next: &[],
        direct: false,
        outcomes: &[],
        returns: &[],
        note: None,
        evidence: &[],
    };

    /// How many outcomes are no returns; returns come behind them.
    pub const fn ways_on(&self) -> usize {
        (!self.next.is_empty()) as usize + self.outcomes.len()
    }

    /// How many outcomes there are.
    pub const fn outcome_count(&self) -> usize {
        self.ways_on() + self.returns.len()
    }
}

impl<'a> DeclaredStep<'a> {
    pub const fn is_return(&self, outcome: usize) -> bool {
        outcome >= self.ways_on()
    }

    /// Where an outcome leads, in the order of the procedure: the one way on, the outcomes, the returns.
    pub const fn targets(&self, outcome: usize) -> &'a [u16] {
        match self.outcome(outcome) {
            Some(outcome) => outcome.to,
            None => self.next,
        }
    }

    /// The documents that an outcome yields.
    pub const fn yields(&self, outcome: usize) -> &'a [DeclaredUse<'a>] {
        match self.outcome(outcome) {
            _ if self.is_return(outcome) => &[],
            Some(DeclaredOutcome { outputs: Some(own), .. }) => own,
            _ => self.outputs,
        }
    }

    /// The steps that an outcome empties.
    pub const fn cancels(&self, outcome: usize) -> &'a [u16] {
        match self.outcome(outcome) {
            Some(outcome) => outcome.cancels,
            None => &[],
        }
    }

    /// `None` is the one way on that `next` tells.
    pub const fn outcome(&self, outcome: usize) -> Option<&'a DeclaredOutcome<'a>> {
        let ways_on = self.ways_on();
        if outcome >= ways_on {
            return Some(&self.returns[outcome - ways_on]);
        }
        let is_next = !self.next.is_empty() as usize;
        if outcome < is_next { None } else { Some(&self.outcomes[outcome - is_next]) }
    }
}

impl DeclaredOutcome<'_> {
    pub const BLANK: Self = Self { id: None, label: None, to: &[], direct: false, cancels: &[], outputs: None };
}

impl DeclaredEvidence<'_> {
    pub const BLANK: Self = Self { about: None, confidence: None, words: None, alternatives: &[], note: None };
}

impl DeclaredApprover<'_> {
    pub const BLANK: Self = Self { post: Words::Plain(""), name: None, nip: None };
}
