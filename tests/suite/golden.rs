//! Golden logs: what is written today is read for ever, and is written the same way. And the form of a report as JSON.
//!
//! `UPDATE=1 cargo test golden` writes them anew; only a new version of the stored form is a reason to, or a new field
//! of a report.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use sopflow::time::Timestamp;
use sopflow::{
    Actor, ActorIx, Actors, Capacity, Case, Command, CommandKind, Event, EventRecord, Grant, Join, Mapping, Move,
    Outcome, Procedure, Seal, SoundProcedure, Spot, Status, Step, Witness, compare_with, replay,
};

/// The kinds of events, as they are stored.
const KINDS: [&str; 11] = [
    "case-cancelled",
    "case-migrated",
    "case-opened",
    "case-resumed",
    "case-suspended",
    "comment-added",
    "document-supplied",
    "step-completed",
    "step-recalled",
    "step-returned",
    "step-started",
];

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn letter() -> SoundProcedure {
    let procedure = Procedure::from_toml(&read("letter.toml")).unwrap_or_else(|error| panic!("{error}"));
    procedure.verify().unwrap_or_else(|report| panic!("{report}"))
}

fn minute(minute: i64) -> Timestamp {
    "2021-04-19T07:30:00+07:00".parse::<Timestamp>().expect("it is RFC 3339").saturating_add_millis(minute * 60_000 + 7)
}

/// A case and those who work on it.
struct Office<'p> {
    case: Case<'p>,
    actors: Actors,
    staff: (ActorIx, Grant),
    head: (ActorIx, Grant),
    deputy: (ActorIx, Grant),
    minutes: i64,
}

impl<'p> Office<'p> {
    fn open(sound: &'p SoundProcedure) -> Self {
        let [staff, head] = ["staff", "head"].map(|role| sound.role(role).expect("the role exists"));
        let mut actors = Actors::new();
        let [ani, budi, citra] = ["Ani Wijaya", "Budi", "199001012015032001"].map(|name| actors.add(name));
        let (ani, budi, citra) = (ani.expect("short"), budi.expect("short"), citra.expect("short"));
        let grant = Grant::holder(staff);
        let case = Case::open(sound, Actor { id: ani, grants: &[grant] }, minute(0)).expect("it is for staff");
        Self {
            case,
            staff: (ani, grant),
            head: (budi, Grant::holder(head)),
            deputy: (citra, Grant::acting(head, Capacity::Plh, Some(budi), minute(-1), minute(60))),
            actors,
            minutes: 0,
        }
    }

    fn act(&mut self, by: (ActorIx, Grant), kind: CommandKind<'_>) {
        self.minutes += 1;
        let by = Actor { id: by.0, grants: &[by.1] };
        self.case.carry_out(&Command { by, kind }, minute(self.minutes)).expect("it is in order");
    }

    fn complete(&mut self, by: (ActorIx, Grant), step: &str, remark: Option<&str>) {
        let sound = self.case.procedure();
        let step = sound.step(step).expect("the step exists");
        let outcome = sound.outcome(step, "done").expect("the outcome exists");
        let outputs = sound.outputs(step, outcome);
        self.act(by, CommandKind::CompleteStep { step, outcome, outputs, remark: remark.map(Into::into) });
    }
}

/// A case with every kind of event but the one that cancels it.
fn sent(sound: &SoundProcedure) -> (Vec<Event>, Actors) {
    let mut office = Office::open(sound);
    let (staff, head, deputy) = (office.staff, office.head, office.deputy);
    let [one, two] = ["1", "2"].map(|step| sound.step(step).expect("the step exists"));
    let document = sound.document("request").expect("the document exists");
    office.act(staff, CommandKind::AddComment { text: "Mohon segera\nTerima kasih".into() });
    office.act(staff, CommandKind::SupplyDocument { document, remark: Some("No. 005/12/2021".into()) });
    office.act(staff, CommandKind::StartStep { step: one });
    office.complete(staff, "1", Some("“konsep” — v1"));
    office.act(staff, CommandKind::RecallStep { step: one });
    office.complete(staff, "1", None);
    office.act(head, CommandKind::SuspendCase { reason: "Menunggu anggaran".into() });
    office.act(head, CommandKind::ResumeCase);
    office.act(staff, CommandKind::SupplyDocument { document, remark: None });
    let outcome = sound.return_outcome(two, "1").expect("it returns to 1");
    office.act(deputy, CommandKind::ReturnStep { step: two, outcome, reason: "Salah tanggal".into() });
    office.complete(staff, "1", None);
    office.complete(deputy, "2", None);
    office.complete(staff, "3", None);
    assert_eq!(office.case.status(), Status::Completed);
    (office.case.history().to_vec(), office.actors)
}

