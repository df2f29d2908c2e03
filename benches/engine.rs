//! Commands to an engine: SOP/BPM/03 through all its 21 steps, one officer a role.
//!
//! `memory` is what the engine itself costs, on one thread: a command from the request to the answer with all checks of
//! authority, the event encoded and tied to those before it, the case listed anew. Opening cases is part of it (one command in
//! 23), supplying a document too. `request` is what building a request costs, which is in the figure for `memory`.

mod support;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sopflow::runtime::{Appointment, Ask, Engine, Office, Request};
use sopflow::store::Memory;
use sopflow::{CaseId, SoundProcedure};
use support::{FORUM, NOW, forward, sound};

/// Cases that are worked on in turn, each at another place in the procedure.
const CASES: usize = 230;
/// Commands after which a store begins anew, so that it does not fill the memory.
const COMMANDS: u64 = 100_000;

/// What is asked to bring a case from start to end, by whom.
struct Script(Vec<(String, Ask)>);

impl Script {
    fn new(procedure: &SoundProcedure) -> Self {
        let external = procedure.procedure().documents.iter().filter(|document| document.external);
        let first = procedure.procedure().steps[0].role.to_string();
        let open = Ask::Open { procedure: procedure.procedure().id.clone(), version: None, reference: None };
        let supplies = external.map(|document| Ask::Supply { document: document.id.clone(), remark: None });
        let mut script = vec![(first.clone(), open)];
        script.extend(supplies.map(|supply| (first.clone(), supply)));
        for step in procedure.steps() {
            let forward = forward(procedure, step);
            let document = |document| procedure.document_at(document).id.clone();
            let ask = Ask::Complete {
                step: procedure.step_id(step).clone(),
                outcome: procedure.outcome_at(step, forward.outcome).id.clone(),
                outputs: forward.outputs.iter().copied().map(document).collect(),
                remark: None,
            };
            script.push((procedure.step_at(step).role.to_string(), ask));
        }
        Self(script)
    }

    fn request(&self, case: Option<CaseId>, position: usize) -> Request {
        let (person, ask) = &self.0[position];
        Request { person: person.as_str().into(), case, ask: ask.clone(), once: None, expecting: None }
    }
}

fn office(procedure: &SoundProcedure) -> Office {
    let roles = || procedure.procedure().roles.iter().map(|role| role.id.as_str());
    let office = Office::with_people(roles()).expect("names");
    roles().for_each(|role| office.appoint(Appointment::holder(role, role)).expect("an appointment"));
    office
}

/// Cases in progress.
struct Work<'s> {
    script: &'s Script,
    /// By case, how far it has come.
    cases: Vec<(Option<CaseId>, usize)>,
}

impl<'s> Work<'s> {
    fn new(script: &'s Script) -> Self {
        Self { script, cases: vec![(None, 0); CASES] }
    }

    /// Brings each case to its place.
    fn spread(mut self, engine: &Engine) -> Self {
        for case in 0..CASES {
            (0..case % self.script.0.len()).for_each(|_| self.next(engine, case));
        }
        self
    }

    fn next(&mut self, engine: &Engine, case: usize) {
        let (id, position) = &mut self.cases[case];
        let done = engine.send(self.script.request(*id, *position)).wait().expect("it is allowed");
        *position += 1;
        *id = Some(done.case);
        if *position == self.script.0.len() {
            (*id, *position) = (None, 0);
        }
    }

    /// Carries out the next commands of the cases in turn.
    fn carry_out(&mut self, engine: &Engine, commands: u64) {
        for number in 0..commands {
            self.next(engine, usize::try_from(number).expect("few") % CASES);
        }
    }
}

fn memory(criterion: &mut Criterion) {
    let procedure = sound(FORUM);
    let script = Script::new(&procedure);
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(1));
    group.bench_function("request", |bencher| bencher.iter(|| black_box(script.request(black_box(None), 5))));
    group.bench_function("memory", |bencher| {
        bencher.iter_custom(|commands| {
            let (mut left, mut taken) = (commands, Duration::ZERO);
            while left > 0 {
                let engine =
                    Engine::builder(Memory::new()).directory(office(&procedure)).host(sound(FORUM)).clock(|| NOW);
                let engine = engine.open().expect("it opens");
                let mut work = Work::new(&script).spread(&engine);
                let now = left.min(COMMANDS);
                let begun = Instant::now();
                work.carry_out(&engine, now);
                taken += begun.elapsed();
                left -= now;
            }
            taken
        });
    });
    group.finish();
}

criterion_group!(benches, memory);
criterion_main!(benches);
