//! Reduction against the state space, and against brute force on the net itself.

use std::collections::HashMap;

use proptest::prelude::*;

use super::cycles::cycles;
use super::graph::{Graph, Node, Side};
use super::translate::translate;
use super::{Reduction, is_proved_sound};
use crate::net::Net;
use crate::{Code, Join, Method, Outcome, Procedure, Step, Target, Verifier};
use random::{Dice, Shown, broken, sound};

#[allow(dead_code, reason = "the integration tests use the rest")]
#[path = "../../../tests/suite/random.rs"]
mod random;

/// A procedure of one step a line, such as `2 all: 3 4 | <1`: its outcomes, returns with a `<`.
fn procedure(text: &str) -> Procedure {
    let blank = Procedure::new("p", "1", "P").role("r", "R");
    text.lines().map(str::trim).filter(|line| !line.is_empty()).fold(blank, |procedure, line| {
        let (head, outcomes) = line.split_once(':').expect("a step and its outcomes");
        let (id, join) = match head.split_once(' ') {
            Some((id, _)) => (id, Join::All),
            None => (head, Join::Any),
        };
        let outcomes = outcomes.split('|').enumerate().map(|(number, targets)| {
            let (targets, returns) = match targets.trim().strip_prefix('<') {
                Some(targets) => (targets, true),
                None => (targets.trim(), false),
            };
            let outcome = targets.split(' ').fold(Outcome::new(format!("o{number}")), Outcome::to);
            if returns { outcome.returning() } else { outcome }
        });
        procedure.step(outcomes.fold(Step::new(id, "r", "Act").join(join), Step::outcome))
    })
}

/// By brute force: whether the net is safe, every marking leads back to the first, and every node has its turn. `None`
/// where that would take long.
fn is_sound_net(graph: &Graph, marked: Node) -> Option<bool> {
    let around = |node| Side::BOTH.map(|side| graph.neighbours(node, side).collect::<Vec<_>>());
    let transitions: Vec<_> = graph.transitions().map(around).collect();
    let mut first = vec![false; graph.places().len()];
    first[marked as usize] = true;
    let mut ever = first.clone();
    let mut fired = vec![false; transitions.len()];
    let mut numbers = HashMap::from([(first.clone(), 0)]);
    let (mut markings, mut before, mut at) = (vec![first], vec![Vec::new()], 0);
    while at < markings.len() {
        for (number, [results, taken]) in transitions.iter().enumerate() {
            let mut next = markings[at].clone();
            if !taken.iter().all(|place| std::mem::take(&mut next[*place as usize])) {
                continue;
            }
            fired[number] = true;
            for place in results {
                ever[*place as usize] = true;
                if std::mem::replace(&mut next[*place as usize], true) {
                    return Some(false);
                }
            }
            let to = *numbers.entry(next.clone()).or_insert_with(|| {
                markings.push(next);
                before.push(Vec::new());
                markings.len() - 1
            });
            before[to].push(at);
        }
        at += 1;
        if at > 2_000 {
            return None;
        }
    }
    let (mut back, mut open) = (vec![false; markings.len()], vec![0]);
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut back[at], true) {
            open.extend(&before[at]);
        }
    }
    Some([back, fired, ever].iter().flatten().all(|holds| *holds))
}

/// What the markings show about tokens. `None` where there are too many.
fn is_sound(procedure: &Procedure) -> Option<bool> {
    let codes: Vec<Code> = match Verifier::new().only_by(Method::Markings).markings_max(5_000).verify(procedure) {
        Ok(_) => Vec::new(),
        Err(report) => report.errors().map(|found| found.code).collect(),
    };
    let about_tokens = [
        Code::UnreachableStep,
        Code::NoWayToEnd,
        Code::DeadStep,
        Code::Deadlock,
        Code::Livelock,
        Code::ImproperCompletion,
        Code::TwoTokens,
    ];
    (!codes.contains(&Code::Undecided)).then(|| !codes.iter().any(|code| about_tokens.contains(code)))
}

fn check(text: &str, expected: bool) {
    let procedure = procedure(text);
    let net = Net::compile(&procedure);
    let (graph, marked) = translate(&net).expect("it is an ordinary net");
    assert_eq!(is_sound_net(&graph, marked), Some(expected), "{text}");
    assert_eq!(is_proved_sound(&net), expected, "{text}");
    assert!(!expected || is_sound(&procedure) == Some(true), "{text}");
}