fn cancelled(sound: &SoundProcedure) -> (Vec<Event>, Actors) {
    let mut office = Office::open(sound);
    office.act(office.head, CommandKind::CancelCase { reason: "Permohonan dicabut".into() });
    office.act(office.staff, CommandKind::AddComment { text: "Arsipkan".into() });
    (office.case.history().to_vec(), office.actors)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
        hex
    })
}

fn unhex(line: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&line[at..at + 2], 16).expect("hexadecimal digits");
    (0..line.len()).step_by(2).map(digits).collect()
}

fn check(name: &str, live: &(Vec<Event>, Actors), status: Status) {
    let sound = letter();
    let (events, actors) = live;
    let of = |event| EventRecord::of(event, &sound, actors).expect("it can be stored");
    let records: Vec<EventRecord> = events.iter().map(of).collect();
    let (json, cbor) = written(name, &records);
    for stored in [json, cbor] {
        assert_eq!(stored, records);
        let mut names = Actors::new();
        let resolve = |record: &EventRecord| record.resolve(&sound, &mut names).expect("the names are known");
        let resolved: Vec<Event> = stored.iter().map(resolve).collect();
        let state = replay(&sound, &resolved).expect("the history follows");
        assert_eq!(state.status(), status);
        assert_eq!(state, replay(&sound, events).expect("the history follows"));
        let again: Vec<EventRecord> =
            resolved.iter().map(|event| EventRecord::of(event, &sound, &names).expect("it can be stored")).collect();
        assert_eq!(again, records);
    }
}

/// What the golden logs hold, in JSON and in CBOR; the records are written like that today.
fn written(name: &str, records: &[EventRecord]) -> (Vec<EventRecord>, Vec<EventRecord>) {
    let json: String = records.iter().map(|record| record.to_json() + "\n").collect();
    let cbor: String = records.iter().map(|record| hex(&record.to_cbor()) + "\n").collect();
    let (json_name, cbor_name) = (format!("{name}.jsonl"), format!("{name}.cbor.hex"));
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        std::fs::write(path(&json_name), &json).expect("the golden log can be written");
        std::fs::write(path(&cbor_name), &cbor).expect("the golden log can be written");
    }
    let (golden_json, golden_cbor) = (read(&json_name), read(&cbor_name));
    assert_eq!(json, golden_json, "the JSON written today");
    assert_eq!(cbor, golden_cbor, "the CBOR written today");
    let from_json = golden_json.lines().map(|line| EventRecord::from_json(line).expect("it is a record"));
    let from_cbor = golden_cbor.lines().map(|line| EventRecord::from_cbor(&unhex(line)).expect("it is a record"));
    (from_json.collect(), from_cbor.collect())
}

#[test]
fn a_letter_that_was_sent() {
    check("sent", &sent(&letter()), Status::Completed);
}

#[test]
fn a_letter_that_was_cancelled() {
    check("cancelled", &cancelled(&letter()), Status::Cancelled);
}

/// The letter in a version in which the last step has another id.
fn next_letter() -> SoundProcedure {
    let mut procedure = letter().procedure().clone();
    procedure.version = "2".into();
    procedure.steps[1].outcomes[0].to = vec!["kirim".into()];
    procedure.steps[2].id = "kirim".into();
    procedure.verify().unwrap_or_else(|report| panic!("{report}"))
}

#[test]
fn a_letter_that_migrated() {
    let (old, new) = (letter(), next_letter());
    let mapping = Mapping::new().step("3", "kirim").work(Spot::at("2").sent_by("1"), ["2"]);
    let mapping = mapping.outcome("2", "done", "done").document("draft", "draft");
    let comparison = compare_with(&old, &new, &mapping).expect("the mapping fits");
    let mut office = Office::open(&old);
    let document = old.document("request").expect("the document exists");
    office.act(office.staff, CommandKind::SupplyDocument { document, remark: None });
    office.complete(office.staff, "1", None);
    office.complete(office.head, "2", None);
    let head = Actor { id: office.head.0, grants: &[office.head.1] };
    office.case.migrate(&comparison, head, minute(9)).expect("it carries over");
    office.complete(office.staff, "kirim", None);
    let records = office.case.records(&office.actors).expect("it can be stored");
    let (json, cbor) = written("migrated", &records);
    for stored in [json, cbor] {
        assert_eq!(stored, records);
        let versions = [&old, &new];
        let find = |seal: &Seal| versions.into_iter().find(|version| version.seal().hash == seal.hash);
        let again = Case::from_records(find, &stored, &mut Actors::new()).expect("the history follows");
        assert_eq!((again.status(), again.state()), (Status::Completed, office.case.state()));
    }
}

