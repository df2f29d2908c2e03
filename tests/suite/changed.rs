//! A history is not replayed on a procedure that has changed, and the error tells what has changed.

use sopflow::time::Timestamp;
use sopflow::{Actor, Actors, Case, Change, Event, EventRecord, Grant, Procedure, Role, SoundProcedure, Step, replay};

use crate::golden::letter;

fn history(sound: &SoundProcedure) -> (Vec<Event>, Vec<EventRecord>) {
    let mut actors = Actors::new();
    let id = actors.add("Ani").expect("the name is short");
    let grants = [Grant::holder(sound.role("staff").expect("the role exists"))];
    let ani = Actor { id, grants: &grants };
    let mut case = Case::open(sound, ani, Timestamp::from_millis(0)).expect("it is for staff");
    case.supply(ani, "request", Timestamp::from_millis(1)).expect("it comes from outside");
    case.complete(ani, "1", "done", &["draft"], Timestamp::from_millis(2)).expect("it is in order");
    let of = |event| EventRecord::of(event, sound, &actors).expect("it can be stored");
    (case.history().to_vec(), case.history().iter().map(of).collect())
}

/// Replaying tells these changes, and no others.
fn check(change: impl Fn(&mut Procedure), expected: &[Change]) {
    let sound = letter();
    let (events, records) = history(&sound);
    let mut changed = sound.procedure().clone();
    change(&mut changed);
    let changed = changed.verify().unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(sound.seal().changes_to(changed.seal()), expected);
    assert_ne!(sound.seal().hash, changed.seal().hash);
    let told: Vec<String> = expected.iter().map(|change| format!("the procedure has changed: {change}")).collect();
    let stored = records[0].resolve(&changed, &mut Actors::new()).expect_err("the stored event is another content's");
    let replayed = replay(&changed, &events).expect_err("the history is another content's");
    for error in [stored, replayed] {
        assert!(error.is_procedure_changed(), "{error}");
        assert!(!error.is_damaged_record());
        let messages: Vec<&str> = error.faults().iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(messages, told);
    }
}

fn step<'p>(procedure: &'p mut Procedure, id: &str) -> &'p mut Step {
    procedure.steps.iter_mut().find(|step| step.id == *id).expect("the step exists")
}

#[test]
fn the_same_content_replays() {
    let sound = letter();
    let (events, _) = history(&sound);
    let again = letter();
    assert_eq!(sound.seal().changes_to(again.seal()), []);
    assert!(replay(&again, &events).is_ok());
}

#[test]
fn version() {
    check(|procedure| procedure.version = "2".into(), &[Change::Version { from: "1".into(), to: "2".into() }]);
}

#[test]
fn another_procedure() {
    check(
        |procedure| procedure.id = "memo".into(),
        &[Change::Procedure { from: "letter".into(), to: "memo".into() }, Change::Frame],
    );
}

#[test]
fn frame() {
    check(|procedure| procedure.supervisors.clear(), &[Change::Frame]);
    check(|procedure| procedure.start = Some("1".into()), &[Change::Frame]);
    check(|procedure| procedure.identity.number = Some("SOP/1".into()), &[Change::Frame]);
    check(|procedure| procedure.duties.clear(), &[Change::Frame]);
}

#[test]
fn roles() {
    let rename = |procedure: &mut Procedure| procedure.roles[1].name = "Ketua".into();
    check(rename, &[Change::Roles]);
    let add = |procedure: &mut Procedure| {
        let role: Role = procedure.clone().role("guest", "Guest").roles.pop().expect("it was added");
        procedure.roles.push(role);
    };
    check(add, &[Change::Roles]);
}

#[test]
fn a_role_with_another_id() {
    let rename = |procedure: &mut Procedure| {
        procedure.roles[0].id = "clerk".into();
        for step in procedure.steps.iter_mut().filter(|step| step.role == "staff") {
            step.role = "clerk".into();
        }
    };
    check(rename, &[Change::Roles, Change::StepChanged("1".into()), Change::StepChanged("3".into())]);
}

#[test]
fn documents() {
    check(|procedure| procedure.documents[2].name = "Surat keluar".into(), &[Change::Documents]);
}

#[test]
fn a_step_that_changed() {
    check(|procedure| step(procedure, "2").endorsement = None, &[Change::StepChanged("2".into())]);
    check(|procedure| step(procedure, "1").time = None, &[Change::StepChanged("1".into())]);
}

#[test]
fn a_step_that_is_new() {
    let add = |procedure: &mut Procedure| procedure.steps.push(Step::new("4", "staff", "Archive").next("end"));
    let lead = |procedure: &mut Procedure| {
        add(procedure);
        let three = step(procedure, "3");
        three.outcomes[0].to = vec!["4".into()];
    };
    check(lead, &[Change::StepChanged("3".into()), Change::StepAdded("4".into())]);
}

#[test]
fn a_step_that_is_gone() {
    let remove = |procedure: &mut Procedure| {
        procedure.steps.pop();
        step(procedure, "2").outcomes[0].to = vec!["end".into()];
    };
    check(remove, &[Change::StepChanged("2".into()), Change::StepRemoved("3".into())]);
}

#[test]
fn the_order_of_steps() {
    check(|procedure| procedure.steps.swap(1, 2), &[Change::StepOrder]);
}

#[test]
fn several_changes_are_told_at_once() {
    let change = |procedure: &mut Procedure| {
        procedure.version = "2".into();
        procedure.documents[0].name = "Surat masuk".into();
        step(procedure, "1").activity = "Write".into();
    };
    let version = Change::Version { from: "1".into(), to: "2".into() };
    check(change, &[version, Change::Documents, Change::StepChanged("1".into())]);
}
