//! Reports and errors shown with the lines of their file.

use proptest::prelude::*;
use proptest::sample::Index;
use sopflow::{Error, Join, Outcome, Procedure, Report, Source, Step};

use crate::random;

const HEAD: &str = r#"id = "note"
version = "1"
day = "working"
identity.title = "Note"
roles = [{ id = "staff", name = "Staff" }]
"#;

fn error(text: &str) -> Error {
    Procedure::from_toml(text).expect_err("it is bad")
}

fn check_error(steps: &str, expected: &str) {
    let text = format!("{HEAD}{steps}");
    assert_eq!(error(&text).render(&Source::toml("note.toml", &text)).to_string(), expected);
}

#[test]
fn a_second_id_is_shown_with_the_first() {
    check_error(
        r#"steps = [
    { id = "1", activity = "Write", role = "staff", next = "end" },
    { id = "2", activity = "Read", role = "staff", next = "end" },
    { id = "1", activity = "Sign", role = "staff", next = "end" },
]"#,
        r#"error[duplicate-id]: step 1: there is a second step `1`
 --> note.toml:9:12
  |
7 |     { id = "1", activity = "Write", role = "staff", next = "end" },
  |            --- the first is here
8 |     { id = "2", activity = "Read", role = "staff", next = "end" },
9 |     { id = "1", activity = "Sign", role = "staff", next = "end" },
  |            ^^^
  |
  = help: give it an id of its own"#,
    );
}

#[test]
fn faults_without_a_code_are_shown_too_and_those_of_several_lines_by_the_first() {
    check_error(
        "steps = [\n    { id = \"1\", activity = \"Write\", role = [\n    \"staff\"], nxt = \"end\" },\n]",
        r#"error: step 1: expected a text, found a list
 --> note.toml:7:5
  |
7 |     { id = "1", activity = "Write", role = [
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error: step 1: there is no field `nxt`
 --> note.toml:8:15
  |
8 |     "staff"], nxt = "end" },
  |               ^^^
  |
  = help: did you mean `next`? known here: `id`, `number`, `activity`, `role`, `inputs`, `time`, `outputs`, `endorsement`, `join`, `next`, `direct`, `returns`, `outcomes`, `note` and `evidence`"#,
    );
}

#[test]
fn places_far_apart_are_shown_apart() {
    let between = "# nothing to see here\n".repeat(1_000);
    let step = |id: &str| format!("[[steps]]\nid = \"{id}\"\nactivity = \"Do\"\nrole = \"staff\"\nnext = \"end\"\n");
    check_error(
        &format!("{}{between}{}", step("1"), step("1")),
        r#"error[duplicate-id]: step 1: there is a second step `1`
    --> note.toml:1012:6
     |
1012 | id = "1"
     |      ^^^
     |
    ::: note.toml:7:6
     |
   7 | id = "1"
     |      --- the first is here
     |
     = help: give it an id of its own"#,
    );
}

#[test]
fn of_a_very_long_line_only_the_place_is_told() {
    let long = format!("# {}\n", "x".repeat(5_000));
    let step = "{ id = \"1\", activity = \"Do\", role = \"staff\", next = \"end\" }";
    let text = format!("{HEAD}steps = [{step}, {step}] {long}");
    let shown = error(&text).render(&Source::toml("note.toml", &text)).to_string();
    assert!(shown.contains("--> note.toml:6:78"), "{shown}");
    assert!(shown.contains("note: the first is here: note.toml:6"), "{shown}");
    assert!(!shown.contains("xxx"), "{shown}");
}

fn report() -> (Procedure, Report) {
    let procedure = Procedure::new("note", "1", "Note")
        .role("staff", "Staff")
        .step(Step::new("1", "staff", "Write").next("2").outcome(Outcome::new("hurry").to("3")))
        .step(Step::new("2", "staff", "Read").next("3"))
        .step(Step::new("3", "staff", "Sign").join(Join::All).next("end"));
    let report = procedure.verify().expect_err("the join is wrong");
    (procedure, report)
}

