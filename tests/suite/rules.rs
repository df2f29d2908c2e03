//! The rules of the chain of command: what breaks them, what does not, and how an office sets them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sopflow::{
    Code, Diagnostic, Endorsement, Join, Move, Outcome, Place, Procedure, Report, Rule, Severity, Step, Verifier,
};

use crate::laws::cases;
use crate::random::{Dice, Shown, broken, small};

const INITIALS: Endorsement = Endorsement::Initials;
const SIGNATURE: Endorsement = Endorsement::Signature;

/// Five ranks, lowest first.
fn office() -> Procedure {
    ["staff", "section", "division", "secretary", "head"]
        .into_iter()
        .fold(Procedure::new("p", "1", "P"), |procedure, role| procedure.role(role, role))
}

fn step(id: &str, role: &str) -> Step {
    Step::new(id, role, "Act")
}

fn initials(id: &str, role: &str) -> Step {
    step(id, role).endorses(INITIALS)
}

fn signs(id: &str, role: &str) -> Step {
    step(id, role).endorses(SIGNATURE)
}

fn on(target: &str) -> Outcome {
    Outcome::new("done").to(target).direct()
}

fn report(verifier: &Verifier, procedure: &Procedure) -> Report {
    verifier.verify(procedure).map_or_else(|report| report, |sound| sound.report().clone())
}

/// The findings of a rule: place, message and witness, as text.
fn told(procedure: &Procedure, code: Code) -> Vec<String> {
    let sound = procedure.verify().unwrap_or_else(|report| panic!("{report}"));
    shown(sound.report(), code)
}

fn shown(report: &Report, code: Code) -> Vec<String> {
    let found = report.with_code(code);
    found.map(|found| format!("{}: {} ({})", found.place, found.message, witness(found).join(" "))).collect()
}

fn witness(found: &Diagnostic) -> Vec<String> {
    let witness = found.witness.as_ref().unwrap_or_else(|| panic!("no witness: {found}"));
    witness.moves.iter().map(ToString::to_string).collect()
}

// ── Initials in tiers ───────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn initials_from_the_lowest_rank_up_break_nothing() {
    let procedure = office()
        .step(step("1", "staff").next("2"))
        .step(initials("2", "section").next("3").returns_to("1"))
        .step(initials("3", "division").next("4").returns_to("1"))
        .step(initials("4", "division").next("5"))
        .step(initials("5", "secretary").next("6"))
        .step(signs("6", "head").next("end").returns_to("5").returns_to("2"));
    assert_eq!(told(&procedure, Code::InitialsOutOfOrder), [""; 0]);
}

#[test]
fn a_lower_rank_that_initials_or_signs_later_is_told_with_the_way() {
    let procedure = office()
        .step(step("1", "staff").outcome(on("2")).outcome(Outcome::new("short").to("4").direct()))
        .step(initials("2", "division").next("3"))
        .step(step("3", "staff").next("4"))
        .step(initials("4", "section").next("5"))
        .step(signs("5", "staff").next("end"));
    assert_eq!(
        told(&procedure, Code::InitialsOutOfOrder),
        [
            "step 4: `section` initials after the higher-ranked `division` initialled at step 2 (1:done 2:done 3:done)",
            "step 5: `staff` signs after the higher-ranked `section` initialled at step 4 (1:short 4:done)",
        ],
        "the shortest way to step 4 breaks nothing, so the witness goes the longer one"
    );
}

#[test]
fn the_highest_of_those_too_early_is_told() {
    let branch = |id: &str, role: &str| initials(id, role).outcome(on("5"));
    let procedure = office()
        .step(step("1", "staff").outcome(Outcome::new("done").to("2").to("3").to("4").direct()))
        .step(branch("2", "division"))
        .step(branch("3", "head"))
        .step(branch("4", "secretary"))
        .step(initials("5", "section").join(Join::All).outcome(on("6")))
        .step(signs("6", "head").next("end"));
    assert_eq!(
        told(&procedure, Code::InitialsOutOfOrder),
        [
            "step 5: `section` initials after the higher-ranked `head` initialled at step 3 (1:done 2:done 3:done 4:done)"
        ]
    );
}

