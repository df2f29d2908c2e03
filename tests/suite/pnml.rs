//! A fourth opinion on soundness: the exported net, read back and played as any tool for Petri nets would play it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use sopflow::exchange::{dot, pnml};
use sopflow::{Code, Join, Outcome, Procedure, Step, Target, Text};

use crate::laws::cases;
use crate::random::{Shown, broken, small, sound};
use crate::reference::{Deed, Phase, Reference};

const MARKINGS_MAX: usize = 1_000;
/// More tokens in one place than any bounded net of a random procedure holds.
const TOKENS_MAX: u32 = 12;

/// A net as read from PNML. Places and transitions go by their ids.
#[derive(Debug, Default)]
struct Read {
    kind: String,
    title: String,
    /// The tokens in the beginning.
    places: BTreeMap<String, u32>,
    names: BTreeMap<String, String>,
    transitions: BTreeSet<String>,
    arcs: Vec<Arc>,
}

#[derive(Debug, Default, Clone)]
struct Arc {
    from: String,
    to: String,
    is_reset: bool,
}

fn read(pnml: &str) -> Read {
    let mut reader = Reader::from_str(pnml);
    let mut net = Read::default();
    let (mut within, mut ids, mut text) = (Vec::<String>::new(), HashSet::new(), String::new());
    let mut node = String::new();
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}\n{pnml}"));
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let attribute = |name| attribute(start, name);
                let id = attribute("id");
                assert!(id.as_ref().is_none_or(|id| ids.insert(id.clone())), "{id:?} twice");
                let tag = start.name().as_ref().to_owned();
                match tag.as_str() {
                    "pnml" => {
                        let namespace = attribute("xmlns").expect("a namespace");
                        assert_eq!(namespace, "http://www.pnml.org/version-2009/grammar/pnml");
                    }
                    "net" => net.kind = attribute("type").expect("a type"),
                    "place" => drop(net.places.insert(id.clone().expect("an id"), 0)),
                    "transition" => drop(net.transitions.insert(id.clone().expect("an id"))),
                    "arc" => net.arcs.push(Arc {
                        from: attribute("source").expect("a source"),
                        to: attribute("target").expect("a target"),
                        is_reset: false,
                    }),
                    "page" | "name" | "text" | "initialMarking" | "arctype" => {}
                    other => panic!("<{other}> is not known"),
                }
                if let Some(id) = id {
                    assert!(is_nc_name(&id), "{id}");
                    node = id;
                }
                text.clear();
                if matches!(event, Event::Start(_)) {
                    within.push(tag);
                }
            }
            Event::Text(piece) => text.push_str(piece),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().expect("a character") {
                Some(char) => text.push(char),
                None => text.push_str(match &**reference {
                    "lt" => "<",
                    "gt" => ">",
                    "amp" => "&",
                    "quot" => "\"",
                    "apos" => "'",
                    other => panic!("&{other}; is not known"),
                }),
            },
            Event::End(_) => {
                let path: Vec<&str> = within.iter().map(String::as_str).collect();
                match path.as_slice() {
                    [.., "net", "name", "text"] => net.title.clone_from(&text),
                    [.., "name", "text"] => drop(net.names.insert(node.clone(), text.clone())),
                    [.., "initialMarking", "text"] => *net.places.get_mut(&node).expect("a place") = number(&text),
                    [.., "arctype", "text"] => {
                        assert_eq!(text, "reset");
                        net.arcs.last_mut().expect("an arc").is_reset = true;
                    }
                    _ => {}
                }
                within.pop();
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(within.is_empty(), "{within:?} is left open");
    net
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    Some(start.try_get_attribute(name).expect("attributes are well-formed")?.value.into_owned())
}

fn number(text: &str) -> u32 {
    text.parse().expect("a number")
}

fn is_nc_name(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_alphabetic())
        && id.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// A transition with places by number.
struct Move {
    takes: Vec<usize>,
    puts: Vec<usize>,
    resets: Vec<usize>,
    is_silent: bool,
}

/// What playing a net shows.
#[expect(clippy::struct_excessive_bools, reason = "each is a law of its own")]
#[derive(Debug, PartialEq, Eq)]
struct Played {
    /// No place ever holds two tokens.
    is_safe: bool,
    can_always_end: bool,
    ends_properly: bool,
    no_dead_outcome: bool,
    no_dead_join: bool,
}

impl Played {
    const SOUND: Self =
        Self { is_safe: true, can_always_end: true, ends_properly: true, no_dead_outcome: true, no_dead_join: true };

