//! Verification against what brute force on the reference finds, and its witnesses.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sopflow::{Code, Diagnostic, Join, Method, Move, Outcome, Place, Procedure, Report, Step, Verifier};

use crate::laws::cases;
use crate::naive::defects;
use crate::random::{Shown, broken, small, sound};
use crate::reference::{Deed, END, Phase, Reference, Stand, Token};

const STANDS_MAX: usize = 1_000;

fn verification_agrees_with_brute_force(procedure: &Procedure) -> Result<(), TestCaseError> {
    let Some(defects) = defects(procedure, STANDS_MAX) else { return Err(TestCaseError::reject("too many stands")) };
    match procedure.verify() {
        Ok(sound) => prop_assert!(defects.is_empty(), "{defects:?}\n{}{}", sound.report(), procedure.to_toml()),
        Err(report) => {
            prop_assert!(!defects.is_empty(), "{report}\n{}", procedure.to_toml());
            if !resolves(&report) {
                return Ok(());
            }
            report.errors().for_each(|diagnostic| check_witness(procedure, diagnostic));
        }
    }
    ways_agree(procedure)
}

/// Where names do not resolve, the rest is examined as far as it goes, which the reference does otherwise.
fn resolves(report: &Report) -> bool {
    ![Code::DuplicateId, Code::UnknownStep, Code::Repeated, Code::BadJoin].iter().any(|code| report.has(*code))
}

/// All markings and partial orders give one verdict, and ways that are as short.
fn ways_agree(procedure: &Procedure) -> Result<(), TestCaseError> {
    let by = |method| match Verifier::new().only_by(method).verify(procedure) {
        Ok(sound) => sound.report().clone(),
        Err(report) => report,
    };
    let (all, fewer, reduced) = (by(Method::Markings), by(Method::PartialOrder), by(Method::Reduction));
    let is_reduced = !reduced.has(Code::Undecided);
    let of_tokens = |found: &&Diagnostic| !found.code.as_str().starts_with("document-");
    prop_assert!(
        !is_reduced || all.errors().filter(of_tokens).count() == reduced.errors().filter(of_tokens).count(),
        "{all}\n{reduced}\n{}",
        procedure.to_toml()
    );
    if fewer.has(Code::Undecided) {
        return Ok(());
    }
    let shown = || format!("{all}\n{fewer}\n{}", procedure.to_toml());
    prop_assert!(fewer.markings <= all.markings, "more markings\n{}", shown());
    prop_assert_eq!(all.errors().count() == 0, fewer.errors().count() == 0, "{}", shown());
    for found in fewer.errors() {
        check_witness(procedure, found);
        // What recalls alone lead to is not looked for in partial orders.
        let same =
            all.with_code(found.code).filter(|other| other.place == found.place && other.message == found.message);
        for (other, found) in same.filter_map(|other| Some((other.witness.as_ref()?, found.witness.as_ref()?))) {
            let may_be_longer = matches!(fewer.method, Method::PartialOrder) && all.has(Code::Livelock);
            prop_assert!(
                may_be_longer || other.moves.len() == found.moves.len(),
                "{other} is not as long as {found}\n{}",
                shown()
            );
        }
    }
    Ok(())
}

