//! Separation and binding of duties, told as stories.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sopflow::time::Timestamp;
use sopflow::{
    Actor, ActorIx, Actors, Capacity, Case, Command, CommandKind, Event, EventKind, Grant, Join, Outcome, Procedure,
    Refusal, Refused, SoundProcedure, Step, apply, decide,
};

const NOW: Timestamp = Timestamp::from_millis(1_618_794_000_000);

/// A letter is written, checked, signed and sent. Nobody does two of the first three; the writer sends.
fn letter() -> SoundProcedure {
    let letter = Procedure::new("letter", "1", "Letter")
        .role("staff", "Staff")
        .role("head", "Head")
        .step(Step::new("write", "staff", "Write").next("check"))
        .step(Step::new("check", "staff", "Check").next("sign").returns_to("write"))
        .step(Step::new("sign", "head", "Sign").next("send").returns_to("write"))
        .step(Step::new("send", "staff", "Send").next("end"))
        .distinct(["write", "check", "sign"])
        .same(["write", "send"]);
    letter.verify().unwrap()
}

/// People who all hold every role, by name.
struct Office<'p> {
    case: Case<'p>,
    names: Actors,
    grants: Vec<Grant>,
}

impl<'p> Office<'p> {
    fn open(sound: &'p SoundProcedure) -> Self {
        let (mut names, grants) = (Actors::new(), sound.roles().map(Grant::holder).collect::<Vec<_>>());
        let ani = Actor { id: names.add("Ani").unwrap(), grants: &grants };
        Self { case: Case::open(sound, ani, NOW).unwrap(), names, grants }
    }

    fn id(&mut self, name: &str) -> ActorIx {
        self.names.add(name).unwrap()
    }

    fn completes(&mut self, name: &str, step: &str) -> Result<(), Refused> {
        let by = Actor { id: self.id(name), grants: &self.grants };
        self.case.complete(by, step, "done", &[], NOW).map(drop)
    }

    fn starts(&mut self, name: &str, step: &str) -> Result<(), Refused> {
        let by = Actor { id: self.id(name), grants: &self.grants };
        self.case.start(by, step, NOW).map(drop)
    }

    fn returns(&mut self, name: &str, step: &str, to: &str) -> Result<(), Refused> {
        let by = Actor { id: self.id(name), grants: &self.grants };
        self.case.return_to(by, step, to, "Perbaiki", NOW).map(drop)
    }

    fn recalls(&mut self, name: &str, step: &str) -> Result<(), Refused> {
        let by = Actor { id: self.id(name), grants: &self.grants };
        self.case.recall(by, step, NOW).map(drop)
    }

    fn may_act(&mut self, name: &str, step: &str) -> Result<(), Refused> {
        let by = Actor { id: self.id(name), grants: &self.grants };
        let sound = self.case.procedure();
        sound.may_act(self.case.state(), &by, sound.step(step).unwrap(), NOW).map(drop)
    }
}

fn check(refused: Result<(), Refused>, expected: &str) {
    assert_eq!(refused.unwrap_err().to_string(), expected);
}

const WRITER: &str = "who did step write may not do step check (separation of duties)";

#[test]
fn who_wrote_neither_starts_nor_finishes_nor_returns_the_check() {
    let sound = letter();
    let mut office = Office::open(&sound);
    office.completes("Ani", "write").unwrap();
    check(office.starts("Ani", "check"), WRITER);
    check(office.completes("Ani", "check"), WRITER);
    check(office.returns("Ani", "check", "write"), WRITER);
    check(office.may_act("Ani", "check"), WRITER);
    assert_eq!(office.case.history().len(), 2);
    office.may_act("Budi", "check").unwrap();
    office.completes("Budi", "check").unwrap();
}

#[test]
fn who_wrote_the_first_time_does_not_check_the_second_time() {
    let sound = letter();
    let mut office = Office::open(&sound);
    office.completes("Ani", "write").unwrap();
    office.returns("Budi", "check", "write").unwrap();
    check(office.completes("Budi", "write"), "who did step check may not do step write (separation of duties)");
    check(office.starts("Ani", "check"), &format!("it is not the turn of step check; step write waits; {WRITER}"));
    office.completes("Ani", "write").unwrap();
    check(office.completes("Ani", "check"), WRITER);
}

