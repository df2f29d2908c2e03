//! The people of an office: told cases, and the definition of each right at each moment on random ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sopflow::limits::{ACTOR_BYTES_MAX, LIST_MAX, REMARK_BYTES_MAX, TEAM_MEMBERS_MAX};
use sopflow::runtime::{Appointment, Directory, Office, Person, Right, Scope};
use sopflow::time::{Period, Timestamp};
use sopflow::{Capacity, RoleId, StepId};

mod files;
mod random;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn office() -> Office {
    let office = Office::with_people(["Agus", "Ani", "Budi", "Dewi"]).expect("four names");
    office.appoint(Appointment::holder("Ani", "staff")).expect("Ani is staff");
    office.appoint(Appointment::holder("Agus", "head").within(..at(100))).expect("Agus is head");
    office
}

fn person(office: &Office, name: &str) -> Arc<Person> {
    office.person(name).unwrap_or_else(|| panic!("{name} is there"))
}

/// The rights of a person, as `role capacity [for whom] from..until`.
fn rights(office: &Office, name: &str) -> Vec<String> {
    let told = |right: &Right| {
        let whom = right.on_behalf_of.as_ref().map_or(String::new(), |whom| format!(" for {whom}"));
        let until = if right.period.until == Timestamp::MAX { String::new() } else { number(right.period.until) };
        let from = if right.period.from == Timestamp::MIN { String::new() } else { number(right.period.from) };
        format!("{} {}{whom} {from}..{until}", right.role, right.capacity)
    };
    person(office, name).rights().iter().map(told).collect()
}

fn number(moment: Timestamp) -> String {
    moment.as_millis().to_string()
}

fn who(office: &Office, role: &str, moment: i64) -> Vec<String> {
    let people = office.people_for(&role.into(), &"letter".into(), at(moment));
    people.iter().map(ToString::to_string).collect()
}

// ── Rights ──────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_plh_acts_within_his_dates_while_the_incumbent_holds_the_post_and_is_absent() {
    let office = office();
    office.appoint(Appointment::plh("Dewi", "head", "Agus").within(at(10)..)).unwrap();
    assert_eq!(rights(&office, "Dewi"), [""; 0], "Agus is there");
    for absence in [5..20, 15..25, 40..50, 90..200] {
        office.absent("Agus", at(absence.start)..at(absence.end), "").unwrap();
    }
    let expected = ["head Plh for Agus 10..25", "head Plh for Agus 40..50", "head Plh for Agus 90..100"];
    assert_eq!(rights(&office, "Dewi"), expected);
    assert_eq!(who(&office, "head", 5), [""; 0], "not yet");
    assert_eq!(who(&office, "head", 24), ["Dewi"]);
    assert_eq!(who(&office, "head", 25), ["Agus"]);
    assert_eq!(who(&office, "head", 100), [""; 0], "Agus is head no longer, so nobody is Plh for him");
}

#[test]
fn a_plt_acts_while_nobody_holds_the_post() {
    let office = office();
    office.appoint(Appointment::plt("Dewi", "head").within(at(50)..at(300))).unwrap();
    office.appoint(Appointment::holder("Budi", "head").within(at(150)..at(200))).unwrap();
    office.absent("Budi", at(160)..at(170), "").unwrap();
    assert_eq!(rights(&office, "Dewi"), ["head Plt 100..150", "head Plt 200..300"]);
    assert_eq!(who(&office, "head", 165), [""; 0], "a post whose holder is away is not vacant");
    office.appoint(Appointment::plt("Ani", "treasurer")).unwrap();
    assert_eq!(rights(&office, "Ani"), ["staff holder ..", "treasurer Plt .."], "nobody was ever treasurer");
}

#[test]
fn a_delegate_acts_while_the_delegator_holds_the_role_present_or_not() {
    let office = office();
    office.appoint(Appointment::delegate("Ani", "head", "Agus").within(at(10)..)).unwrap();
    office.absent("Agus", at(20)..at(30), "").unwrap();
    assert_eq!(rights(&office, "Ani"), ["staff holder ..", "head delegate for Agus 10..100"]);
    assert_eq!(who(&office, "head", 15), ["Agus", "Ani"], "the holder first");
    assert_eq!(who(&office, "head", 25), ["Ani"]);
}