/// The witness leads to the defect that it claims, as the crate plays it and as the reference does.
fn check_witness(procedure: &Procedure, diagnostic: &Diagnostic) {
    let Some(witness) = &diagnostic.witness else {
        let wanted = [Code::TwoTokens, Code::ImproperCompletion, Code::Deadlock, Code::Livelock];
        assert!(!wanted.contains(&diagnostic.code), "no witness: {diagnostic}");
        return;
    };
    let shown = || format!("{diagnostic}\n{}", procedure.to_toml());
    let replayed = witness.replay(procedure).unwrap_or_else(|| panic!("the witness cannot be played: {}", shown()));
    let reference = Reference::new(procedure);
    let (stand, clash) = play(&reference, &witness.moves).unwrap_or_else(|| panic!("cannot be played: {}", shown()));
    let enabled = reference.enabled(&stand);
    let ended = stand.tokens.contains(&END);
    if clash.is_none() {
        assert_eq!(replayed.enabled, enabled, "{}", shown());
        assert_eq!(replayed.ended, ended, "{}", shown());
        let waiting =
            |step: &&sopflow::Step| stand.tokens.iter().any(|(.., to)| *to == step.id.as_str() && *to != "end");
        let waiting: Vec<_> = procedure.steps.iter().filter(waiting).map(|step| step.id.clone()).collect();
        assert_eq!(replayed.waiting, waiting, "{}", shown());
    }
    match diagnostic.code {
        Code::Deadlock => {
            assert!(replayed.enabled.is_empty() && !replayed.ended && replayed.clash.is_none(), "{}", shown());
        }
        Code::ImproperCompletion => {
            assert!(replayed.ended && !replayed.waiting.is_empty(), "{}", shown());
            assert!(stand.tokens.len() > 1, "{}", shown());
        }
        Code::TwoTokens => {
            assert!(clash.is_some(), "{}", shown());
            assert_eq!(replayed.clash.as_ref(), witness.moves.last(), "{}", shown());
        }
        Code::DocumentMissing | Code::DocumentNotProvided | Code::DocumentLost => {
            let id = diagnostic.place.step().expect("it is about a step");
            assert!(replayed.enabled.contains(id), "{}", shown());
            let step = reference.step(id.as_str()).expect("the step exists");
            let lacking = reference.lacking(&stand, step, false);
            assert!(
                lacking.iter().any(|document| diagnostic.message.contains(&format!("`{document}`"))),
                "{}",
                shown()
            );
        }
        Code::Livelock => assert!(!can_end(&reference, stand), "{}", shown()),
        Code::NoWayToEnd => {
            let step = diagnostic.place.step().expect("it is about a step");
            assert!(replayed.enabled.contains(step), "{}", shown());
        }
        Code::ReturnForward => {
            let Some(Move::Finish(step, outcome)) = witness.moves.last() else { panic!("{}", shown()) };
            assert_eq!(diagnostic.place, Place::Outcome(step.clone(), outcome.clone()), "{}", shown());
        }
        other => panic!("{other} has a witness of which nothing is known: {}", shown()),
    }
}

/// Where the moves lead, and the flow that would hold two tokens. `None` when a move cannot be made.
fn play<'p>(reference: &Reference<'p>, moves: &[Move]) -> Option<(Stand<'p>, Option<Token<'p>>)> {
    let mut stand = reference.opened();
    for (position, made) in moves.iter().enumerate() {
        let deed = match made {
            Move::Finish(step, outcome) => {
                reference.is_enabled(&stand, step.as_str()).then_some(())?;
                let step = reference.step(step.as_str())?.id.as_str();
                Deed::Finish(step, reference.outcome(step, outcome.as_str())?.id.as_str())
            }
            Move::Recall(step, outcome) => {
                let candidates = reference.recallable(&stand, step.as_str());
                let outcome = candidates.into_iter().find(|candidate| candidate.id == *outcome)?;
                Reference::no_receiver_started(&stand, outcome).then_some(())?;
                Deed::Recall(reference.step(step.as_str())?.id.as_str(), outcome.id.as_str())
            }
        };
        if let Some(clash) = reference.perform(&mut stand, deed) {
            return (position + 1 == moves.len()).then_some((stand, Some(clash)));
        }
    }
    Some((stand, None))
}