#[test]
fn parallel_initials_have_no_order() {
    let procedure = office()
        .step(step("1", "staff").outcome(Outcome::new("done").to("2").to("3").direct()))
        .step(initials("2", "division").outcome(on("4")))
        .step(initials("3", "section").outcome(on("4")))
        .step(signs("4", "head").join(Join::All).next("end"));
    assert_eq!(told(&procedure, Code::InitialsOutOfOrder), [""; 0]);
}

#[test]
fn a_signature_closes_the_tiers() {
    let procedure = office()
        .step(initials("1", "division").outcome(on("2")))
        .step(signs("2", "head").next("3"))
        .step(initials("3", "section").outcome(on("4")))
        .step(signs("4", "head").next("end"));
    assert_eq!(told(&procedure, Code::InitialsOutOfOrder), [""; 0]);
}

#[test]
fn a_loop_or_a_return_begins_a_new_round() {
    let to = |step: &str| Outcome::new("again").to(step);
    for again in [to("1"), to("2"), to("1").returning()] {
        let procedure = office()
            .step(step("1", "staff").outcome(on("2")))
            .step(initials("2", "section").outcome(on("3")))
            .step(initials("3", "division").outcome(on("4")).outcome(again.clone()))
            .step(signs("4", "head").next("end"));
        assert_eq!(told(&procedure, Code::InitialsOutOfOrder), [""; 0], "{again:?}");
    }
}

/// Either the section head or the division head initials; each round has one of them.
#[test]
fn a_choice_within_a_loop_breaks_nothing() {
    let procedure = office()
        .step(step("1", "staff").outcome(on("2")).outcome(Outcome::new("big").to("3").direct()))
        .step(initials("2", "section").outcome(on("4")))
        .step(initials("3", "division").outcome(on("4")))
        .step(step("4", "secretary").outcome(Outcome::new("again").to("1")).outcome(on("5")))
        .step(signs("5", "head").next("end"));
    assert_eq!(told(&procedure, Code::InitialsOutOfOrder), [""; 0]);
}

/// The start leads into the middle of the loop too, so that no step of it comes before all others.
#[test]
fn a_loop_that_is_entered_at_two_steps_begins_a_new_round_too() {
    let procedure = office()
        .step(step("1", "staff").outcome(Outcome::new("new").to("2")).outcome(Outcome::new("old").to("3")))
        .step(step("2", "staff").next("3"))
        .step(initials("3", "section").next("4"))
        .step(initials("4", "division").outcome(Outcome::new("again").to("2")).outcome(on("5")))
        .step(signs("5", "head").next("end"));
    assert_eq!(told(&procedure, Code::InitialsOutOfOrder), [""; 0]);
}

#[test]
fn the_wrong_order_within_a_loop_is_told() {
    let procedure = office()
        .step(step("1", "staff").outcome(on("2")))
        .step(initials("2", "division").next("3"))
        .step(initials("3", "section").outcome(on("4")))
        .step(signs("4", "head").outcome(Outcome::new("again").to("1")).next("end"));
    assert_eq!(
        told(&procedure, Code::InitialsOutOfOrder),
        ["step 3: `section` initials after the higher-ranked `division` initialled at step 2 (1:done 2:done)"]
    );
}

/// Only a return leads to the steps of the revision.
#[test]
fn a_way_that_begins_with_a_return_is_looked_at_too() {
    let procedure = office()
        .step(step("1", "staff").outcome(on("4")))
        .step(initials("2", "division").outcome(on("3")))
        .step(initials("3", "section").outcome(on("4")))
        .step(signs("4", "head").next("end").returns_to("2"));
    assert_eq!(
        told(&procedure, Code::InitialsOutOfOrder),
        [
            "step 3: `section` initials after the higher-ranked `division` initialled at step 2 (1:done 4:return-2 2:done)"
        ]
    );
    assert_eq!(too_many(&procedure, 2), [""; 0]);
    let found = "step 3: its initials are number 2 on one way after step 2; the bound is 1";
    assert_eq!(too_many(&procedure, 1), [format!("{found} (1:done 4:return-2 2:done)")]);
}

/// The revision, to which only a return leads, comes to a step that was done before the return and is void.
#[test]
fn what_a_return_has_voided_counts_for_nothing() {
    let procedure = office()
        .step(step("1", "staff").outcome(on("2")))
        .step(initials("2", "section").outcome(on("3")))
        .step(signs("3", "head").next("end").returns_to("4"))
        .step(initials("4", "division").next("2"));
    assert_eq!(
        told(&procedure, Code::InitialsOutOfOrder),
        ["step 2: `section` initials after the higher-ranked `division` initialled at step 4 \
          (1:done 2:done 3:return-4 4:done)"]
    );
}