#[test]
fn who_only_acts_for_a_role_has_no_deputies_and_delegates_nothing() {
    let office = office();
    office.appoint(Appointment::plh("Dewi", "head", "Agus")).unwrap();
    office.appoint(Appointment::plt("Dewi", "treasurer")).unwrap();
    office.appoint(Appointment::delegate("Ani", "head", "Agus")).unwrap();
    let check = |appointment: Appointment, expected: &str| {
        let error = office.appoint(appointment).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), ("never-holds", expected));
    };
    let dewi = "Dewi does not hold head at any time within the period (always)";
    check(Appointment::delegate("Budi", "head", "Dewi"), dewi);
    check(Appointment::plh("Budi", "head", "Dewi"), dewi);
    let treasurer = dewi.replace("head", "treasurer");
    check(Appointment::delegate("Budi", "treasurer", "Dewi"), &treasurer);
    check(Appointment::delegate("Budi", "head", "Ani"), &dewi.replace("Dewi", "Ani"));
}

#[test]
fn who_is_absent_does_not_act_in_any_capacity_and_it_is_known_until_when() {
    let office = office();
    office.appoint(Appointment::plh("Dewi", "head", "Agus")).unwrap();
    for name in ["Agus", "Dewi", "Ani"] {
        office.absent(name, at(10)..at(20), "leave").unwrap();
    }
    office.absent("Dewi", at(20)..at(30), "ill").unwrap();
    assert_eq!((who(&office, "head", 15), who(&office, "staff", 15)), (vec![], vec![]));
    let dewi = person(&office, "Dewi");
    assert_eq!(dewi.absence_at(at(15)), Some(Period::of(at(10)..at(30))), "absences that touch are told as one");
    assert_eq!(dewi.absence_at(at(30)), None);
    assert_eq!(dewi.right_at(&"head".into(), &"letter".into(), at(15)), None);
    let reasons: Vec<_> = office.absences("Dewi").iter().map(|absence| absence.reason.clone()).collect();
    assert_eq!(*reasons, ["leave".into(), "ill".into()]);
}

#[test]
fn overlapping_terms_of_a_holder_are_told_as_one_right() {
    let office = office();
    office.appoint(Appointment::holder("Agus", "head").within(at(90)..at(120))).unwrap();
    assert_eq!(rights(&office, "Agus"), ["head holder ..120"]);
}

#[test]
fn people_come_by_capacity_and_then_in_the_order_of_the_office() {
    let office = office();
    for appointment in [
        Appointment::delegate("Ani", "head", "Agus"),
        Appointment::holder("Dewi", "head"),
        Appointment::plh("Budi", "head", "Dewi"),
        Appointment::delegate("Dewi", "head", "Agus"),
    ] {
        office.appoint(appointment).unwrap();
    }
    assert_eq!(who(&office, "head", 1), ["Agus", "Dewi", "Ani"]);
    office.absent("Dewi", .., "").unwrap();
    assert_eq!(who(&office, "head", 1), ["Agus", "Budi", "Ani"]);
}

#[test]
fn a_scope_keeps_a_deputy_from_what_is_reserved() {
    let office = office();
    office.absent("Agus", .., "").unwrap();
    let scope = Scope::only(["letter", "forum-bisnis"]).except("forum-bisnis", ["14", "15"]).except("letter", ["2"]);
    office.appoint(Appointment::plh("Dewi", "head", "Agus").limited(scope)).unwrap();
    let dewi = person(&office, "Dewi");
    let [Right { scope, .. }] = dewi.rights() else { panic!("one right") };
    let reaches = |procedure: &str, step: &str| scope.reaches(&procedure.into(), &step.into());
    assert!(reaches("letter", "14") && reaches("forum-bisnis", "2") && reaches("letter", "20"));
    assert!(!reaches("forum-bisnis", "14") && !reaches("letter", "2") && !reaches("purchase", "1"));
    let left_out: Vec<&str> = scope.steps_left_out(&"forum-bisnis".into()).map(StepId::as_str).collect();
    assert_eq!(left_out, ["14", "15"]);
    let people = |procedure: &str| office.people_for(&"head".into(), &procedure.into(), at(0)).len();
    assert_eq!((people("letter"), people("forum-bisnis"), people("purchase")), (1, 1, 0));
    assert!(Scope::all().is_all() && !scope.is_all() && !Scope::all().except("letter", ["1"]).is_all());
}

