//! Random procedures: sound because of how they are put together, and the same with something broken.

use std::collections::BTreeSet;
use std::fmt;

use proptest::prelude::*;
use sopflow::{Duty, Endorsement, Join, Outcome, Procedure, Step, StepId, Target};

const STEPS_MAX: usize = 26;
const ROLES: usize = 4;

/// A small source of choices that follow from a seed, so that proptest can shrink it.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    /// A number below `below`.
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % below.max(1) as u64).expect("it is below a usize")
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        (!from.is_empty()).then(|| &from[self.roll(from.len())])
    }
}

/// A part of a procedure that begins with one step and goes on to one place.
#[derive(Debug, Clone)]
enum Block {
    Task,
    /// A step that may end the case.
    Exit,
    Seq(Vec<Block>),
    /// A decision; an empty branch goes straight on.
    Choice(Vec<Option<Block>>),
    Parallel(Vec<Block>, Tie),
    Loop(Box<Block>),
    /// A reviewer behind a leg, who returns work to some of its steps.
    Review(Box<Block>, Vec<usize>),
    /// A decision on which n of the branches are taken, and a join of n.
    Subsets(usize, Vec<Block>),
    /// The first of the branches wins and the others are dropped.
    Race(Vec<Block>),
}

/// How the branches of a parallel part hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    Plain,
    /// The last step of the first branch can send everything back to the split, dropping the other branches.
    Bail,
    /// The join can return work to every branch at once.
    Revise,
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![6 => Just(Block::Task), 1 => Just(Block::Exit)];
    leaf.prop_recursive(4, 20, 3, |inner| {
        let tie = prop_oneof![2 => Just(Tie::Plain), 1 => Just(Tie::Bail), 1 => Just(Tie::Revise)];
        let some = |least| prop::collection::vec(inner.clone(), least..4);
        prop_oneof![
            4 => some(2).prop_map(Block::Seq),
            2 => prop::collection::vec(prop::option::weighted(0.8, inner.clone()), 2..4).prop_map(Block::Choice),
            3 => (some(2), tie).prop_map(|(branches, tie)| Block::Parallel(branches, tie)),
            2 => inner.clone().prop_map(|body| Block::Loop(body.into())),
            3 => (inner.clone(), prop::collection::vec(0..8usize, 1..4))
                .prop_map(|(body, to)| Block::Review(body.into(), to)),
            1 => some(3).prop_map(|branches| Block::Subsets(branches.len() - 1, branches)),
            1 => some(2).prop_map(Block::Race),
        ]
    })
}

/// A procedure that is shown as TOML when a test fails.
#[derive(Clone)]
pub(crate) struct Shown(pub(crate) Procedure);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_toml())
    }
}

/// Procedures that are sound by construction.
pub(crate) fn sound() -> impl Strategy<Value = Shown> {
    (prop::collection::vec(block(), 1..4), any::<u64>())
        .prop_map(|(blocks, seed)| Shown(build(Block::Seq(blocks), seed)))
        .prop_filter("too many steps", |Shown(procedure)| procedure.steps.len() <= STEPS_MAX)
}

/// Procedures whose flows, documents and steps fill many words; sound by construction.
pub(crate) fn large() -> impl Strategy<Value = Shown> {
    (prop::collection::vec(block(), 10..16), any::<u64>())
        .prop_map(|(blocks, seed)| Shown(build(Block::Seq(blocks), seed)))
        .prop_filter("too few or too many steps", |Shown(procedure)| (50..=140).contains(&procedure.steps.len()))
}

/// Small procedures that are sound by construction.
pub(crate) fn small() -> impl Strategy<Value = Shown> {
    (prop::collection::vec(block(), 1..3), any::<u64>())
        .prop_map(|(blocks, seed)| Shown(build(Block::Seq(blocks), seed)))
        .prop_filter("too many steps", |Shown(procedure)| procedure.steps.len() <= 14)
}

/// Small procedures in which something has been changed, mostly for the worse.
pub(crate) fn broken() -> impl Strategy<Value = Shown> {
    (small(), any::<u64>(), 1..4usize).prop_map(|(Shown(mut procedure), seed, changes)| {
        let mut dice = Dice::new(seed);
        for _ in 0..changes {
            hurt(&mut procedure, &mut dice);
        }
        Shown(procedure)
    })
}

