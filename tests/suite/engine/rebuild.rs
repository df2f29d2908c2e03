//! The lists of work are what the events give, and can be made from them.

use proptest::prelude::*;
use sopflow::runtime::Engine;
use sopflow::store::{CaseQuery, Item, Memory, Store};

use super::chance::{engine, happen};
use super::tampered::Tampered;
use crate::random::Dice;

fn lists(store: &impl Store) -> Vec<Item> {
    store.reader().unwrap().all_items(None, usize::MAX).unwrap()
}

fn put(store: &Memory, items: &[Item]) {
    let mut items = items.iter().cloned();
    store.writer().unwrap().replace_items(&mut || Ok(items.next())).unwrap();
}

fn is_exact(engine: &Engine) -> bool {
    let checked = engine.check_lists().wait().unwrap();
    assert!(!checked.is_exact || checked.expected == checked.found);
    checked.is_exact
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn after_any_run_the_lists_are_what_the_events_give(seed: u64, events in 1usize..300) {
        let store = Memory::new();
        let engine = engine(store.clone());
        let cases = happen(&engine, &mut Dice::new(seed), events);
        let before = lists(&store);
        prop_assert!(is_exact(&engine));
        // Nothing of the old lists is used.
        put(&store, &before[before.len() / 2..]);
        let rebuilt = engine.rebuild().wait().unwrap();
        prop_assert_eq!(lists(&store), before.clone());
        prop_assert_eq!((rebuilt.cases, rebuilt.items), (cases.len() as u64, before.len() as u64));
        prop_assert!(is_exact(&engine));
        // Work goes on.
        happen(&engine, &mut Dice::new(!seed), 10);
        prop_assert!(is_exact(&engine));
    }

    #[test]
    fn any_change_of_one_entry_is_noticed(seed: u64, events in 5usize..60, which: prop::sample::Index, way in 0usize..8) {
        let store = Memory::new();
        let engine = engine(store.clone());
        happen(&engine, &mut Dice::new(seed), events);
        let mut items = lists(&store);
        prop_assume!(!items.is_empty());
        let at = which.index(items.len());
        let item = &mut items[at];
        match way {
            0 => drop(items.remove(at)),
            1 => {
                let mut another = item.clone();
                another.key.name = "other".into();
                items.push(another);
            }
            2 => item.since -= 1,
            3 => item.key.due = item.key.due.wrapping_sub(1),
            4 => item.key.list = format!("{}x", item.key.list).into(),
            5 => item.key.name = "other".into(),
            6 => item.key.case = sopflow::CaseId::from_u128(item.key.case.as_u128() ^ 1),
            _ => *item.body.last_mut().unwrap() ^= 1,
        }
        put(&store, &items);
        prop_assert!(!is_exact(&engine));
    }
}

#[test]
fn an_empty_store_has_empty_lists() {
    let engine = engine(Memory::new());
    assert!(is_exact(&engine));
    let rebuilt = engine.rebuild().wait().unwrap();
    assert_eq!((rebuilt.cases, rebuilt.items), (0, 0));
}

#[test]
fn random_runs_do_all_that_can_be_done() {
    let store = Memory::new();
    let engine = engine(store.clone());
    happen(&engine, &mut Dice::new(7), 6_000);
    let events = store.reader().unwrap().events_since(sopflow::store::Cursor::START, usize::MAX).unwrap();
    let text: String = events
        .into_iter()
        .map(|stored| serde_json::to_string(&sopflow::runtime::CaseEvent::of(stored).unwrap().record).unwrap())
        .collect();
    for kind in [
        "case-opened",
        "step-started",
        "step-completed",
        "step-returned",
        "step-recalled",
        "document-supplied",
        "case-suspended",
        "case-resumed",
        "case-cancelled",
        "comment-added",
        "case-migrated",
        "claimed",
        "released",
        "assigned",
        "reassigned",
        "delegated",
        "handed-back",
        "review-asked",
        "reviewed",
        "review-withdrawn",
    ] {
        assert!(text.contains(&format!("\"{kind}\"")), "{kind} never happens");
    }
    let rows = store.reader().unwrap().cases(&CaseQuery { limit: usize::MAX, ..CaseQuery::default() }).unwrap();
    assert!(rows.iter().any(|row| &*row.status == "completed") && rows.iter().any(|row| &*row.status == "open"));
}

#[test]
fn damaged_events_leave_the_lists_as_they_were() {
    let store = Tampered::default();
    let engine = engine(store.clone());
    happen(&engine, &mut Dice::new(1), 60);
    let (before, written) = (lists(&store), store.written());
    let check = |name: &str, tamper: &dyn Fn(&mut Vec<sopflow::store::StoredEvent>)| {
        let mut shown = written.clone();
        tamper(&mut shown.events);
        store.show(shown);
        let error = engine.rebuild().wait().unwrap_err();
        assert!(error.is_damaged_record(), "{name}: {error}");
        assert_eq!(lists(&store), before, "{name}");
    };
    check("a changed event", &|events| *events[30].body.last_mut().unwrap() ^= 1);
    check("an opening is missing", &|events| drop(events.remove(0)));
    let second = written.events.iter().position(|event| event.version == 2).unwrap();
    check("an event is missing", &|events| drop(events.remove(second)));
}