#[test]
fn rounds_behind_a_return_are_rounds() {
    let procedure = office()
        .step(step("1", "staff").outcome(on("2")))
        .step(signs("2", "head").next("end").returns_to("3"))
        .step(initials("3", "section").next("4"))
        .step(initials("4", "division").outcome(Outcome::new("again").to("3")).outcome(on("2")));
    assert_eq!(told(&procedure, Code::InitialsOutOfOrder), [""; 0]);
}

/// The flow from 2 to 4 is there, but 3 always drops what waits on it.
#[test]
fn a_way_that_no_case_goes_is_told_with_the_way_to_the_step() {
    let procedure = office()
        .step(step("1", "staff").outcome(Outcome::new("done").to("2").to("3").direct()))
        .step(initials("2", "division").next("4"))
        .step(step("3", "staff").outcome(on("5").cancelling("2").cancelling("4")))
        .step(initials("4", "section").join(Join::NOf(2)).outcome(on("8")))
        .step(step("5", "staff").outcome(Outcome::new("done").to("6").to("7")))
        .step(step("6", "staff").next("4"))
        .step(step("7", "staff").next("4"))
        .step(signs("8", "head").next("end"));
    assert_eq!(
        told(&procedure, Code::InitialsOutOfOrder),
        ["step 4: `section` initials after the higher-ranked `division` initialled at step 2 \
          (1:done 3:done 5:done 6:done 7:done)"]
    );
}

// ── Disposals ───────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn an_instruction_that_also_leads_upward_is_told() {
    let mixed = |targets: &[&str]| {
        let outcome = targets.iter().fold(Outcome::new("done").direct(), |outcome, to| outcome.to(*to));
        let procedure = targets
            .iter()
            .fold(office().step(step("1", "division").outcome(outcome)), |procedure, to| {
                procedure.step(step(to, to).outcome(on("join")))
            })
            .step(step("join", "division").join(Join::All).next("end"));
        told(&procedure, Code::MixedDisposal)
    };
    assert_eq!(
        mixed(&["division", "head", "staff"]),
        ["step 1, outcome done: it gives work down to step staff and at once up to step head (1:done)"]
    );
    assert_eq!(mixed(&["division", "section", "staff"]), [""; 0], "down and across");
    assert_eq!(mixed(&["division", "head"]), [""; 0], "up and across");
}

#[test]
fn ways_of_one_step_and_returns_may_lead_both_up_and_down() {
    let procedure = office()
        .step(step("1", "staff").next("2"))
        .step(step("2", "section").outcome(Outcome::new("up").to("3")).outcome(Outcome::new("down").to("4")))
        .step(step("3", "division").next("5"))
        .step(step("4", "staff").outcome(on("5")))
        .step(step("5", "division").next("end").outcome(Outcome::new("again").to("1").returning()));
    assert_eq!(told(&procedure, Code::MixedDisposal), [""; 0]);
}

// ── How many initials ───────────────────────────────────────────────────────────────────────────────────────────────

fn too_many(procedure: &Procedure, most: usize) -> Vec<String> {
    shown(&report(&Verifier::new().initials_max(most), procedure), Code::TooManyInitials)
}

#[test]
fn initials_are_counted_up_to_the_bound() {
    let procedure = office()
        .step(initials("1", "staff").next("2"))
        .step(initials("2", "section").next("3"))
        .step(initials("3", "division").next("4").returns_to("1"))
        .step(initials("4", "secretary").next("5"))
        .step(signs("5", "head").next("end"));
    assert_eq!(too_many(&procedure, 4), [""; 0]);
    assert_eq!(
        too_many(&procedure, 3),
        ["step 4: its initials are number 4 on one way after steps 1, 2, 3; the bound is 3 (1:done 2:done 3:done)"]
    );
    assert_eq!(
        too_many(&procedure, 2),
        ["step 3: its initials are number 3 on one way after steps 1, 2; the bound is 2 (1:done 2:done)"],
        "told where the bound is first exceeded"
    );
    assert_eq!(too_many(&procedure, 0), ["step 1: its initials are number 1 on one way; the bound is 0 ()"]);
    assert_eq!(told(&procedure, Code::TooManyInitials), [""; 0], "no bound until one is given");
}