/// The same blocks with a number for each step.
enum Laid {
    Task(usize),
    Exit(usize),
    Seq(Vec<Laid>),
    Choice(usize, Vec<Option<Laid>>),
    Parallel(usize, Vec<Laid>, usize, Tie),
    Loop(Box<Laid>, usize),
    Review(Box<Laid>, usize, Vec<usize>),
    Subsets(usize, usize, Vec<Laid>, usize),
    Race(usize, Vec<Laid>, usize),
}

struct Builder {
    dice: Dice,
    steps: Vec<Step>,
    documents: Vec<String>,
}

type Sure = BTreeSet<String>;

fn build(block: Block, seed: u64) -> Procedure {
    let mut builder = Builder { dice: Dice::new(seed), steps: Vec::new(), documents: Vec::new() };
    let laid = builder.lay(block, true);
    builder.wire(&laid, &Target::End);
    builder.papers(&laid, Sure::new());
    builder.finish(entry(&laid))
}

fn id(step: usize) -> StepId {
    format!("{}", step + 1).into()
}

fn to(step: usize) -> Target {
    Target::Step(id(step))
}

impl Builder {
    fn new_step(&mut self) -> usize {
        let role = format!("r{}", self.dice.roll(ROLES));
        let mut step = Step::new(id(self.steps.len()), role, "Do it");
        step.endorsement = match self.dice.roll(6) {
            0 => Some(Endorsement::Initials),
            1 => Some(Endorsement::Signature),
            _ => None,
        };
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// `alone` holds where nothing else goes on, so that the case may end.
    fn lay(&mut self, block: Block, alone: bool) -> Laid {
        match block {
            Block::Exit if alone => Laid::Exit(self.new_step()),
            Block::Task | Block::Exit => Laid::Task(self.new_step()),
            Block::Seq(parts) => Laid::Seq(parts.into_iter().map(|part| self.lay(part, alone)).collect()),
            Block::Choice(branches) => {
                let step = self.new_step();
                Laid::Choice(step, branches.into_iter().map(|branch| Some(self.lay(branch?, alone))).collect())
            }
            Block::Parallel(branches, tie) => {
                let split = self.new_step();
                let branches = self.lay_branches(branches);
                Laid::Parallel(split, branches, self.new_step(), tie)
            }
            Block::Loop(body) => {
                let body = self.lay(*body, alone);
                Laid::Loop(body.into(), self.new_step())
            }
            Block::Review(body, wanted) => {
                let body = self.lay(*body, alone);
                let mut places = Vec::new();
                legs(&body, &mut places);
                let mut targets: Vec<usize> = wanted.iter().map(|wanted| places[wanted % places.len()]).collect();
                targets.sort_unstable();
                targets.dedup();
                Laid::Review(body.into(), self.new_step(), targets)
            }
            Block::Subsets(n, branches) => {
                let choice = self.new_step();
                let branches = self.lay_branches(branches);
                Laid::Subsets(choice, n, branches, self.new_step())
            }
            Block::Race(branches) => {
                let split = self.new_step();
                let branches = self.lay_branches(branches);
                Laid::Race(split, branches, self.new_step())
            }
        }
    }

    /// Branches that each end with one flow, whichever way they went.
    fn lay_branches(&mut self, branches: Vec<Block>) -> Vec<Laid> {
        branches
            .into_iter()
            .map(|branch| {
                let laid = self.lay(branch, false);
                if last(&laid).is_some() { laid } else { Laid::Seq(vec![laid, Laid::Task(self.new_step())]) }
            })
            .collect()
    }

    fn add(&mut self, step: usize, outcome: Outcome) {
        self.steps[step].outcomes.push(outcome);
    }

    fn wire_all(&mut self, branches: &[Laid], next: &Target) {
        for branch in branches {
            self.wire(branch, next);
        }
    }

    fn wire(&mut self, laid: &Laid, next: &Target) {
        match laid {
            Laid::Task(step) => self.add(*step, Outcome::new("done").to(next.clone())),
            Laid::Exit(step) => {
                self.add(*step, Outcome::new("on").to(next.clone()));
                self.add(*step, Outcome::new("stop").to("end"));
            }
            Laid::Seq(parts) => {
                for (position, part) in parts.iter().enumerate() {
                    let next = parts.get(position + 1).map_or(next.clone(), |part| to(entry(part)));
                    self.wire(part, &next);
                }
            }
            Laid::Choice(step, branches) => {
                for (number, branch) in branches.iter().enumerate() {
                    let target = branch.as_ref().map_or(next.clone(), |branch| to(entry(branch)));
                    self.add(*step, Outcome::new(format!("way{number}")).to(target));
                    if let Some(branch) = branch {
                        self.wire(branch, next);
                    }
                }
            }
            Laid::Parallel(split, branches, join, tie) => {
                let entries: Vec<usize> = branches.iter().map(entry).collect();
                self.add(*split, entries.iter().fold(Outcome::new("done"), |outcome, step| outcome.to(to(*step))));
                self.wire_all(branches, &to(*join));
                self.steps[*join].join = Join::All;
                self.add(*join, Outcome::new("done").to(next.clone()));
                if *tie == Tie::Revise {
                    let again = entries.iter().fold(Outcome::new("revise"), |outcome, step| outcome.to(to(*step)));
                    self.add(*join, again.returning());
                }
                if *tie == Tie::Bail {
                    let dropped = branches.iter().flat_map(all).chain([*join]);
                    let bail = dropped.fold(Outcome::new("bail").to(to(*split)).returning(), |outcome, step| {
                        outcome.cancelling(id(step))
                    });
                    let leaver = last(&branches[0]).expect("a branch ends with one step");
                    self.add(leaver, bail);
                }
            }
            Laid::Loop(body, decider) => {
                self.wire(body, &to(*decider));
                self.add(*decider, Outcome::new("again").to(to(entry(body))));
                self.add(*decider, Outcome::new("leave").to(next.clone()));
            }
            Laid::Review(body, reviewer, targets) => {
                self.wire(body, &to(*reviewer));
                self.add(*reviewer, Outcome::new("done").to(next.clone()));
                for target in targets {
                    self.add(*reviewer, Outcome::return_to(id(*target)));
                }
            }
            Laid::Subsets(choice, n, branches, join) => {
                for subset in 0..1_usize << branches.len() {
                    if subset.count_ones() as usize == *n {
                        let taken = branches.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1);
                        let outcome = taken.fold(Outcome::new(format!("set{subset}")), |outcome, (_, branch)| {
                            outcome.to(to(entry(branch)))
                        });
                        self.add(*choice, outcome);
                    }
                }
                self.wire_all(branches, &to(*join));
                self.steps[*join].join = Join::NOf(u16::try_from(*n).expect("there are few branches"));
                self.add(*join, Outcome::new("done").to(next.clone()));
            }
            Laid::Race(split, branches, join) => {
                let entries = branches.iter().map(entry);
                self.add(*split, entries.fold(Outcome::new("done"), |outcome, step| outcome.to(to(step))));
                self.wire_all(branches, &to(*join));
                let dropped = branches.iter().flat_map(all).chain([*join]);
                let first =
                    dropped.fold(Outcome::new("first").to(next.clone()), |outcome, step| outcome.cancelling(id(step)));
                self.add(*join, first);
            }
        }
    }

