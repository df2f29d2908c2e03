//! Laws of reading and writing, for procedures of every kind and for any text.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sopflow::time::{Amount, DayPolicy, StandardTime, Unit};
use sopflow::{
    About, Approver, Code, Confidence, Document, DocumentUse, Duty, Endorsement, Evidence, Join, Outcome, Procedure,
    Step, Target, Text, Verifier,
};

use super::{files, load};

/// What stands in the way of reading what was written.
const UNREADABLE: &[Code] = &[
    Code::BadId,
    Code::DuplicateId,
    Code::UnknownRole,
    Code::UnknownDocument,
    Code::UnknownStep,
    Code::Empty,
    Code::OverLimit,
    Code::NoWayOn,
    Code::BadLanguage,
    Code::BadTime,
    Code::Repeated,
    Code::BadJoin,
    Code::BadDuty,
    Code::ContradictingDuties,
    Code::ExternalYielded,
];

/// Mostly ids that others name too, so that whole procedures come about.
fn id(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![500 => select(known).prop_map(str::to_owned), 1 => "[A-Za-z0-9._-]{1,8}", 1 => any_text()]
}

const ROLES: &[&str] = &["r1", "r2", "r3"];
const DOCUMENTS: &[&str] = &["d1", "d2", "d3"];
const STEPS: &[&str] = &["1", "2", "3", "4"];
const TARGETS: &[&str] = &["1", "2", "3", "4", "end"];
const OUTCOMES: &[&str] = &["done", "approved", "return-1", "rejected"];

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[ a-zA-Zé—“”🙂.,:]{0,12}",
        1 => "[\"'\\\\\t\r\n\u{0}\u{1b}\u{7f}\u{feff}{}\\[\\]#=]{0,12}",
        1 => any::<String>().prop_map(|text| text.chars().take(16).collect()),
    ]
}

fn text() -> impl Strategy<Value = Text> {
    let tag =
        prop_oneof![500 => select(&["id", "en", "jv", "en-GB", "und"][..]).prop_map(str::to_owned), 1 => any_text()];
    let tagged = (vec((tag, any_text()), 1..4), option::of(any_text())).prop_map(|(languages, source)| {
        let mut languages = languages.into_iter();
        let (tag, words) = languages.next().unwrap();
        let text = languages.fold(Text::new(tag, words), |text, (tag, words)| text.and(tag, words));
        match source {
            Some(source) => text.from_source(source),
            None => text,
        }
    });
    prop_oneof![any_text().prop_map(Text::from), tagged]
}

fn used() -> impl Strategy<Value = DocumentUse> {
    (id(DOCUMENTS), option::of(text())).prop_map(|(document, wording)| match wording {
        Some(wording) => DocumentUse::worded(document, wording),
        None => document.into(),
    })
}

fn time() -> impl Strategy<Value = StandardTime> {
    let count = || prop_oneof![9 => 1..100_u32, 1 => any::<u32>()];
    let units =
        [Unit::Minute, Unit::Hour, Unit::Day, Unit::WorkingDay, Unit::CalendarDay, Unit::Week, Unit::Month].as_slice();
    let unit = || select(units);
    prop_oneof![
        Just(StandardTime::Immediate),
        (count(), unit()).prop_map(|(count, unit)| StandardTime::Amount(Amount { count, unit })),
        (count(), count(), unit())
            .prop_map(|(times, count, unit)| StandardTime::Product { times, each: Amount { count, unit } }),
        (1..50_u32, 0..50_u32, unit()).prop_map(|(least, more, unit)| StandardTime::Range {
            least,
            most: least + more,
            unit
        }),
    ]
}

fn day() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![20 => 0..=9999, 1 => -20_000..20_000]
        .prop_flat_map(|year| (1..=365_u32).prop_map(move |day| NaiveDate::from_yo_opt(year, day).unwrap()))
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let abouts = [
        About::Role,
        About::Flow,
        About::Return,
        About::Direct,
        About::Input,
        About::Output,
        About::Endorsement,
        About::Time,
        About::Supervisors,
        About::Identity,
    ];
    let confidences = [Confidence::Low, Confidence::Medium, Confidence::High];
    (
        select(abouts.to_vec()),
        select(confidences.to_vec()),
        option::of(any_text()),
        vec(id(ROLES), 0..3),
        option::of(text()),
    )
        .prop_map(|(about, confidence, words, alternatives, note)| {
            let mut evidence = Evidence::new(about, confidence);
            (evidence.words, evidence.alternatives, evidence.note) = (words, alternatives, note);
            evidence
        })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let target = || id(TARGETS).prop_map(|target| Target::from(target.as_str()));
    let returning = id(STEPS).prop_map(Outcome::return_to);
    let short = vec(target(), 1..3).prop_map(|to| to.into_iter().fold(Outcome::new("done"), Outcome::to));
    let full = (
        id(OUTCOMES),
        option::of(text()),
        vec(target(), 0..4),
        any::<bool>(),
        any::<bool>(),
        vec(id(STEPS), 0..2),
        option::of(vec(used(), 0..3)),
    )
        .prop_map(|(id, label, to, returns, direct, cancels, outputs)| {
            let mut outcome = Outcome::new(id);
            (outcome.label, outcome.to, outcome.returns, outcome.direct) = (label, to, returns, direct);
            outcome.cancels = cancels.into_iter().map(Into::into).collect();
            outcome.outputs = outputs;
            outcome
        });
    prop_oneof![returning, short, full]
}

