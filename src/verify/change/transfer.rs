//! Which flow, step and document of a new version is which of an old one.

use std::collections::{BTreeMap, HashMap};

use super::walk::Standing;
use super::{Obstacle, SoundProcedure};
use crate::error::{Error, ErrorKind, Fault};
use crate::id::{DocumentIx, FlowIx, OutcomeIx, StepIx};
use crate::model::{Mapped, Mapping, Spot};
use crate::net::{FlowRow, MoveRow, Net, Words, bits_in};

/// How the tokens, documents and steps of an old version stand in a new one.
#[derive(Debug, Clone)]
pub(crate) struct Transfer<'p> {
    old: &'p SoundProcedure,
    new: &'p SoundProcedure,
    /// For each of the old version, the one in the new.
    steps: Vec<Option<StepIx>>,
    pub(super) documents: Vec<Option<DocumentIx>>,
    flows: Vec<Result<Vec<Placed>, Obstacle>>,
}

/// Where a token goes.
#[derive(Debug, Clone, Copy)]
struct Placed {
    flow: FlowIx,
    /// Whether it lies on the flow on which it was sent.
    is_as_sent: bool,
}

impl<'p> Transfer<'p> {
    /// # Errors
    ///
    /// What in the mapping does not fit the two versions.
    pub(crate) fn new(old: &'p SoundProcedure, new: &'p SoundProcedure, mapping: &Mapping) -> Result<Self, Error> {
        let mut reading = Reading::new(old, new);
        mapping.entries().iter().for_each(|entry| reading.rename(entry));
        reading.check_distinct();
        mapping.entries().iter().for_each(|entry| reading.put(entry));
        if !reading.faults.is_empty() {
            return Err(Error::new(ErrorKind::Mapping, reading.faults));
        }
        let flows = old.net().flows.iter().map(|flow| reading.place(*flow)).collect();
        Ok(Self { old, new, steps: reading.steps, documents: reading.documents, flows })
    }

    /// The version that cases come from.
    pub(crate) fn old_version(&self) -> &'p SoundProcedure {
        self.old
    }

    /// The version that cases go to.
    pub(crate) fn new_version(&self) -> &'p SoundProcedure {
        self.new
    }

    /// The step of the new version that is this one of the old.
    pub(crate) fn step(&self, step: StepIx) -> Option<StepIx> {
        self.steps[step.index()]
    }

    /// Where a case stands in the new version.
    pub(super) fn image(
        &self,
        tokens: impl IntoIterator<Item = FlowIx>,
        under_way: impl IntoIterator<Item = StepIx>,
    ) -> Result<Standing, Vec<Obstacle>> {
        let (mut placed, mut obstacles): (Vec<Placed>, _) = (Vec::new(), Vec::new());
        for token in tokens {
            match &self.flows[token.index()] {
                Ok(flows) => placed.extend(flows),
                Err(obstacle) if obstacles.contains(obstacle) => {}
                Err(obstacle) => obstacles.push(obstacle.clone()),
            }
        }
        if obstacles.is_empty() && placed.is_empty() {
            obstacles.push(Obstacle::NothingLeft);
        }
        if !obstacles.is_empty() {
            return Err(obstacles);
        }
        let net = self.new.net();
        let marking = net.marking(placed.iter().map(|placed| placed.flow));
        let waiting = net.waiting(&marking);
        let carried = under_way.into_iter().filter_map(|step| self.steps[step.index()]);
        let carried = carried.filter(|step| waiting.contains(step));
        // No step takes back what it has not sent, so what lies on another flow than it was sent on counts as received.
        let moved = placed.iter().filter(|placed| !placed.is_as_sent).filter_map(|at| net.flows[at.flow.index()].to);
        Ok(Standing::new(marking, carried.chain(moved).collect()))
    }

    /// Where a case stands in the new version, from the row of the case in the old one.
    pub(super) fn image_of_case(&self, row: &[u64]) -> Result<Standing, Vec<Obstacle>> {
        let layout = self.old.net().layout;
        let tokens = bits_in(row, 0..layout.flows).map(|bit| FlowIx(dense(bit)));
        let first = layout.started_bit(StepIx(0));
        let under_way = bits_in(row, first..first + layout.steps).map(|bit| StepIx(dense(bit - first)));
        self.image(tokens, under_way)
    }

    /// The row of a case in the new version.
    pub(super) fn row(&self, row: &[u64], standing: &Standing) -> Words {
        let (old, new) = (self.old.net().layout, self.new.net().layout);
        let mut carried = Words::zeroed(new.words());
        standing.marking.flows().for_each(|flow| carried.insert(flow.index()));
        standing.under_way().iter().for_each(|step| carried.insert(new.started_bit(*step)));
        let documents = old.document_bits();
        for bit in bits_in(row, documents.clone()) {
            if let Some(document) = self.documents[bit - documents.start] {
                carried.insert(new.document_bit(document));
            }
        }
        let first = old.done_bit(StepIx(0));
        for bit in bits_in(row, first..first + old.steps) {
            if let Some(step) = self.steps[bit - first] {
                carried.insert(new.done_bit(step));
            }
        }
        carried
    }
}

