use super::{Totals, Visit, VisitEnd, by_role, by_step, visits};
use crate::{
    Actor, Actors, Case, Command, CommandKind, Event, Grant, Join, Outcome, Procedure, SoundProcedure, Step,
    time::Timestamp,
};

fn sound(procedure: &Procedure) -> SoundProcedure {
    procedure.verify().unwrap_or_else(|report| panic!("{report}"))
}

/// Two drafts by the staff, a decision by the head.
fn letter() -> SoundProcedure {
    let decision = Step::new("3", "head", "Decide").next("end").returns_to("1").returns_to("2");
    sound(
        &Procedure::new("letter", "1", "Letter")
            .role("staff", "Staff")
            .role("head", "Head")
            .step(Step::new("1", "staff", "Draft").next("2"))
            .step(Step::new("2", "staff", "Type").next("3"))
            .step(decision),
    )
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute * 60_000)
}

/// Everybody may do everything; the interest is in what happens when.
fn run(procedure: &SoundProcedure, act: impl FnOnce(&mut Case<'_>, Actor<'_>)) -> Vec<Event> {
    let grants: Vec<Grant> = procedure.roles().map(Grant::holder).collect();
    let all = Actor { id: Actors::new().add("all").unwrap(), grants: &grants };
    let mut case = Case::open(procedure, all, at(0)).unwrap();
    act(&mut case, all);
    case.history().to_vec()
}

/// Each visit as `step/pass enabled started ended how`.
fn told(procedure: &SoundProcedure, visits: &[Visit]) -> Vec<String> {
    let minute = |at: Option<Timestamp>| at.map_or("-".into(), |at| (at.as_millis() / 60_000).to_string());
    let tell = |visit: &Visit| {
        let how = match visit.end {
            VisitEnd::Completed(outcome) => procedure.outcome_at(visit.step, outcome).id.to_string(),
            VisitEnd::Returned(outcome) => format!("back by {}", procedure.outcome_at(visit.step, outcome).id),
            other => format!("{other:?}").to_lowercase(),
        };
        let step = &procedure.step_at(visit.step).id;
        let [enabled, started, ended] = [Some(visit.enabled_at), visit.started_at, visit.ended_at].map(minute);
        format!("{step}/{} {enabled} {started} {ended} {how}", visit.pass)
    };
    visits.iter().map(tell).collect()
}

fn check(procedure: &SoundProcedure, act: impl FnOnce(&mut Case<'_>, Actor<'_>), expected: &[&str]) -> Vec<Visit> {
    let found = visits(procedure, &run(procedure, act)).unwrap();
    assert_eq!(told(procedure, &found), expected);
    found
}

#[test]
fn a_case_not_opened_has_no_visits() {
    assert_eq!(visits(&letter(), &[]).unwrap(), []);
}

#[test]
fn completions_starts_and_returns_end_passes_and_begin_others() {
    let letter = letter();
    let found = check(
        &letter,
        |case, all| {
            case.complete(all, "1", "done", &[], at(10)).unwrap();
            case.start(all, "2", at(15)).unwrap();
            case.complete(all, "2", "done", &[], at(20)).unwrap();
            case.start(all, "3", at(50)).unwrap();
            case.return_to(all, "3", "2", "A comma", at(60)).unwrap();
            case.complete(all, "2", "done", &[], at(61)).unwrap();
            case.comment(all, "At last", at(62)).unwrap();
            case.complete(all, "3", "done", &[], at(70)).unwrap();
            case.comment(all, "Filed", at(80)).unwrap();
        },
        &[
            "1/1 0 - 10 done",
            "2/1 10 15 20 done",
            "3/1 20 50 60 back by return-2",
            "2/2 60 - 61 done",
            "3/2 61 - 70 done",
        ],
    );
    assert!(found.iter().all(|visit| visit.by.is_some()));

    let minutes = |count: u64| count * 60_000;
    let expected = [
        Totals {
            passes: 3,
            returns: 0,
            waiting_millis: minutes(5),
            service_millis: minutes(5),
            sojourn_millis: minutes(10 + 10 + 1),
        },
        Totals {
            passes: 2,
            returns: 1,
            waiting_millis: minutes(30),
            service_millis: minutes(10),
            sojourn_millis: minutes(40 + 9),
        },
    ];
    let totals: Vec<Totals> = by_role(&letter, &found, at(500)).into_iter().map(|(_, totals)| totals).collect();
    assert_eq!(totals, expected);
    let passes: Vec<u32> = by_step(&letter, &found, at(500)).into_iter().map(|(_, totals)| totals.passes).collect();
    assert_eq!(passes, [1, 2, 2]);
}

