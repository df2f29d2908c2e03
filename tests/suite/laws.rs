//! The laws that the documentation promises, for random procedures, casts and commands.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sopflow::{Event, EventKind, EventRecord, Procedure, SoundProcedure, apply};

use crate::duo::{Duo, MINUTE, agree, deed, finishing};
use crate::random::{Dice, Shown, large, sound};
use crate::reference::{Ask, Deed, Phase, Reference, Stand};
use crate::script::{Attempt, Part, attempts, cast};

pub(crate) fn cases(count: u32) -> ProptestConfig {
    let factor = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse::<u32>().ok());
    let cases = factor.map_or(count, |cases| (cases / 256).max(1) * count);
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        max_global_rejects: 20 * cases,
        ..ProptestConfig::default()
    }
}

fn verified(procedure: &Procedure) -> SoundProcedure {
    procedure.verify().unwrap_or_else(|report| panic!("{report}\n{}", procedure.to_toml()))
}

fn run(duo: &mut Duo<'_>, attempts: &[Attempt]) {
    for attempt in attempts {
        duo.now += MINUTE;
        let (player, ask) = attempt.meant(duo);
        let before = duo.case.clone();
        if duo.ask(player, &ask).is_err() {
            assert_eq!(duo.case, before, "refused means nothing changed");
        }
    }
}

fn any_commands_keep_the_laws(sound: &SoundProcedure, parts: &[Part], attempts: &[Attempt], seed: u64) {
    let mut duo = Duo::new(sound, parts);
    run(&mut duo, attempts);
    duo.carry_to_end(&mut Dice::new(seed), 10);
    duo.check_replay();
    duo.check_duties_are_met();
    for ask in duo.battery() {
        assert!(duo.judge(duo.omni(), &ask).is_err() || matches!(ask, Ask::Comment(_)), "{ask:?} after the end");
    }
}

fn a_recall_undoes_a_completion(sound: &SoundProcedure, attempts: &[Attempt], seed: u64) {
    let mut duo = Duo::new(sound, &[]);
    run(&mut duo, attempts);
    let mut dice = Dice::new(seed);
    let enabled = duo.reference.enabled(&duo.stand);
    let Some(id) = dice.pick(&enabled).copied().filter(|_| duo.stand.phase == Phase::Open) else { return };
    let step = duo.reference.step(id).expect("an enabled step exists");
    let Some(outcome) = dice.pick(&step.outcomes) else { return };
    let goes_on = !outcome.returns && outcome.cancels.is_empty() && outcome.to.iter().all(|to| to.as_str() != "end");
    if !goes_on || !Reference::no_receiver_started(&duo.stand, outcome) {
        return;
    }
    let doer = duo.doer(step);
    duo.supply_for(step);
    if !duo.stand.started.contains(id) {
        duo.must(doer, &Ask::Start(id.to_owned()));
    }
    let before = duo.accepted_asks();
    duo.must(doer, &finishing(step, outcome));
    let mut sent = duo.fork();
    duo.must(doer, &Ask::Recall(id.to_owned()));
    assert_eq!(duo.accepted_asks(), before, "after {id} was recalled");
    assert!(!duo.stand.done.contains(id));
    for to in &outcome.to {
        let mut started = sent.fork();
        let receiver = started.reference.step(to.as_str()).expect("the receiver exists");
        if started.reference.is_enabled(&started.stand, to.as_str()) {
            started.supply_for(receiver);
            let other = started.doer(receiver);
            started.must(other, &Ask::Start(to.to_string()));
            let refused = started.ask(doer, &Ask::Recall(id.to_owned())).expect_err("the receiver has started");
            assert!(refused.contains("receiver-started"), "{refused:?}");
        }
    }
    sent.carry_to_end(&mut dice, 0);
    duo.carry_to_end(&mut dice, 0);
}