fn step(position: usize) -> impl Strategy<Value = Step> {
    let id = prop_oneof![30 => Just(STEPS[position].to_owned()), 1 => any_text()];
    let join =
        prop_oneof![Just(Join::Any), Just(Join::All), (0..4_u16).prop_map(Join::NOf), any::<u16>().prop_map(Join::NOf)];
    let endorsement = option::of(select(&[Endorsement::Initials, Endorsement::Signature][..]));
    let who = (id, option::of(any_text()), text(), self::id(ROLES), option::of(text()));
    let what = (vec(used(), 0..3), option::of(time()), vec(used(), 0..3), endorsement);
    let then = (join, vec(outcome(), 0..4), vec(evidence(), 0..2));
    (who, what, then).prop_map(|(who, what, then)| {
        let (id, number, activity, role, note) = who;
        let mut step = Step::new(id, role, activity);
        (step.number, step.note) = (number, note);
        (step.inputs, step.time, step.outputs, step.endorsement) = what;
        (step.join, step.outcomes, step.evidence) = then;
        step
    })
}

fn duty() -> impl Strategy<Value = Duty> {
    (any::<bool>(), vec(id(STEPS), 0..4)).prop_map(|(is_distinct, steps)| {
        let steps = steps.into_iter().map(Into::into).collect();
        if is_distinct { Duty::Distinct(steps) } else { Duty::Same(steps) }
    })
}

/// Procedures of which most can be read back, and some are wrong in every way.
fn procedure() -> impl Strategy<Value = Procedure> {
    (wild_procedure(), prop::bool::weighted(0.8)).prop_map(|(mut procedure, is_tidy)| {
        if is_tidy {
            tidy(&mut procedure);
        }
        procedure
    })
}

/// Mends what is wrong with all but ids and texts.
fn tidy(procedure: &mut Procedure) {
    let known: Vec<_> = procedure.steps.iter().map(|step| step.id.clone()).collect();
    let is_known =
        |target: &Target| matches!(target, Target::End) || known.iter().any(|id| id.as_str() == target.as_str());
    for day in [&mut procedure.identity.made, &mut procedure.identity.revised, &mut procedure.identity.effective] {
        *day = day.filter(|day| (0..=9999).contains(&day.year()));
    }
    for document in &mut procedure.documents {
        document.external = false;
    }
    procedure.start = procedure.start.take().filter(|start| known.contains(start));
    for (position, step) in procedure.steps.iter_mut().enumerate() {
        step.time = step.time.filter(|time| time.check().is_ok());
        step.join = match step.join {
            Join::NOf(_) if position > 0 => Join::All,
            Join::NOf(_) => Join::NOf(1),
            other => other,
        };
        let mut ids = HashSet::new();
        step.outcomes.retain(|outcome| ids.insert(outcome.id.clone()));
        for outcome in &mut step.outcomes {
            outcome.to.retain(|target| is_known(target) && !(outcome.returns && *target == Target::End));
            let mut targets = HashSet::new();
            outcome.to.retain(|target| targets.insert(target.clone()));
            outcome.cancels.retain(|step| known.contains(step));
            outcome.outputs.iter_mut().for_each(without_repeats);
        }
        step.outcomes.retain(|outcome| !outcome.to.is_empty());
        if step.outcomes.is_empty() {
            step.outcomes.push(Outcome::new("done").to("end"));
        }
        without_repeats(&mut step.inputs);
        without_repeats(&mut step.outputs);
    }
    let is_good = |duty: &Duty| {
        let steps: HashSet<_> = duty.steps().iter().collect();
        steps.len() >= 2 && steps.len() == duty.steps().len() && steps.iter().all(|step| known.contains(step))
    };
    procedure.duties.retain(is_good);
    if procedure.duties.iter().any(|duty| matches!(duty, Duty::Distinct(_))) {
        procedure.duties.retain(|duty| matches!(duty, Duty::Distinct(_)));
    }
    if procedure.start.is_some() {
        for step in procedure.steps.iter_mut().filter(|step| matches!(step.join, Join::NOf(_))) {
            step.join = Join::Any;
        }
    }
}

fn without_repeats(uses: &mut Vec<DocumentUse>) {
    let mut seen = HashSet::new();
    uses.retain(|used| seen.insert(used.document.clone()));
}

