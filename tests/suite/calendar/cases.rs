//! Cases told one by one.

use chrono::{NaiveDate, Weekday};
use sopflow::time::{
    CalendarRules, DayHours, DayPolicy, Due, HoursRule, SpecialPeriod, StandardTime, Timestamp, WorkCalendar, WorkTime,
};

use super::at;

const ALL_WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn jakarta() -> CalendarRules {
    CalendarRules::new().zone("Asia/Jakarta").rule(HoursRule::Keppres68Of1995)
}

/// A calendar with the same hours on all days.
fn daily(zone: &str, hours: &str) -> WorkCalendar {
    WorkCalendar::new(&CalendarRules::new().zone(zone).hours(ALL_WEEK, &hours.parse().unwrap())).unwrap()
}

fn check_add(calendar: &WorkCalendar, start: &str, minutes: i64, expected: &str) {
    let end = calendar.add(at(start), WorkTime::minutes(minutes));
    assert_eq!(end, Some(at(expected)), "{start} and {minutes} minutes");
}

#[test]
fn time_runs_within_hours_only() {
    let office = WorkCalendar::new(&jakarta()).unwrap();
    let check = |start: &str, minutes, expected: &str| check_add(&office, start, minutes, expected);
    check("2021-04-19T07:30:00+07:00", 60, "2021-04-19T08:30:00+07:00");
    check("2021-04-19T11:30:00+07:00", 60, "2021-04-19T13:30:00+07:00"); // over the break
    check("2021-04-19T12:15:00+07:00", 60, "2021-04-19T14:00:00+07:00"); // from within the break
    check("2021-04-19T05:00:00+07:00", 60, "2021-04-19T08:30:00+07:00"); // before the opening
    check("2021-04-19T16:00:00+07:00", 60, "2021-04-20T08:30:00+07:00"); // from the close
    check("2021-04-16T16:00:00+07:00", 60, "2021-04-19T08:00:00+07:00"); // Friday ends at 16:30
    check("2021-04-17T10:00:00+07:00", 60, "2021-04-19T08:30:00+07:00"); // from a Saturday
}

#[test]
fn what_ends_with_a_window_is_due_at_its_close() {
    let office = WorkCalendar::new(&jakarta()).unwrap();
    let check = |start: &str, minutes, expected: &str| check_add(&office, start, minutes, expected);
    check("2021-04-19T07:30:00+07:00", 270, "2021-04-19T12:00:00+07:00"); // not 13:00
    check("2021-04-19T07:30:00+07:00", 450, "2021-04-19T16:00:00+07:00"); // not the next morning
    check("2021-04-19T16:00:00+07:00", 0, "2021-04-19T16:00:00+07:00");
    check("2021-04-17T10:00:00+07:00", 0, "2021-04-17T10:00:00+07:00");
    // The other way, what begins with a window begins at its opening.
    check("2021-04-19T16:00:00+07:00", -450, "2021-04-19T07:30:00+07:00");
    check("2021-04-19T13:00:00+07:00", -270, "2021-04-19T07:30:00+07:00");
    check("2021-04-19T14:00:00+07:00", -60, "2021-04-19T13:00:00+07:00"); // not 12:00
    check("2021-04-19T07:30:00+07:00", -60, "2021-04-16T15:30:00+07:00");
}

#[test]
fn a_night_shift_belongs_to_the_day_on_which_it_begins() {
    let nights = [Weekday::Mon, Weekday::Tue, Weekday::Fri];
    let hours = "22:00-06:00".parse::<DayHours>().unwrap().with_break("01:00-01:30").unwrap();
    let gate = WorkCalendar::new(&jakarta().hours(ALL_WEEK, &DayHours::CLOSED).hours(nights, &hours)).unwrap();
    check_add(&gate, "2021-04-19T23:00:00+07:00", 180, "2021-04-20T02:30:00+07:00");
    check_add(&gate, "2021-04-20T05:00:00+07:00", 60, "2021-04-20T06:00:00+07:00");
    check_add(&gate, "2021-04-20T05:00:00+07:00", 61, "2021-04-20T22:01:00+07:00");
    let check = |start: &str, days, expected: &str| {
        assert_eq!(gate.add_working_days(at(start), days), Some(at(expected)), "{start} and {days} days");
    };
    check("2021-04-19T23:00:00+07:00", 1, "2021-04-21T06:00:00+07:00"); // Monday's night
    check("2021-04-20T05:00:00+07:00", 1, "2021-04-21T06:00:00+07:00"); // still Monday's night
    check("2021-04-20T06:00:00+07:00", 1, "2021-04-21T06:00:00+07:00"); // its close, too
    check("2021-04-20T06:00:00.001+07:00", 1, "2021-04-24T06:00:00+07:00"); // Tuesday: the next night is Friday's
    check("2021-04-21T12:00:00+07:00", 1, "2021-04-24T06:00:00+07:00");
}

