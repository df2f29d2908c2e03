//! A procedure as a place/transition net with one source and one sink, from which all exports of nets are written.
//!
//! Workflow nets are those of W.M.P. van der Aalst, *The Application of Petri Nets to Workflow Management* (1998).

use std::collections::HashMap;

use crate::error::{Error, ErrorKind, Fault};
use crate::id::StepIx;
use crate::limits::{ARCS_MAX, DIAGNOSTICS_MAX};
use crate::model::{Code, Procedure, Step, check};
use crate::net::{Arrivals, MoveRow, Net};

pub(super) const START: &str = "start";
pub(super) const END: &str = "end";
const BEGIN: &str = "begin";

/// Places, transitions and arcs, in the order of the procedure. Every id is made of ASCII letters, digits and `_`, begins
/// with a letter and is unique in the net, whatever the procedure's own ids are.
#[derive(Debug, Default)]
pub(super) struct WorkflowNet {
    pub(super) places: Vec<Place>,
    pub(super) transitions: Vec<Transition>,
    pub(super) arcs: Vec<Arc>,
}

#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Debug)]
pub(super) struct Transition {
    pub(super) id: String,
    pub(super) name: String,
    /// Whether it is no step's outcome, and only carries tokens on.
    pub(super) is_silent: bool,
}

#[derive(Debug)]
pub(super) struct Arc {
    pub(super) from: String,
    pub(super) to: String,
    /// Whether it empties the place, however many tokens there are, instead of taking one.
    pub(super) is_reset: bool,
}

impl WorkflowNet {
    /// The net of a procedure that could be read from a file: one whose names resolve and that keeps the bounds.
    pub(super) fn of(procedure: &Procedure, language: &str) -> Result<Self, Error> {
        refuse_misfits(procedure)?;
        let net = Net::compile(procedure);
        let mut builder = Builder { procedure, net: &net, flow_places: HashMap::new(), made: Self::default() };
        builder.add_start_and_end();
        for (position, step) in procedure.steps.iter().enumerate() {
            builder.add_places(position, step);
        }
        builder.connect(BEGIN, builder.flow_places[&0].clone());
        for (position, (step, row)) in procedure.steps.iter().zip(&net.steps).enumerate() {
            builder.add_joins(position, step)?;
            for finished in net.moves_of(row) {
                builder.add_outcome(step, finished, language);
                builder.refuse_too_many_arcs()?;
            }
        }
        Ok(builder.made)
    }

    pub(super) fn has_resets(&self) -> bool {
        self.arcs.iter().any(|arc| arc.is_reset)
    }
}

struct Builder<'a> {
    procedure: &'a Procedure,
    net: &'a Net,
    /// The place in which the token of each flow lies.
    flow_places: HashMap<usize, String>,
    made: WorkflowNet,
}

/// The flows into a step. A flow is in one of the two lists.
struct Inputs {
    /// One token on one of these enables the step.
    alone: Vec<usize>,
    /// So many tokens on these enable the step.
    wanted: usize,
    together: Vec<usize>,
}

impl Inputs {
    fn of(net: &Net, step: usize) -> Self {
        let Arrivals { one_of, all_of, n_of } = net.arrivals(&net.steps[step]);
        let (wanted, together) = if all_of.is_empty() { (n_of.0.into(), n_of.1) } else { (all_of.len(), all_of) };
        Self { alone: one_of, wanted, together }
    }
}

