//! Whether there is somebody for every step: told cases, and brute force on random ones.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use sopflow::analysis::{Plan, Shortage, Spell, Staff, Staffing};
use sopflow::time::Timestamp;
use sopflow::{
    Actor, ActorIx, Actors, Capacity, Case, Code, Command, CommandKind, Duty, Grant, Join, Outcome, Procedure,
    SoundProcedure, Status, Step, StepId,
};

use crate::random::{Dice, Shown, small};
use crate::reference::{Deed, Phase, Reference, Stand};

const NOW: Timestamp = Timestamp::from_millis(0);

fn sound(procedure: &Procedure) -> SoundProcedure {
    procedure.verify().unwrap_or_else(|report| panic!("{report}"))
}

/// Three steps in a row: staff write and check, the head signs.
fn letter() -> Procedure {
    Procedure::new("letter", "1", "Letter")
        .role("staff", "Staff")
        .role("head", "Head")
        .step(Step::new("write", "staff", "Write the draft").next("check"))
        .step(Step::new("check", "staff", "Check the draft").next("sign"))
        .step(Step::new("sign", "head", "Sign").next("end"))
}

fn check(procedure: &Procedure, staff: &Staff, expected: &str) {
    assert_eq!(sound(procedure).staffing(staff, NOW).to_string(), expected);
}

// ── Told cases ──────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn four_eyes_need_two_people() {
    let letter = letter().distinct(["write", "check"]);
    let staff = Staff::new().holder("Ani", "staff", ..).holder("Agus", "head", ..);
    check(
        &letter,
        &staff,
        "there are not the people for steps write and check\n  \
           step write (staff): Ani\n  \
           step check (staff): Ani\n  \
           distinct: no one person does two of steps write and check\n  \
           witness: write:done",
    );
    let staff = staff.holder("Budi", "staff", ..);
    check(&letter, &staff, "there is somebody for every step:\nwrite: Ani, check: Budi, sign: Agus");
}

#[test]
fn a_role_without_people_is_in_the_way_duties_or_not() {
    let staff = Staff::new().holder("Ani", "staff", ..);
    let expected = "nobody can act for head at step sign\n  witness: write:done → check:done";
    check(&letter(), &staff, expected);
    check(&letter().distinct(["write", "sign"]), &staff, expected);
    check(&letter(), &Staff::new().holder("Ani", "clerk", ..).holder("Ani", "head", ..), {
        "nobody can act for staff at steps write and check\n  witness: (at the start)"
    });
}

#[test]
fn an_absence_is_bridged_by_a_deputy() {
    let staff = Staff::new().holder("Ani", "staff", ..).holder("Agus", "head", ..).absent("Agus", ..);
    let expected = "nobody can act for head at step sign; away: Agus\n  witness: write:done → check:done";
    check(&letter(), &staff, expected);
    let deputised = staff.clone().plh("Dewi", "head", "Agus", ..);
    let plan = "there is somebody for every step:\nwrite: Ani, check: Ani, sign: Dewi (Plh for Agus)";
    check(&letter(), &deputised, plan);
    // A deputy who is away himself is of no use.
    let expected = expected.replace("Agus\n", "Agus, Dewi\n");
    check(&letter(), &deputised.absent("Dewi", ..), &expected);
}

#[test]
fn deputies_act_only_as_long_as_there_is_a_reason() {
    let can_sign = |staff: Staff| {
        let staff = staff.holder("Ani", "staff", ..);
        sound(&letter()).staffing(&staff, NOW).is_met()
    };
    let (hour, new) = (Timestamp::from_millis(3_600_000), Staff::new);
    let agus = || new().holder("Agus", "head", ..);
    assert!(!can_sign(new().plh("Dewi", "head", "Agus", ..)), "Agus is no head");
    assert!(!can_sign(new().delegate("Dewi", "head", "Agus", ..)), "Agus is no head");
    assert!(can_sign(new().plt("Dewi", "head", ..)), "the post is vacant");
    assert!(can_sign(new().plt("Dewi", "head", NOW..hour)));
    assert!(!can_sign(new().plt("Dewi", "head", hour..)), "not yet");
    assert!(!can_sign(new().plt("Dewi", "head", ..NOW)), "no longer");
    assert!(can_sign(new().plt("Dewi", "head", ..=NOW)));
    assert!(!can_sign(agus().absent("Agus", ..).plt("Dewi", "head", ..)), "Agus is away, the post is not vacant");
    assert!(can_sign(agus().absent("Agus", ..).delegate("Dewi", "head", "Agus", ..)));
}

#[test]
fn an_incumbent_and_a_deputy_are_two_people_only_where_both_may_act() {
    let twice = Procedure::new("twice", "1", "Twice")
        .role("head", "Head")
        .step(Step::new("sign", "head", "Sign").next("seal"))
        .step(Step::new("seal", "head", "Seal").next("end"))
        .distinct(["sign", "seal"]);
    let (twice, agus) = (sound(&twice), Staff::new().holder("Agus", "head", ..));
    assert!(!twice.staffing(&agus.clone().plh("Dewi", "head", "Agus", ..), NOW).is_met());
    assert!(twice.staffing(&agus.delegate("Dewi", "head", "Agus", ..), NOW).is_met());
}