#[test]
fn elapsed_time_counts_where_clocks_change() {
    let berlin = daily("Europe/Berlin", "22:00-06:00");
    check_add(&berlin, "2021-03-27T22:00:00+01:00", 420, "2021-03-28T06:00:00+02:00"); // an hour shorter
    check_add(&berlin, "2021-10-30T22:00:00+02:00", 540, "2021-10-31T06:00:00+01:00"); // an hour longer
    check_add(&berlin, "2021-10-31T23:15:00+01:00", 30, "2021-10-31T23:45:00+01:00"); // in the 25th hour of a day
    let howe = daily("Australia/Lord_Howe", "00:00-24:00");
    check_add(&howe, "2021-04-04T00:00:00+11:00", 24 * 60 + 30, "2021-04-05T00:00:00+10:30");
    check_add(&howe, "2021-10-03T00:00:00+10:30", 24 * 60 - 30, "2021-10-04T00:00:00+11:00");
    // Hours that the clocks skip are none; hours that they show twice are those of the first time.
    let early = daily("Europe/Berlin", "02:00-03:00");
    check_add(&early, "2021-03-27T12:00:00+01:00", 1, "2021-03-29T02:01:00+02:00");
    check_add(&early, "2021-10-30T12:00:00+02:00", 60, "2021-10-31T02:00:00+01:00");
    assert_eq!(early.working_days_between(at("2021-03-27T12:00:00Z"), at("2021-03-29T12:00:00Z")), 1);
    // "02:00-03:00" closes when the clock shows 03:00, which it does once the hour has come twice.
    check_add(&early, "2021-10-30T12:00:00+02:00", 120, "2021-10-31T03:00:00+01:00");
    let first = daily("Europe/Berlin", "02:00-02:30");
    check_add(&first, "2021-10-30T12:00:00+02:00", 30, "2021-10-31T02:30:00+02:00");
    check_add(&first, "2021-10-30T12:00:00+02:00", 31, "2021-11-01T02:01:00+01:00");
    // A day that was skipped is no day.
    let apia = daily("Pacific/Apia", "08:00-16:00");
    assert_eq!(apia.add_working_days(at("2011-12-29T10:00:00-10:00"), 1), Some(at("2011-12-31T16:00:00+14:00")));
}

#[test]
fn leap_days_are_days() {
    let office = WorkCalendar::new(&jakarta()).unwrap();
    let check = |start: &str, months, expected: &str| {
        assert_eq!(office.add_months(at(start), months), Some(at(expected)), "{start} and {months} months");
    };
    assert_eq!(office.add_working_days(at("2024-02-28T10:00:00+07:00"), 1), Some(at("2024-02-29T16:00:00+07:00")));
    assert_eq!(office.add_working_days(at("2100-02-26T10:00:00+07:00"), 1), Some(at("2100-03-01T16:00:00+07:00")));
    check("2024-02-29T10:00:00+07:00", 12, "2025-02-28T16:30:00+07:00");
    check("2024-01-31T10:00:00+07:00", 1, "2024-02-29T16:00:00+07:00");
    check("2021-01-15T10:00:00+07:00", 1, "2021-02-15T16:00:00+07:00");
    check("2021-04-15T10:00:00+07:00", 1, "2021-05-17T16:00:00+07:00"); // 15 May 2021 is a Saturday
}

