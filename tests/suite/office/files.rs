//! Offices as files: what is read, what is said about bad ones, and that what is written reads back.

use proptest::prelude::*;
use sopflow::limits::FILE_BYTES_MAX;
use sopflow::{Error, Procedure};

use super::*;

const OFFICE: &str = r#"offset = "+07:00"
people = ["Agus", "Ani", "Budi", "Dewi"]

[[holders]]
person = "Agus"
role = "head"
from = 2026-01-01

[[absences]]
person = "Agus"
from = 2026-11-02
through = 2026-11-06
reason = "leave"

[[plh]]
person = "Dewi"
role = "head"
incumbent = "Agus"
from = 2026-11-03T08:00:00+07:00
except = { forum-bisnis = ["14"] }

[[plt]]
person = "Budi"
role = "treasurer"
procedures = ["purchase"]

[[delegates]]
person = "Ani"
role = "head"
holder = "Agus"
until = "2026-07-01T00:00:00+07:00"
reason = "SP-12/2026"

[[teams]]
name = "counter"
members = ["Ani", "Budi"]
"#;

fn moment(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

#[test]
fn a_file_is_read() {
    let office = Office::from_toml(OFFICE).unwrap();
    let check = |name: &str, expected: &[Right]| assert_eq!(person(&office, name).rights(), expected);
    let right = |role: &str, capacity, period| Right {
        role: role.into(),
        capacity,
        on_behalf_of: None,
        period,
        scope: Scope::all(),
    };
    let (midnight, saturday) = (moment("2026-01-01T00:00:00+07:00"), moment("2026-11-07T00:00:00+07:00"));
    check("Agus", &[right("head", Capacity::Holder, Period::of(midnight..))]);
    let treasurer = right("treasurer", Capacity::Plt, Period::ALWAYS);
    check("Budi", &[Right { scope: Scope::only(["purchase"]), ..treasurer }]);
    let head = |capacity, period| Right { on_behalf_of: Some("Agus".into()), ..right("head", capacity, period) };
    check("Ani", &[head(Capacity::Delegate, Period::of(midnight..moment("2026-07-01T00:00:00+07:00")))]);
    let deputy = head(Capacity::Plh, Period::of(moment("2026-11-03T01:00:00Z")..saturday));
    check("Dewi", &[Right { scope: Scope::all().except("forum-bisnis", ["14"]), ..deputy }]);
    assert_eq!(person(&office, "Agus").absences(), [Period::of(moment("2026-11-01T17:00:00Z")..saturday)]);
    assert_eq!(&*office.absences("Agus")[0].reason, "leave");
    assert_eq!(office.appointments("Ani")[0].reason(), "SP-12/2026");
    assert_eq!(office.team("counter"), Some(vec!["Ani".into(), "Budi".into()]));
}

#[test]
fn the_order_of_a_file_does_not_matter() {
    let (head, rest) = OFFICE.split_once("\n[[holders]]").unwrap();
    let (holders, rest) = rest.split_once("\n[[absences]]").unwrap();
    let turned = format!("{head}\n[[absences]]{rest}\n[[holders]]{holders}");
    assert_eq!(Office::from_toml(&turned).unwrap().to_toml(), Office::from_toml(OFFICE).unwrap().to_toml());
}

#[test]
fn what_is_written_is_as_somebody_would_write_it() {
    let written = Office::from_toml(OFFICE).unwrap().to_toml();
    let expected = r#"people = [
    "Agus",
    "Ani",
    "Budi",
    "Dewi",
]

[[holders]]
person = "Agus"
role = "head"
from = "2025-12-31T17:00:00.000Z"

[[absences]]
person = "Agus"
from = "2026-11-01T17:00:00.000Z"
until = "2026-11-06T17:00:00.000Z"
reason = "leave"

[[plh]]
person = "Dewi"
role = "head"
incumbent = "Agus"
from = "2026-11-03T01:00:00.000Z"

[plh.except]
forum-bisnis = ["14"]
"#;
    assert!(written.starts_with(expected), "{written}");
    assert_eq!(Office::from_toml(&written).unwrap().to_toml(), written);
    assert_eq!(Office::new().to_toml(), "people = []\n");
    assert!(Office::from_toml("people = []").unwrap().people().is_empty());
}