    /// Lets steps need what is surely there and yield something; tells what is surely there behind the block.
    fn papers(&mut self, laid: &Laid, mut sure: Sure) -> Sure {
        match laid {
            Laid::Task(step) | Laid::Exit(step) => self.needs_and_yields(*step, &mut sure),
            Laid::Seq(parts) => return parts.iter().fold(sure, |sure, part| self.papers(part, sure)),
            Laid::Choice(step, branches) => {
                self.needs(*step, &sure);
                let shared = self.new_document();
                sure.insert(shared.clone());
                let mut behind: Option<Sure> = None;
                for (number, branch) in branches.iter().enumerate() {
                    let own = self.new_document();
                    self.steps[*step].outcomes[number].outputs =
                        Some(vec![shared.as_str().into(), own.as_str().into()]);
                    let mut here = sure.clone();
                    here.insert(own);
                    let after = branch.as_ref().map_or(here.clone(), |branch| self.papers(branch, here));
                    behind = Some(behind.map_or(after.clone(), |behind| &behind & &after));
                }
                return behind.unwrap_or(sure);
            }
            Laid::Parallel(split, branches, join, _) => {
                self.needs_and_yields(*split, &mut sure);
                let after: Vec<Sure> = branches.iter().map(|branch| self.papers(branch, sure.clone())).collect();
                sure.extend(after.into_iter().flatten());
                self.needs_and_yields(*join, &mut sure);
            }
            Laid::Loop(body, decider) => {
                sure = self.papers(body, sure);
                self.needs(*decider, &sure);
                let paper = self.new_document();
                self.steps[*decider].outcomes[1].outputs = Some(vec![paper.as_str().into()]);
                sure.insert(paper);
            }
            Laid::Review(body, reviewer, _) => {
                sure = self.papers(body, sure);
                self.needs_and_yields(*reviewer, &mut sure);
            }
            Laid::Subsets(before, _, branches, join) | Laid::Race(before, branches, join) => {
                self.needs_and_yields(*before, &mut sure);
                for branch in branches {
                    self.papers(branch, sure.clone());
                }
                self.needs_and_yields(*join, &mut sure);
            }
        }
        sure
    }