/// A mapping as it is made out.
struct Reading<'p> {
    old: &'p SoundProcedure,
    new: &'p SoundProcedure,
    steps: Vec<Option<StepIx>>,
    documents: Vec<Option<DocumentIx>>,
    outcomes: HashMap<(StepIx, OutcomeIx), OutcomeIx>,
    /// Where work goes on that waits at a step, sent by one in particular or by any.
    work: HashMap<(StepIx, Option<StepIx>), Vec<FlowIx>>,
    /// The flows into each step of the new version.
    into: Vec<Vec<FlowIx>>,
    renamed: Vec<String>,
    faults: Vec<Fault>,
}

impl<'p> Reading<'p> {
    /// What has the same id is the same.
    fn new(old: &'p SoundProcedure, new: &'p SoundProcedure) -> Self {
        let mut into = vec![Vec::new(); new.net().steps.len()];
        for (position, flow) in new.net().flows.iter().enumerate() {
            if let Some(step) = flow.to {
                into[step.index()].push(FlowIx(dense(position)));
            }
        }
        let documents = &old.procedure().documents;
        Self {
            old,
            new,
            steps: old.steps().map(|step| new.step(old.step_id(step).as_str())).collect(),
            documents: documents.iter().map(|document| new.document(document.id.as_str())).collect(),
            outcomes: HashMap::new(),
            work: HashMap::new(),
            into,
            renamed: Vec::new(),
            faults: Vec::new(),
        }
    }

    fn rename(&mut self, entry: &Mapped) {
        match entry {
            Mapped::Step { from, to } => {
                let known = (self.step_of(self.old, from.as_str()), self.step_of(self.new, to.as_str()));
                self.once(format!("step {from}"));
                if let (Some(from), Some(to)) = known {
                    self.steps[from.index()] = Some(to);
                }
            }
            Mapped::Document { from, to } => {
                let known = (self.old.document(from.as_str()), self.new.document(to.as_str()));
                self.once(format!("document `{from}`"));
                match known {
                    (Some(from), Some(to)) => self.documents[from.index()] = Some(to),
                    (None, _) => self.fault(format!("the old version has no document `{from}`")),
                    (_, None) => self.fault(format!("the new version has no document `{to}`")),
                }
            }
            Mapped::Outcome { .. } | Mapped::Work { .. } => {}
        }
    }

    /// No two steps and no two documents become one.
    fn check_distinct(&mut self) {
        let (old, new) = (self.old.procedure(), self.new.procedure());
        let steps = self.steps.iter().zip(&old.steps).filter_map(|(to, from)| {
            Some((format!("step {}", new.steps[(*to)?.index()].id), format!("step {}", from.id)))
        });
        let documents = self.documents.iter().zip(&old.documents).filter_map(|(to, from)| {
            Some((format!("document `{}`", new.documents[(*to)?.index()].id), format!("document `{}`", from.id)))
        });
        let mut become_one: BTreeMap<String, Vec<String>> = BTreeMap::new();
        steps.chain(documents).for_each(|(to, from)| become_one.entry(to).or_default().push(from));
        for (to, from) in become_one.into_iter().filter(|(_, from)| from.len() > 1) {
            self.fault(format!("{} would become one, {to}", from.join(" and ")));
        }
    }

    fn put(&mut self, entry: &Mapped) {
        match entry {
            Mapped::Outcome { step: id, from, to } => {
                let Some(step) = self.step_of(self.old, id.as_str()) else { return };
                self.once(format!("outcome {from} of step {id}"));
                let Some(now) = self.steps[step.index()] else {
                    return self.fault(format!("the new version has no step for step {id}, whose outcome is mapped"));
                };
                match (self.old.outcome(step, from.as_str()), self.new.outcome(now, to.as_str())) {
                    (Some(from), Some(to)) => drop(self.outcomes.insert((step, from), to)),
                    (None, _) => self.fault(format!("step {id} of the old version has no outcome {from}")),
                    (_, None) => {
                        let now = self.new.step_id(now);
                        self.fault(format!("step {now} of the new version has no outcome {to}"));
                    }
                }
            }
            Mapped::Work { from, to } => {
                let Some(at) = self.step_of(self.old, from.at.as_str()) else { return };
                let sent_by = match &from.sent_by {
                    Some(id) => {
                        let Some(step) = self.step_of(self.old, id.as_str()) else { return };
                        Some(step)
                    }
                    None => None,
                };
                self.once(match &from.sent_by {
                    Some(sender) => format!("work at step {} from step {sender}", from.at),
                    None => format!("work at step {}", from.at),
                });
                let flows = to.iter().filter_map(|spot| self.flow_at(spot)).collect();
                self.work.insert((at, sent_by), flows);
            }
            Mapped::Step { .. } | Mapped::Document { .. } => {}
        }
    }

