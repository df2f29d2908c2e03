//! Wrong behaviour that other engines show must be refused here, on the shipped SOP/BPM/03.

use sopflow::time::Timestamp;
use sopflow::{
    Actor, Actors, Case, CaseState, Command, CommandKind, Event, EventKind, Grant, OutcomeIx, Procedure, Refusal,
    Refused, SoundProcedure, apply, decide,
};

use crate::duo::{Duo, finishing, foreign};
use crate::reference::Ask;

pub(crate) fn shipped(name: &str) -> SoundProcedure {
    let path = format!("{}/examples/sop/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let procedure = Procedure::from_toml(&text).unwrap_or_else(|error| panic!("{}", error.in_file(path)));
    procedure.verify().unwrap_or_else(|report| panic!("{report}"))
}

/// Opens a case and goes on by the first outcome of each step until `step` waits.
fn waiting_at<'p>(sound: &'p SoundProcedure, step: &str) -> Duo<'p> {
    let mut duo = Duo::new(sound, &[]);
    duo.must(duo.omni(), &Ask::Open);
    while !duo.reference.is_enabled(&duo.stand, step) {
        let next = duo.reference.enabled(&duo.stand)[0];
        let next = duo.reference.step(next).expect("it is enabled");
        duo.finish(next, &next.outcomes[0]);
    }
    duo
}

fn enabled<'p>(duo: &Duo<'p>) -> Vec<&'p str> {
    duo.case.enabled(duo.sound).into_iter().map(|step| duo.sound.step_at(step).id.as_str()).collect()
}

#[test]
fn a_case_at_the_first_step_cannot_finish_the_twentieth() {
    let sound = shipped("forum-bisnis");
    let mut duo = waiting_at(&sound, "1");
    for step in sound.procedure().steps.iter().filter(|step| step.id != "1") {
        for outcome in &step.outcomes {
            let before = duo.case.clone();
            let player = duo.holders(step.role.as_str()).start;
            let codes = duo.ask(player, &finishing(step, outcome)).expect_err("it is not its turn");
            assert!(codes.contains("not-enabled"), "{codes:?}");
            assert_eq!(duo.case, before);
            assert_eq!(enabled(&duo), ["1"], "no token appears elsewhere");
        }
    }
}

#[test]
fn a_refusal_out_of_turn_names_the_steps_that_wait() {
    let sound = shipped("forum-bisnis");
    let (mut case, staff, _) = open(&sound, "kabid");
    let refused = complete_by(&mut case, staff, "20").expect_err("it is not its turn");
    let waiting = refused.reasons().iter().find_map(|reason| match reason {
        Refusal::NotEnabled { step, enabled } => {
            Some((step.as_str(), enabled.iter().map(sopflow::StepId::as_str).collect()))
        }
        _ => None,
    });
    assert_eq!(waiting, Some(("20", vec!["1"])));
}

#[test]
fn a_return_leaves_one_pending_step_and_the_case_goes_on() {
    let sound = shipped("forum-bisnis");
    let fourteen = sound.procedure().find_step("14").expect("step 14 exists");
    let returns: Vec<_> = fourteen.outcomes.iter().filter(|outcome| outcome.returns).collect();
    assert!(!returns.is_empty(), "step 14 can refuse");
    for outcome in returns {
        let mut duo = waiting_at(&sound, "14");
        duo.finish(fourteen, outcome);
        assert_eq!(enabled(&duo), [outcome.to[0].as_str()]);
        assert_eq!(duo.stand.tokens.len(), 1);
        let passes = duo.history.len();
        duo.carry_to_end(&mut crate::random::Dice::new(0), 0);
        assert!(duo.history.len() > passes);
        duo.check_replay();
    }
}