/// Two steps after a first one, either or both.
fn two_ways(both: bool) -> Procedure {
    let split = if both {
        Step::new("1", "clerk", "Send").outcome(Outcome::new("done").to("2").to("3"))
    } else {
        Step::new("1", "clerk", "Send").outcome(Outcome::new("a").to("2")).outcome(Outcome::new("b").to("3"))
    };
    Procedure::new("p", "1", "P")
        .role("clerk", "Clerk")
        .role("expert", "Expert")
        .step(split)
        .step(Step::new("2", "expert", "Look at the law").next("4"))
        .step(Step::new("3", "expert", "Look at the money").next("4"))
        .step(Step::new("4", "clerk", "File").join(if both { Join::All } else { Join::Any }).next("end"))
        .distinct(["2", "3"])
}

#[test]
fn steps_on_exclusive_branches_are_not_in_each_others_way() {
    let staff = Staff::new().holder("Ani", "clerk", ..).holder("Eko", "expert", ..);
    check(
        &two_ways(false),
        &staff,
        "there is somebody for every step, but who it is depends on the path:\n1: Ani, 4: Ani\n2: Eko; or 3: Eko",
    );
}

#[test]
fn steps_on_parallel_branches_are() {
    let staff = Staff::new().holder("Ani", "clerk", ..).holder("Eko", "expert", ..);
    check(
        &two_ways(true),
        &staff,
        "there are not the people for steps 2 and 3\n  \
           step 2 (expert): Eko\n  \
           step 3 (expert): Eko\n  \
           distinct: no one person does two of steps 2 and 3\n  \
           witness: 1:done → 2:done",
    );
}

#[test]
fn steps_on_exclusive_branches_meet_in_a_loop() {
    let mut procedure = two_ways(false);
    procedure.steps[3] = Step::new("4", "clerk", "File").next("end").returns_to("1");
    let staff = Staff::new().holder("Ani", "clerk", ..).holder("Eko", "expert", ..);
    let Staffing::Short(shortages) = sound(&procedure).staffing(&staff, NOW) else { panic!("they meet") };
    let [Shortage::Duties { way: Some(way), .. }] = shortages.as_slice() else { panic!("{shortages:?}") };
    assert_eq!(way.to_string(), "1:a → 2:done → 4:return-1 → 1:b");
}

#[test]
fn who_is_bound_needs_all_the_roles() {
    let bound = letter().same(["write", "sign"]);
    let staff = Staff::new().holder("Ani", "staff", ..).holder("Agus", "head", ..);
    check(
        &bound,
        &staff,
        "there are not the people for steps write and sign\n  \
           step write (staff): Ani\n  \
           step sign (head): Agus\n  \
           same: one person does steps write and sign\n  \
           witness: write:done → check:done",
    );
    let staff = staff.plt("Ani", "head", ..).holder("Budi", "staff", ..).delegate("Budi", "head", "Agus", ..);
    let expected = "there is somebody for every step:\nwrite: Budi, check: Ani, sign: Budi (delegate for Agus)";
    check(&bound, &staff, expected);
}

#[test]
fn bonds_and_separations_work_together_across_steps() {
    // Whoever writes signs, whoever checks does neither: the third step brings two people for staff, one a head as well.
    let letter = letter().same(["write", "sign"]).distinct(["write", "check"]);
    let staff = Staff::new().holder("Ani", "staff", ..).holder("Ani", "head", ..);
    let Staffing::Short(shortages) = sound(&letter).staffing(&staff, NOW) else { panic!("Ani is alone") };
    let [Shortage::Duties { steps, duties, .. }] = shortages.as_slice() else { panic!("{shortages:?}") };
    let steps: Vec<&str> = steps.iter().map(|candidates| candidates.step.as_str()).collect();
    assert_eq!((steps, duties.as_slice()), (vec!["write", "check"], &letter.duties[1..]));
    assert!(sound(&letter).staffing(&staff.holder("Budi", "staff", ..), NOW).is_met());
}

/// So many steps in a row for one role.
fn row(count: usize) -> Procedure {
    let next = |at: usize| if at + 1 == count { "end".to_owned() } else { format!("{}", at + 1) };
    let step = |at: usize| Step::new(format!("{at}"), "staff", "Act").next(next(at).as_str());
    (0..count).map(step).fold(Procedure::new("row", "1", "Row").role("staff", "Staff"), Procedure::step)
}

fn crowd(count: usize) -> Staff {
    (0..count).fold(Staff::new(), |staff, at| staff.holder(&format!("person {at}"), "staff", ..))
}