#[test]
fn a_recall_ends_the_pass_of_the_receiver_and_begins_another_of_the_sender() {
    check(
        &letter(),
        |case, all| {
            case.complete(all, "1", "done", &[], at(10)).unwrap();
            case.recall(all, "1", at(12)).unwrap();
        },
        &["1/1 0 - 10 done", "2/1 10 - 12 recalled", "1/2 12 12 - open"],
    );
}

#[test]
fn an_open_pass_is_counted_up_to_now() {
    let letter = letter();
    let found = check(
        &letter,
        |case, all| {
            case.start(all, "1", at(10)).unwrap();
        },
        &["1/1 0 10 - open"],
    );
    let visit = found[0];
    assert_eq!(visit.waiting_millis(at(25)), Some(600_000));
    assert_eq!(visit.service_millis(at(25)), Some(900_000));
    assert_eq!(visit.sojourn_millis(at(25)), 1_500_000);
    assert_eq!(visit.service_millis(at(5)), Some(0), "a clock set back takes nothing away");
}

#[test]
fn cancelling_the_case_ends_every_pass_and_suspending_it_none() {
    check(
        &letter(),
        |case, all| {
            case.carry_out(&Command { by: all, kind: CommandKind::SuspendCase { reason: "Budget".into() } }, at(5))
                .unwrap();
            case.carry_out(&Command { by: all, kind: CommandKind::ResumeCase }, at(6)).unwrap();
            case.carry_out(&Command { by: all, kind: CommandKind::CancelCase { reason: "Budget".into() } }, at(7))
                .unwrap();
        },
        &["1/1 0 - 7 cancelled"],
    );
}

#[test]
fn work_that_another_step_takes_away_is_dropped() {
    let race = sound(
        &Procedure::new("race", "1", "Race")
            .role("staff", "Staff")
            .step(Step::new("1", "staff", "Ask").outcome(Outcome::new("done").to("2").to("3")))
            .step(Step::new("2", "staff", "Wait").next("4"))
            .step(
                Step::new("3", "staff", "Check")
                    .next("4")
                    .outcome(Outcome::new("reject").to("end").cancelling("2").cancelling("4")),
            )
            .step(Step::new("4", "staff", "Close").join(Join::All).next("end")),
    );
    check(
        &race,
        |case, all| {
            case.complete(all, "1", "done", &[], at(1)).unwrap();
            case.start(all, "2", at(2)).unwrap();
            case.complete(all, "3", "reject", &[], at(3)).unwrap();
        },
        &["1/1 0 - 1 done", "2/1 1 2 3 dropped", "3/1 1 - 3 reject"],
    );
    check(
        &race,
        |case, all| {
            case.complete(all, "1", "done", &[], at(1)).unwrap();
            case.complete(all, "2", "done", &[], at(2)).unwrap();
            case.complete(all, "3", "done", &[], at(3)).unwrap();
        },
        &["1/1 0 - 1 done", "2/1 1 - 2 done", "3/1 1 - 3 done", "4/1 3 - - open"],
    );
}

#[test]
fn a_damaged_history_is_an_error() {
    let letter = letter();
    let mut history = run(&letter, |case, all| {
        case.complete(all, "1", "done", &[], at(10)).unwrap();
    });
    history.remove(0);
    assert!(visits(&letter, &history).unwrap_err().is_damaged_record());
}
