//! Findings and faults are placed where they stand in the text.

use std::fs;
use std::ops::Range;
use std::path::Path;

use proptest::prelude::*;
use sopflow::{Code, Fault, Outcome, Place, Procedure, Report, Source, Step};

use crate::random;

/// A report that finds something at every place of a procedure there is.
fn everywhere(procedure: &Procedure) -> Report {
    let idle = Procedure::new(procedure.id.clone(), "1", "Idle").role("r", "R").role("idle", "Idle");
    let idle = idle.step(Step::new("1", "r", "Do it").next("end")).verify().expect("it is sound");
    let mut report = idle.report().clone();
    let finding = report.with_code(Code::IdleRole).next().expect("a role is idle").clone();
    let roles = procedure.roles.iter().map(|role| Place::Role(role.id.clone()));
    let documents = procedure.documents.iter().map(|document| Place::Document(document.id.clone()));
    let steps = procedure.steps.iter().map(|step| Place::Step(step.id.clone()));
    let outcomes = procedure
        .steps
        .iter()
        .flat_map(|step| step.outcomes.iter().map(|outcome| Place::Outcome(step.id.clone(), outcome.id.clone())));
    let places = [Place::Procedure].into_iter().chain(roles).chain(documents).chain(steps).chain(outcomes);
    report.diagnostics = places
        .map(|place| {
            let mut finding = finding.clone();
            finding.place = place;
            finding
        })
        .collect();
    report
}

fn span(fault: &Fault) -> Range<usize> {
    fault.span.clone().unwrap_or_else(|| panic!("it has no place: {fault}"))
}

/// The word for a step in the written form that is the last one before a byte.
fn step_before<'a>(text: &'a str, at: usize, word: &str) -> &'a str {
    let end = at + text[at..].find('\n').unwrap_or(0);
    let start = text[..end].rfind(word).map(|found| found + word.len());
    start.and_then(|start| text[start..].split('"').next()).unwrap_or_default()
}

fn check_places(procedure: &Procedure, source: &Source<'_>, step_id: &str) {
    let report = everywhere(procedure);
    let faults = report.faults_in(source);
    assert_eq!(faults.len(), report.diagnostics.len());
    for (diagnostic, fault) in report.diagnostics.iter().zip(&faults) {
        let text = source.text();
        let (start, shown) = (span(fault).start, &text[span(fault)]);
        let quoted = |id: &str| format!("\"{id}\"");
        let step = step_before(text, start, step_id);
        match &diagnostic.place {
            Place::Procedure => assert_eq!(shown, quoted(procedure.id.as_str())),
            Place::Role(role) => assert_eq!(shown, quoted(role.as_str())),
            Place::Document(document) => assert_eq!(shown, quoted(document.as_str())),
            Place::Step(id) => assert_eq!((shown, step), (&*quoted(id.as_str()), id.as_str())),
            Place::Outcome(id, outcome) => {
                assert_eq!(step, id.as_str(), "{}", diagnostic.place);
                let outcomes = &procedure.find_step(id.as_str()).expect("it exists").outcomes;
                let outcome = outcomes.iter().find(|known| known.id == *outcome).expect("it exists");
                check_outcome(shown, outcome);
            }
            place => panic!("{place} is not looked for"),
        }
        check_line_and_column(text, fault);
    }
}

/// What is shown of an outcome is its id; or where it leads, in the short forms.
fn check_outcome(shown: &str, outcome: &Outcome) {
    let targets: Vec<String> = outcome.to.iter().map(|target| format!("\"{target}\"")).collect();
    let inside = shown.trim_matches(['[', ']']).split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let is_short = outcome.id == "done" || outcome.id == *format!("return-{}", outcome.to[0]);
    let is_id = shown == format!("\"{}\"", outcome.id);
    assert!(is_id || is_short && inside.eq(targets.iter().map(String::as_str)), "{shown} for {}", outcome.id);
}

