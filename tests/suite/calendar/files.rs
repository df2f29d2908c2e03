//! Calendar files: what is read, and what is said about those that are wrong.

use std::fs;

use proptest::prelude::*;
use sopflow::limits::{CALENDAR_ENTRIES_MAX, DIAGNOSTICS_MAX, FILE_BYTES_MAX};
use sopflow::time::{CalendarRules, DayOffKind, WorkCalendar, WorkTime};

use super::at;
use crate::files::schema::without_native_dates;
use crate::files::{check_kept, files, name, root};

fn example(name: &str) -> CalendarRules {
    let text = fs::read_to_string(root().join("examples/calendar").join(name)).unwrap();
    CalendarRules::from_toml(&text).unwrap_or_else(|error| panic!("{}", error.in_file(name)))
}

#[test]
fn what_is_wrong_is_told_as_kept() {
    for path in files("tests/data/calendar", &["toml"]) {
        let error = match CalendarRules::from_toml(&fs::read_to_string(&path).unwrap()) {
            Ok(_) => panic!("{} was read without an error", path.display()),
            Err(error) => error.in_file(name(&path)),
        };
        assert!(error.is_format(), "{error}");
        assert!(error.faults().iter().all(|fault| fault.line.is_some()), "no place: {error}");
        check_kept(&path.with_extension("toml.err"), &format!("{error}\n"));
    }
}

#[test]
fn the_shipped_days_of_2021_make_the_working_year() {
    let office = WorkCalendar::new(&example("indonesia-2021.toml")).unwrap();
    let (new_year, next) = (at("2021-01-01T00:00:00+07:00"), at("2022-01-01T00:00:00+07:00"));
    // 261 days from Monday to Friday, less 12 holidays on such days (13 May has two), and one day of joint leave.
    assert_eq!(office.working_days_between(new_year, next), 248);
    // Of these, 21 fell in Ramadan, with an hour less.
    assert_eq!(office.between(new_year, next), WorkTime::minutes(248 * 450 - 21 * 60));
    for (day, reason) in [
        ("2021-05-12", Some("Cuti bersama Hari Raya Idul Fitri 1442 Hijriah")),
        ("2021-08-10", None),
        ("2021-08-11", Some("Tahun Baru Islam 1443 Hijriah")),
        ("2021-10-19", None),
        ("2021-10-20", Some("Maulid Nabi Muhammad SAW")),
        ("2021-12-24", None),
    ] {
        assert_eq!(office.day_off(day.parse().unwrap()).map(|off| off.name.as_str()), reason, "{day}");
        assert_eq!(office.is_working(at(&format!("{day}T09:00:00+07:00"))), reason.is_none(), "{day}");
    }
}

#[test]
fn a_unit_states_only_what_is_its_own() {
    let office = WorkCalendar::new(&example("indonesia-2021.toml")).unwrap();
    let desk = office.with(&example("service-desk.toml")).unwrap();
    let check = |instant: &str, in_office, at_desk| {
        assert_eq!(office.is_working(at(instant)), in_office, "office {instant}");
        assert_eq!(desk.is_working(at(instant)), at_desk, "desk {instant}");
    };
    check("2021-05-12T14:59:59+07:00", false, true); // joint leave, by the hours of Ramadan
    check("2021-05-12T15:00:00+07:00", false, false);
    check("2021-05-13T09:00:00+07:00", false, false); // a holiday
    check("2021-05-08T09:00:00+07:00", false, true); // a Saturday, on which the period states nothing
    check("2021-04-24T19:59:59+07:00", false, true); // the open day
    check("2021-04-24T18:00:00+07:00", false, false); // its break
    assert_eq!(desk.day_off("2021-05-12".parse().unwrap()), None);
    assert_eq!(desk.zone(), "Asia/Jakarta");
}

