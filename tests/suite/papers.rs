//! What verification says of documents, against brute force on the reference interpreter, document by document.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use sopflow::{Code, Diagnostic, Join, Outcome, Procedure, Report, Step};

use crate::laws::cases;
use crate::random::{Shown, broken, small};
use crate::reference::{Deed, END, Phase, Reference, Stand};

const STANDS_MAX: usize = 3_000;

/// What a case has gone through with one document.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Paper<'p> {
    NeverYielded,
    Lost,
    There { by: &'p str },
}

/// Each finding with the length of a shortest way to it.
type Findings = BTreeMap<(Code, String, String), usize>;

/// `None` where there are more stands than allowed.
fn by_brute_force(procedure: &Procedure) -> Option<Findings> {
    let reference = Reference::new(procedure);
    let mut found = Findings::new();
    for document in procedure.documents.iter().filter(|document| !document.external) {
        follow(&reference, document.id.as_str(), &mut found)?;
    }
    Some(found)
}

fn follow(reference: &Reference<'_>, document: &str, found: &mut Findings) -> Option<()> {
    let opened = reference.opened();
    let mut depths = HashMap::from([((opened.tokens.clone(), Paper::NeverYielded), 0)]);
    let mut open = vec![(opened, Paper::NeverYielded)];
    let mut at = 0;
    while at < open.len() {
        if open.len() > STANDS_MAX {
            return None;
        }
        let (stand, paper) = open[at].clone();
        let depth = depths[&(stand.tokens.clone(), paper)];
        at += 1;
        if stand.phase == Phase::Completed || stand.tokens.contains(&END) {
            continue;
        }
        for id in reference.enabled(&stand) {
            let step = reference.step(id).expect("an enabled step exists");
            let needs = step.inputs.iter().any(|used| used.document == *document);
            let mut tell = |code, depth| {
                found.entry((code, id.to_owned(), document.to_owned())).or_insert(depth);
            };
            let is_there = match paper {
                Paper::NeverYielded | Paper::Lost => false,
                Paper::There { .. } => true,
            };
            match paper {
                Paper::NeverYielded if needs => tell(Code::DocumentMissing, depth),
                Paper::Lost if needs => tell(Code::DocumentLost, depth),
                _ => {}
            }
            for outcome in &step.outcomes {
                let yields = step.outputs_of(outcome).iter().any(|used| used.document == *document);
                if let Paper::There { by } = paper
                    && by != id
                    && yields
                    && !needs
                {
                    tell(Code::DocumentTwice, depth + 1);
                }
                if needs && !is_there && !outcome.returns {
                    continue;
                }
                let mut next = stand.clone();
                if reference.perform(&mut next, Deed::Finish(id, outcome.id.as_str())).is_some() {
                    continue;
                }
                let after = match paper {
                    _ if yields => Paper::There { by: id },
                    Paper::There { .. } if !next.documents.contains(document) => Paper::Lost,
                    before => before,
                };
                // Whether it is there is what the kinds of `Paper` keep; the stand must agree for `perform` to void it.
                if let Entry::Vacant(unseen) = depths.entry((next.tokens.clone(), after)) {
                    unseen.insert(depth + 1);
                    open.push((tidy(next), after));
                }
            }
        }
    }
    Some(())
}