    fn new_document(&mut self) -> String {
        self.documents.push(format!("d{}", self.documents.len()));
        self.documents[self.documents.len() - 1].clone()
    }

    fn needs(&mut self, step: usize, sure: &Sure) {
        let sure: Vec<&String> = sure.iter().collect();
        let mut needed = BTreeSet::new();
        for _ in 0..self.dice.roll(4) {
            needed.extend(self.dice.pick(&sure).map(|document| (*document).clone()));
        }
        if self.dice.chance(20) {
            needed.insert(format!("x{}", self.dice.roll(2)));
        }
        self.steps[step].inputs = needed.iter().map(|document| document.as_str().into()).collect();
    }

    fn needs_and_yields(&mut self, step: usize, sure: &mut Sure) {
        self.needs(step, sure);
        let mut yields = BTreeSet::new();
        if self.dice.chance(70) {
            yields.insert(self.new_document());
        }
        if self.dice.chance(15) {
            let known: Vec<&String> = sure.iter().collect();
            yields.extend(self.dice.pick(&known).map(|document| (*document).clone()));
        }
        self.steps[step].outputs = yields.iter().map(|document| document.as_str().into()).collect();
        sure.extend(yields);
    }

    fn finish(mut self, first: usize) -> Procedure {
        let mut procedure = Procedure::new("random", "1", "Random");
        procedure = (0..ROLES).fold(procedure, |procedure, role| procedure.role(format!("r{role}"), "Role"));
        for _ in 0..self.dice.roll(3) {
            let role = format!("r{}", self.dice.roll(ROLES));
            if !procedure.supervisors.iter().any(|known| *known == role.as_str()) {
                procedure = procedure.supervised_by(role);
            }
        }
        procedure = procedure.external("x0", "External").external("x1", "External");
        procedure = self.documents.iter().fold(procedure, |procedure, id| procedure.document(id.as_str(), "Paper"));
        let turned = self.dice.chance(30);
        if turned {
            self.steps.reverse();
        }
        if turned || self.dice.chance(30) {
            procedure = procedure.starting_at(id(first));
        }
        procedure.steps = self.steps;
        self.dice.chance(60).then(|| impose_duties(&mut procedure, &mut self.dice));
        procedure
    }
}

/// Lets duties bind and separate some steps, without contradiction.
fn impose_duties(procedure: &mut Procedure, dice: &mut Dice) {
    let ids: Vec<StepId> = procedure.steps.iter().map(|step| step.id.clone()).collect();
    let mut bundles: Vec<usize> = (0..ids.len()).collect();
    for _ in 0..dice.roll(4) {
        let (one, other) = (dice.roll(ids.len()), dice.roll(ids.len()));
        if one != other {
            procedure.duties.push(Duty::Same(vec![ids[one].clone(), ids[other].clone()]));
            let (kept, gone) = (bundles[one], bundles[other]);
            bundles.iter_mut().filter(|bundle| **bundle == gone).for_each(|bundle| *bundle = kept);
        }
    }
    for _ in 0..dice.roll(4) {
        let mut steps: Vec<usize> = Vec::new();
        for _ in 0..2 + dice.roll(2) {
            let step = dice.roll(ids.len());
            if steps.iter().all(|known| bundles[*known] != bundles[step]) {
                steps.push(step);
            }
        }
        if steps.len() > 1 {
            procedure.duties.push(Duty::Distinct(steps.into_iter().map(|step| ids[step].clone()).collect()));
        }
    }
    if dice.chance(50) {
        procedure.duties.reverse();
    }
}

