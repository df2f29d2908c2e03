//! Histories, commands, cursors, and what is kept beside them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread::{self, ScopedJoinHandle};

use sopflow::store::{CaseCommit, CaseQuery, Cursor, Definition, ItemQuery, Reader, StoredEvent, Verdict, Wake};

use super::{Opened, Over, Subjects, bodies, by, case, commit, event, gone, item, put, row, same};

const ALL: usize = usize::MAX;

pub(super) fn a_new_store_is_empty(subjects: Subjects<'_>) {
    let subject = subjects();
    drop(subject.write());
    let mut reader = subject.read();
    assert_eq!(reader.events(case(1), 0, ALL).unwrap(), []);
    assert_eq!(reader.events_since(Cursor::START, ALL).unwrap(), []);
    assert_eq!(reader.commands(&["a", "b"]).unwrap(), [None, None]);
    assert_eq!(reader.cases(&CaseQuery { limit: 9, ..CaseQuery::default() }).unwrap(), []);
    let query = ItemQuery { lists: vec!["a".into()], limit: 9, ..ItemQuery::default() };
    assert_eq!(reader.items(&query).unwrap(), []);
    assert_eq!(reader.count(&query).unwrap(), [0]);
    assert_eq!(reader.all_items(None, ALL).unwrap(), []);
    assert_eq!(reader.definitions().unwrap(), []);
    assert_eq!(reader.checkpoints().unwrap(), Vec::<Vec<u8>>::new());
}