// ── Changes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn what_is_revoked_is_over_and_its_past_is_kept() {
    let office = office();
    let delegation = Appointment::delegate("Budi", "head", "Agus").within(at(10)..at(50));
    office.appoint(delegation.clone()).unwrap();
    assert!(!office.end(&delegation, at(50)), "it ends by itself then");
    assert!(office.end(&delegation, at(30)));
    assert_eq!(rights(&office, "Budi"), ["head delegate for Agus 10..30"]);
    assert!(!office.end(&delegation, at(20)), "there is no such appointment any more");
    assert!(office.end(&delegation.within(at(10)..at(30)), at(10)), "from its beginning on");
    assert_eq!((rights(&office, "Budi").len(), office.appointments("Budi").len()), (0, 0));
    assert_eq!(who(&office, "head", 15), ["Agus"]);
}

#[test]
fn deputies_and_delegates_end_with_the_holder() {
    let office = office();
    office.appoint(Appointment::delegate("Budi", "head", "Agus").within(at(10)..at(90))).unwrap();
    office.appoint(Appointment::delegate("Ani", "head", "Agus").within(at(60)..)).unwrap();
    assert!(office.end(&Appointment::holder("Agus", "head").within(..at(100)), at(50)));
    assert_eq!(rights(&office, "Budi"), ["head delegate for Agus 10..50"]);
    assert_eq!(office.appointments("Ani").len(), 1, "a delegation that is never due is gone");
    office.appoint(Appointment::holder("Agus", "head").within(at(70)..)).unwrap();
    assert_eq!(rights(&office, "Ani"), ["staff holder .."], "and does not come back");
    let early = Appointment::plh("Dewi", "head", "Agus").within(at(60)..at(80));
    office.appoint(early.clone()).unwrap();
    assert!(office.end(&early, at(65)));
    assert_eq!(office.appointments("Dewi").len(), 0, "what is left of it is never due");
}

#[test]
fn who_is_back_acts_again() {
    let office = office();
    for absence in [0..20, 0..30, 40..50] {
        office.absent("Ani", at(absence.start)..at(absence.end), "").unwrap();
    }
    assert_eq!(office.back("Ani", at(35)), Ok(false));
    assert_eq!(office.back("Ani", at(10)), Ok(true));
    let absences = [Period::of(at(0)..at(10)), Period::of(at(40)..at(50))];
    assert_eq!(person(&office, "Ani").absences(), absences);
    assert_eq!(office.back("Ani", at(40)), Ok(true));
    assert_eq!(person(&office, "Ani").absences(), &absences[..1]);
    assert_eq!(office.absences("Ani").len(), 1, "two that have become the same are one");
    assert_eq!(office.back("Eko", at(0)).unwrap_err().code(), "unknown-person");
}

#[test]
fn teams_have_known_members_each_once() {
    let office = office();
    assert_eq!(Directory::team(&office, "counter"), None);
    office.set_team("counter", &["Budi", "Ani", "Budi"]).unwrap();
    assert_eq!(office.team("counter"), Some(vec!["Budi".into(), "Ani".into()]));
    assert_eq!(office.set_team("counter", &["Eko"]).unwrap_err().to_string(), "there is nobody named `Eko`");
    office.set_team("counter", &[]).unwrap();
    assert_eq!(office.team("counter"), Some(vec![]));
    assert_eq!(*office.teams(), ["counter".into()]);
    assert!(office.disband("counter") && !office.disband("counter"));
    assert_eq!(office.team("counter"), None);
}

#[test]
fn one_office_takes_the_place_of_another_and_a_copy_goes_its_own_way() {
    let (office, other) = (office(), office());
    let (copy, edition) = (office.clone(), office.edition());
    other.add("Eko").unwrap();
    other.appoint(Appointment::holder("Eko", "staff")).unwrap();
    office.replace(other);
    assert!(office.edition() > edition);
    assert_eq!(
        (who(&office, "staff", 0), who(&copy, "staff", 0)),
        (vec!["Ani".into(), "Eko".into()], vec!["Ani".into()])
    );
    assert!(copy.person("Eko").is_none());
}