fn entry(laid: &Laid) -> usize {
    match laid {
        Laid::Task(step)
        | Laid::Exit(step)
        | Laid::Choice(step, _)
        | Laid::Parallel(step, ..)
        | Laid::Subsets(step, ..)
        | Laid::Race(step, ..) => *step,
        Laid::Seq(parts) => entry(&parts[0]),
        Laid::Loop(body, _) | Laid::Review(body, ..) => entry(body),
    }
}

/// The one step whose one forward flow leaves the block; `None` where several may leave it.
fn last(laid: &Laid) -> Option<usize> {
    match laid {
        Laid::Choice(..) | Laid::Exit(_) => None,
        Laid::Seq(parts) => parts.last().and_then(last),
        Laid::Task(step) | Laid::Loop(_, step) | Laid::Review(_, step, _) => Some(*step),
        Laid::Parallel(_, _, join, _) | Laid::Subsets(.., join) | Laid::Race(.., join) => Some(*join),
    }
}

/// Every step of a block.
fn all(laid: &Laid) -> Vec<usize> {
    match laid {
        Laid::Task(step) | Laid::Exit(step) => vec![*step],
        Laid::Seq(parts) => parts.iter().flat_map(all).collect(),
        Laid::Choice(step, branches) => branches.iter().flatten().flat_map(all).chain([*step]).collect(),
        Laid::Parallel(split, branches, join, _)
        | Laid::Subsets(split, _, branches, join)
        | Laid::Race(split, branches, join) => branches.iter().flat_map(all).chain([*split, *join]).collect(),
        Laid::Loop(body, step) | Laid::Review(body, step, _) => all(body).into_iter().chain([*step]).collect(),
    }
}

/// The first steps of the parts that every way through a leg passes.
fn legs(laid: &Laid, places: &mut Vec<usize>) {
    match laid {
        Laid::Seq(parts) => parts.iter().for_each(|part| legs(part, places)),
        Laid::Loop(body, step) | Laid::Review(body, step, _) => {
            legs(body, places);
            places.push(*step);
        }
        _ => places.push(entry(laid)),
    }
}

/// Changes something at random.
pub(crate) fn hurt(procedure: &mut Procedure, dice: &mut Dice) {
    let count = procedure.steps.len();
    let somewhere = procedure.steps[dice.roll(count)].id.clone();
    let document = procedure.documents[dice.roll(procedure.documents.len())].id.clone();
    let fresh = format!("new{}", dice.roll(1000));
    let target = if dice.chance(15) { Target::End } else { Target::Step(somewhere.clone()) };
    let step = &mut procedure.steps[dice.roll(count)];
    let outcomes = step.outcomes.len();
    let number = dice.roll(outcomes);
    match dice.roll(18) {
        0 => step.role = "nobody".into(),
        1 => step.id = somewhere,
        16 => procedure.duties.push(Duty::Same(vec![step.id.clone(), somewhere])),
        17 => procedure.duties.push(Duty::Distinct(vec![step.id.clone(), somewhere])),
        2 => step.join = [Join::Any, Join::All, Join::NOf(1), Join::NOf(2), Join::NOf(3)][dice.roll(5)],
        3 => step.outputs.clear(),
        4 => step.inputs.push(document.as_str().into()),
        5 => step.outcomes.push(Outcome::return_to(somewhere)),
        6 => step.outcomes.push(Outcome::new(fresh).to(target)),
        7 if outcomes > 0 => drop(step.outcomes.remove(number)),
        8 if outcomes > 0 => step.outcomes[number].to.push(target),
        9 if outcomes > 0 => step.outcomes[number].cancels.clear(),
        10 if outcomes > 0 => step.outcomes[number].cancels.push(somewhere),
        11 if outcomes > 0 => step.outcomes[number].returns = !step.outcomes[number].returns,
        12 if outcomes > 0 => step.outcomes[number].outputs = Some(Vec::new()),
        13 | 14 if outcomes > 0 && !step.outcomes[number].to.is_empty() => {
            let flow = dice.roll(step.outcomes[number].to.len());
            if dice.chance(50) {
                step.outcomes[number].to[flow] = target;
            } else {
                step.outcomes[number].to.remove(flow);
            }
        }
        15 if outcomes > 0 => {
            step.outcomes[number].to = vec![if dice.chance(20) { fresh.as_str().into() } else { target }];
        }
        _ => step.join = Join::All,
    }
}