    fn flow_at(&mut self, spot: &Spot) -> Option<FlowIx> {
        let at = self.step_of(self.new, spot.at.as_str())?;
        let found = match &spot.sent_by {
            Some(id) => {
                let sender = self.step_of(self.new, id.as_str())?;
                self.sent_by(at, sender, false).or_else(|| self.sent_by(at, sender, true))
            }
            None => self.sufficing(at, false),
        };
        if found.is_none() {
            let (at, message) = (
                &spot.at,
                match &spot.sent_by {
                    Some(sender) => format!("no flow of the new version leads from step {sender} to step {}", spot.at),
                    None => format!("step {} of the new version waits for several branches", spot.at),
                },
            );
            let help = spot.sent_by.is_none().then(|| "say which step sent the work there".to_owned());
            self.faults.push(Fault { step: Some(at.clone()), message, help, ..Fault::default() });
        }
        found
    }

    fn step_of(&mut self, version: &SoundProcedure, id: &str) -> Option<StepIx> {
        let step = version.step(id);
        if step.is_none() {
            let which = if std::ptr::eq(version, self.old) { "old" } else { "new" };
            self.fault(format!("the {which} version has no step {id}"));
        }
        step
    }

    /// Nothing is mapped twice.
    fn once(&mut self, what: String) {
        if self.renamed.contains(&what) {
            self.fault(format!("{what} is mapped twice"));
        } else {
            self.renamed.push(what);
        }
    }

    fn fault(&mut self, message: String) {
        self.faults.push(Fault { message, ..Fault::default() });
    }

    /// Where a token goes that lies on a flow of the old version.
    fn place(&self, flow: FlowRow) -> Result<Vec<Placed>, Obstacle> {
        let Some(at) = flow.to else { return Ok(Vec::new()) };
        let sender = flow.from.map(|sent| self.old.net().moves[sent as usize].step);
        let same = self.same(flow);
        if let Some(stated) = self.work.get(&(at, sender)).or_else(|| self.work.get(&(at, None))) {
            let placed = stated.iter().map(|flow| Placed { flow: *flow, is_as_sent: Some(*flow) == same });
            return Ok(placed.collect());
        }
        if let Some(flow) = same {
            return Ok(vec![Placed { flow, is_as_sent: true }]);
        }
        let step = || self.old.step_id(at).clone();
        let now = self.steps[at.index()].ok_or_else(|| Obstacle::StepGone { step: step() })?;
        let returned = flow.from.is_some_and(|sent| self.old.net().moves[sent as usize].returns);
        let sender_now = sender.and_then(|sender| self.steps[sender.index()]);
        let equivalent = sender_now.and_then(|sender| self.sent_by(now, sender, returned));
        match equivalent.or_else(|| self.sufficing(now, returned)) {
            Some(flow) => Ok(vec![Placed { flow, is_as_sent: false }]),
            None => {
                Err(Obstacle::NoBranch { step: step(), sent_by: sender.map(|sender| self.old.step_id(sender).clone()) })
            }
        }
    }

    /// The flow of the same ids in the new version.
    fn same(&self, flow: FlowRow) -> Option<FlowIx> {
        let to = self.steps[flow.to?.index()]?;
        let net = self.new.net();
        let Some(sent) = flow.from else {
            return (net.flows[0].to == Some(to)).then_some(FlowIx(0));
        };
        let sent: &MoveRow = &self.old.net().moves[sent as usize];
        let from = self.steps[sent.step.index()]?;
        let outcome = match self.outcomes.get(&(sent.step, sent.outcome)) {
            Some(outcome) => *outcome,
            None => self.new.outcome(from, self.old.outcome_at(sent.step, sent.outcome).id.as_str())?,
        };
        let sent = net.move_at(from, outcome);
        net.masks.bits(&sent.puts).find(|bit| net.flows[*bit].to == Some(to)).map(|bit| FlowIx(dense(bit)))
    }

    /// A flow from one step of the new version to another.
    fn sent_by(&self, at: StepIx, sender: StepIx, returned: bool) -> Option<FlowIx> {
        let net = self.new.net();
        let is_from = |flow: &&FlowIx| {
            let sent = net.flows[flow.index()].from.map(|sent| &net.moves[sent as usize]);
            sent.is_some_and(|sent| sent.step == sender && sent.returns == returned)
        };
        self.into[at.index()].iter().find(is_from).copied()
    }

    /// A flow on which one token enables the step: for work that was returned one of a return, if there is one.
    fn sufficing(&self, at: StepIx, returned: bool) -> Option<FlowIx> {
        let net = self.new.net();
        let flows = &self.into[at.index()];
        let back = flows.iter().filter(|flow| returned && is_return(net, **flow));
        let forward = flows.iter().filter(|flow| !is_return(net, **flow));
        let suffices = |flow: &&FlowIx| net.is_enabled(&net.steps[at.index()], net.marking([**flow]).row());
        back.chain(forward).find(suffices).copied()
    }
}

fn is_return(net: &Net, flow: FlowIx) -> bool {
    net.flows[flow.index()].from.is_some_and(|sent| net.moves[sent as usize].returns)
}

/// Counts fit: the limits keep flows and steps below 2¹⁶.
fn dense(position: usize) -> u16 {
    u16::try_from(position).expect("the limits keep flows and steps below 2^16")
}
