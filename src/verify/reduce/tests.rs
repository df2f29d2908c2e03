//! Reduction against the state space.

#[allow(dead_code, reason = "the integration tests use the rest")]
#[path = "../../../tests/suite/random.rs"]
mod random;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::proves_sound;
use super::translate::translate;
use crate::net::Net;
use crate::verify::space::Space;
use crate::verify::structure;
use crate::{Code, Procedure};

/// What the state space says of the tokens alone; none where it cannot decide.
fn is_sound(procedure: &Procedure, net: &Net) -> Option<bool> {
    let space = Space::explore(net, 20_000);
    let mut found = space.examine(procedure, net);
    found.extend(structure::examine(procedure, net));
    let codes: Vec<Code> = found.iter().map(|d| d.code).filter(|code| *code != Code::ReturnForward).collect();
    (!codes.contains(&Code::Undecided)).then(|| codes.is_empty())
}

fn survey(name: &str, strategy: impl Strategy<Value = random::Shown>, count: usize) {
    let mut runner = TestRunner::deterministic();
    let (mut inside, mut sound, mut proved) = (0, 0, 0);
    let mut shown = 0;
    for _ in 0..count {
        let procedure = strategy.new_tree(&mut runner).expect("one").current().0;
        let net = Net::compile(&procedure);
        if translate(&net).is_none() {
            continue;
        }
        inside += 1;
        let Some(verdict) = is_sound(&procedure, &net) else { continue };
        let proof = proves_sound(&net);
        sound += usize::from(verdict);
        proved += usize::from(proof);
        assert!(verdict || !proof, "{}", procedure.to_toml());
        if verdict && !proof && shown < 3 {
            shown += 1;
            println!("NOT REDUCED\n{}", brief(&procedure));
        }
    }
    println!("{name}: {count} inside {inside} sound {sound} proved {proved}");
}

fn brief(procedure: &Procedure) -> String {
    let mut text = format!("start {:?}\n", procedure.first_step().map(|s| s.id.as_str()));
    for step in &procedure.steps {
        text += &format!("{} {:?}:", step.id, step.join);
        for outcome in &step.outcomes {
            let to: Vec<_> = outcome.to.iter().map(|to| to.as_str()).collect();
            text += &format!(" {}{{{}}}", if outcome.returns { "R" } else { "" }, to.join(","));
        }
        text += "\n";
    }
    text
}

#[test]
fn survey_all() {
    survey("sound", random::sound(), 3000);
    survey("small", random::small(), 3000);
    survey("broken", random::broken(), 20000);
}

fn tangled(dice: &mut random::Dice) -> Procedure {
    use crate::{Join, Outcome, Step, Target};
    let count = 3 + dice.roll(7);
    let (split, back, all) = ([10, 30, 50][dice.roll(3)], [0, 10, 25][dice.roll(3)], [20, 50, 80][dice.roll(3)]);
    let mut procedure = Procedure::new("p", "1", "P").role("r", "R");
    for at in 0..count {
        let mut step = Step::new(format!("{at}"), "r", "Act");
        if dice.chance(all) {
            step = step.join(Join::All);
        }
        for number in 0..1 + dice.roll(3).saturating_sub(dice.roll(2)) {
            let mut outcome = Outcome::new(format!("o{number}"));
            let mut seen = Vec::new();
            for _ in 0..if dice.chance(split) { 2 + dice.roll(2) } else { 1 } {
                let to = if dice.chance(back) { dice.roll(count) } else { at + 1 + dice.roll(3.min(count - at)) };
                if !seen.contains(&to) {
                    seen.push(to);
                    outcome = outcome.to(if to >= count { Target::End } else { Target::Step(format!("{to}").into()) });
                }
            }
            if dice.chance(back) { outcome = outcome.returning(); }
            step = step.outcome(outcome);
        }
        procedure = procedure.step(step);
    }
    procedure
}

