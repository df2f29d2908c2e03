//! What the markings show, told.

use std::collections::{HashMap, HashSet};

use super::edges::Edges;
use super::{Space, index};
use crate::id::{FlowIx, StepIx};
use crate::limits::MARKINGS_MAX;
use crate::model::{Code, Diagnostic, Place, Related};
use crate::net::Net;
use crate::verify::quest::{Clash, ImproperEnd, shortest};
use crate::verify::stall::Stall;
use crate::verify::structure::reachable;
use crate::verify::subject::{Subject, Taken};

/// Of more parts that have to do with a finding only these are pointed at.
const RELATED_MAX: usize = 8;

impl Space {
    pub(in crate::verify) fn examine(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if subject.net.flows[0].to.is_none() {
            return found;
        }
        found.extend(self.left_undone(subject));
        found.extend(self.improper_completions(subject));
        found.extend(self.two_tokens(subject));
        found.extend(self.deadlocks(subject));
        if self.limit.is_none() {
            found.extend(self.endless(subject));
            if self.clashing.is_empty() && self.improper.is_empty() {
                found.extend(self.dead_steps(subject));
            }
        }
        found
    }

    /// That not everything was visited, and what follows from that.
    fn left_undone(&self, subject: &Subject<'_>) -> Option<Diagnostic> {
        let told = |code, message: String| Diagnostic::new(code, Place::Procedure, message);
        match self.limit {
            Some(limit) if self.has_defect() => {
                let message = format!("a case can reach more than the {limit} markings that show defects already");
                Some(told(Code::PartlyVisited, message).help("mend these defects, then verify again"))
            }
            Some(limit) => {
                let message = format!("a case can reach more than {limit} markings; the rest was not visited");
                let help = "allow more, or split parallel parts into procedures of their own";
                Some(told(Code::Undecided, message).help(help))
            }
            None if self.is_whole || self.is_decisive(subject.net) => None,
            None => {
                let message = "what a recall may change does not show in partial orders".to_owned();
                Some(told(Code::Undecided, message).help("visit all markings"))
            }
        }
    }

    /// The flows that can get a second token, nearest to the start of a case first.
    ///
    /// Where finishing steps alone leads to that, what recalls add is a consequence and left out.
    fn two_tokens(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let net = subject.net;
        let is_finish = |taken: &Taken| matches!(taken, Taken::Finish(_));
        let without_recalls = self.clashes.values().any(|(_, taken)| is_finish(taken));
        let mut clashes: Vec<_> =
            self.clashes.iter().filter(|(_, (_, taken))| !without_recalls || is_finish(taken)).collect();
        clashes.sort_unstable_by_key(|(flow, (from, _))| (*from, **flow));
        let told = |(flow, (from, taken)): (&FlowIx, &(u32, Taken))| {
            let row = net.flows[flow.index()];
            let to = row.to.map_or("the end".to_owned(), |step| subject.name(step));
            let (place, source) = match row.from.map(|sent| &net.moves[sent as usize]) {
                Some(sent) => (subject.place_of(sent), format!("from step {}", subject.step(sent.step).id)),
                None => (Place::Procedure, "from the start".to_owned()),
            };
            let message = format!("the flow {source} to {to} can get a second token while it still holds one");
            let help = "join the branches before this flow, or let only one of them lead to it";
            let way = self.shorter(self.way(*from, Some(*taken)), || {
                shortest(subject, &Clash::new(net, *flow)?, &mut MARKINGS_MAX.clone()).way()
            });
            Diagnostic::new(Code::TwoTokens, place, message).witness(subject.witness(&way)).help(help)
        };
        clashes.into_iter().map(told).collect()
    }

    fn improper_completions(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let mut improper: Vec<_> = self.improper.iter().collect();
        improper.sort_unstable_by_key(|(number, (before, _))| (*before, **number));
        let told = |(number, (before, _)): (&u32, &(u32, u32))| {
            let way = self.way(*before, Some(Taken::Finish(*number)));
            let shorter =
                self.shorter(way, || shortest(subject, &ImproperEnd { by: *number }, &mut MARKINGS_MAX.clone()).way());
            improper_completion(subject, *number, &shorter)
        };
        improper.into_iter().map(told).collect()
    }

    /// What makes a case go on without a chance to end properly.
    ///
    /// Where markings were left out, improper ends may be among them, and what looks like a livelock may lead there.
    fn endless(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let livelocks = self.livelocks(subject);
        if self.is_whole || livelocks.is_empty() {
            return livelocks;
        }
        if !self.improper.is_empty() {
            return Vec::new();
        }
        let ends = (0..).zip(&subject.net.moves).filter(|(_, row)| row.ends).map(|(number, _)| number);
        let improper: Vec<Diagnostic> = ends
            .filter_map(|by| {
                let way = shortest(subject, &ImproperEnd { by }, &mut MARKINGS_MAX.clone()).way()?;
                Some(improper_completion(subject, by, &way))
            })
            .collect();
        if improper.is_empty() { livelocks } else { improper }
    }

