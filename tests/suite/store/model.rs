//! Random commits and questions, answered as by a model that does everything by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sopflow::CaseId;
use sopflow::store::{
    CaseCommit, CaseQuery, CaseRow, Cursor, Item, ItemKey, ItemOrder, ItemQuery, NewEvent, Reader, StoredEvent,
    Verdict, Writer,
};

use super::lists::picked;
use super::{Opened, Subjects, by, case, commit, event, gone, item, roll, row, same};
use crate::random::Dice;

#[derive(Default)]
struct Model {
    events: Vec<(CaseId, u32, NewEvent)>,
    rows: BTreeMap<CaseId, CaseRow>,
    items: BTreeMap<ItemKey, Item>,
    definitions: BTreeMap<String, Vec<u8>>,
    checkpoints: Vec<Vec<u8>>,
}

const CASES: u128 = 7;
const LISTS: [&str; 3] = ["a", "b", "c"];

impl Model {
    fn version(&self, case: CaseId) -> u32 {
        self.events.iter().filter(|(known, ..)| *known == case).map(|(_, version, _)| *version).max().unwrap_or(0)
    }

    fn accepts(&self, commit: &CaseCommit) -> bool {
        let known: BTreeSet<&Arc<str>> = self.events.iter().filter_map(|(.., event)| event.command.as_ref()).collect();
        let mut commands = commit.events.iter().filter_map(|event| event.command.as_ref());
        commit.expected == self.version(commit.case) && !commands.any(|id| known.contains(id))
    }

    fn add(&mut self, commit: &CaseCommit) {
        for (version, event) in (commit.expected + 1..).zip(&commit.events) {
            self.events.push((commit.case, version, event.clone()));
        }
        self.rows.extend(commit.row.clone().map(|row| (row.case, row)));
        for (key, _) in &commit.removed {
            self.items.remove(key).expect("it was there");
        }
        for item in &commit.added {
            self.items.insert(item.key.clone(), item.clone());
        }
    }

    /// A commit that mostly counts.
    fn commit(&self, dice: &mut Dice, number: u128) -> CaseCommit {
        let version = self.version(case(number));
        let expected = if dice.chance(85) { version } else { roll(dice, 4) };
        let events = (0..=dice.roll(3)).map(|_| {
            let body = dice.roll(1_000).to_string();
            if dice.chance(40) { by(&dice.roll(60).to_string(), &body) } else { event(&body) }
        });
        let events: Vec<NewEvent> = events.collect();
        let mine = self.items.values().filter(|item| item.key.case == case(number));
        let removed: Vec<&Item> = mine.clone().filter(|_| dice.chance(50)).collect();
        let stays = |key: &ItemKey| self.items.contains_key(key) && !removed.iter().any(|item| item.key == *key);
        let added = (0..dice.roll(3)).map(|at| {
            let list = LISTS[dice.roll(3)];
            item(list, roll(dice, 4), case(number), &format!("{at}{list}"), roll(dice, 4))
        });
        let added: Vec<Item> = added.collect();
        // The name of an entry tells it from the others of its case in the list.
        let is_free = |item: &Item| {
            !stays(&item.key)
                && !mine.clone().any(|other| {
                    (&other.key.list, &other.key.name) == (&item.key.list, &item.key.name)
                        && !removed.iter().any(|gone| gone.key == other.key)
                })
        };
        let added = added.into_iter().filter(is_free).collect();
        let (procedure, status) = (["leave", "forum"][dice.roll(2)], ["open", "closed"][dice.roll(2)]);
        let row = dice.chance(50).then(|| row(case(number), [None, Some("7")][dice.roll(2)], procedure, status));
        let removed = removed.into_iter().map(gone).collect();
        CaseCommit { row, removed, added, ..commit(case(number), expected, events) }
    }

    fn step(&mut self, dice: &mut Dice, writer: &mut dyn Writer) {
        match dice.roll(12) {
            0 => {
                let (name, body) = (dice.roll(3).to_string(), dice.roll(9).to_string().into_bytes());
                writer.put_definition(&name, &body).expect("a definition");
                self.definitions.entry(name).or_insert(body);
            }
            1 => {
                self.checkpoints.push(dice.roll(9).to_string().into_bytes());
                writer.put_checkpoint(self.checkpoints.last().expect("just put")).expect("a checkpoint");
            }
            2 => {
                let kept: Vec<Item> = self.items.values().filter(|_| dice.chance(80)).cloned().collect();
                let mut rest = kept.iter().cloned();
                writer.replace_items(&mut || Ok(rest.next())).expect("other lists");
                self.items = kept.into_iter().map(|item| (item.key.clone(), item)).collect();
            }
            _ => self.commit_batch(dice, writer),
        }
    }