#[test]
fn a_report_shows_the_lines_and_the_way() {
    let (procedure, report) = report();
    let text = procedure.to_toml();
    let shown = report.render(&Source::toml("note.toml", &text)).to_string();
    for part in [
        "error[deadlock]: step 3: ",
        "\n32 | join = \"all\"\n   |        ^^^^^\n",
        "      ------- this was chosen\n",
        "\n23 | id = \"2\"\n   |      --- waited for\n",
        "note: a case gets there by step 1 with `hurry`\n",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(shown.ends_with(&report.to_string().lines().last().expect("a last line")), "{shown}");
    assert!(shown.lines().all(|line| line.trim_end() == line), "{shown}");
}

#[test]
fn the_same_is_shown_of_json() {
    let (procedure, report) = report();
    let text = procedure.to_json();
    let shown = report.render(&Source::json("note.json", &text)).to_string();
    assert!(shown.contains("      \"join\": \"all\",\n   |               ^^^^^\n"), "{shown}");
}

#[test]
fn colour_is_for_those_who_ask() {
    let (procedure, report) = report();
    let text = procedure.to_toml();
    let source = Source::toml("note.toml", &text);
    let plain = report.render(&source).to_string();
    let coloured = report.render(&source).coloured().to_string();
    assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'));
    let stripped = coloured.split('\u{1b}').map(|part| part.strip_prefix('[').and_then(|part| part.split_once('m')));
    let stripped: String =
        stripped.zip(coloured.split('\u{1b}')).map(|(part, whole)| part.map_or(whole, |(_, rest)| rest)).collect();
    assert_eq!(stripped, plain);
}

#[test]
fn without_a_place_there_are_no_lines() {
    let (_, report) = report();
    let shown = report.render(&Source::toml("other.toml", "id = \"other\"")).to_string();
    assert!(shown.contains("error[deadlock]: step 3: ") && !shown.contains("-->"), "{shown}");
    assert!(error("id = 'x'").render(&Source::toml("empty.toml", "")).to_string().contains("`version` is missing"));
}

#[test]
fn a_text_cannot_send_sequences_to_the_terminal() {
    let text =
        format!("{HEAD}steps = [{{ id = \"1\", activity = \"Do\", role = \"st\\u001b[31maff\", next = \"end\" }}]");
    let shown = error(&text).render(&Source::toml("no\u{1b}te.toml", &text)).to_string();
    assert!(!shown.contains('\u{1b}'), "{shown}");
}

/// A text with some changes in it: bytes left out, and signs put in that are not easy to show.
fn changed(text: &str, changes: &[(Index, usize, &str)]) -> String {
    let mut text = text.to_owned();
    for (at, left_out, added) in changes {
        let start = text.floor_char_boundary(at.index(text.len() + 1));
        let end = text.floor_char_boundary((start + left_out).min(text.len())).max(start);
        text.replace_range(start..end, added);
    }
    text
}

fn changes() -> impl Strategy<Value = Vec<(Index, usize, &'static str)>> {
    let added = prop::sample::select(vec![
        "",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "\u{0}",
        "\u{1b}[31m",
        "é",
        "🙂",
        "\u{200d}",
        "\u{202e}",
        "漢字",
        "\u{feff}",
        "\"",
        "[[steps]]\n",
    ]);
    prop::collection::vec((any::<Index>(), 0..40usize, added), 0..6)
}

fn source(text: &str, is_json: bool) -> Source<'_> {
    if is_json { Source::json("p.json", text) } else { Source::toml("p.toml", text) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn rendering_any_report_against_any_text_shows_every_finding(
        random::Shown(procedure) in random::broken(),
        changes in changes(),
        is_json: bool,
    ) {
        let report = procedure.verify().map_or_else(|report| report, |sound| sound.report().clone());
        let text = if is_json { procedure.to_json() } else { procedure.to_toml() };
        let text = changed(&text, &changes);
        let shown = report.render(&source(&text, is_json)).to_string();
        for diagnostic in &report.diagnostics {
            prop_assert!(shown.contains(&format!("[{}]: ", diagnostic.code)) && shown.contains(&diagnostic.message), "{shown}");
        }
        drop(report.render(&source(&text, !is_json)).coloured().to_string());
    }

    #[test]
    fn rendering_any_error_against_any_text_never_panics(
        random::Shown(procedure) in random::broken(),
        made in changes(),
        other in changes(),
        words in any::<String>(),
        is_json: bool,
    ) {
        let text = if is_json { procedure.to_json() } else { procedure.to_toml() };
        let made = changed(&text, &made);
        let read = if is_json { Procedure::from_json(&made) } else { Procedure::from_toml(&made) };
        if let Err(error) = read {
            for text in [&made, &changed(&text, &other), &words] {
                let shown = error.render(&source(text, is_json)).to_string();
                prop_assert!(shown.matches("error").count() >= error.faults().len(), "{shown}");
            }
        }
    }
}