#[test]
fn n_separate_steps_need_n_people() {
    let ids = || (0..40).map(|at| at.to_string());
    let pairs = ids().flat_map(|one| ids().map(move |other| [one.clone(), other])).filter(|[one, other]| one < other);
    let one_duty = sound(&row(40).distinct(ids()));
    let many_duties = sound(&pairs.fold(row(40), Procedure::distinct));
    for procedure in [one_duty, many_duties] {
        assert!(procedure.staffing(&crowd(40), NOW).is_met());
        let Staffing::Short(shortages) = procedure.staffing(&crowd(39), NOW) else { panic!("one is missing") };
        let [Shortage::Duties { steps, duties, .. }] = shortages.as_slice() else { panic!("{shortages:?}") };
        assert_eq!((steps.len(), duties.len()), (40, procedure.procedure().duties.len()));
    }
}

#[test]
fn a_crowd_does_not_slow_the_search_down_and_is_told_in_short() {
    let procedure = sound(&row(200).distinct((0..200).map(|at| at.to_string())));
    assert!(procedure.staffing(&crowd(2_000), NOW).is_met());
    let bound = letter().same(["write", "sign"]);
    let told = sound(&bound).staffing(&crowd(30).holder("Agus", "head", ..), NOW).to_string();
    assert!(told.contains("person 9, 20 more\n"), "{told}");
}

#[test]
fn an_odd_ring_needs_three_people() {
    // No three of the steps are separated from each other, so no count of people shows it: it takes a search.
    let ring = |count: usize| {
        (0..count).fold(row(count), |row, at| row.distinct([at.to_string(), ((at + 1) % count).to_string()]))
    };
    assert!(sound(&ring(10)).staffing(&crowd(2), NOW).is_met());
    let odd = sound(&ring(11));
    assert!(odd.staffing(&crowd(3), NOW).is_met());
    let Staffing::Short(shortages) = odd.staffing(&crowd(2), NOW) else { panic!("two do not suffice") };
    let [Shortage::Duties { steps, duties, .. }] = shortages.as_slice() else { panic!("{shortages:?}") };
    assert_eq!((steps.len(), duties.len()), (11, 11));
}

/// So many branches of three steps in parallel; an expert does the middle ones.
fn wide(branches: usize) -> Procedure {
    let id = |branch: usize, at: &str| format!("{branch}{at}");
    let split = (0..branches).fold(Outcome::new("done"), |outcome, branch| outcome.to(id(branch, "a").as_str()));
    let wide = Procedure::new("wide", "1", "Wide")
        .role("staff", "Staff")
        .role("expert", "Expert")
        .step(Step::new("split", "staff", "Split").outcome(split))
        .step(Step::new("join", "staff", "Join").join(Join::All).next("end"));
    (0..branches).fold(wide, |wide, branch| {
        wide.step(Step::new(id(branch, "a"), "staff", "Act").next(id(branch, "b").as_str()))
            .step(Step::new(id(branch, "b"), "expert", "Act").next(id(branch, "c").as_str()))
            .step(Step::new(id(branch, "c"), "staff", "Act").next("join"))
    })
}

#[test]
fn many_parallel_branches_are_no_obstacle() {
    let wide = sound(&wide(30).distinct(["3b", "7b", "20b"]));
    let staff = crowd(1).holder("Eko", "expert", ..).holder("Fitri", "expert", ..);
    let Staffing::Short(shortages) = wide.staffing(&staff, NOW) else { panic!("two do not suffice") };
    let [Shortage::Duties { way: Some(way), .. }] = shortages.as_slice() else { panic!("{shortages:?}") };
    let told = "split:done → 3a:done → 3b:done → 7a:done → 7b:done → 20a:done";
    assert_eq!((way.moves.len(), way.to_string().as_str()), (6, told));
    assert!(wide.staffing(&staff.holder("Gita", "expert", ..), NOW).is_met());
}

#[test]
fn many_choices_of_their_own_are_no_obstacle() {
    let choices = (0..40).fold(Procedure::new("p", "1", "P").role("staff", "Staff"), |procedure, at| {
        let [one, other] = ["a", "b"].map(|branch| format!("{at}{branch}"));
        let next = if at == 39 { "file".to_owned() } else { (at + 1).to_string() };
        let [to_one, to_other] = [&one, &other].map(|id| Outcome::new(id.as_str()).to(id.as_str()));
        procedure
            .step(Step::new(at.to_string(), "staff", "Choose").outcome(to_one).outcome(to_other))
            .step(Step::new(one.as_str(), "staff", "Act").next(next.as_str()))
            .step(Step::new(other.as_str(), "staff", "Act").next(next.as_str()))
            .distinct([one, other])
    });
    let choices = choices.role("clerk", "Clerk").step(Step::new("file", "clerk", "File").next("end"));
    let staff = crowd(1).holder("Eko", "clerk", ..);
    let Staffing::ByPath { always, varying } = sound(&choices).staffing(&staff, NOW) else { panic!("none meet") };
    assert_eq!((always.assignments.len(), varying.len()), (41, 40));
    // Tied together by one step more, they have more sets of steps than are told apart.
    let tied = (0..40).fold(choices, |tied, at| tied.distinct([format!("{at}a"), "file".to_owned()]));
    let undecided = sound(&tied).staffing(&staff, NOW);
    assert_eq!(undecided.to_string(), "undecided: more than 256 sets of steps can occur together");
    assert!(!undecided.is_met());
}