    /// Whether it is sound in the sense of the crate. A join that never holds at a step that returns enable is no defect.
    fn is_sound(&self) -> bool {
        *self == Self { no_dead_join: self.no_dead_join, ..Self::SOUND }
    }
}

impl Read {
    /// Arcs lead from places to transitions or back, there is one source and one sink, and everything lies between them.
    fn is_workflow_net(&self) -> bool {
        for arc in &self.arcs {
            let from_place = self.places.contains_key(&arc.from) && self.transitions.contains(&arc.to);
            let to_place = self.transitions.contains(&arc.from) && self.places.contains_key(&arc.to);
            assert!(from_place || to_place && !arc.is_reset, "{arc:?}");
        }
        let tokens: Vec<_> = self.places.iter().filter(|(_, tokens)| **tokens > 0).collect();
        assert_eq!(tokens, [(&"start".to_owned(), &1)]);
        let flows = || self.arcs.iter().filter(|arc| !arc.is_reset);
        let without = |ends: HashSet<&String>| -> Vec<&String> {
            self.places.keys().filter(|place| !ends.contains(place)).collect()
        };
        let nodes = self.places.len() + self.transitions.len();
        without(flows().map(|arc| &arc.to).collect()) == ["start"]
            && without(flows().map(|arc| &arc.from).collect()) == ["end"]
            && reached("start", flows().map(|arc| (&arc.from, &arc.to))) == nodes
            && reached("end", flows().map(|arc| (&arc.to, &arc.from))) == nodes
    }

    /// Plays the net from the beginning in every way. `None` where that leads to more markings than allowed.
    fn play(&self) -> Option<Played> {
        let numbers: HashMap<&str, usize> = self.places.keys().map(String::as_str).zip(0..).collect();
        let moves: Vec<Move> = self.transitions.iter().map(|id| self.move_of(id, &numbers)).collect();
        let end = numbers["end"];
        let begin: Vec<u32> = self.places.values().copied().collect();
        let mut known = HashMap::from([(begin.clone(), 0)]);
        let (mut markings, mut back) = (vec![begin], vec![Vec::new()]);
        let (mut fired, mut ends) = (vec![false; moves.len()], Vec::new());
        let mut played = Played::SOUND;
        let mut at = 0;
        while at < markings.len() {
            if markings.len() > MARKINGS_MAX {
                return None;
            }
            let marking = markings[at].clone();
            played.is_safe &= marking.iter().all(|tokens| *tokens < 2);
            if marking.iter().any(|tokens| *tokens > TOKENS_MAX) {
                return Some(Played { is_safe: false, can_always_end: false, ..played });
            }
            if marking[end] > 0 {
                let is_proper = marking.iter().sum::<u32>() == 1;
                played.ends_properly &= is_proper;
                ends.extend(is_proper.then_some(at));
            }
            for (number, made) in moves.iter().enumerate() {
                let Some(next) = made.fire(&marking) else { continue };
                fired[number] = true;
                let to = *known.entry(next.clone()).or_insert_with(|| {
                    markings.push(next);
                    back.push(Vec::new());
                    markings.len() - 1
                });
                back[to].push(at);
            }
            at += 1;
        }
        let mut can_end: HashSet<usize> = ends.iter().copied().collect();
        while let Some(marking) = ends.pop() {
            ends.extend(back[marking].iter().filter(|earlier| can_end.insert(**earlier)));
        }
        played.can_always_end = can_end.len() == markings.len();
        let dead = |silent| moves.iter().zip(&fired).any(|(made, fired)| made.is_silent == silent && !fired);
        (played.no_dead_outcome, played.no_dead_join) = (!dead(false), !dead(true));
        Some(played)
    }

    fn move_of(&self, id: &str, numbers: &HashMap<&str, usize>) -> Move {
        let into = || self.arcs.iter().filter(|arc| arc.to == id);
        Move {
            takes: into().filter(|arc| !arc.is_reset).map(|arc| numbers[arc.from.as_str()]).collect(),
            puts: self.arcs.iter().filter(|arc| arc.from == id).map(|arc| numbers[arc.to.as_str()]).collect(),
            resets: into().filter(|arc| arc.is_reset).map(|arc| numbers[arc.from.as_str()]).collect(),
            is_silent: id == "begin" || id.contains("_join"),
        }
    }
}

impl Move {
    fn fire(&self, marking: &[u32]) -> Option<Vec<u32>> {
        let mut next = marking.to_vec();
        for place in &self.takes {
            next[*place] = next[*place].checked_sub(1)?;
        }
        self.resets.iter().for_each(|place| next[*place] = 0);
        self.puts.iter().for_each(|place| next[*place] += 1);
        Some(next)
    }
}

