//! Lists of work.

use std::collections::BTreeMap;

use sopflow::store::{CaseCommit, Item, ItemKey, ItemOrder, ItemQuery, Reader};

use super::{Opened, Subjects, case, commit, event, gone, item, put, put_items, roll, same};
use crate::random::Dice;

const ORDERS: [ItemOrder; 2] = [ItemOrder::Due, ItemOrder::Since];
const LISTS: [&str; 4] = ["desk", "shelf", "", "nobody's"];

/// Entries of three lists, many at equal moments, some never due.
fn entries(count: usize) -> Vec<Item> {
    let mut dice = Dice::new(count as u64);
    let mut entries = BTreeMap::new();
    while entries.len() < count {
        let due = if dice.chance(20) { i64::MAX } else { roll::<i64>(&mut dice, 6) - 2 };
        let (list, number) = (LISTS[dice.roll(3)], dice.roll(count) as u128);
        // A place tells an entry from all others, in whichever list they are.
        let name = format!("{}{list}", dice.roll(3));
        let since = roll::<i64>(&mut dice, 6) - 2;
        entries
            .entry((list, number, name.clone()))
            .or_insert_with(|| item(list, due, case(number << 120), &name, since));
    }
    entries.into_values().collect()
}

/// What a query gives, by looking at each entry.
pub(super) fn picked(entries: &[Item], query: &ItemQuery) -> Vec<Item> {
    let is_asked_for = |item: &&Item| {
        query.lists.contains(&item.key.list)
            && query.after.as_ref().is_none_or(|after| item.place(query.order) > *after)
            && query.due_before.is_none_or(|moment| item.key.due < moment)
            && query.since_before.is_none_or(|moment| item.since < moment)
    };
    let mut found: Vec<Item> = entries.iter().filter(is_asked_for).cloned().collect();
    found.sort_by_key(|item| item.place(query.order));
    found.truncate(query.limit);
    found
}

fn check(reader: &mut dyn Reader, entries: &[Item], query: &ItemQuery) {
    same(&reader.items(query).unwrap(), &picked(entries, query), format!("{query:?}"));
    let count =
        |list: &std::sync::Arc<str>| picked(entries, &ItemQuery { lists: vec![list.clone()], ..query.clone() }).len();
    let counts: Vec<usize> = query.lists.iter().map(count).collect();
    assert_eq!(reader.count(query).unwrap(), counts, "{query:?}");
}

fn lists(names: &[&str]) -> Vec<std::sync::Arc<str>> {
    names.iter().map(|name| (*name).into()).collect()
}

pub(super) fn entries_come_in_both_orders(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let entries = entries(60);
    put_items(&mut *subject.write(), entries.clone());
    subject.reopen();
    let mut reader = subject.read();
    for order in ORDERS {
        for names in [&LISTS[..], &LISTS[..1], &LISTS[1..3], &LISTS[3..], &[]] {
            for limit in [0, 1, 7, 1_000, usize::MAX] {
                check(&mut *reader, &entries, &ItemQuery { lists: lists(names), order, limit, ..ItemQuery::default() });
            }
        }
    }
}

pub(super) fn pages_hold_each_entry_once(subjects: Subjects<'_>) {
    let subject = subjects();
    let entries = entries(90);
    put_items(&mut *subject.write(), entries.clone());
    let mut reader = subject.read();
    for order in ORDERS {
        for names in [&LISTS[..], &LISTS[..1]] {
            for limit in [1, 2, 3, 7, 50] {
                let mut query = ItemQuery { lists: lists(names), order, limit, ..ItemQuery::default() };
                let expected = picked(&entries, &ItemQuery { limit: usize::MAX, ..query.clone() });
                let mut found: Vec<Item> = Vec::new();
                loop {
                    check(&mut *reader, &entries, &query);
                    let page = reader.items(&query).unwrap();
                    let Some(last) = page.last() else { break };
                    query.after = Some(last.place(order));
                    found.extend(page);
                    assert!(found.len() <= entries.len(), "pages come to an end");
                }
                same(&found, &expected, format!("pages of {limit} by {order:?}"));
            }
        }
    }
}

pub(super) fn filters_hold_in_both_orders(subjects: Subjects<'_>) {
    let subject = subjects();
    let entries = entries(60);
    put_items(&mut *subject.write(), entries.clone());
    let mut reader = subject.read();
    let moments = [None, Some(i64::MIN), Some(-1), Some(0), Some(1), Some(3), Some(i64::MAX)];
    for order in ORDERS {
        for due_before in moments {
            for since_before in moments {
                for after in [None, Some(entries[7].place(order)), Some((0, case(0), "".into()))] {
                    let (lists, limit) = (lists(&LISTS), 5);
                    check(&mut *reader, &entries, &ItemQuery { lists, order, after, due_before, since_before, limit });
                }
            }
        }
    }
}

pub(super) fn counting_stops_at_the_limit(subjects: Subjects<'_>) {
    let subject = subjects();
    let few = (0..9).map(|at| item("few", 1, case(at), "1", 1));
    put_items(&mut *subject.write(), few.chain((0..30).map(|at| item("many", 1, case(at), "1", 1))));
    let mut reader = subject.read();
    for (limit, expected) in [(0, [0, 0, 0]), (9, [0, 9, 9]), (10, [0, 10, 9]), (99, [0, 30, 9])] {
        let query = ItemQuery { lists: lists(&["none", "many", "few"]), limit, ..ItemQuery::default() };
        assert_eq!(reader.count(&query).unwrap(), expected);
    }
}