/// A net of transitions, each with the places that it takes from and puts on.
fn net(places: usize, transitions: &[(&[Node], &[Node])]) -> Graph {
    let mut graph = Graph::new(places, transitions.len());
    for ((taken, put), transition) in transitions.iter().zip(graph.transitions()) {
        taken.iter().for_each(|place| graph.connect(*place, transition));
        put.iter().for_each(|place| graph.connect(transition, *place));
    }
    graph
}

/// The first place holds the token.
fn check_net(places: usize, transitions: &[(&[Node], &[Node])], expected: bool) {
    let graph = net(places, transitions);
    assert_eq!(is_sound_net(&graph, 0), Some(expected), "{transitions:?}");
    assert_eq!(Reduction::new(graph, 0).reduces_to_one_place(), expected, "{transitions:?}");
}

#[test]
fn parts_of_every_kind_are_reduced() {
    check("1: end", true);
    check("1: 2 \n 2: 3 | <1 \n 3: end | <2 | <1", true);
    check("1: 2 | 3 \n 2: 4 \n 3: 4 | end \n 4: 1 | end", true);
    check("1: 2 3 \n 2: 4 \n 3: 4 \n 4 all: end | <2 3", true);
    check("1: 2 3 \n 2: 4 \n 3: 4 \n 4 all: 5 \n 5: end | <4", true);
    check("1: 2 3 4 \n 2: 5 6 \n 3: 6 7 \n 4: 7 \n 5: 8 \n 6 all: 8 \n 7 all: 8 \n 8 all: end", true);
}

#[test]
fn a_taker_that_takes_more_is_not_agglomerated() {
    check("1: 2 | 3 \n 2: 4 \n 3: 4 \n 4 all: end", false);
    check_net(3, &[(&[0], &[1]), (&[0], &[2]), (&[1, 2], &[0])], false);
}

#[test]
fn a_place_without_givers_is_not_agglomerated() {
    check("1: end \n 2: end", false);
}

#[test]
fn a_taker_without_results_is_not_agglomerated() {
    check_net(3, &[(&[0], &[1, 2]), (&[1], &[0]), (&[2], &[])], false);
}

#[test]
fn a_result_is_not_put_twice() {
    check("1: 2 3 \n 2: 3 \n 3: end", false);
    check("1: 2 3 | 2 4 \n 2: 3 4 \n 3: end \n 4: end", false);
}

#[test]
fn the_token_is_not_agglomerated() {
    check("1 all: end 1", false);
}

#[test]
fn a_trap_is_not_fused_with_the_choice_before_it() {
    check("1: 2 | end \n 2: 3 | 4 \n 3: 2 \n 4: 2", false);
}

#[test]
fn a_choice_in_one_of_two_branches_is_not_fused_with_the_split() {
    check("1: 2 3 \n 2: 4 | end \n 3: 4 \n 4 all: end", false);
}

#[test]
fn a_choice_that_others_lead_to_is_not_fused() {
    check("1: 2 3 \n 2: 4 | 5 \n 3: 4 | 5 \n 4 all: end \n 5 all: end", false);
}

#[test]
fn nodes_that_are_alike_on_one_side_alone_are_no_twins() {
    check("1: 2 | 3 \n 2: 4 \n 3: 4 5 \n 4 all: end \n 5: 4", false);
    check("1: 2 3 \n 2: end \n 3: end", false);
    check("1: 2 | 2 3 \n 2: 4 \n 3: 4 \n 4 all: end", false);
}

#[test]
fn the_token_has_no_twin() {
    check("1: end \n 2: 2", false);
}

#[test]
fn a_transition_that_puts_more_than_it_takes_is_no_loop() {
    check("1: 2 \n 2: 2 3 | 3 \n 3: end", false);
    check_net(2, &[(&[0], &[1]), (&[1], &[0]), (&[1], &[0, 1])], false);
}

#[test]
fn places_between_which_tokens_multiply_are_no_cycle() {
    check("1: 2 \n 2: 3 | end \n 3: 2 | 2 4 | end \n 4: end", false);
    check("1: 2 3 \n 2: 3 | 4 \n 3: 2 | 4 \n 4 all: end", false);
}

#[test]
fn a_cycle_is_of_transitions_from_one_place_to_one_place() {
    let check = |transitions: &[(&[Node], &[Node])], expected: &[&[Node]]| {
        let mut found = cycles(&net(5, transitions));
        for cycle in &mut found {
            cycle.sort_unstable();
        }
        assert_eq!(found, expected, "{transitions:?}");
    };
    check(
        &[(&[0], &[1]), (&[1], &[2]), (&[2], &[0]), (&[2], &[3]), (&[3], &[4]), (&[4], &[3])],
        &[&[3, 4], &[0, 1, 2]],
    );
    check(&[(&[0], &[1]), (&[1, 2], &[0])], &[]);
    check(&[(&[0], &[1]), (&[1], &[0, 2])], &[]);
}