    /// A way found is a shortest one, unless markings were left out on the way.
    fn shorter(&self, way: Vec<Taken>, seek: impl FnOnce() -> Option<Vec<Taken>>) -> Vec<Taken> {
        if self.is_whole {
            return way;
        }
        seek().filter(|found| found.len() < way.len()).unwrap_or(way)
    }

    fn deadlocks(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let mut seen: HashMap<Vec<StepIx>, u32> = HashMap::new();
        for &position in &self.stuck {
            let (marking, _) = &self.markings[position as usize];
            seen.entry(subject.net.waiting(marking)).or_insert(position);
        }
        let mut seen: Vec<_> = seen.into_iter().collect();
        seen.sort_unstable_by_key(|(_, position)| *position);
        let told = |(waiting, position): (Vec<StepIx>, u32)| {
            let (marking, _) = &self.markings[position as usize];
            let way = self.way(position, None);
            let stalls: Vec<Stall> = waiting.iter().map(|step| Stall::find(subject, marking, *step)).collect();
            let told: Vec<String> = stalls.iter().map(|stall| stall.told(subject, &way)).collect();
            let related = stalls.iter().take(RELATED_MAX).flat_map(|stall| stall.related(subject, &way));
            let message = format!("the case can get stuck: {}", told.join("; "));
            let place = waiting.first().map_or(Place::Procedure, |step| subject.place(*step));
            related
                .take(RELATED_MAX)
                .fold(Diagnostic::new(Code::Deadlock, place, message), Diagnostic::related)
                .witness(subject.witness(&way))
                .help("make the join fit the split before it: `any` after a choice, `all` after a parallel split")
        };
        seen.into_iter().map(told).collect()
    }

    /// Markings from which the case can neither end nor run into another defect: it goes on for ever.
    fn livelocks(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let net = subject.net;
        let edges = Edges::new(self.markings.len(), self.moves.iter().copied());
        let ended = (0..self.markings.len()).filter(|at| net.has_ended(&self.markings[*at].0)).map(index);
        let explained = edges.backward(ended.chain(self.stuck.iter().copied()).chain(self.clashing.iter().copied()));
        let ahead = Edges::new(self.markings.len(), self.moves.iter().map(|(to, from)| (*from, *to)));
        let mut covered = explained;
        let mut found = Vec::new();
        let mut told = HashSet::new();
        for position in 0..self.markings.len() {
            if covered[position] {
                continue;
            }
            let around = self.cover(net, &ahead, position, &mut covered);
            if !told.insert(around.clone()) {
                continue;
            }
            let message = format!("the case can go round {} for ever and never end", subject.names(&around));
            found.push(
                Diagnostic::new(Code::Livelock, subject.place(around[0]), message)
                    .witness(subject.witness(&self.way(index(position), None)))
                    .help("give one of these steps an outcome that leads out of the loop"),
            );
        }
        found
    }

    /// Marks what can be reached from a marking as covered, and tells the steps that can be done there.
    fn cover(&self, net: &Net, ahead: &Edges, from: usize, covered: &mut [bool]) -> Vec<StepIx> {
        let mut steps = Vec::new();
        let mut open = vec![from];
        covered[from] = true;
        while let Some(position) = open.pop() {
            steps.extend(net.enabled(self.markings[position].0.row()));
            for to in ahead.of(position).iter().map(|to| *to as usize) {
                if !covered[to] {
                    covered[to] = true;
                    open.push(to);
                }
            }
        }
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    fn dead_steps(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let reachable = reachable(subject.net);
        let is_dead = |step: &StepIx| reachable[step.index()] && self.first_enabled[step.index()].is_none();
        let told = |step: StepIx| {
            let message = "it can never be done: its join never holds";
            let help = "make the join fit the flows that can arrive together";
            Diagnostic::new(Code::DeadStep, subject.place(step), message).help(help)
        };
        subject.net.step_indices().filter(is_dead).map(told).collect()
    }
}

fn improper_completion(subject: &Subject<'_>, by: u32, way: &[Taken]) -> Diagnostic {
    let net = subject.net;
    let after = way.iter().try_fold(net.initial(), |marking, taken| {
        let (Taken::Finish(number) | Taken::Recall(number)) = *taken;
        let row = &net.moves[number as usize];
        match taken {
            Taken::Finish(_) => net.after_finish(row, &marking),
            Taken::Recall(_) => net.after_recall(row.recall.as_ref()?, &marking),
        }
    });
    let left = after.map(|marking| net.waiting(&marking)).unwrap_or_default();
    let message = format!("the case can end here while work still waits at {}", subject.names(&left));
    let related = left.iter().take(RELATED_MAX).map(|step| Related::new(subject.place(*step), "work still waits here"));
    related
        .fold(
            Diagnostic::new(Code::ImproperCompletion, subject.place_of(&net.moves[by as usize]), message),
            Diagnostic::related,
        )
        .witness(subject.witness(way))
        .help("join the branches (`join = \"all\"`) before the end, or let this outcome cancel them")
}