fn check_line_and_column(text: &str, fault: &Fault) {
    let before = &text[..span(fault).start];
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    assert_eq!((fault.line, fault.column), (Some(before.split('\n').count()), Some(column)), "{fault}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_place_is_found_in_what_is_written(random::Shown(procedure) in random::sound()) {
        let (toml, json) = (procedure.to_toml(), procedure.to_json());
        check_places(&procedure, &Source::toml("p.toml", &toml), "[[steps]]\nid = \"");
        check_places(&procedure, &Source::json("p.json", &json), "    {\n      \"id\": \"");
    }

    #[test]
    fn every_finding_has_a_place_in_what_is_written(random::Shown(procedure) in random::broken()) {
        let report = procedure.verify().map_or_else(|report| report, |sound| sound.report().clone());
        let toml = procedure.to_toml();
        for fault in report.faults_in(&Source::toml("p.toml", &toml)) {
            check_line_and_column(&toml, &fault);
        }
    }
}

#[test]
fn what_is_wrong_with_a_file_has_the_bytes_of_its_line_and_column() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bad");
    let mut codes = 0;
    for path in fs::read_dir(folder).expect("the folder exists").map(|entry| entry.expect("an entry").path()) {
        let text = fs::read_to_string(&path).expect("it is text");
        let text = text.trim_start_matches('\u{feff}');
        let error = match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Procedure::from_toml(text),
            Some("json") => Procedure::from_json(text),
            _ => continue,
        };
        for fault in error.expect_err("it is bad").faults() {
            check_line_and_column(text, fault);
            fault.related.iter().for_each(|related| check_line_and_column(text, related));
            assert!(text.get(span(fault)).is_some(), "{fault}");
            codes += usize::from(fault.code.is_some());
        }
    }
    assert!(codes > 30, "what a file names wrongly has a code: {codes}");
}

const NOTE: &str = r#"
id = "note"
version = "1"
day = "working"
identity.title = "Note"
roles = [{ id = "staff", name = "Staff" }, { id = "idle", name = "Idle" }]

[[steps]]
id = "1"
role = "staff"
activity = "Write"
next = "end"

[[steps]]
id = "2"
role = "staff"
activity = "Read"
next = "1"
"#;

/// Where the two findings about [`NOTE`] are, as line and column: step 2 cannot be reached, and a role is idle.
fn found_in(source: &Source<'_>) -> [Option<(usize, usize)>; 2] {
    let report = Procedure::from_toml(NOTE).expect("it can be read").verify().expect_err("step 2 is unreachable");
    let faults = report.faults_in(source);
    let codes: Vec<_> = faults.iter().filter_map(|fault| fault.code).collect();
    assert_eq!(codes, ["unreachable-step", "idle-role"]);
    [0, 1].map(|at| faults[at].line.zip(faults[at].column))
}

#[test]
fn a_text_that_is_not_the_one_read_has_what_still_has_its_id() {
    assert_eq!(found_in(&Source::toml("note.toml", NOTE)), [Some((15, 6)), Some((6, 51))]);
    let marked = format!("\u{feff}{}", NOTE.replace('\n', "\r\n"));
    assert_eq!(found_in(&Source::toml("note.toml", &marked)), [Some((15, 6)), Some((6, 51))]);
    let longer = NOTE.replace("[[steps]]\nid = \"2\"", "\n\n[[steps]]\nid = \"2\"");
    assert_eq!(found_in(&Source::toml("note.toml", &longer)), [Some((17, 6)), Some((6, 51))]);
    let renamed = NOTE.replace("id = \"2\"", "id = \"3\"");
    assert_eq!(found_in(&Source::toml("note.toml", &renamed)), [None, Some((6, 51))]);
    let other = NOTE.replace("\"note\"", "\"other\"");
    for text in [&*other, "", "id = ", "id = 'note'\nsteps = 1\nroles = 'idle'"] {
        assert_eq!(found_in(&Source::toml("note.toml", text)), [None, None], "{text}");
    }
    assert_eq!(found_in(&Source::json("note.json", NOTE)), [None, None], "it is no JSON");
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    let procedure = Procedure::from_toml(&NOTE.replace("next = \"1\"", "next = \"end\"")).expect("it can be read");
    let marked = format!("\u{feff}{}", procedure.to_json());
    let source = Source::json("note.json", &marked);
    let report = procedure.verify().expect_err("step 2 is unreachable");
    let fault = &report.faults_in(&source)[0];
    assert_eq!(&source.text()[span(fault)], "\"2\"");
    check_line_and_column(source.text(), fault);
}