#[test]
fn a_second_pass_needs_new_completions() {
    let sound = shipped("forum-bisnis");
    let fourteen = sound.procedure().find_step("14").expect("step 14 exists");
    let outcome = fourteen
        .outcomes
        .iter()
        .filter(|outcome| outcome.returns)
        .max_by_key(|outcome| 14 - outcome.to[0].as_str().parse::<usize>().expect("steps are numbered"));
    let outcome = outcome.expect("step 14 can refuse");
    let target: usize = outcome.to[0].as_str().parse().expect("steps are numbered");
    assert!(target < 13, "there are steps between");
    let mut duo = waiting_at(&sound, "14");
    duo.finish(fourteen, outcome);
    for number in target..14 {
        assert_eq!(enabled(&duo), [number.to_string()], "old completions do not count");
        let step = sound.procedure().find_step(&number.to_string()).expect("the step exists");
        assert!(!duo.case.is_done(&sound, sound.step("14").expect("it exists")));
        assert!(!duo.case.is_done(&sound, sound.step(step.id.as_str()).expect("it exists")));
        for later in number + 1..=14 {
            let later = sound.procedure().find_step(&later.to_string()).expect("the step exists");
            let refused = duo.ask(duo.omni(), &finishing(later, &later.outcomes[0]));
            assert!(refused.expect_err("it is not its turn").contains("not-enabled"));
        }
        duo.finish(step, &step.outcomes[0]);
    }
    assert_eq!(enabled(&duo), ["14"]);
}

#[test]
fn a_loop_of_ordinary_outcomes_needs_new_completions_too() {
    let looping = Procedure::new("loop", "1", "Loop")
        .role("r", "R")
        .document("draft", "Draft")
        .step(sopflow::Step::new("1", "r", "Write").output("draft").next("2"))
        .step(sopflow::Step::new("2", "r", "Check").input("draft").next("3"))
        .step(
            sopflow::Step::new("3", "r", "Decide")
                .outcome(sopflow::Outcome::new("again").to("1"))
                .outcome(sopflow::Outcome::new("leave").to("end")),
        );
    let sound = looping.verify().expect("it is sound");
    let mut duo = waiting_at(&sound, "3");
    let three = sound.procedure().find_step("3").expect("it exists");
    duo.finish(three, &three.outcomes[0]);
    assert_eq!(enabled(&duo), ["1"]);
    for ask in [
        finishing(three, &three.outcomes[1]),
        finishing(&sound.procedure().steps[1], &sound.procedure().steps[1].outcomes[0]),
    ] {
        assert!(duo.ask(duo.omni(), &ask).expect_err("it is not its turn").contains("not-enabled"));
    }
}

#[test]
fn the_wrong_role_is_refused_and_told_who_may_act() {
    let sound = shipped("forum-bisnis");
    let (mut case, _, division) = open(&sound, "kabid");
    let refused = complete_by(&mut case, division, "1").expect_err("a head of division does not do step 1");
    let expected = sound.step_at(sound.first_step()).role.clone();
    let told = refused.reasons().iter().find_map(|reason| match reason {
        Refusal::RoleRequired { step, expected, held } => Some((step.clone(), expected.clone(), held.clone())),
        _ => None,
    });
    let (step, may_act, held) = told.unwrap_or_else(|| panic!("no reason names the role: {refused}"));
    assert_eq!(step.as_ref().map(sopflow::StepId::as_str), Some("1"));
    assert_eq!(may_act.iter().map(|role| &role.id).collect::<Vec<_>>(), [&expected]);
    assert_eq!(held.iter().map(|role| role.id.as_str()).collect::<Vec<_>>(), ["kabid"]);
    assert!(refused.to_string().contains(expected.as_str()), "{refused}");
    assert_eq!(case.history().len(), 2, "nothing was written");
}

#[test]
fn an_event_of_the_wrong_role_is_an_error() {
    let sound = shipped("forum-bisnis");
    let duo = waiting_at(&sound, "2");
    let stray = duo.history.iter().rposition(|event| matches!(event.kind, EventKind::StepCompleted { .. }));
    let stray = stray.expect("step 1 was completed");
    for role in sound.roles().filter(|role| sound.role_at(*role).id != sound.step_at(sound.first_step()).role) {
        let mut events = duo.history.clone();
        events[stray].by.role = role;
        let error = sopflow::replay(&sound, &events).expect_err("the role is another");
        assert!(error.is_damaged_record());
        assert!(error.to_string().contains("step 1"), "{error}");
        assert!(error.to_string().contains("role"), "{error}");
    }
}

