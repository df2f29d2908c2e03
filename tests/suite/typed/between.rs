//! Nothing slips between what is checked while a declaration compiles and what is left to verification.
//!
//! Random procedures are put as declarations, and the checks are called as ordinary functions.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use sopflow::typed::private::{
    Declaration, DeclaredDuty, DeclaredName, DeclaredOutcome, DeclaredStep, DeclaredUse, END, Flaw, LEFT_TO_VERIFY,
    LEFT_TO_VERIFY_IN_PARALLEL, Message, Place, Words, check, is_sequential,
};
use sopflow::{Code, Diagnostic, DocumentUse, Duty, Join, Outcome, Procedure, Report, Step, StepId, Target, Text};

use crate::diagnostics_doc::examples;
use crate::laws::cases;
use crate::random::{Dice, Shown, broken, hurt, small, sound};

/// What both say of a declaration; `None` where a procedure cannot be declared, because a name in it is unknown.
fn check_both(procedure: &Procedure) -> Result<Option<BTreeSet<Code>>, TestCaseError> {
    let Some(declaration) = declared(procedure) else { return Ok(None) };
    let procedure = declaration.procedure();
    let shown = |report: &Report| format!("{report}\n{}", procedure.to_toml());
    let (faults, verdict) = (check(&declaration), procedure.verify());
    let report = verdict.as_ref().err().cloned().unwrap_or_else(|| Report::clone(verdict.as_ref().unwrap().report()));
    let found: BTreeSet<Code> = report.errors().map(|diagnostic| diagnostic.code).collect();

    for fault in (0..).map_while(|position| faults.get(position)) {
        let Flaw::Unsound(code) = fault.flaw else { panic!("a procedure is never unclear: {fault:?}") };
        let same = |diagnostic: &Diagnostic| diagnostic.code == code && is_at(&procedure, diagnostic, fault.place);
        let is_of_documents = code.as_str().starts_with("document-");
        // A step that can never be done lacks nothing as far as verification goes; it tells why it cannot be done.
        let is_told = report.errors().any(same) || is_of_documents && !found.is_empty();
        prop_assert!(is_told, "a false alarm: {fault:?}\n{}", shown(&report));
        prop_assert!(
            !is_of_documents || !is_sequential(&declaration) || report.errors().any(same),
            "{fault:?}\n{}",
            shown(&report)
        );
    }
    if faults.count > 0 {
        return Ok(Some(found));
    }
    let in_parallel = if is_sequential(&declaration) { &[] } else { LEFT_TO_VERIFY_IN_PARALLEL };
    let is_left = |code: &&Code| LEFT_TO_VERIFY.contains(code) || in_parallel.contains(code);
    let slipped: Vec<&Code> = found.iter().filter(|code| !is_left(code)).collect();
    prop_assert!(slipped.is_empty(), "{slipped:?} slipped through\n{}", shown(&report));
    Ok(Some(found))
}

/// Whether a finding is about a place of a declaration. Of an outcome and of duties the step and the procedure will do.
fn is_at(procedure: &Procedure, diagnostic: &Diagnostic, place: Place) -> bool {
    match place {
        Place::Step(step) | Place::Outcome(step, _) => diagnostic.place.step() == Some(&procedure.steps[step].id),
        Place::Document(at) => diagnostic.place == sopflow::Place::Document(procedure.documents[at].id.clone()),
        Place::Role(at) => diagnostic.place == sopflow::Place::Role(procedure.roles[at].id.clone()),
        Place::Procedure | Place::Duty(_) => diagnostic.place == sopflow::Place::Procedure,
    }
}

// ── Procedures put as declarations ──────────────────────────────────────────────────────────────────────────────────

/// Kept for the rest of the test, since a declaration is constant.
fn leak<T>(items: Vec<T>) -> &'static [T] {
    items.leak()
}

fn text(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

fn declared(procedure: &Procedure) -> Option<Declaration<'static>> {
    let names = Names {
        roles: procedure.roles.iter().map(|role| role.id.as_str()).collect(),
        documents: procedure.documents.iter().map(|document| document.id.as_str()).collect(),
        steps: procedure.steps.iter().map(|step| step.id.as_str()).collect(),
    };
    let named = |id: &str, name: &Text, external| DeclaredName {
        id: text(id),
        name: Words::Plain(text(name.first())),
        external,
    };
    let roles = procedure.roles.iter().map(|role| named(role.id.as_str(), &role.name, false));
    let documents = procedure.documents.iter().map(|paper| named(paper.id.as_str(), &paper.name, paper.external));
    let duty = |duty: &Duty| {
        Some(DeclaredDuty { is_separation: matches!(duty, Duty::Distinct(_)), steps: names.steps(duty.steps())? })
    };
    Some(Declaration {
        name: "random",
        id: text(procedure.id.as_str()),
        title: Words::Plain("Random"),
        start: match &procedure.start {
            Some(start) => Some(names.step(start)?),
            None => None,
        },
        roles: leak(roles.collect()),
        documents: leak(documents.collect()),
        steps: leak(procedure.steps.iter().map(|step| names.declared(step)).collect::<Option<_>>()?),
        duties: leak(procedure.duties.iter().map(duty).collect::<Option<_>>()?),
        ..Declaration::BLANK
    })
}

