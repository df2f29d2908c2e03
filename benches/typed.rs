//! One transition of SOP/BPM/03 with types, without, and written by hand.
//!
//! As in `transition`: the 21 steps of a case in turn, the figure is for one step, every way makes every check and the
//! event. With types it is done in two ways. `typed, by type` has a line for each step, as a program that knows its
//! procedure has; `by hand, by line` is the hand-written case used in that way, where the compiler sees which step it is.
//! `typed, by enum` is told at run time which step it is, as a program with a list of work has; so are `by hand` and `erased`.

mod support;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sopflow::typed::State;
use sopflow::{Actor, Event, Refused, carry_out};
use support::{NOW, Office, floor};

#[path = "../examples/sop/forum_bisnis.rs"]
mod declared;

use declared::forum_bisnis::{Role, Sop, Step, Work, step};

macro_rules! all_steps {
    ($do:ident) => {
        $do! {
            SiapkanNotaDinas Staf, KetikNotaDinas Staf, ParafNotaDinas Kasi, TandatanganiNotaDinas Kabid,
            DisposisiNotaDinas Kepala, SerahkanDisposisi Kabid, BahasPersiapan Kasi, SiapkanTempat Staf,
            SiapkanSurat Staf, KetikSurat Staf, ParafSuratKasi Kasi, ParafSuratKabid Kabid,
            ParafSuratSekretaris Sekretaris, TandatanganiSurat Kepala, NomoriSurat Staf, KirimSurat Staf,
            LaksanakanForum Staf, SusunLaporan Staf, ParafLaporan Kasi, PeriksaLaporan Kabid, TerimaLaporan Kepala
        }
    };
}

#[inline]
fn finish(work: Work<'_>, by: Actor<'_>) -> Result<Event, Refused> {
    macro_rules! each {
        ($($step:ident $role:ident),*) => {
            match work {
                $(Work::$step(item) => item.finish(by, NOW),)*
            }
        };
    }
    all_steps!(each)
}

fn typed(criterion: &mut Criterion) {
    let typed = Sop::verify().expect("a shipped procedure is sound");
    let procedure = typed.erased();
    let office = Office::new(procedure);
    let commands = office.commands();
    let opened = office.opened(procedure, &mut Vec::new());
    let state = State::of(&typed, opened.clone()).expect("a case of the procedure");
    let actors = Role::ALL.iter().map(|role| office.actor((*role).into())).collect::<Vec<_>>();
    let mut group = criterion.benchmark_group("typed");
    group.throughput(Throughput::Elements(commands.len() as u64));

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

    group.bench_function("by hand, by line", |bencher| {
        let officers = floor::officers();
        let commands = floor::commands(&officers);
        let mut case = floor::Case::opened();
        bencher.iter(|| {
            case = floor::Case::opened();
            by_line(&mut case, black_box(&commands));
        });
        assert!(!case.is_open, "the hand-written case reaches its end");
    });

    group.bench_function("erased", |bencher| {
        let mut state = opened.clone();
        bencher.iter(|| {
            state.clone_from(&opened);
            for command in &commands {
                let answer = carry_out(procedure, &mut state, black_box(command), NOW);
                let Ok(event) = &answer else { unreachable!() };
                black_box(event);
            }
        });
    });

    group.bench_function("typed, by type", |bencher| {
        let mut case = state.clone();
        bencher.iter(|| {
            case.clone_from(&state);
            macro_rules! each {
                ($($step:ident $role:ident),*) => {$(
                    let by = *black_box(&actors[Role::$role as usize]);
                    let answer = case.item(&typed, step::$step).and_then(|item| item.finish(by, NOW));
                    let Ok(event) = &answer else { unreachable!() };
                    black_box(event);
                )*};
            }
            all_steps!(each);
        });
        assert_eq!(case.erased().status(), sopflow::Status::Completed);
    });

    group.bench_function("typed, by enum", |bencher| {
        macro_rules! each {
            ($($step:ident $role:ident),*) => { [$((Step::$step, Role::$role)),*] };
        }
        let steps = all_steps!(each);
        let mut case = state.clone();
        bencher.iter(|| {
            case.clone_from(&state);
            for (step, role) in &steps {
                let (step, by) = (*black_box(step), *black_box(&actors[*role as usize]));
                let answer = case.work(&typed, step).and_then(|work| finish(work, by));
                let Ok(event) = &answer else { unreachable!() };
                black_box(event);
            }
        });
        assert_eq!(case.erased().status(), sopflow::Status::Completed);
    });
    group.finish();
}

/// The hand-written case with a line for each step, of which the compiler knows the step, the outcome and the outputs.
#[inline]
fn by_line(case: &mut floor::Case, commands: &[floor::Command<'_>]) {
    macro_rules! each {
        ($($position:literal $step:ident $outputs:expr;)*) => {$(
            let command = floor::Command {
                step: floor::Step::$step,
                outcome: floor::Outcome::Done,
                outputs: $outputs,
                remark: None,
                ..*black_box(&commands[$position])
            };
            let answer = case.complete(&command, NOW);
            let Some(event) = &answer else { unreachable!() };
            black_box(event);
        )*};
    }
    each! {
        0 S1 1 << 1; 1 S2 1 << 1; 2 S3 1 << 2; 3 S4 1 << 3; 4 S5 1 << 4; 5 S6 1 << 5; 6 S7 1 << 6; 7 S8 1 << 7;
        8 S9 1 << 8; 9 S10 1 << 8; 10 S11 1 << 9; 11 S12 1 << 10; 12 S13 1 << 11; 13 S14 1 << 12; 14 S15 1 << 13;
        15 S16 1 << 14; 16 S17 1 << 15 | 1 << 16; 17 S18 1 << 17; 18 S19 1 << 18; 19 S20 1 << 19; 20 S21 1 << 20;
    }
}

criterion_group!(benches, typed);
criterion_main!(benches);
