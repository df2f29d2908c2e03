//! Loading and verifying the shipped procedures, and verifying generated ones.
//!
//! `load` reads the TOML and checks all names; `verify` compiles, explores every marking, examines documents and order,
//! and seals. `generated` is a chain of blocks of ten steps, each with an exclusive choice, a loop, a parallel split and
//! a review that returns work; the figure is for the whole procedure.

mod support;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sopflow::{Join, Outcome, Procedure, Step};
use support::{FORUM, VIRTUAL};

fn verify(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("verify");
    for (name, text) in [("SOP/BPM/03", FORUM), ("virtual forum", VIRTUAL)] {
        group.bench_function(BenchmarkId::new("load", name), |bencher| {
            bencher.iter(|| Procedure::from_toml(black_box(text)).expect("loads"));
        });
        let procedure = Procedure::from_toml(text).expect("loads");
        group.bench_function(BenchmarkId::new("verify", name), |bencher| {
            bencher.iter(|| black_box(&procedure).verify().expect("sound"));
        });
    }
    for steps in [10, 100, 1_000, 10_000] {
        let procedure = generated(steps);
        group.throughput(Throughput::Elements(steps as u64));
        group.sample_size(10);
        group.bench_function(BenchmarkId::new("generated", steps), |bencher| {
            bencher.iter(|| black_box(&procedure).verify().expect("sound"));
        });
    }
    group.finish();
}

/// A sound procedure of so many steps, a multiple of ten.
fn generated(steps: usize) -> Procedure {
    let mut procedure = Procedure::new("generated", "1", "Generated").role("staff", "Staff").role("head", "Head");
    for block in 0..steps / 10 {
        let id = |position: usize| format!("{}", block * 10 + position);
        let after = if (block + 1) * 10 == steps { "end".to_owned() } else { format!("{}", (block + 1) * 10) };
        let paper = |position: usize| format!("paper-{}", block * 10 + position);
        for position in 0..10 {
            procedure = procedure.document(paper(position), "Paper");
        }
        let step = |position: usize, role: &str| Step::new(id(position), role, "Act").output(paper(position).as_str());
        let to = |outcome: &str, target: &str| Outcome::new(outcome).to(target);
        procedure = procedure
            .step(step(0, "staff").outcome(to("long", &id(1))).outcome(to("short", &id(2))))
            .step(step(1, "staff").input(paper(0).as_str()).next(id(3).as_str()))
            .step(step(2, "staff").input(paper(0).as_str()).next(id(3).as_str()))
            .step(step(3, "staff").outcome(to("again", &id(3))).outcome(to("done", &id(4))))
            .step(step(4, "staff").input(paper(3).as_str()).outcome(to("done", &id(5)).to(id(6).as_str())))
            .step(step(5, "staff").next(id(7).as_str()))
            .step(step(6, "staff").next(id(7).as_str()))
            .step(
                step(7, "staff").input(paper(5).as_str()).input(paper(6).as_str()).join(Join::All).next(id(8).as_str()),
            )
            .step(step(8, "head").input(paper(7).as_str()).next(id(9).as_str()).returns_to(id(4)).returns_to(id(7)))
            .step(step(9, "staff").input(paper(8).as_str()).next(after.as_str()));
    }
    procedure
}

criterion_group!(benches, verify);
criterion_main!(benches);