#[test]
fn only_the_whole_chain_has_to_be_a_calendar() {
    let holidays =
        CalendarRules::from_toml("holidays = [{ date = 2021-06-01, name = 'Hari Lahir Pancasila' }]").unwrap();
    let agency = CalendarRules::from_toml("zone = 'Asia/Makassar'\nrule = 'keppres-68-1995'").unwrap();
    assert!(WorkCalendar::new(&holidays).unwrap_err().is_calendar());
    let office = WorkCalendar::chain([&holidays, &agency]).unwrap();
    assert!(!office.is_working(at("2021-06-01T09:00:00+08:00")) && office.is_working(at("2021-06-02T09:00:00+08:00")));
    let unit = CalendarRules::new().works_on(DayOffKind::Holiday);
    for unit in [WorkCalendar::chain([&holidays, &agency, &unit]).unwrap(), office.with(&unit).unwrap()] {
        assert!(unit.is_working(at("2021-06-01T09:00:00+08:00")));
    }
}

#[test]
fn the_schema_agrees_with_what_is_read() {
    let schema = CalendarRules::json_schema();
    check_kept(
        &root().join("docs/calendar.schema.json"),
        &format!("{}\n", serde_json::to_string_pretty(&schema).unwrap()),
    );
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let accepts = |text: &str| validator.is_valid(&without_native_dates(toml::from_str(text).unwrap()));
    let example = |name: &str| fs::read_to_string(root().join("examples/calendar").join(name)).unwrap();
    assert!(accepts(&example("indonesia-2021.toml")) && accepts(&example("service-desk.toml")));
    for path in files("tests/data/calendar", &["toml"]) {
        let text = fs::read_to_string(&path).unwrap();
        if let Ok(value) = toml::from_str(&text).map(without_native_dates) {
            // That a file says nothing at all is beyond the schema.
            assert_eq!(validator.is_valid(&value), name(&path) == "empty.toml", "{}", path.display());
        }
    }
    let check = |line: &str, accepted| {
        let text = format!("zone = 'Asia/Jakarta'\n{line}");
        assert_eq!((accepts(&text), CalendarRules::from_toml(&text).is_ok()), (accepted, accepted), "{line}");
    };
    check("rule = 'keppres-68-1995'", true);
    check("rule = 'keppres'", false);
    check("works_on = 'holidays'", true);
    check("works_on = []", false);
    check("works_on = ['holidays', 'sundays']", false);
    check("holidays = [{ date = 2021-01-01, name = 'Day' }]", true);
    check("holidays = [{ date = 2021-01-01 }]", false);
    check("holidays = [{ date = 2021-01-01, to = 2021-01-02, name = 'Day' }]", false);
    check("holidays = [{ from = 2021-01-01, name = 'Day' }]", false);
    check("holidays = [{ from = '2021-01-01', to = '2021-01-02', name = 'Day' }]", true);
    check("holidays = [{ date = 2021-01-01T00:00:00, name = 'Day' }]", false);
    check("open_days = [{ date = 2021-01-01 }]", true);
    check("open_days = [{ date = 2021-01-01, open = '08:00-12:00', break = '09:00-09:15' }]", true);
    check("open_days = [{ date = 2021-01-01, break = '09:00-09:15' }]", false);
    check("hours = [{ days = 'monday', open = 'closed' }]", true);
    check("hours = [{ days = ['monday', 'friday'], open = ['08:00-12:00', '13:00-16:00'] }]", true);
    check("hours = [{ days = 'monday' }]", false);
    check("hours = { days = 'monday', open = 'closed' }", false);
    check("periods = [{ name = 'P', from = 2021-01-01, to = 2021-01-02, rule = 'perpres-21-2023' }]", true);
    check("periods = [{ from = 2021-01-01, to = 2021-01-02 }]", false);
    check("zones = 'Asia/Jakarta'", false);
}

#[test]
fn the_names_of_the_days_may_be_indonesian() {
    let read =
        |days: &str| CalendarRules::from_toml(&format!("[[hours]]\ndays = {days}\nopen = '07.30-16.00'")).unwrap();
    assert_eq!(read("'senin-kamis'"), read("['Monday-Wednesday', 'kamis']"));
    assert_eq!(read("'sabtu-minggu'"), read("['saturday', 'ahad']"));
    assert_eq!(read("\"jum'at-senin\""), read("['friday – monday']"));
}