#[test]
fn holidays_in_a_row_and_the_borders_of_periods() {
    let ramadan =
        SpecialPeriod::new("Ramadan", day("2021-04-13"), day("2021-05-12")).rule(HoursRule::Perpres21Of2023Ramadan);
    let rules = (12..=14).fold(jakarta().period(ramadan), |rules, date| {
        rules.holiday(NaiveDate::from_ymd_opt(2021, 5, date).unwrap(), "Idul Fitri")
    });
    let office = WorkCalendar::new(&rules).unwrap();
    check_add(&office, "2021-05-11T14:30:00+07:00", 60, "2021-05-17T08:00:00+07:00");
    check_add(&office, "2021-04-12T15:30:00+07:00", 60, "2021-04-13T08:30:00+07:00");
    assert_eq!(
        office.between(at("2021-04-12T00:00:00+07:00"), at("2021-04-14T00:00:00+07:00")).as_minutes(),
        450 + 390
    );
    assert_eq!(office.add_working_days(at("2021-05-11T08:00:00+07:00"), 1), Some(at("2021-05-17T16:00:00+07:00")));
    assert_eq!(office.add_calendar_days(at("2021-05-11T08:00:00+07:00"), 1), Some(at("2021-05-17T16:00:00+07:00")));
    assert_eq!(office.next_working(at("2021-05-11T15:00:00+07:00")), Some(at("2021-05-17T07:30:00+07:00")));
}

#[test]
fn the_rules_give_the_hours_that_they_state() {
    let weekly = |rule: HoursRule| ALL_WEEK.iter().map(|day| rule.hours(*day).minutes()).sum::<u32>();
    assert_eq!(weekly(HoursRule::Keppres68Of1995), 37 * 60 + 30);
    assert_eq!(weekly(HoursRule::Perpres21Of2023), 37 * 60 + 30);
    assert_eq!(weekly(HoursRule::Perpres21Of2023Ramadan), 32 * 60 + 30);
    let check = |rule: HoursRule, day, expected: &str| assert_eq!(rule.hours(day).to_string(), expected);
    check(HoursRule::Keppres68Of1995, Weekday::Thu, "07:30-12:00, 13:00-16:00");
    check(HoursRule::Keppres68Of1995, Weekday::Fri, "07:30-11:30, 13:00-16:30");
    check(HoursRule::Perpres21Of2023, Weekday::Mon, "07:30-12:00, 13:00-16:00");
    check(HoursRule::Perpres21Of2023Ramadan, Weekday::Mon, "08:00-12:00, 12:30-15:00");
    check(HoursRule::Perpres21Of2023Ramadan, Weekday::Fri, "08:00-11:30, 12:30-15:30");
    check(HoursRule::Perpres21Of2023, Weekday::Sun, "closed");
}

#[test]
fn every_unit_of_standard_time_is_due() {
    let office = WorkCalendar::new(&jakarta()).unwrap();
    let check = |start: &str, time: &str, policy, due: &str, latest: &str| {
        let expected = Due { due: at(due), latest: at(latest) };
        let time: StandardTime = time.parse().unwrap();
        assert_eq!(office.due(at(start), time, policy), Some(expected), "{start} and {time}");
    };
    let friday = "2021-04-16T15:00:00+07:00";
    let one = |time: &str, policy, due: &str| check(friday, time, policy, due, due);
    one("60 menit", DayPolicy::Working, "2021-04-16T16:00:00+07:00");
    one("2 jam", DayPolicy::Working, "2021-04-19T08:00:00+07:00");
    one("4 x 60 menit", DayPolicy::Working, "2021-04-19T10:00:00+07:00");
    one("1 hari kerja", DayPolicy::Calendar, "2021-04-19T16:00:00+07:00");
    one("1 hari", DayPolicy::Working, "2021-04-19T16:00:00+07:00");
    one("3 x 1 hari kerja", DayPolicy::Working, "2021-04-21T16:00:00+07:00");
    one("1 hari", DayPolicy::Calendar, "2021-04-19T16:00:00+07:00"); // Saturday, so Monday
    one("4 hari kalender", DayPolicy::Working, "2021-04-20T16:00:00+07:00");
    one("1 minggu", DayPolicy::Working, "2021-04-23T16:30:00+07:00");
    one("1 bulan", DayPolicy::Working, "2021-05-17T16:00:00+07:00");
    one("segera", DayPolicy::Working, friday);
    check(friday, "1–5 hari", DayPolicy::Working, "2021-04-19T16:00:00+07:00", "2021-04-23T16:30:00+07:00");
    check(friday, "30–60 menit", DayPolicy::Working, "2021-04-16T15:30:00+07:00", "2021-04-16T16:00:00+07:00");
    let saturday = "2021-04-17T10:00:00+07:00";
    check(saturday, "segera", DayPolicy::Working, "2021-04-19T07:30:00+07:00", "2021-04-19T07:30:00+07:00");
    assert_eq!(office.due(Timestamp::MAX, StandardTime::Immediate, DayPolicy::Working), None);
    let out_of_check = StandardTime::Range { least: u32::MAX, most: u32::MAX, unit: sopflow::time::Unit::Week };
    assert_eq!(office.due(at(friday), out_of_check, DayPolicy::Working), None);
}