/// What is said about the office with one text in the place of another.
fn faults(old: &str, new: &str) -> Error {
    assert!(OFFICE.contains(old), "{old}");
    Office::from_toml(&OFFICE.replacen(old, new, 1)).expect_err(new)
}

#[test]
fn each_fault_is_told_with_its_place() {
    let check = |old: &str, new: &str, expected: &str| assert_eq!(faults(old, new).to_string(), expected);
    // Form.
    check("[[plh]]", "[[plh]", "line 15:7: unclosed array table, expected `]`");
    check("holder = \"Agus\"\n", "", "line 27:1: `holder` is missing");
    check(
        "incumbent",
        "incumbant",
        "line 18:1: there is no field `incumbant` (did you mean `incumbent`? known here: `person`, `role`, `incumbent`, \
         `from`, `until`, `through`, `procedures`, `reason` and `except`)",
    );
    check(
        "role = \"treasurer\"",
        "role = \"the treasurer\"",
        "line 24:8: `the treasurer` is not an id: use 1 to 64 ASCII letters, digits, `.`, `_` or `-`, the first a letter or \
         digit",
    );
    let expected = "expected a day such as 2026-11-02, or a moment such as 2026-11-02T08:00:00+07:00";
    check("from = 2026-11-02", "from = 2", &format!("line 11:8: {expected}, found the number 2"));
    for wrong in ["2026-11-02T08:00:00", "08:00:00"] {
        let expected = format!("line 11:8: {expected}; found `{wrong}`");
        check("from = 2026-11-02", &format!("from = {wrong}"), &expected);
        check("from = 2026-11-02", &format!("from = \"{wrong}\""), &expected);
    }
    // Days.
    check("\"+07:00\"", "\"WIB\"", "line 1:10: the offset from UTC has to be one such as \"+07:00\"");
    let needed = "a day needs the offset of the office from UTC (write one at the top, such as `offset = \"+07:00\"`)";
    let expected = format!("line 7:8: {needed}\nline 11:8: {needed}");
    check("offset = \"+07:00\"", "", &expected);
    check(
        "through = 2026-11-06",
        "until = 2026-11-06",
        "line 12:9: `until` needs a moment (for a last day write `through = 2026-11-06`)",
    );
    check(
        "through = 2026-11-06",
        "through = 2026-11-06T00:00:00Z",
        "line 12:11: `through` needs a day (for a moment write `until = 2026-11-06T00:00:00.000Z`)",
    );
    check(
        "through = 2026-11-06",
        "until = 2026-11-06T00:00:00Z\nthrough = 2026-11-06",
        "line 13:11: `until` and `through` exclude each other",
    );
    check(
        "through = 2026-11-06",
        "through = 2026-11-01",
        "line 12:11: there is no time from 2026-11-01T17:00:00.000Z until 2026-11-01T17:00:00.000Z",
    );
    // What the office does not take down.
    check("\"Dewi\"]", "\"Dewi \"]", {
        "line 2:34: `Dewi ` is no name: use 1 to 256 bytes, no control characters, and no space at either end\n\
         line 16:10: there is nobody named `Dewi`"
    });
    check("\"Dewi\"]", "\"Dewi\", \"Ani\"]", "line 2:42: this is there already");
    check("incumbent = \"Agus\"", "incumbent = \"Agung\"", {
        "line 18:13: there is nobody named `Agung` (did you mean `Agus`?)"
    });
    check("incumbent = \"Agus\"", "incumbent = \"Dewi\"", "line 18:13: Dewi cannot be Plh in the place of Dewi");
    check("holder = \"Agus\"", "holder = \"Budi\"", {
        "line 30:10: Budi does not hold head at any time within the period (until 2026-06-30T17:00:00.000Z)"
    });
    // Who never holds a role is not told where a holder is wrong.
    check("from = 2026-01-01", "through = 0000-01-01\nfrom = 2026-01-01", {
        "line 7:11: there is no time from 2025-12-31T17:00:00.000Z until 0000-01-01T17:00:00.000Z"
    });
    check("[\"purchase\"]", "[]", "line 25:14: the appointment reaches into no procedure");
    check("\"SP-12/2026\"", "\"\\u001b\"", {
        "line 32:10: the reason is not as it should be: at most 16384 bytes, and no control characters"
    });
    check("members = [\"Ani\", \"Budi\"]", "members = [\"Ani\", \"Bubi\"]", {
        "line 36:19: there is nobody named `Bubi` (did you mean `Budi`?)"
    });
    let again = "[[teams]]\nname = \"counter\"\nmembers = []\n\n[[teams]]";
    check("[[teams]]", again, "line 39:8: this is there already");
    let again = "[[plt]]\nperson = \"Budi\"\nrole = \"treasurer\"\nprocedures = [\"purchase\"]\n\n[[plt]]";
    check("[[plt]]", again, "line 27:1: this is there already");
}

