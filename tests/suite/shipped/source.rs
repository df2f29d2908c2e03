//! The two SOPs as their source has them, split by nothing but tabs and lines.

use std::fs;
use std::path::Path;

/// One SOP of the source.
#[derive(Debug, Default)]
pub(crate) struct Sop {
    pub(crate) title: String,
    /// The lines above the table, such as `NOMOR SOP` with `SOP/BPM/03`.
    pub(crate) identity: Vec<(String, String)>,
    pub(crate) role_names: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// One row of the table, each cell letter by letter, without the list number of the input.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) number: String,
    pub(crate) activity: String,
    pub(crate) input: String,
    pub(crate) time: String,
    pub(crate) output: String,
}

impl Row {
    pub(crate) fn cells(&self) -> [(&'static str, &str); 3] {
        [("activity", &self.activity), ("input", &self.input), ("output", &self.output)]
    }
}

/// The roles as they were read from the wording, a row for each step.
#[derive(Debug)]
pub(crate) struct RoleReading {
    pub(crate) sop: usize,
    pub(crate) step: String,
    pub(crate) role: String,
    pub(crate) confidence: String,
    pub(crate) alternatives: String,
    pub(crate) activity: String,
}

pub(crate) fn read(path: &str) -> String {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&whole).unwrap_or_else(|error| panic!("{}: {error}", whole.display()))
}

pub(crate) fn whole() -> String {
    read("tests/data/forum-bisnis-sops.txt")
}

pub(crate) fn sops() -> [Sop; 2] {
    let mut sops: Vec<Sop> = Vec::new();
    for line in whole().lines() {
        if line.starts_with("SOP ") {
            sops.push(Sop { title: line.to_owned(), ..Sop::default() });
            continue;
        }
        let Some(sop) = sops.last_mut() else { continue };
        let fields: Vec<&str> = line.split('\t').collect();
        if let [name, value] = fields[..] {
            sop.identity.push((name.to_owned(), value.trim_start_matches(": ").to_owned()));
        } else if fields.len() > 2 && fields[0].is_empty() {
            sop.role_names = fields[2..7].iter().map(|name| (*name).to_owned()).collect();
        } else if fields[0].parse::<u32>().is_ok() {
            sop.rows.push(row(&fields));
        }
    }
    sops.try_into().expect("the source has two SOPs")
}

/// Rows have 11 fields, or 12 where the list number of the input stands in a field of its own.
fn row(fields: &[&str]) -> Row {
    assert!(fields[2..7].iter().all(|mark| mark.is_empty()), "the columns of the performers are empty in every row");
    let (input, rest) = match fields {
        [.., "1", input, time, output, ""] if fields.len() == 12 => (*input, [*time, *output]),
        [.., input, time, output, ""] if fields.len() == 11 => {
            let input = input.strip_prefix("1 . ").or(input.strip_prefix("1 ")).expect("the input has a list number");
            (input, [*time, *output])
        }
        _ => panic!("the row has {} fields: {fields:?}", fields.len()),
    };
    let [number, activity, input, time, output] = [fields[0], fields[1], input, rest[0], rest[1]].map(str::to_owned);
    Row { number, activity, input, time, output }
}

pub(crate) fn role_readings() -> Vec<RoleReading> {
    read("tests/data/forum-bisnis-roles.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [sop, step, role, confidence, alternatives, activity] = fields[..] else { panic!("{line}") };
            RoleReading {
                sop: sop.parse().expect("a number"),
                step: step.to_owned(),
                role: role.to_owned(),
                confidence: confidence.to_owned(),
                alternatives: alternatives.to_owned(),
                activity: activity.to_owned(),
            }
        })
        .collect()
}
