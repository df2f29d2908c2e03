//! Many threads ask at once: for each case there is an order in which the model gives the same answers, and it keeps to the
//! order in which answers were known before the next was asked.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sopflow::runtime::{Engine, Request};
use sopflow::store::{Memory, Store};
use sopflow::time::Timestamp;
use sopflow::{Capacity, CaseId, Procedure};

use super::bureau::{HOLDERS, MONDAY, letter, office};
use super::model::{Answer, Fact, File, Model, People};
use super::tries::{Look, PEOPLE, opening};
use crate::random::Dice;

const THREADS: u64 = 8;
const REQUESTS: usize = 80;
const CASES: u128 = 16;

/// A request and its answer, between two readings of a counter that all threads share.
#[derive(Debug, Clone)]
struct Call {
    request: Request,
    asked: u64,
    answered: u64,
    answer: Answer,
}

/// A command that was carried out, however often it was sent.
#[derive(Debug)]
struct Carried<'c> {
    request: &'c Request,
    /// It was carried out after this, and before that.
    asked: u64,
    answered: u64,
}

fn model(procedures: &[Procedure]) -> Model<'_> {
    let holder = |(person, role): (&'static str, &str)| Fact {
        person,
        role: role.into(),
        capacity: Capacity::Holder,
        in_place_of: None,
        from: i64::MIN,
        until: i64::MAX,
        not_in: None,
        not_for: None,
    };
    let facts = HOLDERS.into_iter().map(holder).collect();
    Model { procedures, people: People { names: PEOPLE.to_vec(), facts, absences: Vec::new() } }
}

fn engine(store: impl Store, cases_cached: usize) -> Engine {
    Engine::builder(store)
        .directory(office())
        .clock(|| Timestamp::from_millis(MONDAY))
        .cases_cached(NonZeroUsize::new(cases_cached).unwrap())
        .host(letter("1"))
        .host(letter("2"))
        .open()
        .unwrap()
}

/// What a thread asks, one thing after another.
fn ask_away(engine: &Engine, procedures: &[Procedure], counter: &AtomicU64, seed: u64) -> Vec<Call> {
    let mut dice = Dice::new(seed);
    let mut calls: Vec<Call> = Vec::new();
    while calls.len() < REQUESTS {
        let case = CaseId::from_u128(1 + dice.roll(usize::try_from(CASES).unwrap()) as u128);
        let mut request = match look(engine, procedures, case) {
            Some(look) => look.request(&mut dice),
            None => opening(procedures, Some(case), &mut dice),
        };
        if dice.chance(15) {
            // Threads take the same ids for some of their commands, and send some twice.
            request.once = Some(format!("{case}-{}", dice.roll(12)).into());
        }
        if let Some(call) = dice.pick(&calls).filter(|call| call.request.once.is_some() && seed.is_multiple_of(2)) {
            request = call.request.clone();
        }
        let asked = counter.fetch_add(1, Ordering::SeqCst);
        let answer = engine.send(request.clone()).wait();
        let answered = counter.fetch_add(1, Ordering::SeqCst);
        calls.push(Call { request, asked, answered, answer: Answer::of(&answer) });
    }
    calls
}

/// What the thread sees of the case, which may have changed by the time that it asks.
fn look<'p>(engine: &Engine, procedures: &'p [Procedure], case: CaseId) -> Option<Look<'p>> {
    let found = engine.whereabouts(case).wait().ok()?;
    let able =
        |step: &str| engine.person("Ani").explain(case, step).wait().map_or_else(|_| Vec::new(), |found| found.people);
    let waiting = found.waiting.iter().map(|item| (item.step.to_string(), able(item.step.as_str()))).collect();
    let procedure = procedures.iter().find(|known| known.version == found.version_of_procedure)?;
    Some(Look { case, version: found.version, procedure, waiting, asked: Vec::new() })
}

