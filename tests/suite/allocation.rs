//! What is carried out allocates nothing, and a case takes no more than one cache line.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use sopflow::{
    ActorIx, Actors, CaseState, Command, CommandKind, DocumentIx, Grant, OutcomeIx, SoundProcedure, StepIx, apply,
    carry_out, decide, replay,
};

use crate::shipped::shipped;

const NOW: sopflow::time::Timestamp = sopflow::time::Timestamp::from_millis(1_618_794_000_000);

struct Forward {
    who: ActorIx,
    step: StepIx,
    outcome: OutcomeIx,
    outputs: Vec<DocumentIx>,
    grants: [Grant; 1],
}

fn forward(procedure: &SoundProcedure, step: StepIx, who: ActorIx) -> Forward {
    let definition = procedure.step_at(step);
    let way_on = definition.outcomes.iter().find(|outcome| !outcome.returns).unwrap();
    let outcome = procedure.outcome(step, way_on.id.as_str()).unwrap();
    let role = procedure.role(definition.role.as_str()).unwrap();
    Forward { who, step, outcome, outputs: procedure.outputs(step, outcome).to_vec(), grants: [Grant::holder(role)] }
}

/// Runs a case in which two persons take turns. `opening_state` is what opening a state may allocate.
fn check(procedure: &SoundProcedure, opening_state: u64) {
    let mut actors = Actors::new();
    let people = ["Sari", "Budi"].map(|name| actors.add(name).unwrap());
    let moves: Vec<Forward> =
        procedure.steps().zip(people.into_iter().cycle()).map(|(step, who)| forward(procedure, step, who)).collect();
    let mut history = Vec::with_capacity(3 * moves.len() + 2);
    let mut state = CaseState::new(procedure);
    let by = |id, grants| sopflow::Actor { id, grants };
    let dpa = procedure.document("dpa").unwrap();
    let opening = [CommandKind::OpenCase, CommandKind::SupplyDocument { document: dpa, remark: None }];

    let allocated = allocation_counter::measure(|| {
        for kind in opening {
            let command = Command { by: by(moves[0].who, &moves[0].grants), kind };
            history.push(carry_out(procedure, &mut state, &command, NOW).unwrap());
        }
        for Forward { who, step, outcome, outputs, grants } in &moves {
            let start = Command { by: by(*who, grants), kind: CommandKind::StartStep { step: *step } };
            history.push(carry_out(procedure, &mut state, &start, NOW).unwrap());
            let kind = CommandKind::CompleteStep { step: *step, outcome: *outcome, outputs, remark: None };
            let complete = Command { by: by(*who, grants), kind };
            let event = decide(procedure, &state, &complete, NOW).unwrap();
            apply(procedure, &mut state, &event).unwrap();
            history.push(event);
        }
    });
    assert_eq!(allocated.count_total, 0, "the accepting path allocates");
    assert_eq!(state.status(), sopflow::Status::Completed);

    let replayed = allocation_counter::measure(|| {
        assert_eq!(replay(procedure, &history).unwrap(), state);
    });
    assert_eq!(replayed.count_total, opening_state, "replay allocates");
    assert_eq!(size_of::<CaseState>(), 64);
}

#[test]
fn neither_shipped_procedure_allocates_while_it_runs() {
    for procedure in shipped() {
        check(&procedure.verify().unwrap(), 0);
    }
}

#[test]
fn duties_allocate_only_where_a_state_begins() {
    for procedure in shipped() {
        let id = |position: usize| procedure.steps[position].id.clone();
        let procedure = procedure.clone().distinct([id(0), id(1)]).same([id(0), id(2)]).same([id(1), id(3)]);
        check(&procedure.verify().unwrap(), 2);
    }
}

#[test]
fn the_counter_counts() {
    let counted = allocation_counter::measure(|| {
        std::hint::black_box(vec![1]);
    });
    assert_eq!(counted.count_total, 1);
}