#[test]
fn every_kind_of_event_is_in_a_golden_log() {
    let lines = read("sent.jsonl") + &read("cancelled.jsonl") + &read("migrated.jsonl");
    let kind = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
        json["event"]["kind"].as_str().expect("an event has a kind").to_owned()
    };
    let kinds: BTreeSet<String> = lines.lines().map(kind).collect();
    assert!(kinds.iter().map(String::as_str).eq(KINDS), "{kinds:?}");
}

#[test]
fn damaged_records_are_errors() {
    let line = read("sent.jsonl").lines().next().expect("it has lines").to_owned();
    let bytes = unhex(read("sent.cbor.hex").lines().next().expect("it has lines"));
    for (from, to) in [("\"schema\":1", "\"schema\":2"), ("\"schema\":1", "\"schema\":0"), ("\"at\"", "\"ad\"")] {
        let damaged = line.replacen(from, to, 1);
        assert_ne!(damaged, line);
        assert!(EventRecord::from_json(&damaged).expect_err("it is damaged").is_damaged_record(), "{damaged}");
    }
    for cut in 0..bytes.len() {
        assert!(EventRecord::from_cbor(&bytes[..cut]).expect_err("it is cut off").is_damaged_record());
    }
    assert!(EventRecord::from_cbor(&[&bytes[..], &[0]].concat()).expect_err("too long").is_damaged_record());
    let at = bytes.windows(2).position(|pair| pair == [0x1b, 0x00]).expect("the moment has eight bytes") + 1;
    let late = [&bytes[..at], &[0x7f; 8], &bytes[at + 8..]].concat();
    assert!(EventRecord::from_cbor(&late).expect_err("after the year 9999").is_damaged_record());
    for cut in (0..line.len()).filter(|cut| line.is_char_boundary(*cut)) {
        assert!(EventRecord::from_json(&line[..cut]).expect_err("it is cut off").is_damaged_record());
    }
}

/// A report with every kind of place and every optional field.
fn report_with_everything() -> sopflow::Report {
    let deadlock = Procedure::new("letter", "1", "Letter")
        .role("staff", "Staff")
        .role("idle", "Idle")
        .document("unused", "Unused")
        .step(Step::new("1", "staff", "Choose").next("2").outcome(Outcome::new("hurry").to("3")))
        .step(Step::new("2", "staff", "Check").next("3"))
        .step(Step::new("3", "staff", "Send").join(Join::All).next("end").returns_to("9").returns_to("9"));
    let deadlock = deadlock.role("staff", "Staff again").supervised_by("nobody");
    let mut report = deadlock.verify().expect_err("it is full of defects");
    let witness = report.diagnostics.iter_mut().find_map(|found| found.witness.as_mut());
    let Witness { moves } = witness.expect("the deadlock has a witness");
    moves.push(Move::Recall("1".into(), "hurry".into()));
    report
}

/// The JSON with an ellipsis for what is worded for people: another wording is no other form.
fn form(json: &str) -> String {
    fn without_words(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| match value {
                serde_json::Value::String(words) if name == "message" || name == "help" => "…".clone_into(words),
                value => without_words(value),
            }),
            serde_json::Value::Array(list) => list.iter_mut().for_each(without_words),
            _ => {}
        }
    }
    let mut report: serde_json::Value = serde_json::from_str(json).expect("it is JSON");
    without_words(&mut report);
    format!("{report:#}\n")
}

#[test]
fn a_report_as_json_keeps_its_form() {
    let report = report_with_everything();
    assert_eq!(serde_json::to_string_pretty(&report).expect("it can be written"), report.to_json());
    let form = form(&report.to_json());
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        std::fs::write(path("report.json"), &form).expect("the golden report can be written");
    }
    assert_eq!(form, read("report.json"), "the report written today");
    for kind in ["procedure", "role", "document", "step", "outcome", "finish", "recall"] {
        assert!(form.contains(&format!("\"kind\": \"{kind}\"")), "the report shows a {kind}");
    }
    for field in ["help", "witness", "related"] {
        assert!(form.contains(&format!("\"{field}\": ")), "the report shows the field {field}");
    }
}