#[test]
fn a_bound_is_told_as_one() {
    let error = Office::from_toml(&"#".repeat(FILE_BYTES_MAX + 1)).unwrap_err();
    assert!(error.is_limit() && !error.is_format());
    let ids: Vec<String> = (0..=LIST_MAX).map(|number| format!("\"p{number}\"")).collect();
    let error = faults("[\"purchase\"]", &format!("[{}]", ids.join(", ")));
    assert!(error.is_limit(), "{error}");
    assert_eq!(error.to_string(), "line 22:1: there are too many procedures in one scope; at most 1000 are allowed");
    assert!(faults("\"Dewi\"]", "\"Devi\"]").is_format());
    let many = "[[absences]]\nperson = \"Eko\"\n\n".repeat(2_000);
    let error = faults("[[absences]]", &format!("{many}[[absences]]"));
    assert_eq!(error.faults().len(), 1_001);
    assert!(error.to_string().ends_with("more mistakes are not shown"));
}

#[test]
fn a_file_of_something_else_is_refused() {
    for text in ["", "\u{feff}", "people", "[people]", "people = [1]", "people = \"Ani\"", "id = \"letter\""] {
        assert!(Office::from_toml(text).unwrap_err().is_format(), "{text}");
    }
    let procedure = Procedure::new("letter", "1", "Letter").role("staff", "Staff").to_toml();
    assert!(Office::from_toml(&procedure).is_err());
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), at in any::<prop::sample::Index>(), put in "[\\PC\n\"\\[\\]=0-9-]{0,6}") {
        let _ = Office::from_toml(&text);
        let at = at.index(OFFICE.len());
        let mangled = format!("{}{put}{}", &OFFICE[..at], &OFFICE[at..]);
        if let Err(error) = Office::from_toml(&mangled) {
            prop_assert!(!error.faults().is_empty());
        }
    }

    #[test]
    fn texts_are_kept_to_the_letter(
        name in "[^\\pC\\pZ]{1,20}( [^\\pC\\pZ]{1,20})?",
        reason in "[^\\pC]{0,20}[\n\t]{0,2}[^\\pC]{0,20}[\n]?",
    ) {
        let office = Office::with_people([&name]).unwrap();
        office.appoint(Appointment::holder(&name, "head").because(&reason)).unwrap();
        office.absent(&name, at(1)..at(2), &reason).unwrap();
        office.set_team(&name, &[&name]).unwrap();
        let text = office.to_toml();
        let again = Office::from_toml(&text).unwrap();
        prop_assert_eq!(again.appointments(&name), office.appointments(&name));
        prop_assert_eq!(again.absences(&name), office.absences(&name));
        prop_assert_eq!(again.team(&name), office.team(&name));
        prop_assert_eq!(again.to_toml(), text);
    }
}