#[test]
fn candidate_roles_are_kept() {
    let sound = shipped("forum-bisnis");
    let candidates = |procedure: &Procedure| -> Vec<(String, String, Vec<String>)> {
        let roles = procedure.steps.iter().map(|step| {
            let alternatives =
                step.evidence_about(sopflow::About::Role).flat_map(|evidence| evidence.alternatives.clone());
            (step.id.to_string(), step.role.to_string(), alternatives.collect())
        });
        roles.collect()
    };
    let before = candidates(sound.procedure());
    assert!(before.iter().any(|(.., alternatives)| alternatives.len() > 1), "step 17 has several candidates");
    let toml = Procedure::from_toml(&sound.procedure().to_toml()).expect("it reads what it wrote");
    let json = Procedure::from_json(&sound.procedure().to_json()).expect("it reads what it wrote");
    assert_eq!(candidates(&toml), before);
    assert_eq!(candidates(&json), before);
    for (step, role, alternatives) in &before {
        for alternative in alternatives {
            let given = toml.clone().reassign(step, alternative).expect("it is an alternative");
            assert_eq!(given.find_step(step).expect("it exists").role, alternative.as_str());
            assert_eq!(candidates(&given.reassign(step, role).expect("it goes back")), before);
        }
    }
}

#[test]
fn indices_of_another_procedure_are_refused() {
    let (atlas, step, document) = foreign();
    let sound = Procedure::new("small", "1", "Small")
        .role("r", "R")
        .step(sopflow::Step::new("1", "r", "Act").next("end"))
        .verify()
        .expect("it is sound");
    let mut state = CaseState::new(&sound);
    let grants: Vec<Grant> = atlas.roles().map(Grant::holder).collect();
    let by = Actor { id: Actors::new().add("somebody").expect("the name is short"), grants: &grants };
    let now = Timestamp::from_millis(0);
    let opened = decide(&sound, &state, &Command { by, kind: CommandKind::OpenCase }, now).expect("the role fits");
    apply(&sound, &mut state, &opened).expect("it was decided here");
    let outcome: OutcomeIx = atlas.outcome(step, "o0").expect("it exists");
    let reason: std::sync::Arc<str> = "why".into();
    for kind in [
        CommandKind::StartStep { step },
        CommandKind::CompleteStep { step, outcome, outputs: &[document], remark: None },
        CommandKind::CompleteStep { step: sound.first_step(), outcome, outputs: &[document], remark: None },
        CommandKind::ReturnStep { step, outcome, reason },
        CommandKind::RecallStep { step },
        CommandKind::SupplyDocument { document, remark: None },
    ] {
        let refused = decide(&sound, &state, &Command { by, kind: kind.clone() }, now).expect_err("it is foreign");
        assert!(refused.has("unknown"), "{kind:?}: {refused}");
    }
    assert!(!state.is_enabled(&sound, step));
    assert!(!state.is_done(&sound, step));
    assert!(!state.is_started(&sound, step));
    assert!(!state.has_document(&sound, document));
    assert!(sound.may_act(&state, &by, step, now).expect_err("it is foreign").has("unknown"));
    for kind in [
        EventKind::StepStarted { step },
        EventKind::StepCompleted { step, outcome, remark: None },
        EventKind::StepRecalled { step, outcome },
        EventKind::DocumentSupplied { document, remark: None },
    ] {
        let event = Event { kind, ..opened.clone() };
        assert!(apply(&sound, &mut state, &event).expect_err("it is foreign").is_damaged_record());
        assert!(sopflow::EventRecord::of(&event, &sound, &Actors::new()).is_err());
    }
}

