//! The JSON Schema: it is what is shipped, and it agrees with what is read.

use std::fs;
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use sopflow::Procedure;

use super::{check_kept, files, good_files, load, name, root};

/// Bad files whose form is right: what is wrong with them is beyond a schema.
const BEYOND: &[&str] = &[
    "after-multi-byte.json",
    "after-multi-byte.toml",
    "bad-time-fraction.json",
    "bad-time.toml",
    "crlf.toml",
    "duplicate-document.toml",
    "duplicate-outcome.toml",
    "duplicate-role.toml",
    "duplicate-step.toml",
    "duties.toml",
    "end-as-id.toml",
    "external-yielded.toml",
    "inside-outcomes-references.toml",
    "join-too-large.toml",
    "key-twice.json",
    "no-outcome.toml",
    "no-roles.toml",
    "no-steps.toml",
    "no-target.toml",
    "over-limit-text.toml",
    "repeated-document.toml",
    "repeated-target.toml",
    "return-to-end.toml",
    "same-word-twice.toml",
    "several-references.toml",
    "unknown-document.toml",
    "unknown-role-far.toml",
    "unknown-role.toml",
    "unknown-step.toml",
    "unknown-supervisor-and-start.toml",
    "unknown-word-in-activity-too.toml",
];

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::options().should_validate_formats(true).build(&Procedure::json_schema()).unwrap());

/// The file as JSON; `None` where it does not parse.
fn as_json(path: &std::path::Path) -> Option<Value> {
    let text = fs::read_to_string(path).unwrap();
    let text = text.trim_start_matches('\u{feff}');
    if path.extension().unwrap() == "json" {
        return serde_json::from_str(text).ok();
    }
    Some(without_native_dates(toml::from_str(text).ok()?))
}

pub(crate) fn without_native_dates(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(without_native_dates).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(key, value)| (key, without_native_dates(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(value) => value.into(),
    }
}

#[test]
fn the_schema_that_is_shipped_is_up_to_date() {
    let schema = serde_json::to_string_pretty(&Procedure::json_schema()).unwrap();
    check_kept(&root().join("docs/procedure.schema.json"), &format!("{schema}\n"));
}

#[test]
fn good_files_are_accepted() {
    for path in good_files() {
        let errors: Vec<_> = VALIDATOR.iter_errors(&as_json(&path).unwrap()).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
        let written = serde_json::from_str(&load(&path).unwrap().to_json()).unwrap();
        assert!(VALIDATOR.is_valid(&written), "{}: what is written of it", path.display());
    }
}

#[test]
fn files_that_are_wrong_in_form_are_rejected() {
    for path in files("tests/data/bad", &["toml", "json"]) {
        let Some(json) = as_json(&path) else { continue };
        // A day is written without quotes in TOML only where a day belongs, which JSON cannot tell.
        let beyond = BEYOND.contains(&name(&path)) || name(&path) == "date-as-text.toml";
        assert_eq!(VALIDATOR.is_valid(&json), beyond, "{}", path.display());
    }
    for beyond in BEYOND {
        assert!(root().join("tests/data/bad").join(beyond).exists(), "{beyond} is gone");
    }
}

/// Pieces of what is said about mistakes that are beyond a schema.
const SAID_BEYOND: &[&str] = &[
    "names the unknown",
    "names no step",
    "names only one step",
    "other duties bind",
    "there is a second",
    "a second time",
    " twice",
    "leads nowhere",
    "the join wants",
    "is called external",
    "has no steps",
    "has no roles",
    "does not say what follows",
    "is reserved",
    "cannot lead to the end",
    "at most",
    "at character",
];

fn documents() -> Vec<Value> {
    files("tests/data/good", &["toml"])
        .iter()
        .map(|path| serde_json::from_str(&load(path).unwrap().to_json()).unwrap())
        .collect()
}

/// The JSON pointers of everything in a document.
fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Array(list) => {
            for (index, entry) in list.iter().enumerate() {
                pointers(entry, &format!("{at}/{index}"), into);
            }
        }
        Value::Object(map) => {
            for (key, entry) in map {
                pointers(entry, &format!("{at}/{key}"), into);
            }
        }
        _ => {}
    }
}