/// Procedures that need not make sense.
fn wild_procedure() -> impl Strategy<Value = Procedure> {
    let head = (id(&["p"]), any_text(), text(), any::<bool>(), option::of(id(STEPS)), vec(id(ROLES), 0..2));
    let days = (option::of(day()), option::of(day()), option::of(day()));
    let approver = option::of((text(), option::of(any_text()), option::of(any_text())));
    let lists = (vec(text(), 0..2), vec(text(), 0..2), vec(text(), 0..2), vec(text(), 0..2), vec(text(), 0..2));
    let identity = (option::of(any_text()), option::of(text()), days, approver, lists);
    let documents = vec((id(DOCUMENTS), text(), any::<bool>()), 0..2);
    let steps = (1..=STEPS.len()).prop_flat_map(|count| (0..count).map(step).collect::<Vec<_>>());
    (head, identity, documents, vec(evidence(), 0..2), steps, vec(duty(), 0..3)).prop_map(
        |(head, identity, documents, evidence, steps, duties)| {
            let (id, version, title, is_working, start, supervisors) = head;
            let mut procedure = Procedure::new(id, version, title);
            procedure.day = if is_working { DayPolicy::Working } else { DayPolicy::Calendar };
            procedure.start = start.map(Into::into);
            procedure.supervisors = supervisors.into_iter().map(Into::into).collect();
            let (number, unit, (made, revised, effective), approver, lists) = identity;
            let block = &mut procedure.identity;
            (block.number, block.unit) = (number, unit);
            (block.made, block.revised, block.effective) = (made, revised, effective);
            block.approver = approver.map(|(post, name, nip)| {
                let mut approver = Approver::new(post);
                (approver.name, approver.nip) = (name, nip);
                approver
            });
            (block.legal_basis, block.qualifications, block.related, block.equipment, block.warnings) = lists;
            block.records.clone_from(&block.warnings);
            for role in ROLES {
                procedure = procedure.role(*role, *role);
            }
            for document in DOCUMENTS {
                procedure = procedure.document(*document, *document);
            }
            for (id, name, external) in documents {
                let mut documents = Procedure::new("p", "1", "p").document(id, name).documents;
                documents[0].external = external;
                match procedure.documents.iter_mut().find(|known: &&mut Document| known.id == documents[0].id) {
                    Some(known) => known.clone_from(&documents[0]),
                    None => procedure.documents.append(&mut documents),
                }
            }
            procedure.evidence = evidence;
            procedure.steps = steps;
            procedure.duties = duties;
            procedure
        },
    )
}

fn good_texts() -> Vec<String> {
    let texts = files("tests/data/good", &["toml"]).into_iter();
    let texts = texts.flat_map(|path| [std::fs::read_to_string(&path).unwrap(), load(&path).unwrap().to_json()]);
    texts.collect()
}

/// Reads a text in both forms, for the sake of not panicking, and of errors that have a place.
fn survives(text: &str) {
    for read in [Procedure::from_toml(text), Procedure::from_json(text)] {
        if let Err(error) = read {
            assert!(error.faults().iter().all(|fault| fault.line.is_some()), "{error}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_written_reads_back_unless_it_is_at_fault(procedure in procedure()) {
        let faults: Vec<_> = match Verifier::new().markings_max(1).verify(&procedure) {
            Ok(_) => Vec::new(),
            Err(report) => report.diagnostics.iter().filter(|found| UNREADABLE.contains(&found.code)).cloned().collect(),
        };
        let (toml, json) = (procedure.to_toml(), procedure.to_json());
        match (Procedure::from_toml(&toml), Procedure::from_json(&json)) {
            (Ok(of_toml), Ok(of_json)) => {
                prop_assert!(faults.is_empty(), "read in spite of {faults:#?}");
                prop_assert_eq!(&of_toml, &procedure);
                prop_assert_eq!(&of_json, &procedure);
                prop_assert_eq!(of_toml.to_json(), json);
                prop_assert_eq!(of_json.to_toml(), toml);
            }
            (Err(of_toml), Err(of_json)) => {
                let is_return_to_end = of_toml.to_string().contains("a return cannot lead to the end");
                prop_assert!(!faults.is_empty() || is_return_to_end, "not read: {of_toml}\n{toml}");
                prop_assert_eq!(of_toml.is_limit(), of_json.is_limit());
            }
            (of_toml, of_json) => prop_assert!(false, "only one is read: {of_toml:#?} {of_json:#?}\n{toml}\n{json}"),
        }
    }

    #[test]
    fn no_text_makes_reading_panic(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn no_text_of_the_signs_of_toml_and_json_makes_reading_panic(text in "[\\[\\]{}\",:='.\n #\\\\a1-é\u{0}]{0,40}") {
        survives(&text);
    }

    #[test]
    fn no_change_to_a_good_file_makes_reading_panic(
        text in select(good_texts()),
        edits in vec((any::<Index>(), 0..12_usize, "[\\[\\]{}\",:='.\n #\\\\a1-é\u{0}]{0,3}"), 1..4),
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        for (at, removed, added) in edits {
            let at = at.index(characters.len() + 1);
            let end = (at + removed).min(characters.len());
            characters.splice(at..end, added.chars());
        }
        survives(&characters.into_iter().collect::<String>());
    }
}
