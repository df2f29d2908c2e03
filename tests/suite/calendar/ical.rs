//! Days off out of iCalendar files: what is read, and what is said about the rest.

use proptest::prelude::*;
use sopflow::time::IcalDay;
use sopflow::{Error, limits};

/// A calendar with the lines of one event.
fn event(lines: &str) -> String {
    let lines = lines.replace('\n', "\r\n");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//office//EN\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn days(lines: &str) -> Vec<(String, String)> {
    let days = IcalDay::read(&event(lines), 2020..=2025).unwrap_or_else(|error| panic!("{error}\n{lines}"));
    days.iter().map(|day| (day.from.to_string(), day.to.to_string())).collect()
}

fn check(lines: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    assert_eq!(days(lines), expected, "{lines}");
}

fn check_refused(lines: &str, expected: &str) {
    let error = IcalDay::read(&event(lines), 2020..=2025).unwrap_err();
    assert!(error.is_format() && error.to_string() == expected, "{error}");
}

#[test]
fn whole_days_are_read() {
    check("DTSTART;VALUE=DATE:20210513\nSUMMARY:Idul Fitri", &[("2021-05-13", "2021-05-13")]);
    check("DTSTART;VALUE=DATE:20210513\nDTEND;VALUE=DATE:20210515", &[("2021-05-13", "2021-05-14")]);
    check("DTSTART;VALUE=DATE:20210513\nDTEND;VALUE=DATE:20210513", &[("2021-05-13", "2021-05-13")]);
    check("DTSTART:20210513\nDURATION:P2D\nUID:1\nTRANSP:TRANSPARENT\nX-OFFICE:y", &[("2021-05-13", "2021-05-14")]);
    check("dtstart;value=date:20210513\nDURATION:P1W", &[("2021-05-13", "2021-05-19")]);
    check("DTSTART;VALUE=DATE:20191231\nDURATION:P2D", &[("2019-12-31", "2020-01-01")]);
    check("DTSTART;VALUE=DATE:20191231", &[]);
    check("DTSTART;VALUE=DATE:20210513\nSTATUS:CANCELLED", &[]);
}

#[test]
fn what_comes_every_year_comes_in_the_years_asked_for() {
    check(
        "DTSTART;VALUE=DATE:20230817\nRRULE:FREQ=YEARLY",
        &[("2023-08-17", "2023-08-17"), ("2024-08-17", "2024-08-17"), ("2025-08-17", "2025-08-17")],
    );
    check("DTSTART;VALUE=DATE:19450817\nRRULE:FREQ=YEARLY;INTERVAL=40;WKST=MO", &[("2025-08-17", "2025-08-17")]);
    check(
        "DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY;COUNT=2",
        &[("2020-01-01", "2020-01-01"), ("2021-01-01", "2021-01-01")],
    );
    check(
        "DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY;UNTIL=20210101T000000Z",
        &[("2020-01-01", "2020-01-01"), ("2021-01-01", "2021-01-01")],
    );
    check(
        "DTSTART;VALUE=DATE:20160229\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        &[("2020-02-29", "2020-02-29"), ("2024-02-29", "2024-02-29")],
    );
}

#[test]
fn texts_are_read_folded_and_escaped() {
    let text = event(
        "DTSTART;VALUE=DATE:20210512\nSUMMARY:Cuti bersama\\, Idul\n  Fitri\nDESCRIPTION:Hari\\nlibur\nCATEGORIES:Libur,Bersama",
    );
    let day = IcalDay::read(&text, 2021..=2021).unwrap().remove(0);
    assert_eq!((day.summary.as_str(), day.description.as_str()), ("Cuti bersama, Idul Fitri", "Hari\nlibur"));
    assert_eq!(day.categories, ["Libur", "Bersama"]);
}