#[test]
fn columns_count_characters_from_one_place_to_the_next_on_a_line() {
    let text =
        NOTE.replace("{ id = \"idle\", name = \"Idle\" }", "{ id = \"staff\", name = \"—🙂—\" }, { id = \"staff\" }");
    let text = text.replace("{ id = \"staff\" }]", "{ id = \"staff\", name = \"\" }]");
    let error = Procedure::from_toml(&text).expect_err("an id stands three times");
    assert_eq!(error.faults().len(), 2);
    error.faults().iter().for_each(|fault| check_line_and_column(&text, fault));
}

#[test]
fn where_two_steps_have_one_id_the_outcome_is_found_in_the_one_that_has_it() {
    let text = NOTE.replace("id = \"2\"", "id = \"1\"").replace("next = \"1\"", "returns = [\"1\"]");
    let procedure: Procedure = toml::from_str(&text).expect("its form is right");
    let report = procedure.verify().expect_err("an id stands twice");
    assert!(report.has(Code::ReturnForward), "{report}");
    for fault in report.faults_in(&Source::toml("note.toml", &text)) {
        check_line_and_column(&text, &fault);
    }
}

#[test]
fn a_way_through_the_file_counts_only_where_it_leads_to_what_was_found() {
    let wrong = NOTE.replace("role = \"staff\"\nactivity = \"Read\"", "role = \"staf\"\nactivity = \"Read\"");
    let procedure: Procedure = toml::from_str(&wrong).expect("its form is right");
    let report = procedure.verify().expect_err("a role is unknown");
    let shown = |text: &str| {
        let fault = &report.faults_in(&Source::toml("note.toml", text))[0];
        assert_eq!(fault.code, Some("unknown-role"));
        text[span(fault)].to_owned()
    };
    assert_eq!(shown(&wrong), "\"staf\"");
    let inserted =
        "[[steps]]\nid = \"0\"\nrole = \"staff\"\nactivity = \"Wait\"\nnext = \"1\"\n\n[[steps]]\nid = \"1\"";
    let longer = wrong.replace("[[steps]]\nid = \"1\"", inserted);
    assert_eq!(shown(&longer), "\"2\"", "the step is found by its id");
}

#[test]
fn of_two_things_of_one_id_the_second_is_at_fault_and_the_first_is_related() {
    let text = NOTE.replace("id = \"2\"", "id = \"1\"").replace("\"idle\", name", "\"staff\", name");
    let error = Procedure::from_toml(&text).expect_err("two ids stand twice");
    let told: Vec<_> = error.faults().iter().map(|fault| (fault.line, fault.related[0].line)).collect();
    assert_eq!(told, [(Some(6), Some(6)), (Some(15), Some(9))]);
    assert!(error.faults().iter().all(|fault| fault.code == Some("duplicate-id")), "{error}");
    assert_eq!(error.faults()[0].related[0].column, Some(17));
}

#[test]
fn findings_about_documents_and_joins_are_placed_where_a_step_states_them() {
    let text = NOTE
        .replace("next = \"end\"", "join = { n_of = 1 }\ninputs = [\"letter\"]\nnext = \"2\"")
        .replace("next = \"1\"", "next = \"end\"")
        .replace(
            "[[steps]]\nid = \"1\"",
            "documents = [{ id = \"letter\", name = \"Letter\" }]\n\n[[steps]]\nid = \"1\"",
        );
    let report = Procedure::from_toml(&text).expect("it can be read").verify().expect_err("a document is missing");
    let fault = &report.faults_in(&Source::toml("note.toml", &text))[0];
    assert_eq!((fault.code, &text[span(fault)]), (Some("document-not-provided"), "[\"letter\"]"));
}
