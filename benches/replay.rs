//! Rebuilding cases of SOP/BPM/03 from their events.
//!
//! The figure is for one event of a history of 23: opened, supplied, 21 steps completed. `from records` adds reading the
//! stored form (CBOR or JSON) and resolving its ids.

mod support;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sopflow::{Actors, EventRecord, replay};
use support::{FORUM, Office, sound};

fn rebuild(criterion: &mut Criterion) {
    let procedure = sound(FORUM);
    let office = Office::new(&procedure);
    let history = office.history(&procedure);
    let mut actors = Actors::new();
    for role in procedure.roles() {
        actors.add(procedure.role_at(role).id.as_str()).expect("a name");
    }
    let records: Vec<EventRecord> =
        history.iter().map(|event| EventRecord::of(event, &procedure, &actors).expect("a record")).collect();
    let cbor: Vec<Vec<u8>> = records.iter().map(EventRecord::to_cbor).collect();
    let json: Vec<String> = records.iter().map(EventRecord::to_json).collect();
    println!(
        "replay: {} bytes an event in CBOR, {} in JSON, the opening included",
        cbor.iter().map(Vec::len).sum::<usize>() / cbor.len(),
        json.iter().map(String::len).sum::<usize>() / json.len(),
    );

    let mut group = criterion.benchmark_group("replay");
    group.throughput(Throughput::Elements(history.len() as u64));
    group.bench_function("from events", |bencher| {
        bencher.iter(|| {
            let Ok(state) = replay(&procedure, black_box(&history)) else { unreachable!() };
            black_box(&state);
        });
    });
    group.bench_function("from records in CBOR", |bencher| {
        bencher.iter(|| {
            let events = cbor.iter().map(|bytes| {
                let record = EventRecord::from_cbor(black_box(bytes)).expect("a record");
                record.resolve(&procedure, &mut actors).expect("an event")
            });
            replay(&procedure, &events.collect::<Vec<_>>()).expect("a case")
        });
    });
    group.bench_function("from records in JSON", |bencher| {
        bencher.iter(|| {
            let events = json.iter().map(|text| {
                let record = EventRecord::from_json(black_box(text)).expect("a record");
                record.resolve(&procedure, &mut actors).expect("an event")
            });
            replay(&procedure, &events.collect::<Vec<_>>()).expect("a case")
        });
    });
    group.finish();
}

criterion_group!(benches, rebuild);
criterion_main!(benches);