#[test]
fn the_edition_changes_with_every_change_and_with_nothing_else() {
    let office = office();
    let deputy = || Appointment::plh("Dewi", "head", "Agus").within(at(0)..at(9));
    let mut edition = office.edition();
    let mut check = |what: &str, is_change: bool| {
        let now = office.edition();
        assert_eq!(now != edition, is_change, "{what}");
        edition = now;
    };
    office.add("Ani").unwrap();
    check("a person who is there", false);
    office.add("Eko").unwrap();
    check("a new person", true);
    office.appoint(deputy()).unwrap();
    check("an appointment", true);
    office.appoint(deputy()).unwrap_err();
    check("the same again", false);
    office.absent("Agus", at(3)..at(6), "").unwrap();
    check("an absence", true);
    office.back("Agus", at(9)).unwrap();
    check("one who was not away", false);
    office.back("Agus", at(4)).unwrap();
    check("one who was", true);
    office.end(&deputy(), at(9));
    check("an end after the end", false);
    office.end(&deputy(), at(5));
    check("an end", true);
    office.set_team("counter", &["Ani"]).unwrap();
    check("a team", true);
    office.set_team("counter", &["Ani"]).unwrap();
    check("the same team", false);
    office.set_team("counter", &["Ani", "Budi"]).unwrap();
    check("another member", true);
    office.disband("counter");
    check("no team any more", true);
    who(&office, "head", 4);
    check("a question", false);
}

#[test]
fn whoever_reads_the_edition_first_is_answered_at_least_as_new() {
    let office = Arc::new(Office::with_people(["Ani"]).unwrap());
    let (start, is_over) = (office.edition(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let changes = office.edition() - start;
                    // Each change gives one right more.
                    let seen = person(&office, "Ani").rights().len() as u64;
                    assert!(seen >= changes, "{seen} of {changes}");
                }
            });
        }
        for count in 0..200 {
            office.appoint(Appointment::holder("Ani", format!("role-{count}"))).unwrap();
            assert_eq!(person(&office, "Ani").rights().len(), count + 1);
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

// ── Refused input ───────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn slips_are_refused_and_nothing_changes() {
    let office = office();
    let (before, edition) = (office.to_toml(), office.edition());
    let check = |appointment: Appointment, code: &str, message: &str| {
        let error = office.appoint(appointment).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(message), "{error}");
    };
    let plh = || Appointment::plh("Dewi", "head", "Agus");
    check(Appointment::holder("Eko", "head"), "unknown-person", "nobody named `Eko`");
    check(Appointment::plh("Dewi", "head", "Eko"), "unknown-person", "nobody named `Eko`");
    check(Appointment::plh("Agus", "head", "Agus"), "for-oneself", "Agus cannot be Plh in the place of Agus");
    check(Appointment::delegate("Agus", "head", "Agus"), "for-oneself", "Agus cannot be delegate");
    check(plh().within(at(5)..at(5)), "empty-period", "there is no time from 1970-01-01T00:00:00.005Z until 1970");
    check(plh().within(at(5)..at(4)), "empty-period", "there is no time");
    check(plh().within(at(100)..), "never-holds", "Agus does not hold head at any time within the period (from 1970");
    check(Appointment::delegate("Dewi", "staff", "Agus"), "never-holds", "Agus does not hold staff");
    check(Appointment::holder("Ani", "staff"), "already-there", "this is there already");
    check(Appointment::holder("Ani", "head of unit"), "bad-id", "`head of unit` is not an id");
    check(plh().limited(Scope::only(["a b"])), "bad-id", "`a b` is not an id");
    check(plh().limited(Scope::all().except("a", [""])), "bad-id", "`` is not an id");
    check(plh().limited(Scope::all().except("é", ["1"])), "bad-id", "`é` is not an id");
    check(plh().limited(Scope::only([""; 0])), "empty-scope", "reaches into no procedure");
    let limited = Appointment::holder("Budi", "staff").limited(Scope::only(["letter"]));
    check(limited, "limited-holder", "only deputies and delegates have limits");
    check(plh().because("\u{1b}[2J"), "bad-reason", "no control characters");
    check(plh().because(&"x".repeat(REMARK_BYTES_MAX + 1)), "bad-reason", "16384 bytes");
    let many = |count: usize| (0..count).map(|number| format!("p{number}"));
    check(plh().limited(Scope::only(many(LIST_MAX + 1))), "too-many", "procedures in one scope");
    check(plh().limited(Scope::all().except("p", many(LIST_MAX + 1))), "too-many", "steps left out of one scope");
    assert_eq!(office.absent("Eko", .., "").unwrap_err().code(), "unknown-person");
    assert_eq!(office.absent("Ani", at(2)..at(1), "").unwrap_err().code(), "empty-period");
    assert_eq!(office.absent("Ani", .., "\0").unwrap_err().code(), "bad-reason");
    assert!(!office.end(&Appointment::holder("Eko", "staff"), at(0)));
    assert_eq!((office.to_toml(), office.edition()), (before, edition));
    let enough = plh().limited(Scope::only(many(LIST_MAX))).because(&"x".repeat(REMARK_BYTES_MAX));
    office.appoint(enough).expect("within all bounds");
}