#[test]
fn a_period_is_cut_where_the_answer_changes() {
    let at = |millis| Timestamp::from_millis(millis);
    let staff = Staff::new()
        .holder("Ani", "staff", ..)
        .holder("Agus", "head", ..at(50))
        .absent("Agus", at(10)..at(30))
        .absent("Ani", at(500)..at(501))
        .plh("Dewi", "head", "Agus", at(20)..at(40))
        // It makes no difference that somebody else is away.
        .holder("Budi", "staff", at(12)..)
        .absent("Budi", at(15)..at(18));
    let spells = sound(&letter()).staffing_over(&staff, at(0)..at(100));
    let told = |spell: &Spell| (spell.from.as_millis(), spell.until.as_millis(), spell.staffing.is_met());
    let expected = [(0, 10, true), (10, 20, false), (20, 30, true), (30, 50, true), (50, 100, false)];
    assert_eq!(spells.iter().map(told).collect::<Vec<_>>(), expected);
    assert!(sound(&letter()).staffing_over(&staff, at(7)..at(7)).is_empty());
}

#[test]
fn answers_go_into_json() {
    let staff = Staff::new().holder("Ani", "staff", ..).holder("Agus", "head", ..).absent("Agus", ..);
    let json = |staff: &Staff| serde_json::to_value(sound(&letter()).staffing(staff, NOW)).unwrap();
    let short = serde_json::json!({ "short": [{ "role": {
        "role": "head",
        "steps": ["sign"],
        "away": ["Agus"],
        "way": [
            { "kind": "finish", "step": "write", "outcome": "done" },
            { "kind": "finish", "step": "check", "outcome": "done" },
        ],
    } }] });
    assert_eq!(json(&staff), short);
    let complete = json(&staff.plh("Dewi", "head", "Agus", ..));
    let dewi = serde_json::json!({ "name": "Dewi", "capacity": "plh", "on_behalf_of": "Agus" });
    assert_eq!(complete["complete"]["assignments"][2], serde_json::json!({ "step": "sign", "by": dewi }));
}

// ── Brute force ─────────────────────────────────────────────────────────────────────────────────────────────────────

/// A line of an office's list of people, at minutes that are small numbers.
#[derive(Debug, Clone)]
struct Fact {
    person: String,
    /// `None` is an absence.
    right: Option<(String, Capacity)>,
    other: String,
    from: i64,
    until: i64,
}

const MOMENTS: i64 = 12;

fn facts(dice: &mut Dice, roles: &[String]) -> Vec<Fact> {
    let people: Vec<String> =
        ["Ani", "Budi", "Citra", "Dewi"][..=dice.roll(4).min(dice.roll(4))].iter().map(ToString::to_string).collect();
    let mut facts = Vec::new();
    if dice.chance(70) {
        // Somebody for every role, so that duties decide.
        for role in roles {
            let (person, right) = (people[dice.roll(people.len())].clone(), Some((role.clone(), Capacity::Holder)));
            facts.push(Fact { person, right, other: String::new(), from: 0, until: MOMENTS });
        }
    }
    for person in &people {
        for role in roles {
            let capacity = match dice.roll(16) {
                0..=5 => Capacity::Holder,
                6 => Capacity::Plh,
                7 => Capacity::Plt,
                8 => Capacity::Delegate,
                _ => continue,
            };
            let other = people[dice.roll(people.len())].clone();
            let (from, until) = if dice.chance(70) { (0, MOMENTS) } else { period(dice) };
            facts.push(Fact { person: person.clone(), right: Some((role.clone(), capacity)), other, from, until });
        }
        if dice.chance(20) {
            let (from, until) = period(dice);
            facts.push(Fact { person: person.clone(), right: None, other: String::new(), from, until });
        }
    }
    facts
}

fn period(dice: &mut Dice) -> (i64, i64) {
    let moment = |dice: &mut Dice| i64::try_from(dice.roll(13)).expect("it is small");
    (moment(dice), moment(dice))
}

fn staff_of(facts: &[Fact]) -> Staff {
    facts.iter().fold(Staff::new(), |staff, fact| {
        let period = Timestamp::from_millis(fact.from)..Timestamp::from_millis(fact.until);
        match &fact.right {
            None => staff.absent(&fact.person, period),
            Some((role, Capacity::Plh)) => staff.plh(&fact.person, role.as_str(), &fact.other, period),
            Some((role, Capacity::Plt)) => staff.plt(&fact.person, role.as_str(), period),
            Some((role, Capacity::Delegate)) => staff.delegate(&fact.person, role.as_str(), &fact.other, period),
            Some((role, _)) => staff.holder(&fact.person, role.as_str(), period),
        }
    })
}