#[test]
fn a_signature_begins_the_count_again() {
    let procedure = office()
        .step(initials("1", "staff").next("2"))
        .step(signs("2", "section").next("3"))
        .step(initials("3", "staff").next("4"))
        .step(signs("4", "section").next("5"))
        .step(initials("5", "staff").next("6"))
        .step(initials("6", "section").next("end"));
    assert_eq!(too_many(&procedure, 2), [""; 0]);
    let found = "step 6: its initials are number 2 on one way after step 5; the bound is 1";
    assert_eq!(too_many(&procedure, 1), [format!("{found} (1:done 2:done 3:done 4:done 5:done)")]);
}

/// The way round the loop passes both branches of the choice.
#[test]
fn the_longest_way_goes_round_a_loop() {
    let procedure = office()
        .step(step("1", "staff").outcome(Outcome::new("a").to("2")).outcome(Outcome::new("b").to("3")))
        .step(initials("2", "section").next("4"))
        .step(initials("3", "section").next("4"))
        .step(step("4", "section").outcome(Outcome::new("again").to("1")).next("5"))
        .step(initials("5", "division").next("end"));
    assert_eq!(too_many(&procedure, 3), [""; 0]);
    let last = "step 5: its initials are number 3 on one way after steps 2, 3; the bound is 2";
    assert_eq!(too_many(&procedure, 2), [format!("{last} (1:a 2:done 4:again 1:b 3:done 4:done)")]);
    let loop_ = "step 3: its initials are number 2 on one way after step 2; the bound is 1";
    assert_eq!(too_many(&procedure, 1), [format!("{loop_} (1:a 2:done 4:again 1:b)")]);
}

#[test]
fn parallel_branches_are_ways_of_their_own() {
    let procedure = office()
        .step(step("1", "staff").outcome(Outcome::new("done").to("2").to("3")))
        .step(initials("2", "section").outcome(on("4")))
        .step(initials("3", "section").outcome(on("4")))
        .step(initials("4", "head").join(Join::All).next("end"));
    assert_eq!(too_many(&procedure, 2), [""; 0]);
    let found = "step 4: its initials are number 2 on one way after step 2; the bound is 1";
    assert_eq!(too_many(&procedure, 1), [format!("{found} (1:done 2:done 3:done)")]);
}

#[test]
fn a_message_names_few_of_many_steps() {
    let many = (1..=40).fold(office(), |procedure, number| {
        let next = if number == 40 { "end".to_owned() } else { format!("{}", number + 1) };
        procedure.step(initials(&number.to_string(), "staff").next(next.as_str()))
    });
    let [found] = &too_many(&many, 30)[..] else { panic!("one is told") };
    assert!(
        found.contains("number 31 on one way after steps 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …; the bound is 30"),
        "{found}"
    );
}

// ── Severities ──────────────────────────────────────────────────────────────────────────────────────────────────────

/// Breaks every rule once.
fn unruly() -> Procedure {
    office()
        .step(initials("1", "division").outcome(Outcome::new("done").to("2").to("3")))
        .step(initials("2", "section").next("4"))
        .step(step("3", "head").next("4"))
        .step(step("4", "staff").join(Join::All).next("end"))
}

#[test]
fn each_rule_is_told_at_the_severity_that_the_office_sets() {
    let strict = Verifier::new().initials_max(1);
    for rule in Rule::ALL {
        let sound = strict.clone().verify(&unruly()).unwrap_or_else(|report| panic!("{report}"));
        let found: Vec<_> = sound.report().with_code(rule.code()).collect();
        assert_eq!(found.len(), 1, "{rule:?}: {}", sound.report());
        assert_eq!(found[0].severity, Severity::Warning);
        assert_eq!(rule.code().severity(), Severity::Warning);
        for severity in [Severity::Note, Severity::Warning, Severity::Error] {
            let verdict = strict.clone().rule(*rule, severity).verify(&unruly());
            assert_eq!(verdict.is_err(), severity == Severity::Error, "only an error stops it");
            let report = verdict.map_or_else(|report| report, |sound| sound.report().clone());
            for found in &report.diagnostics {
                let is_about_it = found.code == rule.code();
                let own = if found.code == Code::IdleRole { Severity::Note } else { Severity::Warning };
                assert_eq!(found.severity, if is_about_it { severity } else { own }, "{found}");
            }
            let json: serde_json::Value = serde_json::to_value(&report).expect("a report is data");
            let of_rule = json["diagnostics"].as_array().expect("a list").iter();
            let of_rule: Vec<_> = of_rule.filter(|found| found["code"] == rule.code().as_str()).collect();
            assert_eq!(of_rule.len(), 1);
            assert_eq!(of_rule[0]["severity"], severity.to_string());
        }
        let off = report(&strict.clone().rule(*rule, Severity::Error).without(*rule), &unruly());
        assert!(!off.has(rule.code()), "{off}");
        assert_eq!(off.diagnostics.len(), sound.report().diagnostics.len() - 1, "the others are told still: {off}");
    }
}