impl Builder<'_> {
    fn add_start_and_end(&mut self) {
        self.place(START.to_owned(), START.to_owned());
        self.place(END.to_owned(), END.to_owned());
        self.transition(BEGIN.to_owned(), BEGIN.to_owned(), true);
        self.connect(START, BEGIN.to_owned());
        self.flow_places.insert(self.net.end.index(), END.to_owned());
    }

    /// The place that a step is finished from, and those in front of it in which tokens wait for each other.
    fn add_places(&mut self, position: usize, step: &Step) {
        let (inputs, ready) = (Inputs::of(self.net, position), ready_place(position));
        self.place(ready.clone(), format!("{} ready", step.id));
        self.flow_places.extend(inputs.alone.into_iter().map(|flow| (flow, ready.clone())));
        for (number, flow) in inputs.together.into_iter().enumerate() {
            let place = format!("{ready}_in{}", number + 1);
            self.place(place.clone(), format!("{} → {}", self.sender(flow), step.id));
            self.flow_places.insert(flow, place);
        }
    }

    /// A transition for each choice of flows that together enable a step.
    fn add_joins(&mut self, position: usize, step: &Step) -> Result<(), Error> {
        let inputs = Inputs::of(self.net, position);
        let mut chosen = (!inputs.together.is_empty()).then(|| (0..inputs.wanted).collect::<Vec<_>>());
        let mut number = 1;
        while let Some(choice) = chosen {
            let join = format!("{}_join{number}", ready_place(position));
            self.transition(join.clone(), format!("join {}", step.id), true);
            for flow in &choice {
                let place = self.flow_places[&inputs.together[*flow]].clone();
                self.connect(&place, join.clone());
            }
            self.connect(&join, ready_place(position));
            self.refuse_too_many_arcs()?;
            chosen = next_choice(choice, inputs.together.len());
            number += 1;
        }
        Ok(())
    }

    fn add_outcome(&mut self, step: &Step, finished: &MoveRow, language: &str) {
        let outcome = &step.outcomes[finished.outcome.index()];
        let id = format!("s{}_out{}", finished.step.index() + 1, finished.outcome.index() + 1);
        let name = format!("{}:{} {}", step.id, outcome.id, step.activity.in_language(language));
        self.transition(id.clone(), name, false);
        self.connect(&ready_place(finished.step.index()), id.clone());
        for flow in self.net.masks.bits(&finished.puts) {
            let place = self.flow_places[&flow].clone();
            self.connect(&id, place);
        }
        for cancelled in outcome.cancels.iter().filter_map(|step| self.net.step_ids.get(step.as_str())) {
            if *cancelled != finished.step {
                self.reset(*cancelled, &id);
            }
        }
    }

    /// Empties everything that waits for a step.
    fn reset(&mut self, step: StepIx, transition: &str) {
        let waiting = Inputs::of(self.net, step.index()).together;
        let places: Vec<String> = waiting.iter().map(|flow| self.flow_places[flow].clone()).collect();
        for place in places.into_iter().chain([ready_place(step.index())]) {
            self.made.arcs.push(Arc { from: place, to: transition.to_owned(), is_reset: true });
        }
    }

    /// The outcome that puts a token on a flow, in words.
    fn sender(&self, flow: usize) -> String {
        let Some(index) = self.net.flows[flow].from else { return START.to_owned() };
        let sent = &self.net.moves[index as usize];
        let step = &self.procedure.steps[sent.step.index()];
        format!("{}:{}", step.id, step.outcomes[sent.outcome.index()].id)
    }

    fn place(&mut self, id: String, name: String) {
        self.made.places.push(Place { id, name });
    }

    fn transition(&mut self, id: String, name: String, is_silent: bool) {
        self.made.transitions.push(Transition { id, name, is_silent });
    }

    fn connect(&mut self, from: &str, to: String) {
        self.made.arcs.push(Arc { from: from.to_owned(), to, is_reset: false });
    }

    /// A join of some of many flows needs many arcs, and so do many outcomes that empty many places.
    fn refuse_too_many_arcs(&self) -> Result<(), Error> {
        if self.made.arcs.len() <= ARCS_MAX {
            return Ok(());
        }
        let fault = Fault {
            message: format!("the net has more than {ARCS_MAX} arcs"),
            help: Some("let fewer flows lead into each `n_of` join, or fewer steps be cancelled".to_owned()),
            ..Fault::default()
        };
        Err(Error::new(ErrorKind::Limit, vec![fault]))
    }
}

/// The next choice of as many of `count`, in lexicographic order.
fn next_choice(mut choice: Vec<usize>, count: usize) -> Option<Vec<usize>> {
    let len = choice.len();
    let moved = (0..len).rev().find(|at| choice[*at] < count - len + at)?;
    let first = choice[moved] + 1;
    choice.truncate(moved);
    choice.extend(first..first + len - moved);
    Some(choice)
}

fn ready_place(step: usize) -> String {
    format!("s{}", step + 1)
}

fn refuse_misfits(procedure: &Procedure) -> Result<(), Error> {
    let found = check(procedure);
    if found.is_empty() {
        return Ok(());
    }
    let is_limit = found.iter().all(|diagnostic| diagnostic.code == Code::OverLimit);
    let faults = found.into_iter().take(DIAGNOSTICS_MAX).map(|diagnostic| Fault {
        step: diagnostic.place.step().cloned(),
        message: diagnostic.message,
        help: diagnostic.help,
        ..Fault::default()
    });
    Err(Error::new(if is_limit { ErrorKind::Limit } else { ErrorKind::Format }, faults.collect()))
}