/// The capacities in which a person can act for a role.
fn capacities(facts: &[Fact], person: &str, role: &str, at: i64) -> Vec<Capacity> {
    let current: Vec<&Fact> = facts.iter().filter(|fact| fact.from <= at && at < fact.until).collect();
    let is_absent = |name: &str| current.iter().any(|fact| fact.right.is_none() && fact.person == name);
    let holders: Vec<&str> = current
        .iter()
        .filter(|fact| fact.right.as_ref().is_some_and(|(held, how)| held == role && *how == Capacity::Holder))
        .map(|fact| fact.person.as_str())
        .collect();
    let rights = current.iter().filter(|fact| fact.person == person).filter_map(|fact| {
        let (_, capacity) = fact.right.as_ref().filter(|(held, _)| held == role)?;
        let holds = match capacity {
            Capacity::Plh => holders.contains(&fact.other.as_str()) && is_absent(&fact.other),
            Capacity::Plt => holders.is_empty(),
            Capacity::Delegate => holders.contains(&fact.other.as_str()),
            _ => true,
        };
        holds.then_some(*capacity)
    });
    if is_absent(person) { Vec::new() } else { rights.collect() }
}

type Steps<'p> = BTreeSet<&'p str>;

/// Who can do each step.
struct Office<'p> {
    able: BTreeMap<&'p str, Vec<String>>,
}

impl<'p> Office<'p> {
    fn new(procedure: &'p Procedure, facts: &[Fact], at: i64) -> Self {
        let people: BTreeSet<&str> = facts.iter().map(|fact| fact.person.as_str()).collect();
        let able = procedure.steps.iter().map(|step| {
            let can = |person: &&&str| !capacities(facts, person, step.role.as_str(), at).is_empty();
            (step.id.as_str(), people.iter().filter(can).map(ToString::to_string).collect())
        });
        Self { able: able.collect() }
    }

    /// Whether the duties hold where these people do these steps. Steps bound through others are bound, and whoever does a
    /// step counts as the one who does all that are bound to it.
    fn holds(duties: &[Duty], who: &BTreeMap<&str, &str>) -> bool {
        let mut bundle: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, step) in duties.iter().flat_map(Duty::steps).map(StepId::as_str).enumerate() {
            bundle.insert(step, number);
        }
        for _ in duties {
            for duty in duties.iter().filter(|duty| matches!(duty, Duty::Same(_))) {
                let least = duty.steps().iter().map(|step| bundle[step.as_str()]).min().expect("a duty has steps");
                let bound: BTreeSet<usize> = duty.steps().iter().map(|step| bundle[step.as_str()]).collect();
                bundle.values_mut().filter(|bundle| bound.contains(bundle)).for_each(|bundle| *bundle = least);
            }
        }
        let bundle = &bundle;
        let people = |of: usize| {
            let done = who.iter().filter(move |(step, _)| bundle.get(*step) == Some(&of));
            done.map(|(_, person)| *person).collect::<BTreeSet<&str>>()
        };
        let bundles: BTreeSet<usize> = bundle.values().copied().collect();
        bundles.iter().all(|bundle| people(*bundle).len() <= 1)
            && duties.iter().filter(|duty| matches!(duty, Duty::Distinct(_))).all(|duty| {
                let sides: BTreeSet<usize> = duty.steps().iter().map(|step| bundle[step.as_str()]).collect();
                let all: Vec<&str> = sides.iter().flat_map(|side| people(*side)).collect();
                all.iter().collect::<BTreeSet<_>>().len() == all.len()
            })
    }

    /// Whether some plan serves all these steps, by trying every one.
    fn can_staff(&self, steps: &Steps<'_>, duties: &[Duty]) -> bool {
        fn every<'a>(
            office: &'a Office<'_>,
            left: &[&'a str],
            who: &mut BTreeMap<&'a str, &'a str>,
            duties: &[Duty],
        ) -> bool {
            let Some((step, left)) = left.split_first() else { return Office::holds(duties, who) };
            office.able[step].iter().any(|person| {
                who.insert(step, person);
                let found = every(office, left, who, duties);
                who.remove(step);
                found
            })
        }
        let is_bound = |step: &&str| duties.iter().flat_map(Duty::steps).any(|bound| bound == *step);
        let (bound, free): (Vec<&str>, Vec<&str>) = steps.iter().copied().partition(is_bound);
        free.iter().all(|step| !self.able[step].is_empty()) && every(self, &bound, &mut BTreeMap::new(), duties)
    }
}