#[test]
fn each_rule_has_a_code_of_its_own() {
    let codes: BTreeSet<Code> = Rule::ALL.iter().map(|rule| rule.code()).collect();
    assert_eq!(codes.len(), Rule::ALL.len());
}

// ── Against every way, one by one ───────────────────────────────────────────────────────────────────────────────────

/// The rules hold for procedures with too many markings too.
fn quick() -> Verifier {
    Verifier::new().markings_max(1_000)
}

/// A procedure in which most steps endorse.
fn endorsing(mut procedure: Procedure, seed: u64) -> Procedure {
    let mut dice = Dice::new(seed);
    for step in &mut procedure.steps {
        step.endorsement = [Some(INITIALS), Some(INITIALS), Some(SIGNATURE), None, None][dice.roll(5)];
        for outcome in &mut step.outcomes {
            outcome.direct = dice.chance(30);
        }
    }
    procedure
}

fn rank(procedure: &Procedure, step: &Step) -> Option<usize> {
    procedure.roles.iter().position(|role| role.id == step.role)
}

/// The steps to which outcomes that are no returns lead.
fn following<'p>(procedure: &'p Procedure, step: &'p Step) -> impl Iterator<Item = &'p Step> {
    let forward = step.outcomes.iter().filter(|outcome| !outcome.returns).flat_map(|outcome| &outcome.to);
    forward.filter_map(|to| procedure.find_step(to.as_str()))
}

/// The first step, and those to which only returns lead.
fn roots(procedure: &Procedure) -> Vec<&Step> {
    let spread = |roots: &[&'_ Step]| {
        let (mut reached, mut open) =
            (BTreeSet::new(), roots.iter().map(|step| step.id.to_string()).collect::<Vec<_>>());
        while let Some(id) = open.pop() {
            let Some(step) = procedure.find_step(&id).filter(|_| reached.insert(id.clone())) else { continue };
            open.extend(following(procedure, step).map(|next| next.id.to_string()));
        }
        reached
    };
    let mut roots: Vec<&Step> = procedure.first_step().into_iter().collect();
    let from_first = spread(&roots);
    loop {
        let reached = spread(&roots);
        let left = procedure.steps.iter().filter(|step| reached.contains(step.id.as_str()));
        let returns = left.flat_map(|step| &step.outcomes).filter(|outcome| outcome.returns);
        let targets = returns.flat_map(|outcome| &outcome.to).filter_map(|to| procedure.find_step(to.as_str()));
        let known: BTreeSet<String> = roots.iter().map(|step| step.id.to_string()).collect();
        let mut new = targets.filter(|to| !from_first.contains(to.id.as_str()) && !known.contains(to.id.as_str()));
        match new.next() {
            Some(root) => roots.push(root),
            None => return roots,
        }
    }
}

/// The steps that endorse too late on some way that passes no step twice, each with the highest that was too early.
fn too_late(procedure: &Procedure) -> BTreeMap<&str, &str> {
    fn go_on<'p>(procedure: &'p Procedure, way: &mut Vec<&'p Step>, found: &mut BTreeMap<&'p str, (usize, &'p Step)>) {
        let (here, before) = way.split_last().expect("a way has a step");
        let last = before.iter().rev().find(|step| step.endorsement.is_some() && here.endorsement.is_some());
        if let Some(last) = last
            && last.endorsement == Some(INITIALS)
            && let (Some(early), Some(late)) = (rank(procedure, last), rank(procedure, here))
            && early > late
        {
            let position = |step: &Step| procedure.steps.iter().position(|known| known.id == step.id);
            let known = found.entry(here.id.as_str()).or_insert((early, last));
            if early > known.0 || (early == known.0 && position(last) < position(known.1)) {
                *known = (early, last);
            }
        }
        for next in following(procedure, way[way.len() - 1]) {
            if !way.iter().any(|passed| passed.id == next.id) {
                way.push(next);
                go_on(procedure, way, found);
                way.pop();
            }
        }
    }
    let mut found = BTreeMap::new();
    for root in roots(procedure) {
        go_on(procedure, &mut vec![root], &mut found);
    }
    found.into_iter().map(|(late, (_, early))| (late, early.id.as_str())).collect()
}