/// Stands that differ in what is done go on alike.
fn tidy(mut stand: Stand<'_>) -> Stand<'_> {
    stand.done.clear();
    stand
}

fn told(report: &Report) -> Findings {
    let kinds = [Code::DocumentMissing, Code::DocumentNotProvided, Code::DocumentLost, Code::DocumentTwice];
    let of_documents = report.diagnostics.iter().filter(|found| kinds.contains(&found.code));
    of_documents.map(|found| (key(found), found.witness.as_ref().map_or(0, |witness| witness.moves.len()))).collect()
}

fn key(found: &Diagnostic) -> (Code, String, String) {
    let code = if found.code == Code::DocumentNotProvided { Code::DocumentMissing } else { found.code };
    let document = found.message.split('`').nth(1).expect("it names the document");
    (code, found.place.step().expect("it is about a step").to_string(), document.to_owned())
}

fn check(procedure: &Procedure) -> Result<(), TestCaseError> {
    let Some(mut expected) = by_brute_force(procedure) else { return Err(TestCaseError::reject("too many stands")) };
    let report = match procedure.verify() {
        Ok(sound) => sound.report().clone(),
        Err(report) => report,
    };
    let shown = || format!("{report}\n{}", procedure.to_toml());
    let unknown = [Code::DuplicateId, Code::UnknownStep, Code::Repeated, Code::BadJoin, Code::UnknownDocument];
    if unknown.iter().any(|code| report.has(*code)) {
        return Ok(());
    }
    let mut told = told(&report);
    // What no step yields is told without a way; a document that a step yields although it is external, not at all.
    let yields = |document: &str| {
        let outcomes = procedure.steps.iter().flat_map(|step| step.outcomes.iter().map(move |outcome| (step, outcome)));
        outcomes.flat_map(|(step, outcome)| step.outputs_of(outcome)).any(|used| used.document == *document)
    };
    told.retain(|(_, _, document), _| yields(document));
    expected.retain(|(_, _, document), _| yields(document));
    let of_documents = |code: Code| code.as_str().starts_with("document-");
    if report.errors().all(|found| of_documents(found.code)) {
        prop_assert_eq!(&told, &expected, "{}", shown());
    }
    for (finding, way) in &told {
        prop_assert_eq!(expected.get(finding), Some(way), "{:?} {}", finding, shown());
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn small_procedures(Shown(procedure) in small()) {
        check(&procedure)?;
    }

    #[test]
    fn broken_procedures(Shown(procedure) in broken()) {
        check(&procedure)?;
    }
}

// ── Told in words ───────────────────────────────────────────────────────────────────────────────────────────────────

fn report(steps: impl IntoIterator<Item = Step>) -> Report {
    let procedure = Procedure::new("p", "1", "P").role("r", "R").document("draft", "Draft").document("memo", "Memo");
    let procedure = steps.into_iter().fold(procedure, Procedure::step);
    match procedure.verify() {
        Ok(sound) => sound.report().clone(),
        Err(report) => report,
    }
}

fn lines(report: &Report, code: Code) -> Vec<String> {
    let told = |found: &Diagnostic| {
        let witness = found.witness.as_ref().map(|witness| format!(" ({witness})")).unwrap_or_default();
        format!("{}: {}{witness}", found.place, found.message)
    };
    report.with_code(code).map(told).collect()
}

fn step(id: &str) -> Step {
    Step::new(id, "r", "Act")
}

#[test]
fn a_document_can_be_missing_on_one_path_and_lost_on_another() {
    let report = report([
        step("1").outcome(Outcome::new("write").to("2")).outcome(Outcome::new("skip").to("3")),
        step("2").output("draft").next("3"),
        step("3").next("4").outcome(Outcome::new("return").to("1").returning()),
        step("4").input("draft").next("end"),
    ]);
    assert_eq!(
        lines(&report, Code::DocumentMissing),
        ["step 4: it needs `draft`, which is missing on this path (1:skip → 3:done)"],
    );
    assert_eq!(
        lines(&report, Code::DocumentLost),
        ["step 4: it needs `draft`, which a return has made void and nothing yields again on this path \
          (1:write → 2:done → 3:return → 1:skip → 3:done)"],
    );
}

#[test]
fn what_is_yielded_twice_or_for_nothing_is_noted() {
    let report = report([
        step("1").output("draft").next("2"),
        step("2").output("draft").output("memo").next("3"),
        step("3").input("draft").next("end"),
    ]);
    assert_eq!(report.errors().count(), 0, "{report}");
    assert_eq!(
        lines(&report, Code::DocumentTwice),
        ["step 2: it yields `draft`, which another step has yielded on this path and which is still there \
          (1:done → 2:done)"],
    );
    assert_eq!(
        lines(&report, Code::DocumentNeverNeeded),
        ["step 2: it yields `memo`, which no step after it needs (1:done)"],
    );
}

#[test]
fn revising_a_document_and_yielding_it_on_exclusive_ways_is_not_twice() {
    let report = report([
        step("1").outcome(Outcome::new("a").to("2")).outcome(Outcome::new("b").to("3")),
        step("2").output("draft").next("4"),
        step("3").output("draft").next("4"),
        step("4").input("draft").output("draft").next("5"),
        step("5").input("draft").output("memo").next("end"),
    ]);
    assert_eq!(report.diagnostics.len(), 0, "{report}");
}

#[test]
fn parallel_branches_that_yield_one_document_are_noted() {
    let report = report([
        step("1").next("2").outcome(Outcome::new("both").to("2").to("3")),
        step("2").output("draft").next("4"),
        step("3").output("draft").next("4"),
        step("4").join(Join::All).input("draft").next("end"),
    ]);
    assert_eq!(report.with_code(Code::DocumentTwice).count(), 2, "{report}");
}

#[test]
fn a_deadlock_is_told_with_what_was_not_chosen() {
    let report = report([
        step("3")
            .outcome(Outcome::new("some").to("4a").to("4b"))
            .outcome(Outcome::new("all").to("4a").to("4b").to("4c")),
        step("4a").next("5"),
        step("4b").next("5"),
        step("4c").next("5"),
        step("5").join(Join::All).next("end"),
    ]);
    assert_eq!(
        lines(&report, Code::Deadlock),
        ["step 5: the case can get stuck: after 3 → 4a and 4b, step 5 waits for ever for 4c, which was not chosen \
          (3:some → 4a:done → 4b:done)"],
    );
}

/// Step b2 can only lack the draft after step b1 had it, which the other branch must yield first and then void.
#[test]
fn a_return_in_one_branch_takes_the_document_from_the_other() {
    let report = report([
        step("1").outcome(Outcome::new("done").to("a1").to("b1")),
        step("a1").output("draft").next("a2"),
        step("a2").next("9").returns_to("a1"),
        step("b1").input("draft").next("b2"),
        step("b2").input("draft").next("9"),
        step("9").join(Join::All).next("end"),
    ]);
    assert_eq!(
        lines(&report, Code::DocumentNotProvided),
        ["step b1: it needs `draft`, which no step before it yields (1:done)"]
    );
    let lost = "which a return has made void and nothing yields again on this path";
    assert_eq!(
        lines(&report, Code::DocumentLost),
        [
            format!("step b1: it needs `draft`, {lost} (1:done → a1:done → a2:return-a1)"),
            format!("step b2: it needs `draft`, {lost} (1:done → a1:done → b1:done → a2:return-a1)"),
        ],
    );
}
