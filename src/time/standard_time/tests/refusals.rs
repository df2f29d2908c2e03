//! What is no standard time, and what is said of it.

use super::*;
use crate::limits::TIME_CHARS_MAX;

#[track_caller]
fn refuses(text: &str, position: usize, message: &str) -> StandardTimeError {
    let error = text.parse::<StandardTime>().expect_err(text);
    assert_eq!(error.to_string(), format!("at character {position}: {message}"), "{text:?}");
    assert_eq!(error.position(), Some(position));
    error
}

#[track_caller]
fn suggests(text: &str, position: usize, suggestion: &str) {
    let error = text.parse::<StandardTime>().expect_err(text);
    assert_eq!((error.position(), error.suggestion()), (Some(position), Some(suggestion)), "{error}");
    assert!(error.to_string().contains(suggestion), "{error}");
}

#[test]
fn misspellings_bring_a_suggestion() {
    suggests("60 mnit", 4, "menit");
    suggests("60 minuts", 4, "minutes");
    suggests("4 x 60 menti", 8, "menit");
    suggests("5 hri kerja", 3, "hari kerja");
    suggests("5 hari krja", 8, "hari kerja");
    suggests("5 workng days", 3, "working days");
    suggests("segara", 1, "segera");
}

#[test]
fn text_is_refused_with_the_place_and_the_reason() {
    const EXAMPLES: &str = r#"expected a time such as "60 menit", "1–5 hari kerja""#;
    const UNITS: &str = r#"expected one such as "menit", "jam", "hari kerja" or "minutes""#;

    refuses("", 1, &format!(r#"the text is empty; {EXAMPLES}, "segera" or "PT60M""#));
    refuses(" \u{a0}", 1, &format!(r#"the text is empty; {EXAMPLES}, "segera" or "PT60M""#));
    refuses("60 menit!", 9, &format!(r#"unexpected character '!'; {EXAMPLES} or "PT60M""#));
    refuses("satu hari", 1, r#"expected a number in digits, found "satu""#);
    refuses("4 x segera", 5, r#"expected a number in digits, found "segera""#);
    refuses("4 x", 4, "a number is missing");
    refuses("60", 3, &format!("a unit is missing; {UNITS}"));
    refuses("1 jam 30", 9, &format!("a unit is missing; {UNITS}"));
    refuses("60 furlongs", 4, &format!(r#"unknown unit "furlongs"; {UNITS}"#));
    refuses("60 60 menit", 4, &format!(r#"unknown unit "60"; {UNITS}"#));
    refuses("5 hari lagi", 8, r#"expected nothing more, found "lagi""#);
    refuses("60 menit 30 menit", 10, r#"expected nothing more, found "30""#);
    refuses("1 hari - 5 jam", 12, "both ends of a range must have the same unit");
    refuses("5-1 hari", 1, "the range runs from 5 down to 1; write the smaller number first");
    refuses("-5 hari", 1, "a time cannot be negative");
    refuses("1 - -5 hari", 5, "a time cannot be negative");
}

#[test]
fn numbers_are_whole_and_bounded() {
    const ZERO: &str = r#"the number is zero; for a step that takes no time write "segera", "immediately" or "PT0S""#;
    const LARGE: &str = "the number is above 1000000; write it in a larger unit";

    for (text, position) in [("0 menit", 1), ("0–5 hari", 1), ("4 x 0 menit", 5), ("P0D", 2), ("R4/PT0S", 4)] {
        refuses(text, position, ZERO);
    }
    for text in ["1000001 menit", "99999999999999999999 menit", "16667 jam 1 menit"] {
        refuses(text, 1, LARGE);
    }
    refuses("P1000000Y", 1, LARGE);
    refuses("1001 x 1000 jam", 1, "1001 times 1000 is above 1000000; write it in a larger unit");
    refuses("R1000000/PT2M", 1, "1000000 times 2 is above 1000000; write it in a larger unit");
    reads("1000000 x 1 hari", product(1_000_000, 1, Unit::Day));

    let longest = format!("60{}menit", " ".repeat(TIME_CHARS_MAX - 7));
    reads(&longest, amount(60, Unit::Minute));
    refuses(&format!("{longest} "), TIME_CHARS_MAX + 1, "the text is longer than 100 characters");

    suggests("1,5 jam", 1, "90 menit");
    suggests("1.5 hours", 1, "90 minutes");
    suggests("1½ jam", 1, "90 menit");
    suggests("4 x ½ jam", 5, "30 menit");
    suggests("1/2 jam", 1, "30 menit");
    suggests("PT1.5H", 3, "PT90M");
    for text in ["1,5 hari", "1,5 menit", "1,0001 jam", "1/0 jam", "1,99999999999999999999999 jam"] {
        refuses(text, 1, "a time is a whole number; write it in a smaller unit, down to the minute");
    }
    refuses(
        "1.000 menit",
        1,
        r#"a number with a point or a comma can mean a thousand or a fraction; write "1000" if a thousand is meant"#,
    );
}

#[test]
fn wrong_iso8601_is_refused() {
    let expects = |text: &str, position: usize, expected: &str| {
        let durations = r#"as in the ISO 8601 durations "PT60M", "P14D" and "R4/PT60M""#;
        refuses(text, position, &format!("expected {expected} here, {durations}"));
    };
    expects("P", 2, "a number");
    expects("PT", 3, "a number");
    expects("P1DT", 5, "another number or the end");
    expects("PT60M lagi", 6, "another number or the end");
    expects("PT60", 5, r#""H" or "M""#);
    expects("P60", 4, r#""Y", "M", "W" or "D" ("H" and "M" for minutes follow a "T")"#);
    expects("R/PT60M", 2, "the number of times");
    expects("R4", 3, r#""/""#);
    expects("R4/", 4, r#""P""#);
    expects("R4/60M", 2, r#"a whole number and "/P""#);

    let mixed = "a time has one unit; only hours with minutes go together, and in ISO 8601 years with months";
    for text in ["P1DT2H", "P1M1W", "PT1M1H", "PT1H1H"] {
        refuses(text, 1, mixed);
    }
    refuses("1 jam 30 jam", 10, mixed);
    refuses("PT30S", 3, r#"the smallest unit is the minute; seconds are written in "PT0S" (at once) only"#);
    refuses("PT-5M", 3, "a time cannot be negative");
    refuses("-PT5M", 1, "a time cannot be negative");
}

#[test]
fn values_built_in_code_are_checked() {
    let sound = product(4, 60, Unit::Minute);
    assert_eq!(sound.check(), Ok(sound));
    for unsound in [
        amount(0, Unit::Hour),
        amount(TIME_COUNT_MAX + 1, Unit::Hour),
        product(0, 1, Unit::Hour),
        product(u32::MAX, u32::MAX, Unit::Hour),
        product(1_001, 1_000, Unit::Hour),
        range(0, 1, Unit::Hour),
        range(2, 1, Unit::Hour),
    ] {
        assert_eq!(unsound.check().unwrap_err().position(), None, "{unsound:?}");
        assert!(serde_json::to_string(&unsound).is_err(), "{unsound:?}");
        unsound.minutes(DayPolicy::Working, u32::MAX);
    }
}

#[test]
fn other_types_are_refused_in_files() {
    let error = serde_json::from_value::<StandardTime>(json!(60)).unwrap_err();
    assert!(error.to_string().contains("expected a standard time such as \"60 menit\""), "{error}");
    assert_eq!(serde_json::to_value(DayPolicy::Working).unwrap(), json!("working"));
}