/// For each number of initials, the steps at which some walk gets as many since the last signature.
fn counts(procedure: &Procedure) -> BTreeMap<usize, BTreeSet<&str>> {
    let mut counts: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<(&Step, BTreeSet<&str>)> =
        roots(procedure).into_iter().map(|root| (root, BTreeSet::new())).collect();
    while let Some((step, mut marks)) = open.pop() {
        if !seen.insert((step.id.as_str(), marks.clone())) {
            continue;
        }
        if step.endorsement == Some(INITIALS) && marks.insert(step.id.as_str()) {
            counts.entry(marks.len()).or_default().insert(step.id.as_str());
        }
        if step.endorsement == Some(SIGNATURE) {
            marks.clear();
        }
        open.extend(following(procedure, step).map(|next| (next, marks.clone())));
    }
    counts
}

/// The endorsements on the papers that may have come to a step, each the first time, after the moves of a witness.
fn marks_at<'p>(procedure: &'p Procedure, found: &Diagnostic) -> BTreeSet<Vec<&'p str>> {
    let witness = found.witness.as_ref().unwrap_or_else(|| panic!("no witness: {found}"));
    let step = found.place.step().expect("it is about a step");
    let replayed = witness.replay(procedure).unwrap_or_else(|| panic!("it cannot be played: {found}"));
    assert!(replayed.enabled.contains(step) && replayed.clash.is_none(), "{found}");
    let first = procedure.first_step().expect("a first step").id.as_str();
    let mut papers: BTreeMap<&str, BTreeSet<Vec<&str>>> = BTreeMap::from([(first, BTreeSet::from([Vec::new()]))]);
    for made in &witness.moves {
        let Move::Finish(id, outcome) = made else { panic!("nothing is recalled: {found}") };
        let step = procedure.find_step(id.as_str()).expect("a step");
        let outcome = step.find_outcome(outcome.as_str()).expect("an outcome");
        let mut marked = BTreeSet::new();
        for mut marks in papers.remove(id.as_str()).unwrap_or_default() {
            if step.endorsement.is_some() {
                marks.push(step.id.as_str());
            }
            marked.insert(if outcome.returns { Vec::new() } else { marks });
        }
        for target in &outcome.to {
            papers.entry(target.as_str()).or_default().extend(marked.clone());
        }
    }
    papers.remove(step.as_str()).unwrap_or_default()
}

fn the_rules_agree_with_every_way(procedure: &Procedure, reducible: bool) -> Result<(), TestCaseError> {
    let plain = report(&quick(), procedure);
    let place = |found: &Diagnostic| found.place.step().map(ToString::to_string).unwrap_or_default();
    let late: BTreeSet<String> = plain.with_code(Code::InitialsOutOfOrder).map(place).collect();
    let naive = too_late(procedure);
    for (step, early) in &naive {
        prop_assert!(late.contains(*step), "{step} after {early} is not told\n{plain}\n{}", procedure.to_toml());
    }
    if reducible {
        prop_assert_eq!(late.len(), naive.len(), "{}\n{}", plain, procedure.to_toml());
        for found in plain.with_code(Code::InitialsOutOfOrder) {
            let early = naive[place(found).as_str()];
            prop_assert!(found.message.ends_with(&format!("at step {early}")), "{found}, not {early}");
            let shows = marks_at(procedure, found).iter().any(|marks| marks.last() == Some(&early));
            prop_assert!(shows, "{}\n{}", found, procedure.to_toml());
        }
    }
    let counts = counts(procedure);
    for most in 0..=counts.len() {
        let report = report(&quick().initials_max(most), procedure);
        let found: Vec<_> = report.with_code(Code::TooManyInitials).collect();
        prop_assert_eq!(found.is_empty(), most == counts.len(), "{} of {:?}\n{}", most, counts, procedure.to_toml());
        for found in found {
            prop_assert!(counts[&(most + 1)].contains(place(found).as_str()), "{found}\n{}", procedure.to_toml());
            if reducible {
                let is_initials =
                    |id: &&&str| procedure.find_step(id).is_some_and(|step| step.endorsement == Some(INITIALS));
                let since = |marks: &Vec<&str>| -> usize {
                    let tail = marks.iter().rev().take_while(|id| is_initials(id));
                    tail.collect::<BTreeSet<_>>().len()
                };
                let shows = marks_at(procedure, found).iter().map(since).max();
                prop_assert!(shows >= Some(most), "{found}\n{}", procedure.to_toml());
            }
        }
    }
    Ok(())
}