/// The sets of steps that occur in whole cases, recalls included; `None` where there are too many stands.
fn runs(procedure: &Procedure, most: usize) -> Option<BTreeSet<Steps<'_>>> {
    let reference = Reference::new(procedure);
    let bound: BTreeSet<&str> = procedure.duties.iter().flat_map(Duty::steps).map(StepId::as_str).collect();
    let mut seen: BTreeSet<(Stand<'_>, Steps<'_>)> = BTreeSet::from([(reference.opened(), Steps::new())]);
    let mut open: Vec<(Stand<'_>, Steps<'_>)> = seen.iter().cloned().collect();
    let mut runs = BTreeSet::new();
    while let Some((stand, occurred)) = open.pop() {
        if stand.phase == Phase::Completed {
            runs.insert(occurred);
            continue;
        }
        let finishes = reference.enabled(&stand).into_iter().flat_map(|id| {
            let step = reference.step(id).expect("an enabled step exists");
            step.outcomes.iter().map(move |outcome| Deed::Finish(id, outcome.id.as_str()))
        });
        let recalls = procedure.steps.iter().flat_map(|step| {
            let id = step.id.as_str();
            let sent = reference.recallable(&stand, id).into_iter();
            let sent = sent.filter(|outcome| Reference::no_receiver_started(&stand, outcome));
            sent.map(|outcome| Deed::Recall(id, outcome.id.as_str())).collect::<Vec<_>>()
        });
        for deed in finishes.chain(recalls) {
            let (mut next, mut occurred) = (stand.clone(), occurred.clone());
            assert_eq!(reference.perform(&mut next, deed), None, "the procedure is safe");
            next.done.clear();
            next.documents.clear();
            if let Deed::Finish(step, _) = deed {
                occurred.extend(bound.get(step));
            }
            if seen.insert((next.clone(), occurred.clone())) {
                open.push((next, occurred));
            }
        }
        if seen.len() > most {
            return None;
        }
    }
    Some(runs)
}

/// Adds duties on a few of the steps, such as do not contradict each other.
fn bind(procedure: &mut Procedure, dice: &mut Dice) {
    let some: Vec<String> =
        (0..6).filter_map(|_| dice.pick(&procedure.steps)).map(|step| step.id.to_string()).collect();
    let choosers: Vec<Step> = procedure.steps.iter().filter(|step| step.outcomes.len() > 1).cloned().collect();
    let chosen = dice.roll(100);
    for _ in 0..=dice.roll(3) {
        let chooser = if dice.chance(chosen) { dice.pick(&choosers) } else { None };
        let mut steps: Vec<String> = match chooser {
            // Steps that exclude each other, unless a loop leads from one to the other.
            Some(step) => {
                step.outcomes.iter().filter_map(|outcome| outcome.to.first()).map(ToString::to_string).collect()
            }
            None => (0..2 + dice.roll(3)).filter_map(|_| dice.pick(&some).cloned()).collect(),
        };
        steps.retain(|step| step != "end");
        steps.sort();
        steps.dedup();
        if steps.len() > 1 {
            let (duties, without) = (steps.into_iter().map(Into::into).collect(), procedure.duties.clone());
            procedure.duties.push(if dice.chance(70) { Duty::Distinct(duties) } else { Duty::Same(duties) });
            if procedure.verify().is_err_and(|report| report.has(Code::ContradictingDuties)) {
                procedure.duties = without;
            }
        }
    }
}

struct Random {
    procedure: Procedure,
    facts: Vec<Fact>,
}

fn random(Shown(mut procedure): Shown, seed: u64) -> Random {
    let mut dice = Dice::new(seed);
    bind(&mut procedure, &mut dice);
    let roles: Vec<String> = procedure.roles.iter().map(|role| role.id.to_string()).collect();
    Random { facts: facts(&mut dice, &roles), procedure }
}

fn ids(procedure: &Procedure) -> Steps<'_> {
    procedure.steps.iter().map(|step| step.id.as_str()).collect()
}

fn steps_of(plan: &Plan) -> Steps<'_> {
    plan.assignments.iter().map(|assignment| assignment.step.as_str()).collect()
}

/// The plan for a path on which these steps occur.
fn plan_for(answer: &Staffing, run: &Steps<'_>) -> Option<Plan> {
    match answer {
        Staffing::Complete(plan) => Some(plan.clone()),
        Staffing::ByPath { always, varying } => varying.iter().try_fold(always.clone(), |mut whole, plans| {
            let circle: Steps<'_> = plans.iter().flat_map(steps_of).collect();
            let fits = |plan: &&Plan| circle.intersection(run).all(|step| plan.person(step).is_some());
            whole.assignments.extend(plans.iter().find(fits)?.assignments.iter().cloned());
            Some(whole)
        }),
        _ => None,
    }
}

fn check_plan(plan: &Plan, random: &Random, at: i64) -> TestCaseResult {
    for assignment in &plan.assignments {
        let step = random.procedure.find_step(assignment.step.as_str()).expect("a step");
        let rights = capacities(&random.facts, &assignment.by.name, step.role.as_str(), at);
        prop_assert!(rights.contains(&assignment.by.capacity), "{assignment:?}");
    }
    let who = plan.assignments.iter().map(|assignment| (assignment.step.as_str(), &*assignment.by.name));
    prop_assert!(Office::holds(&random.procedure.duties, &who.collect()), "{plan}");
    Ok(())
}