struct Names<'a> {
    roles: Vec<&'a str>,
    documents: Vec<&'a str>,
    steps: Vec<&'a str>,
}

fn position(names: &[&str], id: &str) -> Option<u16> {
    u16::try_from(names.iter().position(|name| *name == id)?).ok()
}

impl Names<'_> {
    fn step(&self, id: &StepId) -> Option<u16> {
        position(&self.steps, id.as_str())
    }

    fn steps(&self, ids: &[StepId]) -> Option<&'static [u16]> {
        ids.iter().map(|id| self.step(id)).collect::<Option<_>>().map(leak)
    }

    fn uses(&self, uses: &[DocumentUse]) -> Option<&'static [DeclaredUse<'static>]> {
        let used = |used: &DocumentUse| {
            Some(DeclaredUse { document: position(&self.documents, used.document.as_str())?, wording: None })
        };
        uses.iter().map(used).collect::<Option<_>>().map(leak)
    }

    fn outcome(&self, outcome: &Outcome) -> Option<DeclaredOutcome<'static>> {
        let to = outcome.to.iter().map(|target| match target {
            Target::Step(step) => self.step(step),
            Target::End => Some(END),
        });
        Some(DeclaredOutcome {
            id: Some(text(outcome.id.as_str())),
            to: leak(to.collect::<Option<_>>()?),
            direct: outcome.direct,
            cancels: self.steps(&outcome.cancels)?,
            outputs: match &outcome.outputs {
                Some(own) => Some(self.uses(own)?),
                None => None,
            },
            label: None,
        })
    }

    fn declared(&self, step: &Step) -> Option<DeclaredStep<'static>> {
        let (returns, ways_on): (Vec<&Outcome>, Vec<&Outcome>) =
            step.outcomes.iter().partition(|outcome| outcome.returns);
        let outcomes =
            |list: Vec<&Outcome>| list.into_iter().map(|outcome| self.outcome(outcome)).collect::<Option<_>>();
        if returns.iter().any(|outcome| outcome.to.contains(&Target::End)) {
            return None;
        }
        Some(DeclaredStep {
            name: text(step.id.as_str()),
            id: text(step.id.as_str()),
            role: Some(position(&self.roles, step.role.as_str())?),
            inputs: self.uses(&step.inputs)?,
            outputs: self.uses(&step.outputs)?,
            join: step.join,
            outcomes: leak(outcomes(ways_on)?),
            returns: leak(outcomes(returns)?),
            ..DeclaredStep::BLANK
        })
    }
}

// ── By code ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// What is told while a declaration compiles about the example that `docs/diagnostics.md` has for each code.
#[test]
fn each_code_is_told_in_words_or_left_to_verify() {
    let mut told = Vec::new();
    for (code, procedure) in examples() {
        if code.severity() != sopflow::Severity::Error {
            continue;
        }
        let Some(declaration) = declared(&procedure) else {
            // The compiler looks these names up itself.
            assert!(matches!(code, Code::UnknownRole | Code::UnknownDocument | Code::UnknownStep), "{code}");
            continue;
        };
        if code == Code::BadTime {
            continue; // its example has a date that a declaration cannot have
        }
        let in_parallel = !is_sequential(&declaration) && LEFT_TO_VERIFY_IN_PARALLEL.contains(&code);
        let is_left = LEFT_TO_VERIFY.contains(&code) || in_parallel;
        let faults = check(&declaration);
        assert_eq!(faults.count == 0, is_left, "{code}");
        if faults.count > 0 {
            let message = Message::of(&declaration, &faults);
            told.extend(message.as_str().lines().skip(1).map(|line| format!("{code}: {}", line.trim())));
        }
    }
    assert_eq!(told.join("\n"), include_str!("../../data/declared-faults.txt").trim());
}

// ── Procedures ──────────────────────────────────────────────────────────────────────────────────────────────────────

/// The same with one token on its way at a time: each outcome leads to its first target alone.
fn one_at_a_time(mut procedure: Procedure) -> Procedure {
    for step in &mut procedure.steps {
        step.join = Join::Any;
        for outcome in &mut step.outcomes {
            outcome.to.truncate(1);
            outcome.cancels.clear();
        }
    }
    procedure
}

fn sequential() -> impl Strategy<Value = Shown> {
    (small(), any::<u64>(), 0..3usize).prop_map(|(Shown(procedure), seed, changes)| {
        let (mut procedure, mut dice) = (one_at_a_time(procedure), Dice::new(seed));
        for _ in 0..changes {
            hurt(&mut procedure, &mut dice);
        }
        Shown(one_at_a_time(procedure))
    })
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn a_broken_declaration_is_stopped_or_left_to_verify(Shown(procedure) in broken()) {
        check_both(&procedure)?;
    }

    #[test]
    fn of_one_token_nearly_all_is_told_at_once(Shown(procedure) in sequential()) {
        check_both(&procedure)?;
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn a_sound_declaration_is_not_stopped(Shown(procedure) in sound()) {
        let found = check_both(&procedure)?;
        prop_assert_eq!(found, Some(BTreeSet::new()));
    }
}