#[test]
fn survey_tangled() {
    let mut dice = random::Dice::new(7);
    let (mut inside, mut sound, mut proved, mut parallel, mut shown, mut differ) = (0, 0, 0, 0, 0, 0);
    for _ in 0..60_000 {
        let procedure = tangled(&mut dice);
        let net = Net::compile(&procedure);
        let reach = structure::examine(&procedure, &net);
        if reach.iter().any(|d| d.code != Code::ReturnForward) || translate(&net).is_none() { continue; }
        inside += 1;
        let proof = proves_sound(&net);
        let space = Space::explore(&net, 300);
        let verdict = space.examine(&procedure, &net).is_empty();
        if space.len() > 300 { continue; }
        sound += usize::from(verdict);
        proved += usize::from(proof);
        parallel += usize::from(verdict && net.moves.iter().any(|m| net.masks.bits(&m.puts).count() > 1));
        assert!(verdict || !proof, "{}", brief(&procedure));
        let ordinary = translate(&net).map(|(graph, marked)| ordinary_is_sound(&graph, marked)).unwrap();
        assert!(!ordinary || verdict, "{}", brief(&procedure));
        if ordinary && !proof && shown < 5 {
            shown += 1;
            println!("NOT REDUCED\n{}", brief(&procedure));
        }
        differ += usize::from(verdict && !ordinary);
    }
    println!("differ {differ} inside {inside} sound {sound} parallel {parallel} proved {proved}");
}

#[path = "../../../benches/support/generators.rs"]
mod generators;

#[test]
fn timing() {
    let forum = Procedure::from_toml(include_str!("../../../examples/sop/forum-bisnis.toml")).unwrap();
    let virt = Procedure::from_toml(include_str!("../../../examples/sop/forum-bisnis-virtual.toml")).unwrap();
    let mut all = vec![("forum".to_owned(), forum), ("virtual".to_owned(), virt)];
    for n in [10, 100, 1000, 10000, 20000] {
        all.push((format!("chain {n}"), generators::chain(n)));
        all.push((format!("nested {n}"), generators::nested(n)));
    }
    all.push(("wide".into(), generators::wide(30, 5)));
    all.push(("wide unsound".into(), generators::wide_unsound(30, 5)));
    for (name, procedure) in all {
        let net = Net::compile(&procedure);
        let begun = std::time::Instant::now();
        let mut runs = 0;
        let mut proved = false;
        while begun.elapsed().as_millis() < 300 {
            proved = proves_sound(&net);
            runs += 1;
        }
        println!("{name}: {proved} {:?} steps {}", begun.elapsed() / runs, procedure.steps.len());
        if procedure.steps.len() <= 100 {
            if let Err(report) = procedure.verify() { println!("{report}"); }
        }
    }
}

/// By brute force: whether the net is safe, every marking leads back to the first, and every transition can fire.
fn ordinary_is_sound(graph: &super::Graph, marked: super::Node) -> bool {
    use super::graph::Side;
    use std::collections::HashMap;
    let transitions: Vec<_> = graph.transitions().filter(|node| graph.is_alive(*node)).map(|node| {
        Side::BOTH.map(|side| graph.neighbours(node, side).collect::<Vec<_>>())
    }).collect();
    let mut first = vec![false; graph.places().len()];
    first[marked as usize] = true;
    let mut numbers = HashMap::from([(first.clone(), 0)]);
    let mut markings = vec![first];
    let mut before = vec![Vec::new()];
    let mut fired = vec![false; transitions.len()];
    let mut at = 0;
    while at < markings.len() {
        for (number, [results, taken]) in transitions.iter().enumerate() {
            let mut next = markings[at].clone();
            if !taken.iter().all(|place| std::mem::take(&mut next[*place as usize])) { continue; }
            fired[number] = true;
            if results.iter().any(|place| std::mem::replace(&mut next[*place as usize], true)) { return false; }
            let to = *numbers.entry(next.clone()).or_insert_with(|| { markings.push(next); before.push(vec![]); markings.len() - 1 });
            before[to].push(at);
        }
        at += 1;
    }
    let mut back = vec![false; markings.len()];
    let mut open = vec![0];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut back[at], true) { open.extend(&before[at]); }
    }
    back.iter().chain(&fired).all(|holds| *holds)
}