#[test]
fn what_is_no_ordinary_net_is_left_alone() {
    let check = |procedure: &Procedure| assert!(!is_proved_sound(&Net::compile(procedure)), "{}", procedure.to_toml());
    let branches = procedure("1: 2 3 4 \n 2: 5 \n 3: 5 \n 4: 5 \n 5 all: end");
    assert!(is_proved_sound(&Net::compile(&branches)));
    let with_join = |join| {
        let mut changed = branches.clone();
        changed.steps[4].join = join;
        changed
    };
    check(&with_join(Join::NOf(2)));
    assert!(is_proved_sound(&Net::compile(&with_join(Join::NOf(3)))));
    let mut cancelling = branches.clone();
    cancelling.steps[0].outcomes[0].cancels.push("2".into());
    check(&cancelling);
    let mut aimless = branches.clone();
    aimless.steps[0].outcomes.push(Outcome::new("nowhere"));
    check(&aimless);
    let mut stopping = branches;
    stopping.steps[4].outcomes.clear();
    check(&stopping);
    check(&procedure("1: 2 2 \n 2: end"));
    check(&procedure(""));
}

/// Work that a return brings to step 3 while a flow of its join has arrived: taken together, although the net leaves one.
#[test]
fn more_than_a_join_takes_is_left_to_the_markings() {
    let procedure = procedure("1: 2 3 \n 2: <3 | 3 \n 3 all: end");
    assert_eq!(is_sound(&procedure), Some(true));
    assert!(!is_proved_sound(&Net::compile(&procedure)));
}

/// Steps with outcomes to the next few, mostly, and joins that fit by chance.
fn tangled(dice: &mut Dice) -> Procedure {
    let count = 3 + dice.roll(6);
    let [split, back, all] = [[10, 30, 50], [0, 10, 25], [20, 50, 80]].map(|chances| chances[dice.roll(3)]);
    let step_at = |target: usize| if target >= count { Target::End } else { Target::from(target.to_string().as_str()) };
    let mut procedure = Procedure::new("p", "1", "P").role("r", "R");
    for at in 0..count {
        let mut step = Step::new(at.to_string(), "r", "Act");
        if dice.chance(all) {
            step.join = Join::All;
        }
        for number in 0..=dice.roll(3) {
            let mut outcome = Outcome::new(format!("o{number}"));
            for _ in 0..if dice.chance(split) { 2 + dice.roll(2) } else { 1 } {
                let nearby = at + 1 + dice.roll(3.min(count - at));
                let target = step_at(if dice.chance(back) { dice.roll(count) } else { nearby });
                if !outcome.to.contains(&target) {
                    outcome.to.push(target);
                }
            }
            outcome.returns = dice.chance(back);
            step.outcomes.push(outcome);
        }
        procedure.steps.push(step);
    }
    procedure
}

fn what_is_proved_is_sound(procedure: &Procedure) -> Result<(), TestCaseError> {
    let proved = is_proved_sound(&Net::compile(procedure));
    prop_assert!(!proved || is_sound(procedure) != Some(false), "{}", procedure.to_toml());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_sound_procedures_every_ordinary_one_is_proved(Shown(procedure) in sound()) {
        let net = Net::compile(&procedure);
        prop_assert_eq!(is_proved_sound(&net), translate(&net).is_some(), "{}", procedure.to_toml());
    }

    #[test]
    fn broken_procedures_are_proved_where_they_are_sound(Shown(procedure) in broken()) {
        what_is_proved_is_sound(&procedure)?;
    }

    #[test]
    fn tangled_procedures_are_proved_where_they_are_sound(seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        for _ in 0..20 {
            what_is_proved_is_sound(&tangled(&mut dice))?;
        }
    }
}

/// Not a law, since the rules are not complete: what is lost is seen here.
#[test]
fn every_tangled_net_that_is_sound_is_reduced() {
    let (mut dice, mut sound) = (Dice::new(1), 0);
    for _ in 0..20_000 {
        let procedure = tangled(&mut dice);
        let net = Net::compile(&procedure);
        let Some((graph, marked)) = translate(&net) else { continue };
        let Some(is_sound) = is_sound_net(&graph, marked) else { continue };
        assert_eq!(is_proved_sound(&net), is_sound, "{}", procedure.to_toml());
        sound += usize::from(is_sound);
    }
    assert!(sound > 100, "{sound} are sound");
}