#[test]
fn names_are_neither_empty_nor_long_nor_ambiguous() {
    let office = office();
    let long = "x".repeat(ACTOR_BYTES_MAX + 1);
    for name in ["", " Eko", "Eko ", "E\nko", "Eko\u{7}", long.as_str(), "\u{a0}Eko"] {
        assert_eq!(office.add(name).unwrap_err().code(), "bad-name", "{name:?}");
        assert_eq!(office.set_team(name, &[]).unwrap_err().code(), "bad-name", "{name:?}");
    }
    assert!(office.add("E\nko").unwrap_err().to_string().starts_with("`E\\nko` is no name"));
    assert!(office.add(&long).unwrap_err().to_string().len() < 250);
    for name in ["Eko Prasetyo, S.T.", "Nyoman Ayu", &long[1..]] {
        office.add(name).unwrap();
        assert!(office.person(name).is_some());
    }
}

#[test]
fn one_person_has_a_bounded_number_of_entries() {
    let office = office();
    for (count, moment) in (0..LIST_MAX).zip(0..) {
        office.appoint(Appointment::holder("Budi", format!("role-{count}"))).unwrap();
        office.absent("Budi", at(moment)..at(5_000), "").unwrap();
    }
    let error = office.appoint(Appointment::holder("Budi", "another")).unwrap_err();
    assert_eq!(error.to_string(), "there are too many appointments of one person; at most 1000 are allowed");
    assert_eq!(office.absent("Budi", .., "").unwrap_err().code(), "too-many");
    assert_eq!(office.set_team("all", &vec!["Ani"; TEAM_MEMBERS_MAX + 1]).unwrap_err().code(), "too-many");
}

#[test]
fn an_embedder_may_have_a_directory_of_its_own() {
    struct One(Arc<Person>);

    impl Directory for One {
        fn person(&self, name: &str) -> Option<Arc<Person>> {
            (name == "Ani").then(|| self.0.clone())
        }

        fn people_for(&self, role: &RoleId, procedure: &sopflow::ProcedureId, at: Timestamp) -> Vec<Arc<str>> {
            self.0.right_at(role, procedure, at).map(|_| "Ani".into()).into_iter().collect()
        }

        fn team(&self, _: &str) -> Option<Vec<Arc<str>>> {
            None
        }

        fn edition(&self) -> u64 {
            0
        }
    }

    let right = |capacity, period| Right {
        role: "staff".into(),
        capacity,
        on_behalf_of: None,
        period: Period::of(period),
        scope: Scope::all(),
    };
    let rights = vec![right(Capacity::Plt, at(0)..at(9)), right(Capacity::Holder, at(9)..at(12))];
    let absences = [at(4)..at(6), at(2)..at(4)].map(Period::of);
    let one: Box<dyn Directory> = Box::new(One(Arc::new(Person::new(rights, absences))));
    let ani = one.person("Ani").unwrap();
    assert_eq!(ani.rights()[0].capacity, Capacity::Holder, "put in order");
    assert_eq!(ani.absences(), [Period::of(at(2)..at(6))]);
    let there: Vec<i64> =
        (0..14).filter(|moment| !one.people_for(&"staff".into(), &"letter".into(), at(*moment)).is_empty()).collect();
    assert_eq!(there, [0, 1, 6, 7, 8, 9, 10, 11]);
}