pub(super) fn versions_run_from_one_without_a_gap(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut writer = subject.write();
    put(&mut *writer, [commit(case(1), 0, [event("1"), event("2")]), commit(case(2), 0, [event("other")])]);
    put(&mut *writer, [commit(case(1), 2, [event("3")])]);
    put(&mut *writer, [commit(case(2), 1, [event("another")]), commit(case(1), 3, [event("4"), event("5")])]);
    drop(writer);
    for _ in 0..2 {
        let mut reader = subject.read();
        let history = reader.events(case(1), 0, ALL).unwrap();
        assert_eq!(bodies(&history), ["1", "2", "3", "4", "5"]);
        assert_eq!(history.iter().map(|event| event.version).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        for found in &history {
            let expected = event(&String::from_utf8_lossy(&found.body));
            assert_eq!((found.case, found.link, &found.command), (case(1), expected.link, &None));
        }
        for after in 0..7 {
            for limit in 0..7 {
                let expected: Vec<StoredEvent> = history.iter().skip(after as usize).take(limit).cloned().collect();
                same(&reader.events(case(1), after, limit).unwrap(), &expected, format!("{limit} after {after}"));
            }
        }
        assert_eq!(reader.events(case(1), u32::MAX, ALL).unwrap(), []);
        assert_eq!(bodies(&reader.events(case(2), 0, ALL).unwrap()), ["other", "another"]);
        assert_eq!(reader.events(case(3), 0, ALL).unwrap(), []);
        drop(reader);
        subject.reopen();
    }
}

/// Some hundreds of events, in commits of different lengths, beside another case.
pub(super) fn long_histories_are_read_from_anywhere(subjects: Subjects<'_>) {
    let subject = subjects();
    let mut writer = subject.write();
    let (mut expected, mut others) = (0, 0);
    while expected < 900 {
        let events = (0..=expected % 7).map(|at| event(&format!("{}", expected + at + 1)));
        put(&mut *writer, [commit(case(1), expected, events), commit(case(2), others, [event("other")])]);
        (expected, others) = (expected + expected % 7 + 1, others + 1);
    }
    let mut reader = subject.read();
    for after in [0, 1, 100, 254, 255, 256, 257, 511, 512, 700, expected - 1, expected, expected + 1] {
        for limit in [0, 1, 2, 255, 256, 257, 2_000] {
            let found = bodies(&reader.events(case(1), after, limit).unwrap());
            let wanted: Vec<String> = (after + 1..=expected).map(|number| number.to_string()).take(limit).collect();
            assert_eq!(found, wanted, "{limit} after {after}");
        }
    }
}

pub(super) fn a_conflict_leaves_itself_out_and_no_other(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut writer = subject.write();
    let kept = item("desk", 5, case(2), "1", 1);
    put(&mut *writer, [commit(case(1), 0, [event("one")])]);
    let opened = commit(case(2), 0, [event("two")]);
    put(
        &mut *writer,
        [CaseCommit { added: vec![kept.clone()], row: Some(row(case(2), None, "leave", "open")), ..opened }],
    );
    let batch = [
        commit(case(1), 1, [event("first")]),
        CaseCommit {
            row: Some(row(case(2), None, "leave", "closed")),
            removed: vec![gone(&kept)],
            added: vec![item("desk", 1, case(2), "2", 1)],
            ..commit(case(2), 2, [event("too late"), event("too late")])
        },
        commit(case(3), 1, [event("not there yet")]),
        commit(case(4), 0, [event("new")]),
        commit(case(5), u32::MAX, [event("far off")]),
    ];
    let verdicts = writer.commit(&batch).unwrap();
    let (Verdict::Committed(one), Verdict::Committed(four)) = (verdicts[0], verdicts[3]) else {
        panic!("{verdicts:?}")
    };
    assert!(one < four);
    assert_eq!([verdicts[1], verdicts[2], verdicts[4]], [Verdict::Conflict; 3]);
    assert_eq!(writer.commit(&[commit(case(2), 0, [event("again")])]).unwrap(), [Verdict::Conflict]);
    drop(writer);
    subject.reopen();
    let mut reader = subject.read();
    assert_eq!(bodies(&reader.events_since(Cursor::START, ALL).unwrap()), ["one", "two", "first", "new"]);
    assert_eq!(bodies(&reader.events(case(2), 0, ALL).unwrap()), ["two"]);
    assert_eq!(reader.events(case(3), 0, ALL).unwrap(), []);
    assert_eq!(reader.all_items(None, ALL).unwrap(), [kept]);
    let found = reader.cases(&CaseQuery { limit: 9, ..CaseQuery::default() }).unwrap();
    assert_eq!(found, [row(case(2), None, "leave", "open")]);
}

pub(super) fn a_command_is_carried_out_once(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut writer = subject.write();
    put(&mut *writer, [commit(case(1), 0, [by("open", "1"), by("open", "2"), event("3"), by("close", "4")])]);
    for _ in 0..2 {
        let batch = [
            commit(case(1), 4, [by("open", "again")]),
            commit(case(2), 0, [by("close", "again")]),
            commit(case(3), 0, [event("new"), by("open", "again")]),
        ];
        assert_eq!(writer.commit(&batch).unwrap(), [Verdict::Conflict; 3]);
        drop(writer);
        subject.reopen();
        writer = subject.write();
    }
    // Twice in one batch: the first counts.
    let batch = [commit(case(2), 0, [by("twice", "first")]), commit(case(3), 0, [by("twice", "second")])];
    let verdicts = writer.commit(&batch).unwrap();
    assert!(matches!(verdicts[..], [Verdict::Committed(_), Verdict::Conflict]), "{verdicts:?}");
    let found = subject.read().commands(&["twice", "none", "open", "close", "twice", ""]).unwrap();
    let found: Vec<Option<String>> = found
        .into_iter()
        .map(|event| event.map(|event| format!("{} {}", event.version, String::from_utf8(event.body).unwrap())))
        .collect();
    let expected = [Some("1 first"), None, Some("2 2"), Some("4 4"), Some("1 first"), None];
    assert_eq!(found, expected.map(|text| text.map(str::to_owned)));
}

pub(super) fn a_commit_in_conflict_claims_no_command(subjects: Subjects<'_>) {
    let subject = subjects();
    let mut writer = subject.write();
    put(&mut *writer, [commit(case(1), 0, [by("known", "1")])]);
    let batch = [
        commit(case(1), 0, [by("a", "wrong version")]),
        commit(case(2), 0, [by("b", "new"), by("known", "known"), by("c", "new")]),
    ];
    assert_eq!(writer.commit(&batch).unwrap(), [Verdict::Conflict; 2]);
    assert_eq!(writer.commands(&["a", "b", "c"]).unwrap(), [None, None, None]);
    put(&mut *writer, [commit(case(2), 0, [by("a", "1"), by("b", "2"), by("c", "3")])]);
    assert_eq!(bodies(&writer.events_since(Cursor::START, ALL).unwrap()), ["1", "1", "2", "3"]);
}

pub(super) fn cursors_follow_the_commits(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut writer = subject.write();
    let mut last = Cursor::START;
    for round in 0..5_u32 {
        let batch: Vec<CaseCommit> =
            (0..3).map(|number| commit(case(9 - number), round * 2, [event("a"), event("b")])).collect();
        for verdict in writer.commit(&batch).unwrap() {
            let Verdict::Committed(cursor) = verdict else { panic!("a conflict") };
            assert!(cursor > last, "{cursor} after {last}");
            last = cursor;
        }
    }
    drop(writer);
    subject.reopen();
    let mut reader = subject.read();
    let all = reader.events_since(Cursor::START, ALL).unwrap();
    assert_eq!(all.len(), 30);
    assert_eq!(all.last().map(|event| event.cursor), Some(last));
    assert!(all.is_sorted_by(|one, next| one.cursor < next.cursor));
    for (at, seen) in all.iter().enumerate() {
        assert_eq!(seen.cursor.to_string().parse::<Cursor>().unwrap(), seen.cursor);
        for limit in [0, 1, 7, 100] {
            let expected: Vec<StoredEvent> = all.iter().skip(at + 1).take(limit).cloned().collect();
            same(&reader.events_since(seen.cursor, limit).unwrap(), &expected, format!("{limit} after {at}"));
        }
    }
    assert_eq!(reader.events_since(Cursor::new(u64::MAX, u64::MAX), ALL).unwrap(), []);
    // Whoever waits at the end misses nothing of what follows.
    put(&mut *subject.write(), [commit(case(1), 0, [event("next")])]);
    assert_eq!(bodies(&reader.events_since(last, ALL).unwrap()), ["next"]);
}

pub(super) fn a_writer_reads_its_own_commits(subjects: Subjects<'_>) {
    let subject = subjects();
    let mut writer = subject.write();
    let entry = item("desk", 1, case(1), "1", 1);
    let opened = commit(case(1), 0, [by("open", "1")]);
    put(
        &mut *writer,
        [CaseCommit { added: vec![entry.clone()], row: Some(row(case(1), None, "leave", "open")), ..opened }],
    );
    writer.put_definition("leave", b"steps").unwrap();
    writer.put_checkpoint(b"sum").unwrap();
    assert_eq!(bodies(&writer.events(case(1), 0, ALL).unwrap()), ["1"]);
    assert_eq!(bodies(&writer.events_since(Cursor::START, ALL).unwrap()), ["1"]);
    assert!(writer.commands(&["open"]).unwrap()[0].is_some());
    assert_eq!(writer.cases(&CaseQuery { case: Some(case(1)), limit: 1, ..CaseQuery::default() }).unwrap().len(), 1);
    let query = ItemQuery { lists: vec!["desk".into()], limit: 9, ..ItemQuery::default() };
    assert_eq!(writer.items(&query).unwrap(), std::slice::from_ref(&entry));
    assert_eq!(writer.count(&query).unwrap(), [1]);
    assert_eq!(writer.all_items(None, 9).unwrap(), [entry]);
    assert_eq!(writer.definitions().unwrap().len(), 1);
    assert_eq!(writer.checkpoints().unwrap(), [b"sum"]);
}

/// Each commit adds two events and moves an entry from one list to the other, of eight cases at once; so whoever reads sees
/// eight entries and, of each case, an even number of events. What a reader has seen it sees for ever.
pub(super) fn readers_see_whole_commits_only(subjects: Subjects<'_>) {
    const CASES: usize = 8;
    const ROUNDS: u32 = 60;
    let subject = subjects();
    let mut writer = subject.write();
    let entry = |round: u32, number: usize| {
        item(["desk", "shelf"][round as usize % 2], i64::from(round), case(number as u128), "1", 1)
    };
    let batch = |round: u32| {
        let change = move |number: usize| CaseCommit {
            removed: (round > 0).then(|| gone(&entry(round - 1, number))).into_iter().collect(),
            added: vec![entry(round, number)],
            ..commit(case(number as u128), round * 2, [event("a"), event("b")])
        };
        (0..CASES).map(change).collect::<Vec<_>>()
    };
    put(&mut *writer, batch(0));
    let store = subject.store();
    let (is_done, looks) = (AtomicBool::new(false), AtomicUsize::new(0));
    let read = || {
        let mut reader = store.reader().expect("a reader");
        let (mut events, mut last) = (0, false);
        while !last {
            last = is_done.load(Ordering::SeqCst);
            events = look(&mut *reader, events, CASES);
            looks.fetch_add(1, Ordering::SeqCst);
        }
        assert_eq!(events, CASES * 2 * ROUNDS as usize, "all that was committed before");
    };
    thread::scope(|scope| {
        let _over = Over(&is_done);
        let readers = [scope.spawn(read), scope.spawn(read)];
        for round in 1..ROUNDS {
            put(&mut *writer, batch(round));
            // Each round is looked at, however the threads are scheduled.
            let seen = looks.load(Ordering::SeqCst);
            while looks.load(Ordering::SeqCst) == seen && !readers.iter().any(ScopedJoinHandle::is_finished) {
                thread::yield_now();
            }
        }
    });
}

fn look(reader: &mut dyn Reader, events_before: usize, cases: usize) -> usize {
    let query = ItemQuery { lists: vec!["desk".into(), "shelf".into()], limit: 99, ..ItemQuery::default() };
    let found = reader.items(&query).expect("entries");
    assert_eq!(found.len(), cases, "{found:?}");
    assert!(found.iter().all(|item| item.key.due == found[0].key.due), "all of one commit: {found:?}");
    assert_eq!(reader.count(&query).expect("counts").iter().sum::<usize>(), cases);
    assert_eq!(reader.all_items(None, 99).expect("entries").len(), cases);
    let history = reader.events(case(3), 0, ALL).expect("a history");
    assert_eq!(history.len() % 2, 0);
    let all = reader.events_since(Cursor::START, ALL).expect("all events");
    assert_eq!(all.len() % (cases * 2), 0);
    assert!(all.len() >= events_before && all.len() >= history.len() * cases, "what was seen stays");
    all.len()
}

pub(super) fn definitions_stay_as_they_were_put(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut writer = subject.write();
    for (name, body) in [("b", "first"), ("a", "other"), ("b", "second"), ("", "")] {
        writer.put_definition(name, body.as_bytes()).unwrap();
    }
    drop(writer);
    subject.reopen();
    let found = subject.read().definitions().unwrap();
    let expected = [("", ""), ("a", "other"), ("b", "first")];
    assert_eq!(found, expected.map(|(name, body)| Definition { name: name.into(), body: body.into() }));
}

pub(super) fn checkpoints_stay_in_order(subjects: Subjects<'_>) {
    let mut subject = subjects();
    for body in ["b", "a", "", "a"] {
        subject.write().put_checkpoint(body.as_bytes()).unwrap();
        subject.reopen();
    }
    assert_eq!(subject.read().checkpoints().unwrap(), [&b"b"[..], b"a", b"", b"a"]);
}

pub(super) fn cases_are_found_by_what_is_asked(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut writer = subject.write();
    let mut rows = Vec::new();
    for number in 0..24 {
        let reference = [None, Some("7/2026"), Some("8/2026")][number % 3];
        let (procedure, status) = (["leave", "forum"][number / 3 % 2], ["open", "closed"][number / 6 % 2]);
        // Ids whose order as signed numbers would be another one.
        let number = (number as u128) << 123;
        rows.push(row(case(number), reference, procedure, status));
    }
    for row in rows.iter().rev() {
        put(&mut *writer, [CaseCommit { row: Some(row.clone()), ..commit(row.case, 0, [event("open")]) }]);
    }
    // One changes its row, another one does not.
    rows[4].status = "suspended".into();
    rows[4].body = b"changed".to_vec();
    let changed = commit(rows[4].case, 1, [event("suspend")]);
    put(&mut *writer, [CaseCommit { row: Some(rows[4].clone()), ..changed }, commit(rows[5].case, 1, [event("note")])]);
    drop(writer);
    subject.reopen();
    let mut reader = subject.read();
    for at in 0..(3 * 4 * 3 * 4 * 3 * 3) {
        let pick = |below: usize, over: usize| at / over % below;
        let query = CaseQuery {
            case: [None, Some(rows[4].case), Some(case(77))][pick(3, 1)],
            reference: [None, Some("7/2026"), Some("8/2026"), Some("9/2026")][pick(4, 3)].map(Into::into),
            procedure: [None, Some("leave"), Some("visit")][pick(3, 12)].map(Into::into),
            status: [None, Some("open"), Some("closed"), Some("suspended")][pick(4, 36)].map(Into::into),
            after: [None, Some(rows[3].case), Some(case(u128::MAX))][pick(3, 144)],
            limit: [0, 3, 99][pick(3, 432)],
        };
        let is_asked_for = |row: &&_| {
            let row: &sopflow::store::CaseRow = row;
            query.case.is_none_or(|case| case == row.case)
                && (query.reference.is_none() || query.reference == row.reference)
                && query.procedure.as_ref().is_none_or(|procedure| *procedure == row.procedure)
                && query.status.as_ref().is_none_or(|status| *status == row.status)
                && query.after.is_none_or(|after| row.case > after)
        };
        let expected: Vec<_> = rows.iter().filter(is_asked_for).take(query.limit).cloned().collect();
        same(&reader.cases(&query).unwrap(), &expected, format!("{query:?}"));
    }
}

pub(super) fn anything_can_be_kept(subjects: Subjects<'_>) {
    let mut subject = subjects();
    let mut writer = subject.write();
    let names =
        ["", "\u{0}", "a\u{0}b", "'; DROP TABLE events; --", "%_\\", "\u{10FFFF}é", "e\u{301}", "\u{FEFF}", "\r\n"];
    let big: String = "x".repeat(1 << 20);
    for (number, name) in (0..).zip(names) {
        let entry =
            sopflow::store::Item { body: big.clone().into(), ..item(name, i64::MIN, case(number), name, i64::MAX) };
        let mut row = row(case(number), Some(name), name, name);
        row.body = Vec::new();
        let events = [by(&format!("{name}1"), ""), by(&format!("{name}2"), &big), event("\u{0}\u{1}")];
        let added = vec![entry, item(name, i64::MAX, case(number), name, i64::MIN)];
        put(&mut *writer, [CaseCommit { row: Some(row), added, ..commit(case(number), 0, events) }]);
        writer.put_definition(name, big.as_bytes()).unwrap();
    }
    drop(writer);
    subject.reopen();
    let mut reader = subject.read();
    for (number, name) in (0..).zip(names) {
        assert_eq!(bodies(&reader.events(case(number), 0, ALL).unwrap()), ["", &big, "\u{0}\u{1}"], "{name:?}");
        let commands = reader.commands(&[&format!("{name}1"), &format!("{name}2")]).unwrap();
        let versions: Vec<_> =
            commands.into_iter().map(|event| event.map(|event| (event.case, event.version))).collect();
        assert_eq!(versions, [Some((case(number), 1)), Some((case(number), 2))], "{name:?}");
        for order in [sopflow::store::ItemOrder::Due, sopflow::store::ItemOrder::Since] {
            let query = ItemQuery { lists: vec![name.into()], order, limit: 9, ..ItemQuery::default() };
            let mut found = reader.items(&query).unwrap();
            found.sort_by_key(|item| item.key.due);
            let places: Vec<_> = found.iter().map(|item| (item.key.due, item.since, item.body.len())).collect();
            let small = item(name, i64::MAX, case(number), name, i64::MIN).body.len();
            assert_eq!(places, [(i64::MIN, i64::MAX, 1 << 20), (i64::MAX, i64::MIN, small)], "{name:?}");
            assert!(found.iter().all(|item| *item.key.name == *name && *item.key.list == *name));
        }
        let query = CaseQuery { reference: Some(name.into()), limit: 9, ..CaseQuery::default() };
        let found = reader.cases(&query).unwrap();
        assert_eq!(found.iter().map(|row| row.case).collect::<Vec<_>>(), [case(number)], "{name:?}");
    }
    let mut sorted = names;
    sorted.sort_unstable();
    let found = reader.definitions().unwrap();
    assert_eq!(found.iter().map(|found| &*found.name).collect::<Vec<_>>(), sorted);
}

pub(super) fn commits_are_told(subjects: Subjects<'_>) {
    let subject = subjects();
    let (send, told) = mpsc::channel();
    let wake: Arc<Wake> = Arc::new(move || send.send(()).unwrap_or_default());
    subject.store().watch(Arc::downgrade(&wake)).unwrap();
    let mut writer = subject.write();
    for version in 0..3 {
        put(&mut *writer, [commit(case(1), version, [event("a")])]);
        told.recv().expect("a call");
    }
}

pub(super) fn what_is_watched_no_more_is_not_told(subjects: Subjects<'_>) {
    let subject = subjects();
    let (send, told) = mpsc::channel();
    let wake: Arc<Wake> = Arc::new(move || send.send(()).unwrap_or_default());
    let gone: Weak<Wake> = Arc::downgrade(&wake);
    subject.store().watch(gone).unwrap();
    drop(wake);
    put(&mut *subject.write(), [commit(case(1), 0, [event("a")])]);
    told.recv().expect_err("nobody is left who could call");
}