/// Whether the end can be reached from here.
fn can_end<'p>(reference: &Reference<'p>, from: Stand<'p>) -> bool {
    let mut seen = HashSet::from([from.tokens.clone()]);
    let mut open = vec![from];
    while let Some(stand) = open.pop() {
        if stand.phase == Phase::Completed {
            return true;
        }
        for id in reference.enabled(&stand) {
            for outcome in &reference.step(id).expect("an enabled step exists").outcomes {
                let mut next = stand.clone();
                let clash = reference.perform(&mut next, Deed::Finish(id, outcome.id.as_str()));
                if clash.is_none() && seen.insert(next.tokens.clone()) {
                    open.push(next);
                }
            }
        }
    }
    false
}

/// An ordinary Petri net: no outcome cancels, and each join takes one or all.
fn is_ordinary(procedure: &Procedure) -> bool {
    let takes_some = |step: &Step| matches!(step.join, Join::NOf(wanted) if wanted > 1);
    let cancels = |step: &Step| step.outcomes.iter().any(|outcome| !outcome.cancels.is_empty());
    !procedure.steps.iter().any(|step| takes_some(step) || cancels(step))
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn sound_ordinary_procedures_reduce(Shown(procedure) in sound()) {
        let reduced = Verifier::new().only_by(Method::Reduction).verify(&procedure);
        prop_assert!(reduced.is_ok() || !is_ordinary(&procedure), "{}", procedure.to_toml());
    }

    #[test]
    fn sound_by_construction_is_verified(Shown(procedure) in sound()) {
        let verified = procedure.verify();
        prop_assert!(verified.is_ok(), "{}\n{}", verified.unwrap_err(), procedure.to_toml());
    }

    #[test]
    fn small_procedures_get_the_verdict_of_brute_force(Shown(procedure) in small()) {
        verification_agrees_with_brute_force(&procedure)?;
    }

    #[test]
    fn broken_procedures_get_the_verdict_of_brute_force(Shown(procedure) in broken()) {
        verification_agrees_with_brute_force(&procedure)?;
    }
}

/// The way from 4 to 5 that passes neither leads round the loop and through the other branch, whose paper is void after
/// the return although its token still waits for the join.
#[test]
fn a_return_that_reaches_into_another_branch_is_seen() {
    let step = |id: &str| Step::new(id, "r", "Act");
    let procedure = Procedure::new("p", "1", "P")
        .role("r", "R")
        .document("paper", "Paper")
        .step(step("1").outcome(Outcome::new("done").to("2").to("3")))
        .step(step("2").outcome(Outcome::new("a").to("4")).outcome(Outcome::new("b").to("5")))
        .step(step("3").output("paper").next("7"))
        .step(step("4").outcome(Outcome::new("a").to("5")).outcome(Outcome::new("b").to("6")))
        .step(step("5").next("6").returns_to("4"))
        .step(step("6").next("7"))
        .step(step("7").input("paper").join(Join::All).next("8"))
        .step(step("8").outcome(Outcome::new("again").to("1")).outcome(Outcome::new("leave").to("end")));
    let found = defects(&procedure, STANDS_MAX).expect("it is small");
    assert!(found.contains("document-missing"), "{found:?}");
    let report = procedure.verify().map(drop).expect_err("the paper can be missing");
    assert!(report.has(Code::DocumentLost), "{report}");
    report.errors().for_each(|diagnostic| check_witness(&procedure, diagnostic));
}

#[test]
fn a_flow_that_passes_over_a_role_is_told_with_the_way_to_it() {
    let report = Procedure::new("p", "1", "P")
        .role("staff", "Staff")
        .role("section", "Section")
        .role("head", "Head")
        .step(Step::new("1", "staff", "Write").next("2"))
        .step(Step::new("2", "staff", "Type").next("3"))
        .step(Step::new("3", "head", "Sign").next("end").returns_to("3"))
        .verify()
        .map(drop)
        .expect_err("it returns work to itself");
    let told = |code| -> Vec<String> {
        let witnesses = report.with_code(code).map(|found| found.witness.as_ref().expect("a way leads there"));
        witnesses.map(ToString::to_string).collect()
    };
    assert_eq!(told(Code::SkippedRole), ["1:done → 2:done"]);
    assert_eq!(told(Code::ReturnForward), ["1:done → 2:done → 3:return-3"]);
}

