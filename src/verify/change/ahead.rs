//! What lies ahead of cases in a new version: the proof that they can complete, or what is in the way.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::Obstacle;
use super::papers::{Sheets, needed, words};
use super::walk::{Defect, Standing, Taken, Walk, told};
use crate::id::{DocumentIx, StepId, StepIx};
use crate::limits::MARKINGS_COMPARED_MAX;
use crate::model::Witness;
use crate::verify::SoundProcedure;

/// What can be reached in a procedure from some standings, and what is wrong there.
pub(super) struct Ahead<'p> {
    procedure: &'p SoundProcedure,
    pub(super) walk: Walk,
    defects: Vec<Option<Defect>>,
}

/// What is wrong in standings by kind, each told once.
#[derive(PartialEq, Eq, Hash)]
enum Kind {
    Stuck,
    LeftBehind,
    TwoTokens,
    Endless,
    Unknown,
}

/// Everything that stands against a case that has these documents; nothing where it is proved that it can complete.
pub(super) fn examine(
    procedure: &SoundProcedure,
    standing: Standing,
    has: impl Fn(DocumentIx) -> bool,
) -> Vec<Obstacle> {
    let ahead = Ahead::explore(procedure, [standing], MARKINGS_COMPARED_MAX);
    let mut obstacles = ahead.in_order(0);
    let net = procedure.net();
    let needed = needed(procedure.procedure(), net);
    for range in words(needed.len()) {
        let documents: Vec<Option<DocumentIx>> = needed[range.clone()].iter().copied().map(Some).collect();
        let sheets = Sheets::new(net, &documents);
        let lacking = sheets.lacking(net, &ahead.walk);
        for (bit, document) in needed[range].iter().enumerate() {
            let has = has(*document);
            let word = if has { lacking.with[0] } else { lacking.without[0] };
            if word >> bit & 1 == 1 {
                obstacles.extend(ahead.missing(&sheets, 0, (bit, *document), has));
            }
        }
    }
    obstacles
}

impl<'p> Ahead<'p> {
    pub(super) fn explore(
        procedure: &'p SoundProcedure,
        sources: impl IntoIterator<Item = Standing>,
        most: usize,
    ) -> Self {
        let walk = Walk::explore(procedure.net(), sources, most);
        Self { procedure, defects: walk.defects(procedure.net()), walk }
    }

    /// For each standing, whether a defect lies ahead.
    pub(super) fn doomed(&self) -> Vec<bool> {
        self.walk.backward((0..self.walk.len()).filter(|at| self.defects[*at].is_some()).collect(), |_| true)
    }

    /// What is wrong with the order ahead of a standing, the nearest of each kind.
    pub(super) fn in_order(&self, from: usize) -> Vec<Obstacle> {
        let mut obstacles = Vec::new();
        let mut told_already = HashSet::new();
        let mut visited = IndexMap::from([(from, None::<(usize, Taken)>)]);
        let mut current = 0;
        while let Some(at) = visited.get_index(current).map(|(at, _)| *at) {
            if let Some(defect) = self.defects[at]
                && told_already.insert(Kind::of(defect))
            {
                let mut way: Vec<Taken> = Vec::new();
                let mut back = current;
                while let Some((earlier, taken)) = visited[back] {
                    way.push(taken);
                    back = earlier;
                }
                way.reverse();
                obstacles.push(self.obstacle(at, defect, way));
            }
            for edge in self.walk.edges(at) {
                visited.entry(edge.to as usize).or_insert(Some((current, edge.taken)));
            }
            current += 1;
        }
        if told_already.len() > 1 {
            obstacles.retain(|obstacle| !matches!(obstacle, Obstacle::Undecided { .. }));
        }
        obstacles
    }

    fn obstacle(&self, at: usize, defect: Defect, mut way: Vec<Taken>) -> Obstacle {
        let net = self.procedure.net();
        let waiting = || net.waiting(&self.walk.standing(at).marking);
        match defect {
            Defect::Stuck => Obstacle::WaitsForEver { steps: self.ids(waiting()), way: self.told(way) },
            Defect::LeftBehind => Obstacle::LeftBehind { steps: self.ids(waiting()), way: self.told(way) },
            Defect::Endless => Obstacle::NeverEnds { way: self.told(way) },
            Defect::TwoTokens(taken, flow) => {
                way.push(taken);
                let to = flow.and_then(|flow| net.flows[flow.index()].to);
                let step = to.map_or_else(|| "end".into(), |step| self.procedure.step_id(step).clone());
                Obstacle::TwoTokens { step, way: self.told(way) }
            }
            Defect::Unknown => Obstacle::Undecided { markings: self.walk.len() },
        }
    }

    /// The first step ahead of a standing that lacks a document.
    pub(super) fn missing(
        &self,
        sheets: &Sheets,
        from: usize,
        (bit, document): (usize, DocumentIx),
        has: bool,
    ) -> Option<Obstacle> {
        let (step, way) = sheets.way(self.procedure.net(), &self.walk, from, bit, has)?;
        Some(Obstacle::DocumentMissing {
            document: self.procedure.document_at(document).id.clone(),
            step: self.procedure.step_id(step).clone(),
            way: self.told(way),
        })
    }

    fn ids(&self, steps: Vec<StepIx>) -> Vec<StepId> {
        steps.into_iter().map(|step| self.procedure.step_id(step).clone()).collect()
    }

    fn told(&self, way: Vec<Taken>) -> Witness {
        told(self.procedure.procedure(), self.procedure.net(), way)
    }
}

impl Kind {
    fn of(defect: Defect) -> Self {
        match defect {
            Defect::Stuck => Self::Stuck,
            Defect::LeftBehind => Self::LeftBehind,
            Defect::TwoTokens(..) => Self::TwoTokens,
            Defect::Endless => Self::Endless,
            Defect::Unknown => Self::Unknown,
        }
    }
}
