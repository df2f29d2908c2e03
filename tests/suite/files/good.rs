//! What is read from good files, and written again.

use sopflow::{Join, Procedure, Target};

use super::{files, good_files, load};

#[test]
fn what_is_written_of_a_good_file_reads_as_the_same() {
    for path in good_files() {
        let procedure = load(&path).unwrap_or_else(|error| panic!("{}", error.in_file(path.display().to_string())));
        assert_eq!(Procedure::from_toml(&procedure.to_toml()).unwrap(), procedure);
        assert_eq!(Procedure::from_json(&procedure.to_json()).unwrap(), procedure);
    }
}

#[test]
fn short_forms_stand_for_outcomes() {
    let procedure = load(&super::root().join("tests/data/good/everything.toml")).unwrap();
    let outcomes = |step: &str| -> Vec<_> {
        let step = procedure.find_step(step).unwrap();
        let told = |outcome: &sopflow::Outcome| {
            let to: Vec<_> = outcome.to.iter().map(Target::as_str).collect();
            format!("{} → {}{}", outcome.id, to.join(", "), if outcome.returns { " (return)" } else { "" })
        };
        step.outcomes.iter().map(told).collect()
    };
    assert_eq!(outcomes("1"), ["done → 2, 3, 4"]);
    assert_eq!(outcomes("2"), ["done → 5"]);
    assert_eq!(
        outcomes("6"),
        ["signed → end", "refused → end", "again → 1 (return)", "return-1 → 1 (return)", "return-2 → 2 (return)",]
    );
    assert_eq!(procedure.find_step("5").unwrap().join, Join::NOf(2));
    assert!(procedure.find_step("5").unwrap().outcomes[0].direct);
    let title = &procedure.identity.title;
    assert_eq!((title.first(), title.as_written()), ("SOP Pemberian Surat", "SOP PEMBERIAN SURAT"));
    assert_eq!(procedure.identity.made, procedure.identity.revised.and_then(|day| day.pred_opt()));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_not_matter() {
    for path in files("tests/data/good", &["toml"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(Procedure::from_toml(&windows).unwrap(), load(&path).unwrap());
        let json = load(&path).unwrap().to_json();
        let windows = format!("\u{feff}{}", json.replace('\n', "\r\n"));
        assert_eq!(Procedure::from_json(&windows).unwrap(), load(&path).unwrap());
    }
}
