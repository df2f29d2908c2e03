mod laws;
mod refusals;

use serde_json::json;

use super::*;

const UNITS: [Unit; 7] =
    [Unit::Minute, Unit::Hour, Unit::Day, Unit::WorkingDay, Unit::CalendarDay, Unit::Week, Unit::Month];

fn amount(count: u32, unit: Unit) -> StandardTime {
    StandardTime::Amount(Amount { count, unit })
}

fn product(times: u32, count: u32, unit: Unit) -> StandardTime {
    StandardTime::Product { times, each: Amount { count, unit } }
}

fn range(least: u32, most: u32, unit: Unit) -> StandardTime {
    StandardTime::Range { least, most, unit }
}

#[track_caller]
fn reads(text: &str, expected: StandardTime) {
    assert_eq!(text.parse(), Ok(expected), "{text:?}");
}

#[test]
fn indonesian() {
    reads("60 menit", amount(60, Unit::Minute));
    reads("4 x 60 menit", product(4, 60, Unit::Minute));
    reads("4 × 60 menit", product(4, 60, Unit::Minute));
    reads("4x60menit", product(4, 60, Unit::Minute));
    reads("4 kali 60 menit", product(4, 60, Unit::Minute));
    reads("1 jam", amount(1, Unit::Hour));
    reads("1 jam 30 menit", amount(90, Unit::Minute));
    reads("2 x 1 jam 30 mnt.", product(2, 90, Unit::Minute));
    reads("4 hari", amount(4, Unit::Day));
    for text in [
        "1-5 hari kerja",
        "1–5 hari kerja",
        "1 s.d. 5 hari kerja",
        "1 s.d 5 hari kerja",
        "1 s/d 5 hari kerja",
        "1 sampai dengan 5 hari kerja",
        "1 hari kerja hingga 5 hari kerja",
    ] {
        reads(text, range(1, 5, Unit::WorkingDay));
    }
    reads("14 hari kalender", amount(14, Unit::CalendarDay));
    reads("2 minggu", amount(2, Unit::Week));
    reads("1 bulan", amount(1, Unit::Month));
    reads("segera", StandardTime::Immediate);
    reads("\u{feff} 60\u{a0}Menit\t", amount(60, Unit::Minute));
}

#[test]
fn english() {
    reads("60 minutes", amount(60, Unit::Minute));
    reads("4 x 60 minutes", product(4, 60, Unit::Minute));
    reads("4 times 60 minutes", product(4, 60, Unit::Minute));
    reads("1 hour 30 minutes", amount(90, Unit::Minute));
    reads("1 to 5 working days", range(1, 5, Unit::WorkingDay));
    reads("2 business days", amount(2, Unit::WorkingDay));
    reads("1 day", amount(1, Unit::Day));
    reads("14 calendar days", amount(14, Unit::CalendarDay));
    reads("IMMEDIATELY", StandardTime::Immediate);
}

#[test]
fn iso8601() {
    reads("PT60M", amount(60, Unit::Minute));
    reads("PT1H", amount(1, Unit::Hour));
    reads("PT1H30M", amount(90, Unit::Minute));
    reads("P14D", amount(14, Unit::CalendarDay));
    reads("P2W", amount(2, Unit::Week));
    reads("P1M", amount(1, Unit::Month));
    reads("P1Y", amount(12, Unit::Month));
    reads("p1y6m", amount(18, Unit::Month));
    reads("R4/PT60M", product(4, 60, Unit::Minute));
    reads("PT0S", StandardTime::Immediate);
}

#[test]
fn writes_in_three_notations() {
    let check = |time: StandardTime, indonesian: &str, english: &str, iso8601| {
        assert_eq!(time.to_string(), indonesian);
        assert_eq!(time.to_english(), english);
        assert_eq!(time.to_iso8601().as_deref(), iso8601);
    };
    check(StandardTime::Immediate, "segera", "immediately", Ok("PT0S"));
    check(amount(1, Unit::Hour), "1 jam", "1 hour", Ok("PT1H"));
    check(amount(60, Unit::Minute), "60 menit", "60 minutes", Ok("PT60M"));
    check(amount(14, Unit::CalendarDay), "14 hari kalender", "14 calendar days", Ok("P14D"));
    check(amount(2, Unit::Week), "2 minggu", "2 weeks", Ok("P2W"));
    check(amount(1, Unit::Month), "1 bulan", "1 month", Ok("P1M"));
    check(product(4, 60, Unit::Minute), "4 x 60 menit", "4 x 60 minutes", Ok("R4/PT60M"));
    check(product(4, 1, Unit::Day), "4 x 1 hari", "4 x 1 day", Err(&NotInIso8601::BareDay));
    check(amount(2, Unit::WorkingDay), "2 hari kerja", "2 working days", Err(&NotInIso8601::WorkingDay));
    check(range(1, 5, Unit::Hour), "1–5 jam", "1–5 hours", Err(&NotInIso8601::Range));
    check(range(1, 1, Unit::Hour), "1–1 jam", "1–1 hour", Err(&NotInIso8601::Range));
}

#[test]
fn minutes_need_no_calendar_or_are_none() {
    let check = |text: &str, working: Option<(u64, u64)>, calendar: Option<(u64, u64)>| {
        let time: StandardTime = text.parse().unwrap();
        let pair = |policy| time.minutes(policy, 450).map(|minutes| (minutes.least, minutes.most));
        assert_eq!((pair(DayPolicy::Working), pair(DayPolicy::Calendar)), (working, calendar), "{text}");
    };
    check("segera", Some((0, 0)), Some((0, 0)));
    check("4 x 60 menit", Some((240, 240)), Some((240, 240)));
    check("2 jam", Some((120, 120)), Some((120, 120)));
    check("2 hari", Some((900, 900)), None);
    check("1–5 hari kerja", Some((450, 2_250)), Some((450, 2_250)));
    check("2 hari kalender", None, None);
    check("1 minggu", None, None);
    check("1 bulan", None, None);
}

/// The WAKTU column of two official procedures, added up as if no steps overlapped.
#[test]
fn serial_sums_of_the_forum_bisnis_procedures() {
    let source = include_str!("../../../tests/data/forum-bisnis-sops.txt");
    let mut steps = Vec::new();
    let mut sums: Vec<u64> = Vec::new();
    for row in source.lines() {
        let fields: Vec<&str> = row.split('\t').collect();
        let Ok(number) = fields[0].parse::<u32>() else {
            continue;
        };
        if number == 1 {
            steps.push(0);
            sums.push(0);
        }
        let time: StandardTime = fields[fields.len() - 3].parse().unwrap();
        let minutes = time.minutes(DayPolicy::Working, 450).unwrap();
        assert_eq!(minutes.least, minutes.most);
        *steps.last_mut().unwrap() += 1;
        *sums.last_mut().unwrap() += minutes.most;
    }
    assert_eq!((steps, sums), (vec![21, 18], vec![6_660, 5_430]));
}

#[test]
fn the_schema_has_examples_that_read() {
    let schema = schemars::schema_for!(StandardTime).to_value();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for example in schema["examples"].as_array().unwrap() {
        assert!(validator.is_valid(example), "{example}");
        assert!(serde_json::from_value::<StandardTime>(example.clone()).is_ok(), "{example}");
    }
    assert!(!validator.is_valid(&json!(60)));
}