/// A told conflict is one, all its steps meet in some case, and it is minimal.
fn check_shortage(
    shortage: &Shortage,
    random: &Random,
    office: &Office<'_>,
    runs: &BTreeSet<Steps<'_>>,
) -> TestCaseResult {
    let (last, way) = match shortage {
        Shortage::Role { steps, way, .. } => {
            prop_assert!(steps.iter().all(|step| office.able[step.as_str()].is_empty()));
            (steps.iter().map(StepId::as_str).collect(), way)
        }
        Shortage::Duties { steps: candidates, duties, is_minimal, way } => {
            prop_assert!(is_minimal);
            let steps: Steps<'_> = candidates.iter().map(|candidates| candidates.step.as_str()).collect();
            prop_assert!(runs.iter().any(|run| steps.is_subset(run)), "{shortage}\nnever meet");
            prop_assert!(!office.can_staff(&steps, duties), "{shortage}\nis none");
            for step in &steps {
                let fewer = steps.iter().copied().filter(|other| other != step).collect();
                prop_assert!(office.can_staff(&fewer, duties), "{shortage}\nremains without {step}");
            }
            for duty in duties {
                let fewer: Vec<Duty> = duties.iter().filter(|other| *other != duty).cloned().collect();
                prop_assert!(office.can_staff(&steps, &fewer), "{shortage}\nremains without {duty:?}");
            }
            for candidates in candidates {
                let mut people: Vec<&str> = candidates.people.iter().map(|person| &*person.name).collect();
                people.sort_unstable();
                prop_assert_eq!(people, office.able[candidates.step.as_str()].iter().collect::<Vec<_>>());
            }
            (steps, way)
        }
        other => unreachable!("{other:?}"),
    };
    let way = way.as_ref().expect("the space is small");
    let done: Steps<'_> = way
        .moves
        .iter()
        .map(|made| match made {
            sopflow::Move::Finish(step, _) | sopflow::Move::Recall(step, _) => step.as_str(),
        })
        .collect();
    let replayed = way.replay(&random.procedure).expect("the way can be gone");
    let waiting = |step: &&str| replayed.enabled.iter().any(|enabled| enabled == *step);
    if let Shortage::Role { .. } = shortage {
        prop_assert!(last.iter().any(waiting));
    } else {
        let missing: Vec<&str> = last.difference(&done).copied().collect();
        prop_assert!(missing.len() == 1 && waiting(&missing[0]), "{shortage}");
    }
    Ok(())
}

fn check_answer(random: &Random, at: i64) -> TestCaseResult {
    let Some(runs) = runs(&random.procedure, 5_000) else { return Err(TestCaseError::reject("too many stands")) };
    let sound = sound(&random.procedure);
    let answer = sound.staffing(&staff_of(&random.facts), Timestamp::from_millis(at));
    let office = Office::new(&random.procedure, &random.facts, at);
    let duties = &random.procedure.duties;
    let everybody = office.able.values().all(|people| !people.is_empty());
    let can = |run: &Steps<'_>| office.can_staff(run, duties);
    prop_assert_eq!(answer.is_met(), everybody && runs.iter().all(can), "{}", answer);
    let all = ids(&random.procedure);
    match &answer {
        Staffing::Complete(plan) => {
            prop_assert_eq!(steps_of(plan), all);
            check_plan(plan, random, at)?;
        }
        Staffing::ByPath { .. } => {
            prop_assert!(!can(&all), "one plan would do");
            for run in &runs {
                let plan = plan_for(&answer, run);
                prop_assert!(plan.as_ref().is_some_and(|plan| run.is_subset(&steps_of(plan))), "{run:?}: {answer}");
                check_plan(&plan.expect("it is some"), random, at)?;
            }
        }
        Staffing::Short(shortages) => {
            for shortage in shortages {
                check_shortage(shortage, random, &office, &runs)?;
            }
            let told: Steps<'_> = shortages
                .iter()
                .flat_map(|shortage| match shortage {
                    Shortage::Role { steps, .. } => steps.iter().map(StepId::as_str).collect::<Vec<_>>(),
                    Shortage::Duties { steps, .. } => steps.iter().map(|found| found.step.as_str()).collect(),
                    other => unreachable!("{other:?}"),
                })
                .collect();
            prop_assert!(runs.iter().all(|run| can(&(run - &told))), "there is more: {answer}");
        }
        other => prop_assert!(false, "{other}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn answers_are_those_of_trying_everything(shown in small(), seed: u64, at in 0..MOMENTS) {
        check_answer(&random(shown, seed), at)?;
    }
}

/// Goes through a case at random, recalls included, and tells what was done; ways on are preferred to others after a while.
fn schedule<'p>(reference: &Reference<'p>, dice: &mut Dice) -> Option<Vec<Deed<'p>>> {
    let (mut stand, mut deeds) = (reference.opened(), Vec::new());
    while stand.phase != Phase::Completed {
        let step = *dice.pick(&reference.enabled(&stand))?;
        let outcomes = &reference.step(step)?.outcomes;
        let recalls = reference.recallable(&stand, step).into_iter();
        let recalls: Vec<_> = recalls.filter(|outcome| Reference::no_receiver_started(&stand, outcome)).collect();
        let deed = match dice.pick(&recalls) {
            Some(recalled) if dice.chance(20) => Deed::Recall(step, recalled.id.as_str()),
            _ => Deed::Finish(step, dice.pick(outcomes)?.id.as_str()),
        };
        reference.perform(&mut stand, deed);
        deeds.push(deed);
        if deeds.len() > 300 {
            return None;
        }
    }
    Some(deeds)
}