#[test]
fn nothing_that_says_when_is_lost_in_silence() {
    check_refused("SUMMARY:No day", "line 4:1: DTSTART is missing");
    check_refused(
        "SUMMARY:Folded\n over\n three\nDTSTART:20210513T080000Z",
        "line 8:1: expected a whole day such as DTSTART;VALUE=DATE:20210419, found 20210513T080000Z (events with hours are not read)",
    );
    check_refused(
        "DTSTART;VALUE=DATE:20210230",
        "line 5:1: expected a whole day such as DTSTART;VALUE=DATE:20210419, found 20210230",
    );
    let only =
        "of RRULE only `FREQ=YEARLY`, `INTERVAL`, `COUNT`, `UNTIL`, `BYMONTH` and `BYMONTHDAY` are read, and this is";
    let yearly = |rule: &str, part: &str| {
        check_refused(&format!("DTSTART;VALUE=DATE:20210513\nRRULE:{rule}"), &format!("line 6:1: {only} {part}"));
    };
    yearly("FREQ=MONTHLY", "FREQ=MONTHLY");
    yearly("FREQ=YEARLY;BYDAY=1MO", "BYDAY=1MO");
    yearly("FREQ=YEARLY;COUNT=many", "COUNT=many");
    yearly("INTERVAL=2", "INTERVAL=2");
    let moved = "line 4:1: BYMONTH and BYMONTHDAY of an RRULE are read where they repeat the day of DTSTART";
    check_refused("DTSTART;VALUE=DATE:20210513\nRRULE:FREQ=YEARLY;BYMONTH=6", moved);
    for name in ["RDATE", "EXDATE", "RECURRENCE-ID"] {
        check_refused(
            &format!("DTSTART;VALUE=DATE:20210513\n{name};VALUE=DATE:20210514"),
            &format!("line 6:1: {name} is not read"),
        );
    }
    check_refused("DTSTART;VALUE=DATE:20210513\nDTEND;VALUE=DATE:20210512", "line 4:1: DTEND lies before DTSTART");
    check_refused(
        "DTSTART;VALUE=DATE:20210513\nDURATION:PT8H",
        "line 6:1: expected a duration of whole days such as P1D, found PT8H",
    );
    check_refused("DTSTART:20210513\nDTEND:20210514\nDURATION:P1D", "line 4:1: expected DTEND or DURATION, found both");
}

#[test]
fn all_mistakes_are_told_and_other_components_are() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Asia/Jakarta\nEND:VTIMEZONE\nBEGIN:VTODO\nEND:VTODO\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n";
    let error = IcalDay::read(text, 2021..=2021).unwrap_err().in_file("days.ics");
    assert_eq!(
        error.to_string(),
        "days.ics:5:1: only VEVENT is read, and this is VTODO\ndays.ics:7:1: DTSTART is missing"
    );
}

#[test]
fn what_is_no_calendar_is_refused() {
    let check = |text: &str, expected: &str| {
        let error = IcalDay::read(text, 2021..=2021).unwrap_err();
        assert_eq!(error.to_string(), expected, "{text}");
    };
    check("", "line 1:1: the file is empty");
    check("hello", "line 1:1: this is no line of an iCalendar file");
    check("BEGIN:VCALENDAR\nEND:VCALENDAR\nhello: you\n", "line 3:1: this is no line of an iCalendar file");
    check("BEGIN:VCARD\nEND:VCARD\n", "line 1:1: expected VCALENDAR, found VCARD");
    check("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", "line 3:1: expected END:VEVENT, found END:VCALENDAR");
    check("BEGIN:VCALENDAR\nVERSION:2.0\n", "line 2:1: the file ends before END:VCALENDAR");
    check("END:VCALENDAR", "line 1:1: END:VCALENDAR has no BEGIN");
}

#[test]
fn a_file_is_bounded() {
    let is_limit = |result: Result<Vec<IcalDay>, Error>| assert!(result.unwrap_err().is_limit());
    let deep = format!("{}{}", "BEGIN:A\n".repeat(100_000), "END:A\n".repeat(100_000));
    is_limit(IcalDay::read(&deep, 2021..=2021));
    is_limit(IcalDay::read(&" ".repeat(limits::FILE_BYTES_MAX + 1), 2021..=2021));
    let yearly = "BEGIN:VEVENT\nDTSTART:00010101\nRRULE:FREQ=YEARLY\nEND:VEVENT\n".repeat(3);
    is_limit(IcalDay::read(&format!("BEGIN:VCALENDAR\n{yearly}END:VCALENDAR\n"), 0..=i32::MAX));
    let wrong = "BEGIN:VEVENT\nEND:VEVENT\n".repeat(5_000);
    let error = IcalDay::read(&format!("BEGIN:VCALENDAR\n{wrong}END:VCALENDAR\n"), 2021..=2021).unwrap_err();
    assert_eq!(error.faults().len(), limits::DIAGNOSTICS_MAX);
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), lines in prop::collection::vec("(BEGIN|END|DTSTART|DTEND|RRULE|DURATION|X)[:;=A-Z0-9 \t]{0,12}", 0..8)) {
        let _ = IcalDay::read(&text, 2021..=2021);
        let _ = IcalDay::read(&lines.join("\n"), 2021..=2021);
        let _ = IcalDay::read(&event(&lines.join("\n")), 2021..=2021);
    }
}