/// Two ways meet at 4. A recall of 4 must not open the way that the case never took: its papers would be missing for ever.
#[test]
fn a_recall_does_not_lead_to_a_way_never_taken() {
    let step = |id: &str| sopflow::Step::new(id, "r", "Act");
    let sound = Procedure::new("ways", "1", "Ways")
        .role("r", "R")
        .document("paper", "Paper")
        .step(step("1").outcome(sopflow::Outcome::new("a").to("2")).outcome(sopflow::Outcome::new("b").to("b")))
        .step(step("2").output("paper").next("3"))
        .step(step("3").input("paper").next("4"))
        .step(step("b").next("4"))
        .step(step("4").next("5"))
        .step(step("5").next("end"))
        .verify()
        .expect("it is sound");
    let mut duo = Duo::new(&sound, &[]);
    duo.must(duo.omni(), &Ask::Open);
    for (step, outcome) in [("1", "b"), ("b", "done"), ("4", "done")] {
        let outcome = duo.reference.outcome(step, outcome).expect("it exists");
        duo.finish(duo.reference.step(step).expect("it exists"), outcome);
    }
    duo.must(duo.omni(), &Ask::Recall("4".into()));
    for never in ["2", "3", "b"] {
        assert!(duo.ask(duo.omni(), &Ask::Recall(never.into())).is_err(), "{never} cannot be recalled");
    }
    assert_eq!(enabled(&duo), ["4"]);
    duo.carry_to_end(&mut crate::random::Dice::new(0), 0);
}

#[test]
fn a_case_has_a_bound_on_its_events() {
    let sound = shipped("forum-bisnis");
    let duo = waiting_at(&sound, "1");
    let mut case = duo.case.clone();
    let comment = Event { kind: EventKind::CommentAdded { text: "more".into() }, ..duo.history[0].clone() };
    while case.version() < sopflow::limits::EVENTS_PER_CASE_MAX {
        apply(&sound, &mut case, &comment).expect("there is room");
    }
    assert!(apply(&sound, &mut case, &comment).is_err());
    let grants: Vec<Grant> = sound.roles().map(Grant::holder).collect();
    let by = Actor { id: comment.by.actor, grants: &grants };
    let kind = CommandKind::AddComment { text: "one more".into() };
    let refused = decide(&sound, &case, &Command { by, kind }, Timestamp::from_millis(0)).expect_err("it is full");
    assert!(refused.has("too-many-events"), "{refused}");
}

/// A case opened by a holder of the first role, supplied from outside, with that actor's grants and another's.
fn open<'p>(sound: &'p SoundProcedure, other: &str) -> (Case<'p>, [Grant; 1], [Grant; 1]) {
    let first = sound.role(sound.step_at(sound.first_step()).role.as_str()).expect("the role exists");
    let grants = [Grant::holder(first)];
    let actor = Actor { id: Actors::new().add("first").expect("the name is short"), grants: &grants };
    let now = Timestamp::from_millis(0);
    let mut case = Case::open(sound, actor, now).expect("the role fits");
    for document in sound.procedure().documents.iter().filter(|document| document.external).take(1) {
        case.supply(actor, document.id.as_str(), now).expect("it comes from outside");
    }
    (case, grants, [Grant::holder(sound.role(other).expect("the role exists"))])
}

fn complete_by(case: &mut Case<'_>, grants: [Grant; 1], step: &str) -> Result<(), Refused> {
    let sound = case.procedure();
    let found = sound.procedure().find_step(step).expect("the step exists");
    let outputs: Vec<&str> = found.outputs_of(&found.outcomes[0]).iter().map(|used| used.document.as_str()).collect();
    let mut actors = Actors::new();
    actors.add("first").expect("the name is short");
    let actor = Actor { id: actors.add("second").expect("the name is short"), grants: &grants };
    case.complete(actor, step, found.outcomes[0].id.as_str(), &outputs, Timestamp::from_millis(1)).map(drop)
}
