//! Loading and verifying the shipped procedures, and verifying generated ones.
//!
//! `load` reads the TOML and checks all names; `verify` compiles, proves soundness and examines documents and rules, with
//! the ways to what it tells. The figures are for the whole procedure:
//!
//! - `generated` is a chain of blocks of ten steps, each with an exclusive choice, a loop, a parallel split and a review
//!   that returns work: how the cost grows with length alone.
//! - `nested` has the same parts within each other, nine levels deep at 1,000 steps, so that the number of markings
//!   grows beyond any bound: how the cost grows where visiting them does not do.
//! - `wide` is one parallel split into 30 branches of 5 steps each, some 6³⁰ markings, and one join.
//! - `wide unsound` is the same where one branch can skip the join, so that a case can get stuck: the time to a report
//!   with a witness.

mod support;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sopflow::Procedure;
use support::generators::{chain, nested, wide, wide_unsound};
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
    group.sample_size(10);
    for steps in [10, 100, 1_000, 10_000] {
        let procedure = chain(steps);
        group.throughput(Throughput::Elements(steps as u64));
        group.bench_function(BenchmarkId::new("generated", steps), |bencher| {
            bencher.iter(|| black_box(&procedure).verify().expect("sound"));
        });
    }
    for steps in [10, 100, 1_000, 10_000] {
        let procedure = nested(steps);
        group.throughput(Throughput::Elements(steps as u64));
        group.bench_function(BenchmarkId::new("nested", steps), |bencher| {
            bencher.iter(|| black_box(&procedure).verify().is_ok());
        });
    }
    for (name, procedure) in [("wide", wide(30, 5)), ("wide unsound", wide_unsound(30, 5))] {
        group.throughput(Throughput::Elements(procedure.steps.len() as u64));
        group.bench_function(BenchmarkId::new(name, "30 × 5"), |bencher| {
            bencher.iter(|| black_box(&procedure).verify().is_ok());
        });
    }
    group.finish();
}

criterion_group!(benches, verify);
criterion_main!(benches);