fn a_disordered_history_is_refused_or_right(sound: &SoundProcedure, attempts: &[Attempt], seed: u64) {
    let mut duo = Duo::new(sound, &[]);
    run(&mut duo, attempts);
    duo.carry_to_end(&mut Dice::new(seed), 5);
    let mut dice = Dice::new(seed);
    let mut events = duo.history.clone();
    for _ in 0..=dice.roll(3) {
        disorder(&mut events, &mut dice, sound);
    }
    let reference = Reference::new(sound.procedure());
    let (mut case, mut stand) = (sopflow::CaseState::new(sound), Reference::blank());
    for event in &events {
        let before = case.clone();
        let applied = apply(sound, &mut case, event);
        assert_eq!(applied.is_ok(), follows(sound, &reference, &stand, event), "{event:?}: {applied:?} in {stand:?}");
        if applied.is_ok() {
            let deed = deed(sound, event);
            reference.perform(&mut stand, deed);
            if let Deed::Finish(id, _) = deed {
                Reference::remember(&mut stand, id, event.by.actor.index());
            }
        } else {
            assert_eq!(case, before, "a refused event changes nothing");
        }
        agree(sound, &case, &reference, &stand);
    }
}

fn disorder(events: &mut Vec<Event>, dice: &mut Dice, sound: &SoundProcedure) {
    let (one, other) = (dice.roll(events.len()), dice.roll(events.len()));
    match dice.roll(7) {
        0 => events.swap(one, other),
        1 if events.len() > 1 => drop(events.remove(one)),
        2 => events.insert(other, events[one].clone()),
        3 => events[one].by.actor = events[other].by.actor,
        4 => {
            let roles: Vec<_> = sound.roles().collect();
            events[one].by.role = roles[dice.roll(roles.len())];
        }
        5 => {
            let steps: Vec<_> = sound.steps().collect();
            let wanted = steps[dice.roll(steps.len())];
            match &mut events[one].kind {
                EventKind::StepStarted { step } => *step = wanted,
                EventKind::StepCompleted { step, outcome, .. }
                | EventKind::StepReturned { step, outcome, .. }
                | EventKind::StepRecalled { step, outcome } => {
                    let outcomes = &sound.step_at(wanted).outcomes;
                    *outcome =
                        sound.outcome(wanted, outcomes[dice.roll(outcomes.len())].id.as_str()).expect("it has it");
                    *step = wanted;
                }
                _ => {}
            }
        }
        _ => {
            let reason = "x".into();
            let step = events[one].kind.step();
            if let (Some(step), EventKind::StepCompleted { outcome, .. }) = (step, &events[one].kind) {
                events[one].kind = EventKind::StepReturned { step, outcome: *outcome, reason };
            }
        }
    }
}