pub(super) fn all_entries_come_in_the_order_of_keys(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut entries = entries(60);
    put_items(&mut *subject.write(), entries.clone());
    subject.reopen();
    entries.sort_by(|one, other| one.key.cmp(&other.key));
    let mut reader = subject.read();
    for limit in [1, 4, 60, 61, usize::MAX] {
        let (mut found, mut after): (Vec<Item>, Option<ItemKey>) = (Vec::new(), None);
        loop {
            let page = reader.all_items(after.as_ref(), limit).unwrap();
            assert!(page.len() <= limit);
            let Some(last) = page.last() else { break };
            after = Some(last.key.clone());
            found.extend(page);
            assert!(found.len() <= entries.len(), "pages come to an end");
        }
        same(&found, &entries, format!("pages of {limit}"));
    }
    let key = item("elsewhere", 0, case(0), "", 0).key;
    let expected: Vec<Item> = entries.into_iter().filter(|item| item.key > key).collect();
    same(&reader.all_items(Some(&key), usize::MAX).unwrap(), &expected, "after a key of no list");
    assert_eq!(reader.all_items(None, 0).unwrap(), []);
}

pub(super) fn an_entry_can_be_put_anew_by_the_commit_that_removes_it(subjects: Subjects<'_>) {
    let subject = subjects();
    let mut writer = subject.write();
    let (old, mut new) = (item("desk", 1, case(1), "1", 1), item("desk", 1, case(1), "1", 2));
    new.body = b"anew".to_vec();
    put(&mut *writer, [CaseCommit { added: vec![old.clone()], ..commit(case(1), 0, [event("a")]) }]);
    let removed = vec![gone(&old)];
    put(&mut *writer, [CaseCommit { removed, added: vec![new.clone()], ..commit(case(1), 1, [event("b")]) }]);
    for order in ORDERS {
        let query = ItemQuery { lists: lists(&["desk"]), order, limit: 9, ..ItemQuery::default() };
        assert_eq!(writer.items(&query).unwrap(), std::slice::from_ref(&new), "{order:?}");
    }
    put(&mut *writer, [CaseCommit { removed: vec![gone(&new)], ..commit(case(1), 2, [event("c")]) }]);
    for order in ORDERS {
        let query = ItemQuery { lists: lists(&["desk"]), order, limit: 9, ..ItemQuery::default() };
        assert_eq!(writer.items(&query).unwrap(), [], "{order:?}");
    }
}

pub(super) fn lists_are_replaced_as_a_whole(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut writer = subject.write();
    put_items(&mut *writer, [item("desk", 1, case(1), "1", 1), item("old", 1, case(1), "1", 1)]);
    let entries = entries(60);
    let mut rest = entries.iter().rev().cloned();
    writer.replace_items(&mut || Ok(rest.next())).unwrap();
    drop(writer);
    subject.reopen();
    let mut reader = subject.read();
    let mut names = LISTS.to_vec();
    names.push("old");
    for order in ORDERS {
        check(&mut *reader, &entries, &ItemQuery { lists: lists(&names), order, limit: 99, ..ItemQuery::default() });
    }
    subject.write().replace_items(&mut || Ok(None)).unwrap();
    assert_eq!(reader.all_items(None, 9).unwrap(), []);
}

pub(super) fn lists_stay_when_their_replacement_fails(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut writer = subject.write();
    let entries = entries(60);
    put_items(&mut *writer, entries.clone());
    let mut left = 40;
    let failed = writer.replace_items(&mut || {
        left -= 1;
        if left == 0 { Err(sopflow::Error::damaged("as told")) } else { Ok(Some(item("new", left, case(1), "1", 1))) }
    });
    let error = failed.expect_err("it fails half way");
    assert!(error.is_damaged_record() && error.to_string().contains("as told"), "{error}");
    for _ in 0..2 {
        let query = ItemQuery { lists: lists(&LISTS), limit: 99, ..ItemQuery::default() };
        check(&mut *writer, &entries, &query);
        assert_eq!(writer.count(&ItemQuery { lists: lists(&["new"]), ..query }).unwrap(), [0]);
        // It still writes, also to the list that was not made.
        let more = item("new", 1, case(1), "1", 1);
        writer
            .replace_items(&mut {
                let mut one = Some(more.clone());
                move || Ok(one.take())
            })
            .unwrap();
        assert_eq!(writer.all_items(None, 9).unwrap(), [more]);
        let mut rest = entries.iter().cloned();
        writer.replace_items(&mut || Ok(rest.next())).unwrap();
        drop(writer);
        subject.reopen();
        writer = subject.write();
    }
}

pub(super) fn readers_do_not_wait_for_a_replacement(subjects: Subjects<'_>) {
    let subject = subjects();
    let mut writer = subject.write();
    let before = item("desk", 1, case(1), "1", 1);
    put_items(&mut *writer, [before.clone()]);
    let mut reader = subject.read();
    let mut left = 3;
    let replaced = writer.replace_items(&mut || {
        assert_eq!(reader.all_items(None, 9)?, std::slice::from_ref(&before), "the lists as they were");
        left -= 1;
        Ok((left > 0).then(|| item("shelf", left, case(1), "1", 1)))
    });
    replaced.unwrap();
    assert_eq!(reader.all_items(None, 9).unwrap().len(), 2);
}
