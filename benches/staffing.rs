//! Whether there is somebody for every step: what the answer costs where one plan serves, where paths have to be looked at,
//! and where only a search can tell.
//!
//! `plan` has one separation over ten steps of each hundred; `paths` has a separation of the two branches of each choice,
//! which one expert suffices for because they never meet; `ring` is an odd ring of separations with two people for it.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sopflow::analysis::{Staff, Staffing};
use sopflow::time::Timestamp;
use sopflow::{Outcome, Procedure, SoundProcedure, Step};

const NOW: Timestamp = Timestamp::from_millis(1_618_794_000_000);

fn staffing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("staffing");
    group.sample_size(10);
    for steps in [100, 1_000] {
        let procedure = (0..steps / 100)
            .fold(row(steps), |row, part| row.distinct((0..10).map(|at| (part * 100 + at * 10).to_string())));
        let (procedure, staff) = (sound(&procedure), crowd(10));
        assert!(matches!(procedure.staffing(&staff, NOW), Staffing::Complete(_)));
        group.bench_function(BenchmarkId::new("plan", steps), |bencher| {
            bencher.iter(|| black_box(&procedure).staffing(&staff, NOW));
        });
    }
    for choices in [2, 4, 8] {
        let (procedure, staff) = (sound(&choices_in_a_row(choices)), crowd(1));
        assert!(matches!(procedure.staffing(&staff, NOW), Staffing::ByPath { .. }));
        group.bench_function(BenchmarkId::new("paths", 1 << choices), |bencher| {
            bencher.iter(|| black_box(&procedure).staffing(&staff, NOW));
        });
    }
    for steps in [11, 101] {
        let ring = |row: Procedure, at: usize| row.distinct([at.to_string(), ((at + 1) % steps).to_string()]);
        let (procedure, staff) = (sound(&(0..steps).fold(row(steps), ring)), crowd(2));
        assert!(matches!(procedure.staffing(&staff, NOW), Staffing::Short(_)));
        group.bench_function(BenchmarkId::new("ring", steps), |bencher| {
            bencher.iter(|| black_box(&procedure).staffing(&staff, NOW));
        });
    }
    group.finish();
}

fn sound(procedure: &Procedure) -> SoundProcedure {
    procedure.verify().expect("the procedure is sound")
}

fn crowd(count: usize) -> Staff {
    (0..count).fold(Staff::new(), |staff, at| staff.holder(&format!("person {at}"), "staff", ..))
}

/// So many steps in a row, named by their positions.
fn row(steps: usize) -> Procedure {
    let next = |at: usize| if at + 1 == steps { "end".to_owned() } else { (at + 1).to_string() };
    let step = |at: usize| Step::new(at.to_string(), "staff", "Act").next(next(at).as_str());
    (0..steps).map(step).fold(Procedure::new("row", "1", "Row").role("staff", "Staff"), Procedure::step)
}

/// Choices between two steps that nobody may do both of.
fn choices_in_a_row(choices: usize) -> Procedure {
    (0..choices).fold(Procedure::new("p", "1", "P").role("staff", "Staff"), |procedure, at| {
        let [one, other] = ["a", "b"].map(|branch| format!("{at}{branch}"));
        let next = if at + 1 == choices { "end".to_owned() } else { (at + 1).to_string() };
        let [to_one, to_other] = [&one, &other].map(|id| Outcome::new(id.as_str()).to(id.as_str()));
        procedure
            .step(Step::new(at.to_string(), "staff", "Choose").outcome(to_one).outcome(to_other))
            .step(Step::new(one.as_str(), "staff", "Act").next(next.as_str()))
            .step(Step::new(other.as_str(), "staff", "Act").next(next.as_str()))
            .distinct([one, other])
    })
}

criterion_group!(benches, staffing);
criterion_main!(benches);
