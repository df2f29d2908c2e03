//! The page about the file format says what is so.

use std::fs;

use sopflow::{Procedure, limits};

use super::root;

fn page() -> String {
    fs::read_to_string(root().join("docs/procedure-format.md")).unwrap()
}

/// The code blocks of the page in one language.
fn blocks(language: &str) -> Vec<String> {
    let page = page();
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn every_example_loads_and_is_sound() {
    let examples = blocks("toml");
    assert!(!examples.is_empty());
    for example in examples {
        let procedure = Procedure::from_toml(&example).unwrap_or_else(|error| panic!("{error}\n{example}"));
        procedure.verify().unwrap_or_else(|report| panic!("{report}\n{example}"));
    }
}

#[test]
fn the_error_shown_is_the_error_given() {
    let example = blocks("toml").swap_remove(0).replace("role = \"head\"", "role = \"haed\"");
    let error = Procedure::from_toml(&example).unwrap_err().in_file("leave.toml").to_string();
    assert_eq!(blocks("text"), [format!("{error}\n")]);
}

#[test]
fn the_limits_are_those_of_the_code() {
    let page = page();
    for (what, number) in [
        ("Bytes of a file", limits::FILE_BYTES_MAX),
        ("Lists and tables within each other", limits::NESTING_MAX),
        ("Steps", limits::STEPS_MAX),
        ("Roles", limits::ROLES_MAX),
        ("Documents", limits::DOCUMENTS_MAX),
        ("Flows", limits::FLOWS_MAX),
        ("Outcomes of one step", limits::OUTCOMES_PER_STEP_MAX),
        ("Entries of any other list", limits::LIST_MAX),
        ("Characters of an id, a version or a step's number", limits::ID_CHARS_MAX),
        ("Characters of any other text, in one language", limits::TEXT_CHARS_MAX),
        ("Languages of one text", limits::LANGUAGES_MAX),
        ("Characters of a standard time", limits::TIME_CHARS_MAX),
        ("The largest number in a standard time", limits::TIME_COUNT_MAX as usize),
    ] {
        let row = format!("| {what} | {number} |");
        assert!(page.contains(&row), "the page lacks the row {row}");
    }
}

#[test]
fn every_field_is_explained() {
    let schema = Procedure::json_schema();
    let parts = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    let page = page();
    for field in parts.filter_map(|part| part["properties"].as_object()).flat_map(|properties| properties.keys()) {
        assert!(page.contains(&format!("| `{field}` |")), "the page does not explain `{field}`");
    }
}