#[test]
fn a_file_is_bounded() {
    let error = CalendarRules::from_toml(&" ".repeat(FILE_BYTES_MAX + 1)).unwrap_err();
    assert!(error.is_limit(), "{error}");
    let days = |count: usize| {
        let days = "{ date = 2021-01-01, name = 'Day' },".repeat(count);
        CalendarRules::from_toml(&format!("zone = 'Asia/Jakarta'\nrule = 'keppres-68-1995'\nholidays = [{days}]"))
    };
    assert!(days(CALENDAR_ENTRIES_MAX + 1).unwrap_err().to_string().contains("at most 10000"));
    let most = days(CALENDAR_ENTRIES_MAX).unwrap();
    let calendar = WorkCalendar::new(&most).unwrap();
    let one_more = CalendarRules::new().holiday("2021-01-02".parse().unwrap(), "Day");
    assert!(calendar.with(&one_more).unwrap_err().is_limit());
    let chained = (0..100).try_fold(WorkCalendar::new(&example("indonesia-2021.toml")).unwrap(), |calendar, _| {
        calendar.with(&CalendarRules::new())
    });
    assert!(chained.unwrap_err().to_string().contains("at most 16"));
    let wrong = "[[hours]]\nday = 1\n".repeat(50_000);
    assert_eq!(CalendarRules::from_toml(&wrong).unwrap_err().faults().len(), 1);
    let wrong = "[[hours]]\nday = 1\n".repeat(5_000);
    assert_eq!(CalendarRules::from_toml(&wrong).unwrap_err().faults().len(), DIAGNOSTICS_MAX + 1);
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(CalendarRules::from_toml(&deep).unwrap_err().to_string().contains("nested too deeply"));
    assert!(CalendarRules::from_toml(&format!("[a{}]", ".a".repeat(100_000))).unwrap_err().is_format());
}

#[test]
fn what_makes_no_calendar_is_told() {
    let check = |text: &str, expected: &str| {
        let error = WorkCalendar::from_toml(text).unwrap_err();
        assert!(error.is_calendar() && error.to_string() == expected, "{error}");
    };
    check("rule = 'keppres-68-1995'", "no time zone is stated");
    check("zone = 'Asia/Jakarta'", "no day of the week has working hours");
    let closed = "zone = 'UTC'\nhours = [{ days = 'monday-sunday', open = 'closed' }]";
    check(closed, "no day of the week has working hours");
    let rules = CalendarRules::new().zone("Asia/Jakrta");
    let error = WorkCalendar::new(&rules.hours([chrono::Weekday::Mon], &"08:00-12:00".parse().unwrap())).unwrap_err();
    assert_eq!(error.to_string(), "there is no time zone `Asia/Jakrta` (did you mean `Asia/Jakarta`?)");
    let (late, early) = ("2021-05-14".parse().unwrap(), "2021-05-13".parse().unwrap());
    let rules = example("indonesia-2021.toml").day_off(sopflow::time::DayOffKind::Holiday, late, early, "Feast");
    let error = WorkCalendar::new(&rules).unwrap_err();
    assert_eq!(error.to_string(), "Feast: the last day, 2021-05-13, lies before the first, 2021-05-14");
    let rules = example("indonesia-2021.toml").holiday(chrono::NaiveDate::MAX, "Never");
    assert!(WorkCalendar::new(&rules).unwrap_err().to_string().contains("outside the years"));
}

proptest! {
    #[test]
    fn no_text_panics(
        text in any::<String>(),
        line in "(zone|hours|days|open|break|date|from|to|name|rule)",
        value in r"('[0-9:. ,–-]{0,20}'|[0-9-]{0,12}|\[.{0,8}\]|\{.{0,8}\})",
    ) {
        let _ = CalendarRules::from_toml(&text);
        let _ = CalendarRules::from_toml(&format!("{line} = {value}"));
        let _ = CalendarRules::from_toml(&format!("[[hours]]\ndays = 'monday'\n{line} = {value}"));
        let _ = CalendarRules::from_toml(&format!("[[periods]]\nname = 'P'\n{line} = {value}"));
    }
}