/// Whether an event can be the next, by the rules.
fn follows<'p>(sound: &'p SoundProcedure, reference: &Reference<'p>, stand: &Stand<'p>, event: &Event) -> bool {
    let role = sound.role_at(event.by.role).id.as_str();
    let is_open = stand.phase == Phase::Open;
    let in_turn = |id: &str| {
        let step = reference.step(id).expect("the step exists");
        is_open
            && step.role.as_str() == role
            && reference.is_enabled(stand, id)
            && reference.judge_duties(stand, event.by.actor.index(), id).is_empty()
    };
    let has_inputs = |id: &str| {
        let step = reference.step(id).expect("the step exists");
        reference.lacking(stand, step, true).is_empty()
    };
    let supervises = reference.supervisors().contains(&role);
    match deed(sound, event) {
        Deed::Open => stand.phase == Phase::New && sound.step_at(sound.first_step()).role.as_str() == role,
        Deed::Start(id) => in_turn(id) && !stand.started.contains(id) && has_inputs(id),
        Deed::Finish(id, outcome) => {
            let returns = reference.outcome(id, outcome).is_some_and(|outcome| outcome.returns);
            let is_return = matches!(event.kind, EventKind::StepReturned { .. });
            in_turn(id) && returns == is_return && (returns || has_inputs(id))
        }
        Deed::Recall(id, outcome) => {
            let step = reference.step(id).expect("the step exists");
            let candidates = reference.recallable(stand, id);
            let found = candidates.iter().find(|candidate| candidate.id.as_str() == outcome);
            is_open
                && step.role.as_str() == role
                && found.is_some_and(|outcome| Reference::no_receiver_started(stand, outcome))
        }
        Deed::Supply(document) => {
            is_open && sound.procedure().find_document(document).is_some_and(|document| document.external)
        }
        Deed::Suspend => is_open && supervises,
        Deed::Resume => stand.phase == Phase::Suspended && supervises,
        Deed::Cancel => matches!(stand.phase, Phase::Open | Phase::Suspended) && supervises,
        Deed::Comment => stand.phase != Phase::New,
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn kernel_and_reference_agree(
        Shown(procedure) in sound(), parts in cast(), attempts in attempts(60), seed in any::<u64>()
    ) {
        any_commands_keep_the_laws(&verified(&procedure), &parts, &attempts, seed);
    }

    #[test]
    fn recalls_undo_completions(Shown(procedure) in sound(), attempts in attempts(40), seed in any::<u64>()) {
        a_recall_undoes_a_completion(&verified(&procedure), &attempts, seed);
    }

    #[test]
    fn disordered_histories_are_refused(Shown(procedure) in sound(), attempts in attempts(40), seed in any::<u64>()) {
        a_disordered_history_is_refused_or_right(&verified(&procedure), &attempts, seed);
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn large_procedures_keep_the_laws(
        Shown(procedure) in large(), parts in cast(), attempts in attempts(120), seed in any::<u64>()
    ) {
        let sound = verified(&procedure);
        any_commands_keep_the_laws(&sound, &parts, &attempts, seed);
        a_recall_undoes_a_completion(&sound, &attempts, seed);
        a_disordered_history_is_refused_or_right(&sound, &attempts, seed);
    }
}

const SHIPPED: [&str; 2] = ["forum-bisnis", "forum-bisnis-virtual"];

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn shipped_procedures_keep_the_laws(
        which in 0..2usize, parts in cast(), attempts in attempts(120), seed in any::<u64>()
    ) {
        let sound = crate::negative::shipped(SHIPPED[which]);
        any_commands_keep_the_laws(&sound, &parts, &attempts, seed);
        a_recall_undoes_a_completion(&sound, &attempts, seed);
        a_disordered_history_is_refused_or_right(&sound, &attempts, seed);
    }
}

/// The laws mean something only where random commands get everywhere.
#[test]
fn random_commands_meet_every_reason_and_make_every_event() {
    let mut runner = TestRunner::deterministic();
    let strategy = (sound(), cast(), attempts(80));
    let (mut codes, mut kinds) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..60 {
        let (Shown(procedure), parts, attempts) = strategy.new_tree(&mut runner).expect("there is one").current();
        let sound = verified(&procedure);
        let mut duo = Duo::new(&sound, &parts);
        for attempt in attempts {
            duo.now += MINUTE;
            let (player, ask) = attempt.meant(&duo);
            codes.extend(duo.ask(player, &ask).err().into_iter().flatten());
        }
        let record = |event| EventRecord::of(event, &sound, &duo.actors).expect("it can be stored").to_json();
        kinds.extend(duo.history.iter().map(record).filter_map(|json| {
            let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
            json["event"]["kind"].as_str().map(str::to_owned)
        }));
    }
    let wanted = [
        "already-started",
        "binding-of-duties",
        "control-character",
        "inputs-missing",
        "not-enabled",
        "not-external",
        "nothing-to-recall",
        "outputs-missing",
        "outputs-unexpected",
        "outside-period",
        "receiver-started",
        "return-mismatch",
        "role-required",
        "separation-of-duties",
        "text-required",
        "text-too-long",
        "unknown",
        "wrong-status",
    ];
    assert_eq!(codes, BTreeSet::from(wanted));
    assert_eq!(kinds.len(), 10, "{kinds:?}");
}
