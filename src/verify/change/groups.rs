//! What a comparison tells people: markings grouped by where work waits, and what becomes of them.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use serde::Serialize;

use super::ahead::Ahead;
use super::papers::{Sheets, bits, needed, words};
use super::walk::{Standing, Walk};
use super::{Obstacle, Transfer};
use crate::id::{DocumentIx, StepId, StepIx};
use crate::limits::DIAGNOSTICS_MAX;
use crate::verify::SoundProcedure;

/// The markings of running cases in which work waits at the same steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MarkingGroup {
    /// Where work waits, by ids of the old version.
    pub waiting: Vec<StepId>,
    /// Where it waits then, by ids of the new version; nowhere if it has no place.
    pub goes_on_at: Vec<StepId>,
    /// How many markings there are.
    pub markings: usize,
    /// How many of them carry over, whatever documents a case has.
    pub carried: usize,
    /// How many more carry over if a case has documents that some cases lack there; those that others lack are among the
    /// obstacles.
    pub depending: usize,
    /// Why the others do not; each reason once.
    pub obstacles: Vec<Obstacle>,
}

/// All groups, and their sums.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Groups {
    pub(super) markings: usize,
    pub(super) carried: usize,
    pub(super) depending: usize,
    pub(super) complete: bool,
    #[serde(rename = "groups")]
    pub(super) listed: Vec<MarkingGroup>,
}

/// What becomes of a marking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Carried,
    Depending,
    Refused,
}

/// A marking of running cases.
struct Running {
    group: usize,
    /// Where it stands in the walk of the old version, and in that of the new one.
    before: usize,
    after: Option<usize>,
    fate: Fate,
}

impl MarkingGroup {
    /// Whether all of it carries over, whatever documents a case has.
    pub fn carries_over(&self) -> bool {
        self.carried == self.markings
    }

    /// Whether some work has no place in the new version without a mapping.
    pub fn needs_mapping(&self) -> bool {
        self.obstacles.iter().any(Obstacle::needs_mapping)
    }
}

impl Groups {
    pub(super) fn find(transfer: &Transfer<'_>, most: usize) -> Self {
        let before = Walk::explore(
            transfer.old_version().net(),
            [Standing::new(transfer.old_version().net().initial(), Vec::new())],
            most,
        );
        let mut sorting = Sorting::new(transfer, &before);
        let images = std::mem::take(&mut sorting.images);
        let ahead = Ahead::explore(transfer.new_version(), images, most.saturating_mul(2));
        sorting.by_order(&ahead);
        sorting.by_documents(&before, &ahead);
        sorting.sum_up(before.is_complete())
    }
}

/// The markings of running cases as they are sorted.
struct Sorting<'a> {
    transfer: &'a Transfer<'a>,
    running: Vec<Running>,
    groups: Vec<MarkingGroup>,
    /// The standings in the new version, in the order of its walk.
    images: indexmap::IndexSet<Standing>,
}

impl<'a> Sorting<'a> {
    /// Puts each marking of the old version in its group, and where it has a place in the new version, in the images.
    fn new(transfer: &'a Transfer<'a>, before: &Walk) -> Self {
        let mut sorting =
            Self { transfer, running: Vec::new(), groups: Vec::new(), images: indexmap::IndexSet::default() };
        let net = transfer.old_version().net();
        let mut known: HashMap<Vec<StepIx>, usize> = HashMap::new();
        for (position, standing) in before.standings().enumerate() {
            if net.has_ended(&standing.marking) {
                continue;
            }
            let waiting = net.waiting(&standing.marking);
            let group = *known.entry(waiting).or_insert_with_key(|waiting| {
                sorting.groups.push(MarkingGroup::at(transfer.old_version(), waiting));
                sorting.groups.len() - 1
            });
            let image = transfer.image(standing.marking.flows(), standing.under_way().iter().copied());
            let (after, fate) = match image {
                Ok(image) => {
                    sorting.goes_on_at(group, &image);
                    (Some(sorting.images.insert_full(image).0), Fate::Carried)
                }
                Err(obstacles) => {
                    sorting.object(group, obstacles);
                    (None, Fate::Refused)
                }
            };
            sorting.running.push(Running { group, before: position, after, fate });
        }
        sorting
    }

    fn goes_on_at(&mut self, group: usize, image: &Standing) {
        let group = &mut self.groups[group];
        for step in self.transfer.new_version().net().waiting(&image.marking) {
            let id = self.transfer.new_version().step_id(step);
            if !group.goes_on_at.contains(id) {
                group.goes_on_at.push(id.clone());
            }
        }
    }

    fn object(&mut self, group: usize, obstacles: impl IntoIterator<Item = Obstacle>) {
        let known = &mut self.groups[group].obstacles;
        for obstacle in obstacles {
            if !known.contains(&obstacle) {
                known.push(obstacle);
            }
        }
    }

    /// Refuses what cannot complete, with the reasons of the first such marking of each group.
    fn by_order(&mut self, ahead: &Ahead<'_>) {
        let doomed = ahead.doomed();
        let mut told = vec![false; self.groups.len()];
        for position in 0..self.running.len() {
            let Running { group, after: Some(after), .. } = self.running[position] else { continue };
            if doomed[after] {
                self.running[position].fate = Fate::Refused;
                if group < DIAGNOSTICS_MAX && !std::mem::replace(&mut told[group], true) {
                    self.object(group, ahead.in_order(after));
                }
            }
        }
    }