#[derive(Debug, Clone)]
enum Mutation {
    Remove(Index),
    Replace(Index, Value),
    Add(Index, String, Value),
    /// Copies what is in one place to another.
    Copy(Index, Index),
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!(false)),
        (-1..70_000).prop_map(|number| json!(number)),
        Just(json!(2.0)),
        Just(json!(2.5)),
        Just(json!([])),
        Just(json!(["1"])),
        Just(json!([{}])),
        Just(json!({})),
        Just(json!({ "id": "x" })),
        Just(json!({ "n_of": 1 })),
        Just(json!({ "distinct": ["1", "2"] })),
        Just(json!({ "same": ["1"] })),
        Just(json!({ "source": "x" })),
        Just(json!({ "source": "x", "en": "y" })),
        Just(json!({ "document": "draft" })),
        word().prop_map(Value::from),
    ]
}

fn word() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "id",
        "en",
        "source",
        "next",
        "direct",
        "returns",
        "to",
        "end",
        "1",
        "any",
        "all",
        "n_of",
        "2021-04-19",
        "distinct",
        "same",
    ];
    prop_oneof![
        proptest::sample::select(KNOWN).prop_map(str::to_owned),
        "[a-zA-Z0-9._ é-]{0,4}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    ]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        any::<Index>().prop_map(Mutation::Remove),
        (any::<Index>(), value()).prop_map(|(at, value)| Mutation::Replace(at, value)),
        (any::<Index>(), word(), value()).prop_map(|(at, key, value)| Mutation::Add(at, key, value)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mutation::Copy(from, to)),
    ]
}

fn mutate(document: &mut Value, mutation: &Mutation) {
    let mut all = Vec::new();
    pointers(document, "", &mut all);
    match mutation {
        Mutation::Remove(at) => {
            let Some((parent, key)) = all[at.index(all.len())].rsplit_once('/') else { return };
            match document.pointer_mut(parent) {
                Some(Value::Object(map)) => drop(map.remove(key)),
                Some(Value::Array(list)) => drop(list.remove(key.parse().unwrap())),
                _ => unreachable!("only lists and tables have parts"),
            }
        }
        Mutation::Replace(at, value) => *document.pointer_mut(&all[at.index(all.len())]).unwrap() = value.clone(),
        Mutation::Add(at, key, value) => match document.pointer_mut(&all[at.index(all.len())]).unwrap() {
            Value::Object(map) => drop(map.insert(key.clone(), value.clone())),
            Value::Array(list) => list.push(value.clone()),
            other => *other = json!({ key.clone(): value }),
        },
        Mutation::Copy(from, to) => {
            let value = document.pointer(&all[from.index(all.len())]).unwrap().clone();
            *document.pointer_mut(&all[to.index(all.len())]).unwrap() = value;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_schema_accepts_what_is_read_and_nothing_else(
        document in proptest::sample::select(documents()),
        mutations in proptest::collection::vec(mutation(), 1..3),
    ) {
        let mut document = document;
        for mutation in &mutations {
            mutate(&mut document, mutation);
        }
        let text = document.to_string();
        match (Procedure::from_json(&text), VALIDATOR.is_valid(&document)) {
            (Ok(_), false) => {
                let why: Vec<_> = VALIDATOR.iter_errors(&document).map(|error| error.to_string()).collect();
                prop_assert!(false, "read, but against the schema: {why:?}\n{text}");
            }
            (Err(error), true) => {
                for fault in error.faults() {
                    let beyond = SAID_BEYOND.iter().any(|said| fault.message.contains(said));
                    prop_assert!(beyond, "within the schema, but {error}\n{text}");
                }
            }
            _ => {}
        }
    }
}