/// What each outcome by itself breaks: the rule's code, the step and the outcome.
fn broken_by_ranks(procedure: &Procedure) -> HashSet<(Code, Place)> {
    let mut found = HashSet::new();
    let mut add = |code, step: &Step, outcome: &Outcome| {
        found.insert((code, Place::Outcome(step.id.clone(), outcome.id.clone())));
    };
    for step in &procedure.steps {
        let Some(own) = rank(procedure, step) else { continue };
        for outcome in step.outcomes.iter().filter(|outcome| !outcome.returns) {
            let receivers = outcome.to.iter().filter_map(|to| procedure.find_step(to.as_str()));
            let ranks: Vec<usize> = receivers.filter_map(|step| rank(procedure, step)).collect();
            if !outcome.direct && ranks.iter().any(|rank| *rank > own + 1) {
                add(Code::SkippedRole, step, outcome);
            }
            if ranks.iter().any(|rank| *rank < own) && ranks.iter().any(|rank| *rank > own) {
                add(Code::MixedDisposal, step, outcome);
            }
        }
    }
    found
}

fn ranks_agree(procedure: &Procedure) -> Result<(), TestCaseError> {
    let report = report(&quick(), procedure);
    let of_ranks = [Code::SkippedRole, Code::MixedDisposal];
    let told = report.diagnostics.iter().filter(|found| of_ranks.contains(&found.code));
    let told: HashSet<(Code, Place)> = told.map(|found| (found.code, found.place.clone())).collect();
    prop_assert_eq!(told, broken_by_ranks(procedure), "{}", procedure.to_toml());
    Ok(())
}

/// Whether names resolve, so that the test and the crate mean the same by them.
fn resolves(procedure: &Procedure) -> bool {
    let ids: BTreeSet<&str> = procedure.steps.iter().map(|step| step.id.as_str()).collect();
    let outcomes = |step: &Step| step.outcomes.iter().map(|outcome| outcome.id.to_string()).collect::<BTreeSet<_>>();
    ids.len() == procedure.steps.len() && procedure.steps.iter().all(|step| outcomes(step).len() == step.outcomes.len())
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn sound_procedures_get_what_every_way_shows(Shown(procedure) in small(), seed in any::<u64>()) {
        let procedure = endorsing(procedure, seed);
        the_rules_agree_with_every_way(&procedure, true)?;
        ranks_agree(&procedure)?;
    }

    /// Where a loop can be entered at several steps, a way that passes no step twice shows enough, but not all.
    #[test]
    fn broken_procedures_get_what_every_way_shows(Shown(procedure) in broken(), seed in any::<u64>()) {
        let procedure = endorsing(procedure, seed);
        prop_assume!(resolves(&procedure));
        the_rules_agree_with_every_way(&procedure, false)?;
        ranks_agree(&procedure)?;
    }
}

/// The properties mean something only where random procedures break every rule, and keep it.
#[test]
fn random_procedures_break_every_rule_and_keep_it() {
    let mut runner = TestRunner::deterministic();
    let (mut broken, mut kept) = (BTreeMap::new(), BTreeMap::new());
    for seed in 0..200 {
        let Shown(procedure) = small().new_tree(&mut runner).expect("there is one").current();
        let report = report(&quick().initials_max(2), &endorsing(procedure, seed));
        for rule in Rule::ALL {
            *(if report.has(rule.code()) { &mut broken } else { &mut kept }).entry(*rule).or_insert(0) += 1;
        }
    }
    for rule in Rule::ALL {
        assert!(broken.get(rule) > Some(&10) && kept.get(rule) > Some(&10), "{rule:?}: {broken:?} {kept:?}");
    }
}
