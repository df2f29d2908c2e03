//! One transition of SOP/BPM/03: accepted, refused, and written by hand.
//!
//! `accepted` and `by hand` finish the 21 steps of a case in turn and start over; the figure is for one step. Both make
//! every check and the event. `decide alone` leaves out the change of state. `refused` lets the wrong officer try; its
//! figure includes gathering all reasons as data.

mod support;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sopflow::{Command, apply, carry_out, decide};
use support::{FORUM, NOW, Office, floor, sound};

fn transition(criterion: &mut Criterion) {
    let procedure = sound(FORUM);
    let office = Office::new(&procedure);
    let commands = office.commands();
    let opened = office.opened(&procedure, &mut Vec::new());
    let mut group = criterion.benchmark_group("transition");
    group.throughput(Throughput::Elements(commands.len() as u64));

    group.bench_function("accepted", |bencher| {
        let mut state = opened.clone();
        bencher.iter(|| {
            state.clone_from(&opened);
            for command in &commands {
                let answer = carry_out(&procedure, &mut state, black_box(command), NOW);
                let Ok(event) = &answer else { unreachable!() };
                black_box(event);
            }
        });
    });

    group.bench_function("decide, then apply", |bencher| {
        let mut state = opened.clone();
        bencher.iter(|| {
            state.clone_from(&opened);
            for command in &commands {
                let Ok(event) = decide(&procedure, &state, black_box(command), NOW) else { unreachable!() };
                let Ok(()) = apply(&procedure, &mut state, &event) else { unreachable!() };
                black_box(&event);
            }
        });
    });

    group.bench_function("by hand", |bencher| {
        let officers = floor::officers();
        let commands = floor::commands(&officers);
        let mut case = floor::Case::opened();
        bencher.iter(|| {
            case = floor::Case::opened();
            for command in &commands {
                let answer = case.complete(black_box(command), NOW);
                let Some(event) = &answer else { unreachable!() };
                black_box(event);
            }
        });
        assert!(!case.is_open, "the hand-written case reaches its end");
    });

    group.bench_function("decide alone", |bencher| {
        bencher.iter(|| {
            for _ in &commands {
                let Ok(event) = decide(&procedure, &opened, black_box(&commands[0]), NOW) else { unreachable!() };
                black_box(&event);
            }
        });
    });

    group.bench_function("refused", |bencher| {
        let wrong = Command { by: office.actor(office.moves[4].role), kind: commands[0].kind.clone() };
        bencher.iter(|| {
            for _ in &commands {
                let Err(refused) = decide(&procedure, &opened, black_box(&wrong), NOW) else { unreachable!() };
                black_box(&refused);
            }
        });
    });
    group.finish();
}

criterion_group!(benches, transition);
criterion_main!(benches);