/// Runs a case to its end in the kernel, each step by the person whom the plan names.
fn run_to_the_end(random: &Random, deeds: &[Deed<'_>], plan: &Plan, at: i64) -> TestCaseResult {
    let (sound, now) = (sound(&random.procedure), Timestamp::from_millis(at));
    let mut actors = Actors::new();
    let mut cast: BTreeMap<&str, (ActorIx, Vec<Grant>)> = BTreeMap::new();
    for fact in &random.facts {
        let grants = random.procedure.roles.iter().flat_map(|role| {
            let role_ix = sound.role(role.id.as_str()).expect("a role");
            let rights = capacities(&random.facts, &fact.person, role.id.as_str(), at).into_iter();
            rights.map(move |capacity| Grant::acting(role_ix, capacity, None, Timestamp::MIN, Timestamp::MAX))
        });
        cast.insert(&fact.person, (actors.add(&fact.person).expect("a name"), grants.collect()));
    }
    let actor = |step: &str| {
        let (id, grants) = &cast[&*plan.person(step).expect("the step occurs").name];
        Actor { id: *id, grants }
    };
    let first = random.procedure.first_step().expect("there is one").id.as_str();
    let mut case = Case::open(&sound, actor(first), now).expect("the first step has somebody");
    for document in random.procedure.documents.iter().filter(|document| document.external) {
        case.supply(actor(first), document.id.as_str(), now).expect("anybody may supply it");
    }
    for deed in deeds {
        let done = match *deed {
            Deed::Recall(step, _) => case.recall(actor(step), step, now).cloned(),
            Deed::Finish(step, outcome) => {
                let definition = random.procedure.find_step(step).expect("a step");
                let taken = definition.find_outcome(outcome).expect("an outcome");
                if taken.returns {
                    let (step_ix, reason) = (sound.step(step).expect("a step"), "once more".into());
                    let outcome = sound.outcome(step_ix, outcome).expect("an outcome");
                    let kind = CommandKind::ReturnStep { step: step_ix, outcome, reason };
                    case.carry_out(&Command { by: actor(step), kind }, now).cloned()
                } else {
                    let outputs = definition.outputs_of(taken).iter().map(|used| used.document.as_str());
                    case.complete(actor(step), step, outcome, &outputs.collect::<Vec<_>>(), now).cloned()
                }
            }
            other => unreachable!("{other:?}"),
        };
        if let Err(refused) = done {
            prop_assert!(false, "{deed:?}: {refused}\n{plan}");
        }
    }
    prop_assert_eq!(case.status(), Status::Completed);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whom_a_plan_names_can_do_any_case_of_its_paths(shown in small(), seed: u64, at in 0..MOMENTS, walk: u64) {
        let random = random(shown, seed);
        let staffing = sound(&random.procedure).staffing(&staff_of(&random.facts), Timestamp::from_millis(at));
        let Some(deeds) = schedule(&Reference::new(&random.procedure), &mut Dice::new(walk)) else {
            return Err(TestCaseError::reject("it goes round for long"));
        };
        let finished = deeds.iter().filter_map(|deed| if let Deed::Finish(step, _) = deed { Some(*step) } else { None });
        if staffing.is_met() {
            let plan = plan_for(&staffing, &finished.collect()).expect("there is a plan for every path");
            run_to_the_end(&random, &deeds, &plan, at)?;
        }
    }

    #[test]
    fn the_answer_over_a_period_is_that_at_each_moment(shown in small(), seed: u64, from in 0..MOMENTS, until in 0..MOMENTS) {
        let random = random(shown, seed);
        let (sound, staff) = (sound(&random.procedure), staff_of(&random.facts));
        let spells = sound.staffing_over(&staff, Timestamp::from_millis(from)..Timestamp::from_millis(until));
        let mut covered = from;
        for (position, spell) in spells.iter().enumerate() {
            prop_assert_eq!(spell.from.as_millis(), covered);
            prop_assert!(position == 0 || spells[position - 1].staffing != spell.staffing);
            covered = spell.until.as_millis();
            for at in spell.from.as_millis()..covered {
                prop_assert_eq!(&sound.staffing(&staff, Timestamp::from_millis(at)), &spell.staffing);
            }
        }
        prop_assert_eq!(covered, until.max(from));
    }
}
