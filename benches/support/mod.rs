//! What the benches share: the shipped procedures and generated ones, one officer a role, and the moves of a case from
//! start to end.

#![allow(dead_code, reason = "no bench uses all of it")]
#![allow(unreachable_pub, reason = "nobody but the benches uses it")]

pub mod floor;
pub mod generators;

use sopflow::time::Timestamp;
use sopflow::{
    Actor, Actors, CaseState, Command, CommandKind, DocumentIx, Event, Grant, OutcomeIx, Procedure, RoleIx,
    SoundProcedure, StepIx, apply, decide,
};

pub const FORUM: &str = include_str!("../../examples/sop/forum-bisnis.toml");
pub const VIRTUAL: &str = include_str!("../../examples/sop/forum-bisnis-virtual.toml");

pub const NOW: Timestamp = Timestamp::from_millis(1_618_794_000_000);

pub fn sound(toml: &str) -> SoundProcedure {
    Procedure::from_toml(toml).expect("a shipped procedure loads").verify().expect("a shipped procedure is sound")
}

/// One officer for each role, and what finishes each step on the way without returns.
pub struct Office {
    pub grants: Vec<[Grant; 1]>,
    pub officers: Vec<sopflow::ActorIx>,
    pub moves: Vec<Forward>,
}

/// The command that finishes a step on the way without returns.
pub struct Forward {
    pub step: StepIx,
    pub outcome: OutcomeIx,
    pub role: RoleIx,
    pub outputs: Vec<DocumentIx>,
}

impl Office {
    pub fn new(procedure: &SoundProcedure) -> Self {
        let mut actors = Actors::new();
        let officers = procedure.roles().map(|role| actors.add(procedure.role_at(role).id.as_str()).expect("a name"));
        Self {
            officers: officers.collect(),
            grants: procedure.roles().map(|role| [Grant::holder(role)]).collect(),
            moves: procedure.steps().map(|step| forward(procedure, step)).collect(),
        }
    }

    pub fn actor(&self, role: RoleIx) -> Actor<'_> {
        Actor { id: self.officers[role.index()], grants: &self.grants[role.index()] }
    }

    pub fn command<'a>(&'a self, forward: &'a Forward) -> Command<'a> {
        let kind = CommandKind::CompleteStep {
            step: forward.step,
            outcome: forward.outcome,
            outputs: &forward.outputs,
            remark: None,
        };
        Command { by: self.actor(forward.role), kind }
    }

    pub fn commands(&self) -> Vec<Command<'_>> {
        self.moves.iter().map(|forward| self.command(forward)).collect()
    }

    /// A case that has been opened and supplied with every external document.
    pub fn opened(&self, procedure: &SoundProcedure, history: &mut Vec<Event>) -> CaseState {
        let mut state = CaseState::new(procedure);
        let by = self.actor(self.moves[procedure.first_step().index()].role);
        let documents = procedure.procedure().documents.iter().filter(|document| document.external);
        let supplies = documents.filter_map(|document| procedure.document(document.id.as_str()));
        let supplies = supplies.map(|document| CommandKind::SupplyDocument { document, remark: None });
        for kind in [CommandKind::OpenCase].into_iter().chain(supplies) {
            let event = decide(procedure, &state, &Command { by, kind }, NOW).expect("the office may do this");
            apply(procedure, &mut state, &event).expect("a decided event applies");
            history.push(event);
        }
        state
    }

    /// The history of a case from start to end.
    pub fn history(&self, procedure: &SoundProcedure) -> Vec<Event> {
        let mut history = Vec::new();
        let mut state = self.opened(procedure, &mut history);
        for command in self.commands() {
            let event = decide(procedure, &state, &command, NOW).expect("the office may do this");
            apply(procedure, &mut state, &event).expect("a decided event applies");
            history.push(event);
        }
        history
    }
}

pub fn forward(procedure: &SoundProcedure, step: StepIx) -> Forward {
    let definition = procedure.step_at(step);
    let outcome = definition.outcomes.iter().find(|outcome| !outcome.returns).expect("a way on");
    let outcome = procedure.outcome(step, outcome.id.as_str()).expect("an outcome of the step");
    Forward {
        step,
        outcome,
        role: procedure.role(definition.role.as_str()).expect("a role of the procedure"),
        outputs: procedure.outputs(step, outcome).to_vec(),
    }
}
