//! Procedures as files: what is said about bad ones, what is read from good ones, and the JSON Schema of both.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arbitrary;
mod bad;
mod format_page;
mod good;
pub(crate) mod schema;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use sopflow::{Error, Procedure};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a directory of test data that have one of these extensions, sorted.
pub(crate) fn files(directory: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(directory)).unwrap();
    let has_extension = |path: &PathBuf| extensions.iter().any(|wanted| path.extension() == Some(wanted.as_ref()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(has_extension).collect();
    paths.sort();
    paths
}

/// The good files of the tests, and those that are shipped as examples.
fn good_files() -> Vec<PathBuf> {
    [files("tests/data/good", &["toml"]), files("examples/sop", &["toml"])].concat()
}

pub(crate) fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn load(path: &Path) -> Result<Procedure, Error> {
    let text = fs::read_to_string(path).unwrap();
    match path.extension().unwrap().to_str() {
        Some("json") => Procedure::from_json(&text),
        _ => Procedure::from_toml(&text),
    }
}

/// Compares with a file that is kept, or writes it when the variable `UPDATE` is set.
pub(crate) fn check_kept(path: &Path, actual: &str) {
    if env::var_os("UPDATE").is_some() {
        fs::write(path, actual).unwrap();
        return;
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == actual,
        "{} is not up to date; if the new text is right, run the test with UPDATE=1 and review the change.\n\
         --- kept\n{kept}\n--- now\n{actual}",
        path.display(),
    );
}