#[test]
fn a_unit_in_another_zone_keeps_its_own_clock() {
    let national = WorkCalendar::new(&jakarta().holiday(day("2021-04-20"), "Holiday")).unwrap();
    let east = national.with(&CalendarRules::new().zone("Asia/Jayapura")).unwrap();
    assert!(east.is_working(at("2021-04-19T07:30:00+09:00")) && !national.is_working(at("2021-04-19T07:30:00+09:00")));
    assert_eq!(east.next_working(at("2021-04-20T07:30:00+09:00")), Some(at("2021-04-21T07:30:00+09:00")));
}

#[test]
fn hours_are_read_and_written() {
    let check = |text: &str, written: &str, minutes| {
        let hours: DayHours = text.parse().unwrap();
        assert_eq!((hours.to_string().as_str(), hours.minutes()), (written, minutes));
    };
    check("7.30 – 16.00", "07:30-16:00", 510);
    check("00:00-24:00", "00:00-24:00", 1_440);
    check("22:00-00:00", "22:00-24:00", 120);
    check("08:00-12:00,22:00-06:00", "08:00-12:00, 22:00-06:00", 720);
    check("closed", "closed", 0);
    let whole: DayHours = "08:00-12:00".parse().unwrap();
    assert!(whole.clone().with_break("08:00-12:00").unwrap().is_closed());
    assert_eq!(whole.with_break("08:00-09:00").unwrap().to_string(), "09:00-12:00");
    let many = (0..30).map(|at| format!("{:02}:{:02}-{:02}:{:02}", at / 2, at % 2 * 30, at / 2, at % 2 * 30 + 10));
    let error = many.collect::<Vec<_>>().join(",").parse::<DayHours>().unwrap_err();
    assert_eq!(error.to_string(), "a day has more than 24 windows");
}

#[test]
fn amounts_of_time_are_written_and_stay_in_bounds() {
    let check = |millis, expected: &str| assert_eq!(WorkTime::millis(millis).to_string(), expected);
    check(0, "0 min");
    check(27_000_000, "450 min");
    check(90_250, "1 min 30.25 s");
    check(-250, "-0.25 s");
    assert_eq!(WorkTime::hours(i64::MAX) + WorkTime::minutes(1), WorkTime::millis(i64::MAX));
    assert_eq!(-WorkTime::millis(i64::MIN), WorkTime::millis(i64::MAX));
    assert_eq!([WorkTime::minutes(1), WorkTime::hours(1)].into_iter().sum::<WorkTime>(), WorkTime::minutes(61));
    assert_eq!((WorkTime::minutes(2) - WorkTime::millis(1)).as_minutes(), 1);
}

#[test]
fn the_page_on_working_time_has_a_calendar_that_is_read() {
    let page = std::fs::read_to_string(crate::files::root().join("docs/working-time.md")).unwrap();
    let text = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let office = WorkCalendar::from_toml(text).unwrap_or_else(|error| panic!("{error}"));
    check_add(&office, "2024-04-05T15:00:00+07:00", 60, "2024-04-10T08:00:00+07:00");
    assert!(office.is_working(at("2024-08-17T09:00:00+07:00")));
}

#[test]
fn a_calendar_is_cheap_to_share() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<WorkCalendar>();
    assert_eq!(size_of::<WorkCalendar>(), size_of::<usize>());
}