#[test]
fn who_wrote_before_another_did_is_free_again() {
    let sound = letter();
    let mut office = Office::open(&sound);
    office.completes("Ani", "write").unwrap();
    office.returns("Budi", "check", "write").unwrap();
    office.completes("Citra", "write").unwrap();
    check(office.completes("Citra", "check"), WRITER);
    office.completes("Ani", "check").unwrap();
    office.completes("Dewi", "sign").unwrap();
    check(office.completes("Budi", "send"), "step send is for the one who did step write (binding of duties)");
    office.completes("Citra", "send").unwrap();
}

#[test]
fn a_recall_forgets_nothing_and_is_for_whoever_may_do_the_step() {
    let sound = letter();
    let mut office = Office::open(&sound);
    office.completes("Ani", "write").unwrap();
    office.completes("Budi", "check").unwrap();
    check(office.recalls("Ani", "check"), WRITER);
    office.recalls("Citra", "check").unwrap();
    check(office.completes("Ani", "check"), WRITER);
    let checker = "who did step check may not do step write (separation of duties)";
    check(office.may_act("Budi", "write"), checker);
    office.completes("Citra", "check").unwrap();
}

#[test]
fn the_person_acting_counts_and_not_the_one_acted_for() {
    let sound = letter();
    let mut office = Office::open(&sound);
    let [ani, budi, citra] = ["Ani", "Budi", "Citra"].map(|name| office.id(name));
    let [staff, head] = ["staff", "head"].map(|role| sound.role(role).unwrap());
    let acting = |role, id| [Grant::acting(role, Capacity::Plh, Some(id), Timestamp::MIN, Timestamp::MAX)];
    let complete = |case: &mut Case<'_>, who, step: &str, grants: &[Grant]| {
        case.complete(Actor { id: who, grants }, step, "done", &[], NOW).map(drop)
    };
    complete(&mut office.case, citra, "write", &acting(staff, ani)).unwrap();
    check(complete(&mut office.case, citra, "check", &acting(staff, budi)), WRITER);
    office.completes("Ani", "check").unwrap();
    let checker = "who did step check may not do step sign (separation of duties)";
    check(complete(&mut office.case, ani, "sign", &acting(head, citra)), checker);
    complete(&mut office.case, budi, "sign", &acting(head, ani)).unwrap();
    check(office.completes("Dewi", "send"), "step send is for the one who did step write (binding of duties)");
    office.completes("Citra", "send").unwrap();
}

/// Steps that all wait at once, and what binds and separates them.
fn parallel(duties: impl Fn(Procedure) -> Procedure) -> SoundProcedure {
    let steps = ["a", "b", "c", "d"];
    let split = steps.iter().fold(Outcome::new("done"), |outcome, to| outcome.to(*to));
    let mut procedure =
        Procedure::new("p", "1", "P").role("r", "R").step(Step::new("split", "r", "Split").outcome(split));
    for id in steps {
        procedure = procedure.step(Step::new(id, "r", "Do").next("join"));
    }
    duties(procedure.step(Step::new("join", "r", "Join").join(Join::All).next("end"))).verify().unwrap()
}

#[test]
fn binding_passes_on_from_duty_to_duty() {
    let sound = parallel(|procedure| procedure.same(["a", "b"]).same(["b", "c"]));
    let mut office = Office::open(&sound);
    office.completes("Ani", "split").unwrap();
    office.starts("Budi", "c").unwrap();
    office.completes("Ani", "a").unwrap();
    check(office.completes("Budi", "c"), "step c is for the one who did step a (binding of duties)");
    check(office.starts("Budi", "b"), "step b is for the one who did step a (binding of duties)");
    office.completes("Ani", "c").unwrap();
    office.completes("Ani", "b").unwrap();
    office.completes("Budi", "d").unwrap();
}

