//! What is said about files that are wrong.

use sopflow::Procedure;
use sopflow::limits::FILE_BYTES_MAX;

use super::{check_kept, files, load, name};

#[test]
fn what_is_wrong_is_told_as_kept() {
    for path in files("tests/data/bad", &["toml", "json"]) {
        let error = match load(&path) {
            Ok(_) => panic!("{} was read without an error", path.display()),
            Err(error) => error.in_file(name(&path)),
        };
        assert!(error.is_format() || error.is_limit(), "{error}");
        for fault in error.faults() {
            assert!(fault.line.is_some() && fault.column.is_some(), "no place: {error}");
        }
        let places: Vec<_> = error.faults().iter().map(|fault| (fault.line, fault.column)).collect();
        assert!(places.is_sorted(), "not in the order of the file: {error}");
        check_kept(&path.with_extension(format!("{}.err", path.extension().unwrap().display())), &format!("{error}\n"));
    }
}

#[test]
fn a_file_that_is_too_long_is_not_read() {
    let text = " ".repeat(17 * 1024 * 1024);
    for error in [Procedure::from_toml(&text).unwrap_err(), Procedure::from_json(&text).unwrap_err()] {
        assert!(error.is_limit());
        let expected = format!("the file has 17825792 bytes; at most {FILE_BYTES_MAX} are allowed");
        assert_eq!(error.in_file("long.toml").to_string(), format!("long.toml: {expected}"));
    }
}

#[test]
fn nesting_of_any_depth_is_refused() {
    let depth = 200_000;
    let lists = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let check = |error: sopflow::Error| assert!(error.to_string().contains("nested too deeply"), "{error}");
    check(Procedure::from_json(&format!("{{\"a\": {lists}}}")).unwrap_err());
    check(Procedure::from_json(&format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth))).unwrap_err());
    check(Procedure::from_toml(&format!("a = {lists}")).unwrap_err());
    check(Procedure::from_toml(&format!("[a{}]", ".a".repeat(depth))).unwrap_err());
    check(Procedure::from_toml(&format!("a{} = 1", ".a".repeat(depth))).unwrap_err());
    check(Procedure::from_toml(&format!("a = {}", "{ a = ".repeat(depth))).unwrap_err());
}

#[test]
fn of_very_many_mistakes_the_first_are_told_in_good_time() {
    let mut text = String::from("id = 1\nroles = []\nsteps = [\n");
    for _ in 0..50_000 {
        text.push_str("{ id = 1, rol = 2, activity = 3, next = [4, 5] },\n");
    }
    text.push_str("]\n");
    let error = Procedure::from_toml(&text).unwrap_err();
    assert_eq!(error.faults().len(), sopflow::limits::DIAGNOSTICS_MAX + 1);
    assert!(error.to_string().ends_with("more mistakes are not shown"));
}