/// Runs threads against engines on one store, and finds the order.
fn check(engines: &[Engine], seed: u64) {
    let procedures = [letter("1").procedure().clone(), letter("2").procedure().clone()];
    let (counter, procedures) = (Arc::new(AtomicU64::new(0)), Arc::new(procedures));
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let engine = engines[usize::try_from(thread).unwrap() % engines.len()].clone();
            let (counter, procedures) = (counter.clone(), procedures.clone());
            let seed = seed.wrapping_mul(THREADS) + thread;
            std::thread::spawn(move || ask_away(&engine, &procedures[..], &counter, seed))
        })
        .collect();
    let calls: Vec<Call> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    let model = model(&procedures[..]);
    let mut carried_out = 0;
    for case in (1..=CASES).map(CaseId::from_u128) {
        let calls: Vec<&Call> = calls.iter().filter(|call| call.request.case == Some(case)).collect();
        let events = engines[0].history(case, 0, 10_000).wait().unwrap().len();
        carried_out += events;
        is_linearisable(&model, &calls, events);
    }
    assert!(carried_out > 60, "a run in which little happens shows little: {carried_out} events");
}

fn is_linearisable(model: &Model<'_>, calls: &[&Call], events: usize) {
    let carried = carried_out(calls);
    let versions: Vec<u32> = carried.keys().copied().collect();
    assert_eq!(versions, (1..=u32::try_from(events).unwrap()).collect::<Vec<_>>(), "one event for each");
    let mut files: Vec<Option<File<'_>>> = vec![None];
    for (version, Carried { request, .. }) in &carried {
        let before = files.last().and_then(Option::as_ref);
        let after = model.ask(before, request, MONDAY);
        let after = after.unwrap_or_else(|answer| panic!("{request:?} makes version {version}: {answer:?} {before:?}"));
        files.push(Some(after));
    }
    let carried: Vec<&Carried<'_>> = carried.values().collect();
    for (position, later) in carried.iter().enumerate() {
        let earlier = &carried[..position];
        assert!(
            earlier.iter().all(|earlier| earlier.asked < later.answered),
            "{later:?} was answered before: {earlier:?}"
        );
    }
    for call in calls {
        // The versions that the case may have had when it was decided.
        let first = carried.iter().rposition(|carried| carried.answered < call.asked).map_or(0, |found| found + 1);
        let last = carried.iter().position(|carried| carried.asked > call.answered).unwrap_or(carried.len());
        let once = call.request.once.as_ref();
        let known = carried.iter().position(|carried| once.is_some() && carried.request.once.as_ref() == once);
        let is_used = known.is_some_and(|known| known < last) && call.answer == Answer::Error("conflict");
        let explains = |file: &Option<File<'_>>| {
            model.ask(file.as_ref(), &call.request, MONDAY).err().is_some_and(|answer| answer == call.answer)
        };
        if is_used || matches!(call.answer, Answer::Done(_)) {
            continue;
        }
        assert!(known.is_none_or(|known| known >= first), "{call:?} was carried out before");
        let last = known.map_or(last, |known| last.min(known));
        assert!(files[first..=last].iter().any(explains), "nothing explains {call:?}");
    }
}

/// By the version that they made, the commands that were carried out.
fn carried_out<'c>(calls: &[&'c Call]) -> BTreeMap<u32, Carried<'c>> {
    let mut carried: BTreeMap<u32, Carried<'c>> = BTreeMap::new();
    for call in calls {
        let Answer::Done(version) = call.answer else { continue };
        let (request, asked, answered) = (&call.request, call.asked, call.answered);
        let known = carried.entry(version).or_insert(Carried { request, asked, answered });
        let is_same = std::ptr::eq(known.request, request)
            || request.once.is_some() && (&known.request.once, &known.request.ask) == (&request.once, &request.ask);
        assert!(is_same, "{:?} and {request:?} both made version {version}", known.request);
        (known.asked, known.answered) = (known.asked.min(asked), known.answered.min(answered));
    }
    carried
}

#[test]
fn threads_on_one_engine_in_memory() {
    check(&[engine(Memory::new(), 1_000)], 1);
}

#[test]
fn threads_on_an_engine_that_remembers_one_case() {
    check(&[engine(Memory::new(), 1)], 2);
}

#[cfg(feature = "sqlite")]
#[test]
fn threads_on_one_engine_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    for cases_cached in [1, 1_000] {
        let path = folder.path().join(format!("{cases_cached}.db"));
        check(&[engine(sopflow::store::Sqlite::open(&path).unwrap(), cases_cached)], 3);
    }
}

#[cfg(feature = "postgres")]
#[test]
fn threads_on_engines_that_share_a_database() {
    let (store, _) = crate::postgres::server::store_on(crate::postgres::server::shared());
    let engines: Vec<Engine> =
        [1, 10, 1_000].into_iter().map(|cases_cached| engine(store.clone(), cases_cached)).collect();
    check(&engines, 4);
}