    /// Refuses what surely lacks a document ahead, and finds what lacks one in some cases.
    fn by_documents(&mut self, before: &Walk, ahead: &Ahead<'_>) {
        let [old, new] = [self.transfer.old_version(), self.transfer.new_version()];
        let needed = needed(new.procedure(), new.net());
        let mut was = HashMap::new();
        for (position, now) in self.transfer.documents.iter().enumerate() {
            if let (Some(now), Ok(position)) = (now, u16::try_from(position)) {
                was.insert(*now, DocumentIx(position));
            }
        }
        for range in words(needed.len()) {
            let documents = &needed[range];
            let sheets = Sheets::new(new.net(), &documents.iter().copied().map(Some).collect::<Vec<_>>());
            let lacking = sheets.lacking(new.net(), &ahead.walk);
            let before_named: Vec<Option<DocumentIx>> =
                documents.iter().map(|document| was.get(document).copied()).collect();
            let is_external = |document: &Option<DocumentIx>| document.is_some_and(|known| old.is_external(known));
            let anytime = before_named.iter().map(is_external).enumerate();
            let anytime = anytime.fold(0, |word, (bit, external)| word | u64::from(external) << bit);
            let possible = Sheets::new(old.net(), &before_named).possible(before, anytime);
            let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
            for position in 0..self.running.len() {
                let Running { group, before, after: Some(after), fate } = self.running[position] else { continue };
                let (lacked, had) = (possible.lacked[before], possible.had[before]);
                let (fails_without, fails_with) = (lacked & lacking.without[after], had & lacking.with[after]);
                let fails = fails_without | fails_with;
                let passes = lacked & !lacking.without[after] | had & !lacking.with[after];
                self.running[position].fate = match fails {
                    0 => fate,
                    _ if fails & !passes == 0 => fate.max(Fate::Depending),
                    _ => Fate::Refused,
                };
                for bit in bits(fails).filter(|_| group < DIAGNOSTICS_MAX) {
                    if told.insert((group, bit)) {
                        let has = fails_without >> bit & 1 == 0;
                        self.object(group, ahead.missing(&sheets, after, (bit, documents[bit]), has));
                    }
                }
            }
        }
    }

    fn sum_up(mut self, complete: bool) -> Groups {
        for running in &self.running {
            let group = &mut self.groups[running.group];
            group.markings += 1;
            match running.fate {
                Fate::Carried => group.carried += 1,
                Fate::Depending => group.depending += 1,
                Fate::Refused => {}
            }
        }
        let sum = |count: fn(&MarkingGroup) -> usize| self.groups.iter().map(count).sum();
        let (carried, depending) = (sum(|group| group.carried), sum(|group| group.depending));
        self.groups.truncate(DIAGNOSTICS_MAX);
        Groups { markings: self.running.len(), carried, depending, complete, listed: self.groups }
    }
}

impl MarkingGroup {
    fn at(old: &SoundProcedure, waiting: &[StepIx]) -> Self {
        Self {
            waiting: waiting.iter().map(|step| old.step_id(*step).clone()).collect(),
            goes_on_at: Vec::new(),
            markings: 0,
            carried: 0,
            depending: 0,
            obstacles: Vec::new(),
        }
    }
}

impl fmt::Display for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for group in &self.listed {
            writeln!(f, "{group}")?;
        }
        let listed: usize = self.listed.iter().map(|group| group.markings).sum();
        if listed < self.markings {
            writeln!(f, "and {} more", counted(self.markings - listed))?;
        }
        if !self.complete {
            writeln!(f, "there are more markings than were looked at; each case is examined when it migrates")?;
        }
        let refused = self.markings - self.carried - self.depending;
        write!(f, "{} of running cases: {} carry over", counted(self.markings), self.carried)?;
        if self.depending > 0 {
            write!(f, ", {} where a case has the documents", self.depending)?;
        }
        match refused {
            0 => Ok(()),
            1 => f.write_str(", 1 does not"),
            _ => write!(f, ", {refused} do not"),
        }
    }
}

impl fmt::Display for MarkingGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = |steps: &[StepId]| {
            let names: Vec<&str> = steps.iter().map(StepId::as_str).collect();
            format!("{} {}", if names.len() == 1 { "step" } else { "steps" }, names.join(" and "))
        };
        write!(f, "work at {} ({}): ", steps(&self.waiting), counted(self.markings))?;
        let moves = !self.goes_on_at.is_empty() && self.goes_on_at != self.waiting;
        let whither = if moves { format!(" to {}", steps(&self.goes_on_at)) } else { String::new() };
        let reasons: Vec<String> = self.obstacles.iter().map(Obstacle::to_string).collect();
        let reasons = reasons.join("; ");
        if self.carries_over() {
            write!(f, "carries over{whither}")
        } else if self.carried + self.depending == 0 {
            write!(f, "does not carry over{whither}: {reasons}")
        } else if self.carried == 0 && self.depending == self.markings {
            write!(f, "carries over{whither} where a case has the documents: {reasons}")
        } else {
            write!(f, "carries over{whither} in part: {reasons}")
        }
    }
}

fn counted(markings: usize) -> String {
    format!("{markings} {}", if markings == 1 { "marking" } else { "markings" })
}