fn reached<'a>(from: &'a str, arcs: impl Iterator<Item = (&'a String, &'a String)>) -> usize {
    let mut after: HashMap<&str, Vec<&str>> = HashMap::new();
    arcs.for_each(|(from, to)| after.entry(from).or_default().push(to));
    let (mut seen, mut open) = (HashSet::from([from]), VecDeque::from([from]));
    while let Some(node) = open.pop_front() {
        open.extend(after.get(node).into_iter().flatten().filter(|next| seen.insert(**next)));
    }
    seen.len()
}

/// Whether finishing a step ever takes more tokens than its join needs: the crate takes all, an ordinary net cannot.
fn takes_more_than_needed(procedure: &Procedure) -> Option<bool> {
    let reference = Reference::new(procedure);
    let mut seen = HashSet::from([reference.opened()]);
    let mut open: Vec<_> = seen.iter().cloned().collect();
    while let Some(stand) = open.pop() {
        if seen.len() > MARKINGS_MAX {
            return None;
        }
        if stand.phase == Phase::Completed {
            continue;
        }
        for id in reference.enabled(&stand) {
            let waiting: Vec<_> = stand.tokens.iter().filter(|(.., to)| *to == id).collect();
            let step = reference.step(id).expect("an enabled step exists");
            let is_return =
                |from: &str, outcome: &str| reference.outcome(from, outcome).is_some_and(|outcome| outcome.returns);
            let is_join = waiting.len() == needed(procedure, step)
                && !waiting.iter().any(|(from, outcome, _)| is_return(from, outcome));
            if waiting.len() > 1 && !is_join {
                return Some(true);
            }
            for outcome in &step.outcomes {
                let mut next = stand.clone();
                let clash = reference.perform(&mut next, Deed::Finish(id, outcome.id.as_str()));
                next.done.clear();
                if clash.is_none() && seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
    }
    Some(false)
}

fn needed(procedure: &Procedure, step: &Step) -> usize {
    let forward = procedure.steps.iter().flat_map(|from| &from.outcomes).filter(|outcome| !outcome.returns);
    let incoming = forward.flat_map(|outcome| &outcome.to).filter(|to| to.as_str() == step.id.as_str()).count();
    let is_first = procedure.start.as_ref().unwrap_or(&procedure.steps[0].id) == &step.id;
    match step.join {
        Join::NOf(wanted) => usize::from(wanted),
        Join::All => incoming + usize::from(is_first),
        _ => 1,
    }
}

/// The same without documents, of which a net knows nothing.
fn flows_alone(mut procedure: Procedure) -> Procedure {
    procedure.documents.clear();
    for step in &mut procedure.steps {
        step.inputs.clear();
        step.outputs.clear();
        step.outcomes.iter_mut().for_each(|outcome| outcome.outputs = None);
    }
    procedure
}

/// Whether the flows are sound. That a return leads back is a rule of the crate, not of nets.
fn has_sound_flows(procedure: &Procedure) -> bool {
    procedure.verify().map_or_else(|report| report.errors().all(|error| error.code == Code::ReturnForward), |_| true)
}

fn the_net_gets_the_same_verdict(procedure: Procedure) -> Result<(), TestCaseError> {
    let procedure = flows_alone(procedure);
    let Ok(text) = pnml::write(&procedure, "en") else { return Err(TestCaseError::reject("does not fit together")) };
    let net = read(&text);
    let cancels = procedure.steps.iter().flat_map(|step| &step.outcomes).any(|outcome| !outcome.cancels.is_empty());
    let (Some(played), Some(takes_more)) = (net.play(), takes_more_than_needed(&procedure)) else {
        return Err(TestCaseError::reject("too many markings"));
    };
    let shown = || format!("{played:?}, takes more: {takes_more}\n{}", procedure.to_toml());
    let is_sound = has_sound_flows(&procedure);
    // A step that another one cancels need not have a way to the end, which a workflow net asks for.
    prop_assert!(!is_sound || cancels || net.is_workflow_net(), "{}", shown());
    if !takes_more {
        prop_assert_eq!(played.is_sound(), is_sound, "{}", shown());
    } else if is_sound && !cancels {
        prop_assert!(!played.is_sound(), "{}", shown());
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn nets_of_sound_procedures_are_sound(Shown(procedure) in sound()) {
        the_net_gets_the_same_verdict(procedure)?;
    }

    #[test]
    fn nets_of_small_procedures_get_the_same_verdict(Shown(procedure) in small()) {
        the_net_gets_the_same_verdict(procedure)?;
    }

    #[test]
    fn nets_of_broken_procedures_get_the_same_verdict(Shown(procedure) in broken()) {
        the_net_gets_the_same_verdict(procedure)?;
    }
}

/// The verdicts of others mean something only where each of the exceptions occurs, and each kind of defect.
#[test]
fn the_exceptions_and_the_defects_occur() {
    let mut runner = TestRunner::deterministic();
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..400 {
        let Shown(procedure) = broken().new_tree(&mut runner).expect("there is one").current();
        let procedure = flows_alone(procedure);
        let Ok(text) = pnml::write(&procedure, "en") else { continue };
        let net = read(&text);
        let (Some(played), Some(takes_more)) = (net.play(), takes_more_than_needed(&procedure)) else { continue };
        let is_sound = has_sound_flows(&procedure);
        for (what, holds) in [
            ("sound", is_sound && played == Played::SOUND),
            ("unsafe", !played.is_safe),
            ("stuck", !played.can_always_end),
            ("improper", !played.ends_properly),
            ("dead outcome", !played.no_dead_outcome),
            ("no workflow net", !net.is_workflow_net()),
            ("resets", net.arcs.iter().any(|arc| arc.is_reset)),
            ("joins of some", net.transitions.iter().any(|id| id.ends_with("_join2"))),
            ("takes more", takes_more),
            ("takes more and sound", takes_more && is_sound),
        ] {
            *found.entry(what).or_default() += usize::from(holds);
        }
    }
    assert!(found.values().all(|count| *count > 0), "{found:?}");
}

const HOSTILE: &str = "<script>alert('\"x\"')</script> & \\N \u{0}\u{b}\u{1f}\u{ffff} ]]> 猫\n<!--";

#[test]
fn hostile_texts_come_out_well_formed() {
    let procedure = Procedure::new("p", "1", HOSTILE).role("r", "R").step(Step::new("1", "r", HOSTILE).next("end"));
    let net = read(&pnml::write(&procedure, "en").unwrap_or_else(|error| panic!("{error}")));
    let shown = HOSTILE.replace(['\u{0}', '\u{b}', '\u{1f}', '\u{ffff}'], "\u{fffd}");
    assert_eq!(net.title, shown);
    assert_eq!(net.names["s1_out1"], format!("1:done {shown}"));
    let drawn = dot::write(&procedure, "en").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(drawn.lines().count(), 13, "no text breaks a line: {drawn}");
    assert!(drawn.contains(r#"label="<script>alert('\"x\"')</script> &amp; \\N "#), "{drawn}");
}

#[test]
fn names_are_in_the_language_asked_for() {
    let activity = Text::new("id", "Menulis").and("en", "Write");
    let procedure = Procedure::new("p", "1", "P").role("r", "R").step(Step::new("1", "r", activity).next("end"));
    for (language, name) in [("id", "1:done Menulis"), ("en", "1:done Write")] {
        let net = read(&pnml::write(&procedure, language).unwrap_or_else(|error| panic!("{error}")));
        assert_eq!(net.names["s1_out1"], name);
    }
}

#[test]
fn names_that_do_not_resolve_are_refused() {
    let step = Step::new("1", "r", "Write").outcome(Outcome::new("done").to(Target::Step("2".into())));
    let procedure = Procedure::new("p", "1", "P").role("r", "R").step(step);
    let error = pnml::write(&procedure, "en").map(drop).expect_err("there is no step 2");
    assert!(error.is_format(), "{error}");
    assert_eq!(error.faults()[0].step.as_ref().map(sopflow::StepId::as_str), Some("1"));
}

#[test]
fn joins_of_some_of_too_many_flows_are_refused() {
    let mut procedure = Procedure::new("p", "1", "P").role("r", "R");
    let names: Vec<String> = (0..30).map(|number| format!("b{number}")).collect();
    let split = names.iter().fold(Outcome::new("all"), |outcome, name| outcome.to(name.as_str()));
    procedure = procedure.step(Step::new("split", "r", "Split").outcome(split));
    for name in &names {
        procedure = procedure.step(Step::new(name.as_str(), "r", "Work").next("join"));
    }
    let procedure = procedure.step(Step::new("join", "r", "Join").join(Join::NOf(15)).next("end"));
    let error = pnml::write(&procedure, "en").map(drop).expect_err("there are 155,117,520 choices");
    assert!(error.is_limit(), "{error}");
}