/// The verdicts mean something only where breaking leads to every kind of defect.
#[test]
fn breaking_leads_to_every_defect() {
    let mut runner = TestRunner::deterministic();
    let (mut found, mut still_sound) = (HashSet::new(), 0);
    for _ in 0..400 {
        let Shown(procedure) = broken().new_tree(&mut runner).expect("there is one").current();
        match procedure.verify() {
            Ok(_) => still_sound += 1,
            Err(report) => found.extend(report.errors().map(|diagnostic| diagnostic.code)),
        }
    }
    for wanted in [
        Code::DuplicateId,
        Code::UnknownRole,
        Code::UnknownStep,
        Code::NoWayOn,
        Code::Repeated,
        Code::BadJoin,
        Code::ReturnForward,
        Code::UnreachableStep,
        Code::NoWayToEnd,
        Code::DeadStep,
        Code::Deadlock,
        Code::Livelock,
        Code::ImproperCompletion,
        Code::TwoTokens,
        Code::DocumentNotProvided,
        Code::DocumentMissing,
    ] {
        assert!(found.contains(&wanted), "nothing random is {wanted}: {found:?}");
    }
    assert!(still_sound > 20, "{still_sound} of 400 are sound");
}

/// Finishing steps alone never puts two tokens on a flow here; taking back what step 4 kept for itself does, since the
/// flow that gets its token again may hold one meanwhile.
#[test]
fn what_a_recall_can_break_is_not_decided_without_recalls() {
    let step = |id: &str| Step::new(id, "r", "Act");
    let first = Outcome::new("first").to("end").cancelling("2").cancelling("3").cancelling("4");
    let procedure = Procedure::new("p", "1", "P")
        .role("r", "R")
        .step(step("1").outcome(Outcome::new("done").to("2").to("3")))
        .step(step("2").next("4"))
        .step(step("3").next("4"))
        .step(step("4").outcome(first).outcome(Outcome::new("again").to("4")));
    let by = |verifier: Verifier| verifier.verify(&procedure).map(drop).expect_err("it is not sound");
    let partial = by(Verifier::new().only_by(Method::PartialOrder));
    assert_eq!(partial.errors().map(|found| found.code).collect::<Vec<_>>(), [Code::Undecided], "{partial}");
    let report = by(Verifier::new());
    assert_eq!(report.method, Method::Markings);
    assert!(report.has(Code::TwoTokens), "{report}");
    report.errors().for_each(|diagnostic| check_witness(&procedure, diagnostic));
    assert!(defects(&procedure, STANDS_MAX).expect("it is small").contains("two-tokens"));
}

/// Watching goes on until the work is done and cancels it: no flow leads from it to the end, and none is needed.
#[test]
fn a_loop_that_another_step_cancels_is_sound() {
    let step = |id: &str| Step::new(id, "r", "Act");
    let procedure = |close: Outcome| {
        Procedure::new("p", "1", "P")
            .role("r", "R")
            .step(step("begin").outcome(Outcome::new("done").to("work").to("watch")))
            .step(step("watch").next("note"))
            .step(step("note").next("watch"))
            .step(step("work").outcome(close))
    };
    let sound = procedure(Outcome::new("close").to("end").cancelling("watch").cancelling("note"));
    assert!(sound.verify().is_ok(), "{}", sound.verify().unwrap_err());
    assert_eq!(defects(&sound, STANDS_MAX), Some(std::collections::BTreeSet::new()));
    let report = procedure(Outcome::new("close").to("end")).verify().expect_err("watching goes on");
    assert!(report.has(Code::NoWayToEnd) && report.has(Code::ImproperCompletion), "{report}");
    let half = procedure(Outcome::new("close").to("end").cancelling("watch")).verify().expect_err("a note is left");
    assert!(half.has(Code::ImproperCompletion), "{half}");
}