#[test]
fn who_is_kept_from_one_of_bound_steps_is_kept_from_all() {
    let sound = parallel(|procedure| procedure.distinct(["c", "d"]).same(["a", "b"]).same(["b", "c"]));
    let mut office = Office::open(&sound);
    office.completes("Ani", "split").unwrap();
    office.completes("Ani", "d").unwrap();
    for step in ["a", "b", "c"] {
        check(office.completes("Ani", step), &format!("who did step d may not do step {step} (separation of duties)"));
    }
    office.completes("Budi", "a").unwrap();
    let both = "who did step d may not do step c (separation of duties); step c is for the one who did step a \
                (binding of duties)";
    check(office.completes("Ani", "c"), both);
    office.completes("Budi", "c").unwrap();
    office.completes("Budi", "b").unwrap();
}

#[test]
fn several_steps_done_are_told_at_once() {
    let sound = parallel(|procedure| procedure.distinct(["a", "b"]).distinct(["c", "b"]).distinct(["b", "a"]));
    let mut office = Office::open(&sound);
    office.completes("Ani", "split").unwrap();
    office.completes("Ani", "c").unwrap();
    office.completes("Ani", "a").unwrap();
    check(office.completes("Ani", "b"), "who did steps a and c may not do step b (separation of duties)");
}

#[test]
fn a_refusal_tells_which_steps_and_who() {
    let sound = letter();
    let mut office = Office::open(&sound);
    office.completes("Ani", "write").unwrap();
    let refused = office.completes("Ani", "check").unwrap_err();
    let json = r#"[{"code":"separation-of-duties","step":"check","others":["write"]}]"#;
    assert_eq!(serde_json::to_string(&refused).unwrap(), json);
    let refused = office.may_act("Budi", "send").unwrap_err();
    let json = r#"[{"code":"binding-of-duties","step":"send","other":"write"}]"#;
    assert_eq!(serde_json::to_string(&refused).unwrap(), json);
    let told = match refused.reasons() {
        [Refusal::BindingOfDuties { doer, .. }] => office.names.name(*doer),
        _ => None,
    };
    assert_eq!(told, Some("Ani"));
}

#[test]
fn an_event_against_a_duty_is_not_applied() {
    let sound = letter();
    let mut office = Office::open(&sound);
    office.completes("Ani", "write").unwrap();
    let (ani, budi) = (office.id("Ani"), office.id("Budi"));
    let (step, before) = (sound.step("check").unwrap(), office.case.state().clone());
    let outcome = sound.outcome(step, "done").unwrap();
    let kind = CommandKind::CompleteStep { step, outcome, outputs: &[], remark: None };
    let command = Command { by: Actor { id: budi, grants: &office.grants }, kind };
    let checked = decide(&sound, &before, &command, NOW).unwrap();
    let by_ani = |mut event: Event| {
        event.by.actor = ani;
        event
    };
    let started = Event { kind: EventKind::StepStarted { step }, ..checked.clone() };
    let outcome = sound.return_outcome(step, "write").unwrap();
    let returned = Event { kind: EventKind::StepReturned { step, outcome, reason: "x".into() }, ..checked.clone() };
    for event in [checked, started, returned] {
        apply(&sound, &mut before.clone(), &event).unwrap();
        let mut state = before.clone();
        let error = apply(&sound, &mut state, &by_ani(event)).unwrap_err();
        assert!(error.is_damaged_record());
        assert!(error.to_string().ends_with("a duty keeps the actor from the step"), "{error}");
        assert_eq!(state, before);
    }
}

#[test]
fn a_case_of_another_procedure_is_refused() {
    let (sound, other) = (letter(), parallel(|procedure| procedure));
    let mut office = Office::open(&sound);
    let by = Actor { id: office.id("Ani"), grants: &office.grants };
    let refused = other.may_act(office.case.state(), &by, other.first_step(), NOW).unwrap_err();
    assert!(refused.has("other-procedure"), "{refused}");
}
