//! A million live cases of SOP/BPM/03, a random one each time.
//!
//! `kernel` carries out one command on a case picked at random; `64-byte records` does the hand-written job of
//! `transition` on records of one cache line in a plain table. Both visit the cases in the same random order, and a case
//! that reaches its end is opened anew. The figure is for one transition. What grows with the number of cases is the
//! latency of the memory. `bytes` is printed once: what a case takes, heap included.

mod support;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sopflow::{CaseState, carry_out};
use support::{FORUM, NOW, Office, floor, sound};

const SIZES: [usize; 4] = [1 << 10, 1 << 14, 1 << 17, 1 << 20];

/// Visits each of a power of two of cases once a round, in a random order (a full-period congruence generator).
struct Walk {
    at: usize,
    visited: usize,
    round: usize,
    len: usize,
    rounds: usize,
}

impl Walk {
    fn new(len: usize, rounds: usize) -> Self {
        Self { at: 0, visited: 0, round: 0, len, rounds }
    }

    /// The next case and the round; in the last round the cases end.
    #[inline]
    fn next(&mut self) -> (usize, usize) {
        let now = (self.at, self.round);
        self.at = (self.at.wrapping_mul(0x5851_F42D) + 0x1405_7B7D) & (self.len - 1);
        self.visited += 1;
        if self.visited == self.len {
            self.visited = 0;
            self.round = (self.round + 1) % self.rounds;
        }
        now
    }
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Record(floor::Case);

fn cases(criterion: &mut Criterion) {
    let procedure = sound(FORUM);
    let office = Office::new(&procedure);
    let commands = office.commands();
    let opened = office.opened(&procedure, &mut Vec::new());
    let per_case = allocation_counter::measure(|| {
        black_box(vec![opened.clone(); 1 << 20]);
    });
    println!(
        "cases: {} bytes a case in the kernel, {} bytes in a record",
        per_case.bytes_max >> 20,
        size_of::<Record>()
    );
    let officers = floor::officers();
    let by_hand = floor::commands(&officers);

    let mut group = criterion.benchmark_group("cases");
    for size in SIZES {
        group.bench_function(BenchmarkId::new("kernel", size), |bencher| {
            let mut cases: Vec<CaseState> = vec![opened.clone(); size];
            let mut walk = Walk::new(size, commands.len());
            bencher.iter(|| {
                let (case, round) = walk.next();
                let case = &mut cases[case];
                let answer = carry_out(&procedure, case, &commands[round], NOW);
                let Ok(event) = &answer else { unreachable!() };
                black_box(event);
                if round + 1 == commands.len() {
                    case.clone_from(&opened);
                }
            });
        });
        group.bench_function(BenchmarkId::new("64-byte records", size), |bencher| {
            let mut cases = vec![Record(floor::Case::opened()); size];
            let mut walk = Walk::new(size, by_hand.len());
            bencher.iter(|| {
                let (case, round) = walk.next();
                let case = &mut cases[case].0;
                let answer = case.complete(&by_hand[round], NOW);
                let Some(event) = &answer else { unreachable!() };
                black_box(event);
                if round + 1 == by_hand.len() {
                    *case = floor::Case::opened();
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, cases);
criterion_main!(benches);