    fn commit_batch(&mut self, dice: &mut Dice, writer: &mut dyn Writer) {
        let numbers: BTreeSet<u128> = (0..=dice.roll(4)).map(|_| dice.roll(CASES as usize) as u128).collect();
        let batch: Vec<CaseCommit> = numbers.into_iter().map(|number| self.commit(dice, number)).collect();
        let verdicts = writer.commit(&batch).expect("a commit");
        assert_eq!(verdicts.len(), batch.len());
        for (commit, verdict) in batch.iter().zip(verdicts) {
            let counts = self.accepts(commit);
            assert_eq!(counts, matches!(verdict, Verdict::Committed(_)), "{commit:?}");
            if counts {
                self.add(commit);
                let stored = writer.events(commit.case, commit.version() - 1, 1).expect("the last event");
                assert_eq!(verdict, Verdict::Committed(stored[0].cursor));
            }
        }
    }

    /// Holds a store against the model in every respect.
    fn check(&self, dice: &mut Dice, reader: &mut dyn Reader) {
        let all = reader.events_since(Cursor::START, usize::MAX).expect("all events");
        assert!(all.is_sorted_by(|one, next| one.cursor < next.cursor));
        let plain = |found: &StoredEvent| {
            let StoredEvent { case, version, body, link, command, .. } = found.clone();
            (case, version, NewEvent { body, link, command })
        };
        same(&all.iter().map(plain).collect::<Vec<_>>(), &self.events, "events");
        for number in 0..CASES {
            let (after, limit) = (roll(dice, 5), dice.roll(9));
            let mine = all.iter().filter(|event| event.case == case(number) && event.version > after);
            let expected: Vec<StoredEvent> = mine.take(limit).cloned().collect();
            same(&reader.events(case(number), after, limit).expect("a history"), &expected, "a history");
        }
        let ids: Vec<String> = (0..60).map(|id| id.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let made_by = |id: &&str| all.iter().rfind(|event| event.command.as_deref() == Some(*id)).cloned();
        same(&reader.commands(&ids).expect("commands"), &ids.iter().map(made_by).collect::<Vec<_>>(), "commands");
        let rows: Vec<CaseRow> = self.rows.values().cloned().collect();
        same(&reader.cases(&CaseQuery { limit: 99, ..CaseQuery::default() }).expect("cases"), &rows, "cases");
        let items: Vec<Item> = self.items.values().cloned().collect();
        same(&reader.all_items(None, usize::MAX).expect("entries"), &items, "entries");
        let query = ItemQuery {
            lists: LISTS.iter().filter(|_| dice.chance(80)).map(|list| (*list).into()).collect(),
            order: [ItemOrder::Due, ItemOrder::Since][dice.roll(2)],
            after: dice.chance(50).then(|| (roll(dice, 4), case(dice.roll(7) as u128), "".into())),
            due_before: dice.chance(30).then(|| roll(dice, 5)),
            since_before: dice.chance(30).then(|| roll(dice, 5)),
            limit: dice.roll(9),
        };
        same(&reader.items(&query).expect("a page"), &picked(&items, &query), format!("{query:?}"));
        assert_eq!(reader.checkpoints().expect("checkpoints"), self.checkpoints);
        let definitions = reader.definitions().expect("definitions").into_iter();
        let definitions: BTreeMap<String, Vec<u8>> =
            definitions.map(|found| (found.name.to_string(), found.body)).collect();
        assert_eq!(definitions, self.definitions);
    }
}

pub(super) fn it_does_what_the_model_does(subjects: Subjects<'_>) {
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let subjects = std::cell::RefCell::new(subjects);
    let runs = runner.run(&(any::<u64>(), 1_usize..40), |(seed, steps)| {
        let (mut dice, mut model) = (Dice::new(seed), Model::default());
        let mut subject = (*subjects.borrow_mut())();
        let mut writer = subject.write();
        for _ in 0..steps {
            model.step(&mut dice, &mut *writer);
            if dice.chance(25) {
                model.check(&mut dice, &mut *writer);
                drop(writer);
                subject.reopen();
                model.check(&mut dice, &mut *subject.read());
                writer = subject.write();
            }
        }
        model.check(&mut dice, &mut *subject.read());
        Ok(())
    });
    runs.unwrap_or_else(|failed| panic!("{failed}"));
}
